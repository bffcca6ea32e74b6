"""Comprehensions, each in a scope of its own."""

import ast
from dataclasses import replace
from typing import Any

from importgraph.evaluation.parts import evaluate_all
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.targets import assign
from importgraph.evaluation.value import Raised, Result, Unknown, Value
from importgraph.evaluation.values import NOT_PLAIN, sequence, table, unwrap


def comprehension(
    interpreter: Interpreter, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
) -> Result:
    """Run a comprehension in a scope of its own; where it is not known what it runs over, once, perhaps."""
    outer = interpreter.frame
    inner = replace(
        outer,
        names={},
        around=outer,
        elsewhere=dict(outer.elsewhere),
        is_class=False,
        is_comprehension=True,
    )
    source = interpreter.evaluate(node.generators[0].iter)  # in the scope around
    if isinstance(source, Raised):
        return source
    collected: list[tuple[Value, Value]] = []
    interpreter.enter(inner)
    try:
        is_known = _rounds(interpreter, node, source, 0, collected)
    finally:
        interpreter.leave()
    if isinstance(is_known, Raised):
        return is_known
    if isinstance(node, ast.DictComp):
        keys = [(unwrap(key), value) for key, value in collected]
        plain = {key: value for key, value in keys if key is not NOT_PLAIN and key.__hash__ is not None}
        return table(plain, is_open=not is_known or len(plain) < len(dict(enumerate(keys))))
    kind = "set" if isinstance(node, ast.SetComp) else "list"
    return sequence(kind, tuple(value for _, value in collected), is_open=not is_known)


def _rounds(
    interpreter: Interpreter, node: Any, source: Value, depth: int, collected: list[tuple[Value, Value]]
) -> bool | Raised:
    generator = node.generators[depth]
    items = source.elements(interpreter)
    is_known = items is not None and len(items) <= interpreter.budget.loop
    certain = interpreter.frame.certain
    for item in items if items is not None and is_known else (Unknown("what a loop runs over"),):
        interpreter.frame.certain = certain and is_known
        verdict = _round(interpreter, generator, item)
        if isinstance(verdict, Raised):
            return verdict
        if verdict is not False and interpreter.budget.spend():
            is_known = is_known and verdict is True
            interpreter.frame.certain = certain and is_known
            below = _inside(interpreter, node, depth + 1, collected)
            if isinstance(below, Raised):
                return below
            is_known = is_known and below
    interpreter.frame.certain = certain
    return is_known


def _inside(
    interpreter: Interpreter, node: Any, depth: int, collected: list[tuple[Value, Value]]
) -> bool | Raised:
    """Run the next loop, or, in the innermost, what is collected."""
    if depth < len(node.generators):
        source = interpreter.evaluate(node.generators[depth].iter)
        return source if isinstance(source, Raised) else _rounds(interpreter, node, source, depth, collected)
    keyed = isinstance(node, ast.DictComp)
    found = evaluate_all(interpreter, (node.key, node.value) if keyed else (node.elt, node.elt)[:1])
    if isinstance(found, Raised):
        return found
    collected.append((found[0], found[-1]))
    return True


def _round(interpreter: Interpreter, generator: ast.comprehension, item: Value) -> bool | Raised | None:
    """Bind the variable of a comprehension and tell whether its conditions hold."""
    failed = assign(interpreter, generator.target, item)
    if failed is not None:
        return failed
    verdict: bool | None = True
    for condition in generator.ifs:
        value = interpreter.evaluate(condition)
        if isinstance(value, Raised):
            return value
        holds = interpreter.truth(value)
        if holds is False:
            return False
        verdict = None if holds is None else verdict
    return verdict
