"""`for` and `while`."""

import ast
from collections.abc import Iterable

from importgraph.evaluation.merge import undecided
from importgraph.evaluation.outcome import NORMAL, Ending, Outcome, raising
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.targets import assign
from importgraph.evaluation.value import Raised, Unknown, Value


def for_statement(interpreter: Interpreter, node: ast.For | ast.AsyncFor) -> Outcome:
    """Run a `for`: all rounds where it is known what it runs over, else one, perhaps."""
    source = interpreter.evaluate(node.iter)
    if isinstance(source, Raised):
        return raising(source)
    items = source.elements(interpreter)
    frame = interpreter.frame
    certain, leaves = frame.certain, frame.leaves
    if items is None or len(items) > interpreter.budget.loop:
        one = Unknown(f"an element of {source.described()}")
        outcome = undecided(interpreter, lambda: _round(interpreter, node, one), lambda: NORMAL)
        outcome = NORMAL if outcome.ending in _LOOPING else outcome
    else:
        outcome = _rounds(interpreter, node, items)
    if outcome.ending is not Ending.BREAK:
        frame.certain = certain and frame.leaves == leaves
        return outcome if outcome.ending is not Ending.NORMAL else interpreter.execute(node.orelse)
    frame.certain = certain and frame.leaves == leaves
    return NORMAL


_LOOPING = {Ending.BREAK, Ending.CONTINUE}


def _round(interpreter: Interpreter, node: ast.For | ast.AsyncFor, item: Value) -> Outcome:
    failed = assign(interpreter, node.target, item)
    if failed is not None:
        return raising(failed)
    outcome = interpreter.execute(node.body)
    return NORMAL if outcome.ending is Ending.CONTINUE else outcome


def _rounds(interpreter: Interpreter, node: ast.For | ast.AsyncFor, items: Iterable[Value]) -> Outcome:
    for item in items:
        outcome = _round(interpreter, node, item)
        if outcome.ending is not Ending.NORMAL:
            return outcome
    return NORMAL


def while_statement(interpreter: Interpreter, node: ast.While) -> Outcome:
    """Run a `while` as long as its condition is known."""
    frame = interpreter.frame
    certain, leaves = frame.certain, frame.leaves
    outcome = NORMAL
    for _ in range(interpreter.budget.loop):
        test = interpreter.evaluate(node.test)
        if isinstance(test, Raised):
            return raising(test)
        verdict = interpreter.truth(test)
        if verdict is None:
            outcome = undecided(interpreter, lambda: interpreter.execute(node.body), lambda: NORMAL)
            break
        outcome = interpreter.execute(node.body) if verdict else interpreter.execute(node.orelse)
        if not verdict or outcome.ending not in {Ending.NORMAL, Ending.CONTINUE}:
            break
        if not interpreter.budget.spend():
            break
    frame.certain = certain and frame.leaves == leaves
    return NORMAL if outcome.ending in _LOOPING else outcome
