"""Comprehensions, each in a scope of its own."""

import ast
from typing import Any

from msgspec.structs import replace

from importgraph.evaluation.expressions.parts import evaluate_all
from importgraph.evaluation.expressions.sets import made
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.targets import assign
from importgraph.evaluation.values.iterables import iterate
from importgraph.evaluation.values.scope import Frame
from importgraph.evaluation.values.value import Deferred, Raised, Result, Value, new_state, settled
from importgraph.evaluation.values.values import NONE, NOT_PLAIN, key_of, table

Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


def comprehension(interpreter: Interpreter, node: Comprehension) -> Result:
    """Run a comprehension in a scope of its own; where it is not known what it runs over, once, perhaps."""
    first = interpreter.evaluate(node.generators[0].iter)
    if isinstance(first, Raised):
        return first
    frame, place = interpreter.frame, interpreter.place
    if isinstance(node, ast.GeneratorExp) and interpreter.policy.cautious:
        return Deferred(lambda: _run(interpreter, frame, place, node, first), {})
    return _run(interpreter, frame, place, node, first)


def _run(interpreter: Interpreter, outer: Frame, place: ast.AST, node: Comprehension, first: Value) -> Result:
    inner = replace(
        outer,
        names=new_state(),
        around=outer,
        elsewhere={},
        is_class=False,
        is_annotation=False,
        node=None,
        inner_of=outer,
        branches=interpreter.journal.branches,
    )
    collected: list[tuple[Value, Value]] = []
    interpreter.enter(inner)
    interpreter.at(place)
    try:
        is_known = _rounds(interpreter, node, 0, collected, first)
    finally:
        interpreter.leave()
    if isinstance(is_known, Raised):
        return is_known
    if isinstance(node, ast.DictComp):
        keys = [(key_of(key), value) for key, value in collected]
        plain = {key: value for key, value in keys if key is not NOT_PLAIN}
        return table(plain, is_open=not is_known or any(key is NOT_PLAIN for key, _ in keys))
    kind = "set" if isinstance(node, ast.SetComp) else "list"
    if isinstance(node, ast.GeneratorExp):
        kind = "generator"
    return made(interpreter, kind, tuple(value for _, value in collected), is_open=not is_known)


def _rounds(
    interpreter: Interpreter, node: Any, depth: int, collected: list[tuple[Value, Value]], source: Value
) -> bool | Raised:
    if depth == len(node.generators):
        keyed = isinstance(node, ast.DictComp)
        found = evaluate_all(interpreter, (node.key, node.value) if keyed else (node.elt, node.elt)[:1])
        if isinstance(found, Raised):
            return found
        collected.append((found[0], found[-1]))
        return True
    generator = node.generators[depth]
    items = iterate(interpreter, source)
    if isinstance(items, Raised):
        return items
    runs = is_known = items is not None and len(items) <= interpreter.budget.loop
    frame = interpreter.frame
    certain = frame.certain
    maybe = items if items is not None and is_known else (settled(source).element(interpreter),)
    for item in maybe:
        frame.certain = certain and runs
        verdict = _round(interpreter, generator, item)
        below: bool | Raised | None = verdict
        if not isinstance(verdict, Raised) and verdict is not False and interpreter.budget.spend():
            is_known = is_known and verdict is True
            frame.certain = certain and runs and verdict is True
            below = _below(interpreter, node, depth + 1, collected)
            is_known = is_known and below is True
        if isinstance(below, Raised):
            if is_known or (items and verdict is True):
                return below
            frame.may_raise(below)
            is_known = False
            runs = runs and not frame.guarded
    frame.certain = certain
    return is_known


def _below(
    interpreter: Interpreter, node: Any, depth: int, collected: list[tuple[Value, Value]]
) -> bool | Raised:
    """Run the loops inside, or what the comprehension collects."""
    more = depth < len(node.generators)
    source = interpreter.evaluate(node.generators[depth].iter) if more else NONE
    return source if isinstance(source, Raised) else _rounds(interpreter, node, depth, collected, source)


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
