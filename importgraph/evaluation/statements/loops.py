"""`for` and `while`."""

import ast

from importgraph.evaluation.escape import escape_code
from importgraph.evaluation.merge import perhaps_leave, undecided
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.targets import assign, forget
from importgraph.evaluation.values.iterables import iterate
from importgraph.evaluation.values.outcome import NORMAL, Ending, Outcome, raising
from importgraph.evaluation.values.scope import bound_names
from importgraph.evaluation.values.value import Raised, Unknown, Value, settled
from importgraph.evaluation.values.values import Sequence


def for_statement(interpreter: Interpreter, node: ast.For | ast.AsyncFor) -> Outcome:
    """Run a `for`: all rounds where it is known what it runs over, else one, perhaps."""
    source = interpreter.evaluate(node.iter)
    if isinstance(source, Raised):
        return raising(source)
    items = iterate(interpreter, source)
    if isinstance(items, Raised):
        return raising(items)
    frame = interpreter.frame
    certain, leaves = frame.certain, frame.leaves
    unsure = interpreter.policy.exact and not frame.certain
    if items is None or len(items) > interpreter.budget.loop or unsure:
        maybe = (*_known(interpreter, source), settled(source).element(interpreter))
        outcome = undecided(interpreter, lambda: _any_rounds(interpreter, node, maybe), lambda: NORMAL)
        outcome = NORMAL if outcome.ending is Ending.CONTINUE else outcome
        if not interpreter.policy.exact:
            escape_code(interpreter, node)
    else:
        outcome = _rounds(interpreter, node, items)
    frame.certain = certain and frame.leaves == leaves
    if outcome.ending is Ending.BREAK and not outcome.certain:
        return undecided(interpreter, lambda: interpreter.execute(node.orelse), lambda: NORMAL)
    if outcome.ending is Ending.BREAK:
        return NORMAL
    return outcome if outcome.ending is not Ending.NORMAL else interpreter.execute(node.orelse)


def _known(interpreter: Interpreter, source: Value) -> tuple[Value, ...]:
    """Return the elements of which it is known that a loop may run over them."""
    value = settled(source)
    if interpreter.policy.cautious or not isinstance(value, Sequence):
        return ()
    return value.items[: interpreter.budget.loop]


_LOOPING = {Ending.BREAK, Ending.CONTINUE}


def _round(interpreter: Interpreter, node: ast.For | ast.AsyncFor, item: Value) -> Outcome:
    failed = assign(interpreter, node.target, item)
    if failed is not None:
        return raising(failed)
    frame = interpreter.frame
    certain, leaves = frame.certain, frame.leaves
    outcome = interpreter.execute(node.body)
    if outcome.ending is not Ending.CONTINUE:
        return outcome
    if not interpreter.policy.exact:  # the next round begins all the same
        frame.certain = certain and frame.leaves == leaves
    return NORMAL


def _any_rounds(interpreter: Interpreter, node: ast.For | ast.AsyncFor, items: tuple[Value, ...]) -> Outcome:
    """Run rounds that stand for any number of them."""
    if interpreter.policy.exact:
        forget(interpreter, bound_names(node.body))
    return _rounds(interpreter, node, items)


def _rounds(interpreter: Interpreter, node: ast.For | ast.AsyncFor, items: tuple[Value, ...]) -> Outcome:

    def any_round() -> Outcome:
        forget(interpreter, bound_names(node.body))
        return _round(interpreter, node, Unknown("an element behind one at which the loop may have ended"))

    for position, item in enumerate(items, 1):
        if interpreter.budget.is_spent:
            break
        outcome = _round(interpreter, node, item)
        if not outcome.passes:
            return outcome
        if outcome.ending is Ending.BREAK:
            if position < len(items):
                perhaps_leave(interpreter, undecided(interpreter, any_round, lambda: NORMAL))
            return Outcome(Ending.BREAK, certain=False)
    return NORMAL


def while_statement(interpreter: Interpreter, node: ast.While) -> Outcome:
    """Run a `while` as long as its condition is known."""
    frame = interpreter.frame
    certain, leaves = frame.certain, frame.leaves
    outcome = NORMAL
    last = interpreter.budget.used + interpreter.budget.loop_steps
    for _ in range(interpreter.budget.loop):
        if interpreter.budget.used > last:
            _unfollowed(interpreter, node)
            break
        test = interpreter.evaluate(node.test)
        if isinstance(test, Raised):
            return raising(test)
        verdict = interpreter.truth(test)
        if verdict is None or (interpreter.policy.exact and not certain):
            if interpreter.policy.exact:
                forget(interpreter, bound_names(node.body))
            outcome = undecided(interpreter, lambda: interpreter.execute(node.body), lambda: NORMAL)
            break
        outcome = interpreter.execute(node.body) if verdict else interpreter.execute(node.orelse)
        if not verdict or (not outcome.passes and outcome.ending is not Ending.CONTINUE):
            break
        if not interpreter.budget.spend():
            break
    else:
        _unfollowed(interpreter, node)
    frame.certain = certain and frame.leaves == leaves
    return NORMAL if outcome.ending in _LOOPING else outcome


def _unfollowed(interpreter: Interpreter, node: ast.While) -> None:
    """Take what the rounds of a long loop do as not known."""
    forget(interpreter, bound_names(node.body))
    escape_code(interpreter, node)
