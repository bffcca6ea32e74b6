"""Exceptions: which handler catches what, `try`, `raise`, and managers that swallow."""

import ast
import builtins
from collections.abc import Callable
from collections.abc import Sequence as Many
from dataclasses import dataclass, replace

from importgraph.evaluation.merge import undecided
from importgraph.evaluation.objects import Class, External, Instance
from importgraph.evaluation.outcome import NORMAL, Ending, Outcome, raising
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.targets import bind
from importgraph.evaluation.value import Raised, Unknown, Value, settled
from importgraph.evaluation.values import Sequence

Handler = tuple[Value | None, Callable[[Raised], Outcome]]
"""What it catches, None for everything, and what it does."""
_IMPORT = Raised("ModuleNotFoundError")


@dataclass(frozen=True, slots=True, eq=False)
class Suppressor(Value):
    """A context manager that swallows exceptions of some kinds (`contextlib.suppress`)."""

    kinds: tuple[Value, ...]


def catches(interpreter: Interpreter, raised: Raised, kind: Value | None) -> bool | None:
    """Tell whether a handler for a kind of exception catches one; None where it is not known."""
    if kind is None:
        return True
    kind = settled(kind)
    if isinstance(kind, Sequence):
        verdicts = [catches(interpreter, raised, one) for one in kind.items]
        return True if True in verdicts else None if None in verdicts or kind.is_open else False
    if isinstance(raised.value, Instance | Class):
        cls = raised.value if isinstance(raised.value, Class) else raised.value.cls
        line = interpreter.lineage(cls)
        outside = [one.name for one in line if isinstance(one, External)]
        if kind in line:
            return True
        known = [_is_a(name.rpartition(".")[2], kind) for name in outside]
        return True if True in known else False if line else None
    return _is_a(raised.kind, kind)


def _is_a(raised: str, kind: Value) -> bool | None:
    if isinstance(kind, Class):
        return False
    if not isinstance(kind, External):
        return None
    one, other = getattr(builtins, raised, None), getattr(builtins, kind.name.rpartition(".")[2], None)
    if not isinstance(one, type) or not isinstance(other, type):
        return kind.name.rpartition(".")[2] == raised or None
    return issubclass(one, other)


def raise_statement(interpreter: Interpreter, node: ast.Raise) -> Outcome:
    """Run a `raise`."""
    if node.exc is None:
        return raising(interpreter.frame.raised or Raised("RuntimeError", "No active exception to reraise"))
    if isinstance(node.exc, ast.Call):
        called = interpreter.evaluate(node.exc.func)
        if isinstance(called, External):
            text = [interpreter.evaluate(argument) for argument in node.exc.args]
            message = next((one.described() for one in text if isinstance(one, Value)), "")
            return raising(Raised(called.name.rpartition(".")[2], message, explicit=True))
    value = interpreter.evaluate(node.exc)
    if isinstance(value, Raised):
        return raising(value)
    value = settled(value)
    if isinstance(value, External):
        return raising(Raised(value.name.rpartition(".")[2], explicit=True))
    if isinstance(value, Class | Instance):
        cls = value if isinstance(value, Class) else value.cls
        return raising(Raised(cls.qualname, value=value, explicit=True))
    return raising(Raised("Exception", "an exception that is not known", value=value, explicit=True))


def try_statement(interpreter: Interpreter, node: ast.Try | ast.TryStar) -> Outcome:
    """Run a `try`: what may have failed in its body makes a handler possible."""
    frame = interpreter.frame
    handlers: list[Handler] = []
    for handler in node.handlers:
        kind = interpreter.evaluate(handler.type) if handler.type is not None else None
        handlers.append(
            (Unknown("a kind") if isinstance(kind, Raised) else kind, _handling(interpreter, handler))
        )
    certain, leaves = frame.certain, frame.leaves
    outcome = guarded(interpreter, node.body, handlers, node.orelse)
    frame.certain = certain and frame.leaves == leaves
    last = interpreter.execute(node.finalbody)
    return outcome if last.ending is Ending.NORMAL else last


def _handling(interpreter: Interpreter, handler: ast.ExceptHandler) -> Callable[[Raised], Outcome]:
    def run(raised: Raised) -> Outcome:
        frame = interpreter.frame
        before, frame.raised = frame.raised, raised
        if handler.name is not None:
            bind(interpreter, handler.name, raised.value or Unknown(f"the exception `{raised.kind}`"))
        outcome = interpreter.execute(handler.body)
        if handler.name is not None:
            interpreter.journal.drop(frame.names, handler.name)
        frame.raised = before
        return outcome

    return run


def guarded(
    interpreter: Interpreter,
    body: Many[ast.stmt],
    handlers: Many[Handler],
    orelse: Many[ast.stmt] = (),
) -> Outcome:
    """Run a body whose failures some handlers catch."""
    frame = interpreter.frame
    before = len(frame.possible)
    guards = any(catches(interpreter, _IMPORT, kind) is not False for kind, _ in handlers)
    frame.guarded += guards
    frame.tries += 1
    outcome = interpreter.execute(body)
    frame.tries -= 1
    frame.guarded -= guards
    possible, frame.possible[before:] = frame.possible[before:], []
    if outcome.ending is Ending.RAISE and outcome.raised is not None:
        outcome = _handled(interpreter, outcome.raised, handlers)
    elif outcome.ending is Ending.NORMAL and orelse:
        outcome = interpreter.execute(orelse)
    for raised in {one.kind: one for one in possible}.values():
        chosen = _chosen(interpreter, raised, handlers)
        if chosen is None:
            frame.possible.append(raised)
            continue
        perhaps = undecided(interpreter, lambda: chosen(raised), lambda: NORMAL)  # noqa: B023 -- run at once
        if perhaps.ending is Ending.RETURN and perhaps.value is not None:
            frame.results.append(perhaps.value)
    return outcome


def _chosen(
    interpreter: Interpreter, raised: Raised, handlers: Many[Handler]
) -> Callable[[Raised], Outcome] | None:
    for kind, run in handlers:
        if catches(interpreter, raised, kind) is not False:
            return run
    return None


def _handled(interpreter: Interpreter, raised: Raised, handlers: Many[Handler]) -> Outcome:
    """Run the handler that catches a failure; where it is not sure which does, those that may."""
    maybe: list[Callable[[], Outcome]] = []
    for kind, run in handlers:
        verdict = catches(interpreter, raised, kind)
        if verdict:
            if not maybe:
                return run(raised)
            maybe.append(lambda run=run: run(raised))  # type: ignore[misc]
            break
        if verdict is None:
            maybe.append(lambda run=run: run(raised))  # type: ignore[misc]
    if not maybe:
        return raising(raised)
    return undecided(interpreter, *maybe, lambda: raising(replace(raised, certain=False)))
