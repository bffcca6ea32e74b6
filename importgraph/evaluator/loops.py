"""Loops: run round by round where text tells, else as something that may run any number of times."""

import ast
from collections.abc import Callable

from importgraph.evaluator.branches import either
from importgraph.evaluator.expressions import truth, value_of
from importgraph.evaluator.frame import elements, lookup
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.signals import Broke, Continued, Left, Wavered
from importgraph.evaluator.targets import store, unpack_unknown
from importgraph.evaluator.values import Doubt, Ext, Inst

_MAX_ROUNDS = 20_000


def run_for(frame: Frame, node: ast.For) -> None:
    """Run a `for`."""
    found = elements(frame.space.settle(value_of(frame, node.iter), frame.scope.path))
    if found is None or frame.unsure:
        _unsure_loop(frame, node)
        return

    def rounds() -> bool:
        for element in found[:_MAX_ROUNDS]:
            frame.step()
            store(frame, node.target, element)
            if _breaks(frame, node):
                return True
        return False

    _run_rounds(frame, node, rounds)


def run_while(frame: Frame, node: ast.While) -> None:
    """Run a `while`."""

    def rounds() -> bool:
        for _ in range(_MAX_ROUNDS):
            verdict = truth(frame, node.test)
            if verdict is None:
                raise Wavered
            if not verdict:
                return False
            if _breaks(frame, node):
                return True
        raise Doubt("loops too often when imported", node.lineno)

    if frame.unsure:
        _unsure_loop(frame, node)
    else:
        _run_rounds(frame, node, rounds)


def _breaks(frame: Frame, node: ast.For | ast.While) -> bool:
    """Run one round; tell whether it ends the loop by `break`."""
    try:
        frame.space.execute(frame, node.body)
    except Continued:
        return False
    except Broke:
        return True
    return False


def _run_rounds(frame: Frame, node: ast.For | ast.While, rounds: Callable[[], bool]) -> None:
    """Run a loop round by round, or any number of times where text does not tell when it goes on.

    Args:
        frame: Where it stands.
        node: The loop.
        rounds: Runs it; tells whether it was left by `break`.
    """
    before, outer = dict(frame.scope.names), frame.in_loop
    frame.in_loop = True
    try:
        broke = rounds()
    except Wavered:
        frame.scope.names.clear()
        frame.scope.names.update(before)
        _unsure_loop(frame, node)
        return
    finally:
        frame.in_loop = outer
    if not broke:
        frame.space.execute(frame, node.orelse)


def _unsure_loop(frame: Frame, node: ast.For | ast.While) -> None:
    """Run a loop's body once as something that may run any number of times."""

    def body() -> None:
        if isinstance(node, ast.For):
            unpack_unknown(frame, node.target)
            _item_of(frame, node)
        outer, frame.in_loop = frame.in_loop, False
        try:
            frame.space.execute(frame, node.body)
        finally:
            frame.in_loop = outer

    either(frame, [lambda: None, body], node.lineno, node.body)


def _item_of(frame: Frame, node: ast.For) -> None:
    """In hooks: the loop variable over the session's items is an item."""
    value = lookup(frame, node.iter.id) if isinstance(node.iter, ast.Name) else None
    if isinstance(value, Inst) and isinstance(value.cls, Ext) and value.cls.name == "pytest.Items":
        store(frame, node.target, Inst(Ext("pytest.Item"), (), {"session": value.kwargs.get("session")}))


def run_break(frame: Frame, _node: ast.Break) -> None:
    """Run a `break`."""
    _leave(frame)
    raise Broke


def run_continue(frame: Frame, _node: ast.Continue) -> None:
    """Run a `continue`."""
    _leave(frame)
    raise Continued


def _leave(frame: Frame) -> None:
    """Leave a round under a condition that text does not decide."""
    if frame.unsure:
        raise Wavered if frame.in_loop else Left
