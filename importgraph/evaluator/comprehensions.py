"""Comprehensions, and the targets that loops bind."""

import ast
from typing import Any

from importgraph.evaluation.limits import hashed
from importgraph.evaluator.frame import elements
from importgraph.evaluator.operators import truth_of
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.targets import assign
from importgraph.evaluator.values import (
    Lazy,
    Scope,
    Unknown,
)


def comprehension(frame: Frame, node: Any) -> Any:
    """Evaluate a list, set or dictionary display made by loops, or a generator."""
    scope = Scope({}, frame.scope, "function", frame.scope.path, frame.scope.module)
    inner = Frame(scope, frame.space, frame.depth + 1)
    results = _results(inner, node)
    if results is None:
        return Unknown("a comprehension over unknown values", node.lineno, instance=True)
    try:
        if isinstance(node, ast.SetComp):
            return set(hashed(results))
        if isinstance(node, ast.GeneratorExp):
            generator = Lazy(results)
            generator.title = "<genexpr>"
            return generator
        if isinstance(node, ast.DictComp):
            hashed([key for key, _ in results])
        return dict(results) if isinstance(node, ast.DictComp) else results
    except TypeError:
        return Unknown("a comprehension of values that are not hashable", node.lineno, instance=True)


def _results(frame: Frame, node: Any) -> list[Any] | None:
    """Run the loops of a comprehension; None where text cannot decide one."""
    results: list[Any] = []
    evaluate = frame.space.evaluate

    def rounds(depth: int) -> bool:
        """Run the loops from one on, given the targets of those around it."""
        if depth == len(node.generators):
            if isinstance(node, ast.DictComp):
                results.append(
                    (frame.space.evaluate(frame, node.key), frame.space.evaluate(frame, node.value))
                )
            else:
                results.append(evaluate(frame, node.elt))
            return True
        loop = node.generators[depth]
        found = elements(frame.space.settle(evaluate(frame, loop.iter), frame.scope.path))
        if found is None or loop.is_async:
            return False
        for element in found:
            frame.step()
            if not assign(frame, loop.target, element):
                return False
            verdict: bool | None = True
            for test in loop.ifs:
                verdict = truth_of(frame.space.settle(evaluate(frame, test), frame.scope.path))
                if verdict is not True:
                    break
            if verdict is None or (verdict and not rounds(depth + 1)):
                return False
        return True

    return results if rounds(0) else None
