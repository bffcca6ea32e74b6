"""Comprehensions, and the targets that loops bind."""

import ast
from typing import Any

from importgraph.evaluation.limits import hashed
from importgraph.evaluator.frame import Frame, bind, elements
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
    from importgraph.evaluator.expressions import truth, value_of

    results: list[Any] = []

    def rounds(depth: int) -> bool:
        """Run the loops from one on, given the targets of those around it."""
        if depth == len(node.generators):
            if isinstance(node, ast.DictComp):
                results.append((value_of(frame, node.key), value_of(frame, node.value)))
            else:
                results.append(value_of(frame, node.elt))
            return True
        loop = node.generators[depth]
        found = elements(frame.space.settle(value_of(frame, loop.iter), frame.scope.path))
        if found is None or loop.is_async:
            return False
        for element in found:
            frame.step()
            if not assign(frame, loop.target, element):
                return False
            verdict: bool | None = True
            for test in loop.ifs:
                verdict = truth(frame, test)
                if verdict is not True:
                    break
            if verdict is None or (verdict and not rounds(depth + 1)):
                return False
        return True

    return results if rounds(0) else None


def assign(frame: Frame, target: ast.expr, value: Any) -> bool:
    """Bind names in a loop target; False where the value cannot be taken apart."""
    if isinstance(target, ast.Name):
        bind(frame, target.id, value)
        return True
    if isinstance(target, ast.Tuple | ast.List):
        found = elements(value)
        if (
            found is None
            or any(isinstance(part, ast.Starred) for part in target.elts)
            or len(found) != len(target.elts)
        ):
            return False
        return all(assign(frame, part, element) for part, element in zip(target.elts, found, strict=True))
    return False
