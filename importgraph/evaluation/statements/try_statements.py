"""`try` statements, and what handlers do with what may have been raised."""

import ast
import builtins
from collections.abc import Callable
from collections.abc import Sequence as Many

from msgspec.structs import replace

from importgraph.evaluation.exceptions import ExternalException, catches
from importgraph.evaluation.merge import perhaps_leave, undecided
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.targets import bind, forget
from importgraph.evaluation.values.outcome import NORMAL, Branch, Ending, Outcome, raising
from importgraph.evaluation.values.scope import bound_names
from importgraph.evaluation.values.value import Raised, Unknown, Value

Handler = tuple[Value | None, Callable[[Raised], Outcome]]
"""What it catches, None for everything, and what it does."""
_IMPORT = Raised("ModuleNotFoundError")


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
    outcome = guarded(interpreter, node.body, handlers, node.orelse, in_groups=isinstance(node, ast.TryStar))
    frame.certain = certain and frame.leaves == leaves
    last = interpreter.execute(node.finalbody)
    return outcome if last.ending is Ending.NORMAL else last


def _handling(interpreter: Interpreter, handler: ast.ExceptHandler) -> Callable[[Raised], Outcome]:
    def run(raised: Raised) -> Outcome:
        frame = interpreter.frame
        before, frame.raised = frame.raised, raised
        if handler.name is not None:
            named = ExternalException(raised.kind) if hasattr(builtins, raised.kind) else None
            bind(
                interpreter, handler.name, raised.value or named or Unknown(f"the exception `{raised.kind}`")
            )
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
    *,
    in_groups: bool = False,
) -> Outcome:
    """Run a body whose failures some handlers catch; `in_groups`: they look into exception groups."""
    frame = interpreter.frame
    before = len(frame.possible)
    guards = any(catches(interpreter, _IMPORT, kind) is not False for kind, _ in handlers)
    leaves, results = frame.leaves, len(frame.results)
    frame.guarded += guards
    frame.tries += 1
    outcome = interpreter.execute(body)
    frame.tries -= 1
    frame.guarded -= guards
    possible, frame.possible[before:] = frame.possible[before:], []
    if len(frame.results) == results and not interpreter.policy.cautious:
        is_caught = all(any(catches(interpreter, one, kind) for kind, _ in handlers) for one in possible)
        frame.leaves = leaves if is_caught else frame.leaves
    if outcome.ending is Ending.RAISE and outcome.raised is not None:
        raised = outcome.raised
        unsure = in_groups and raised.kind.endswith("ExceptionGroup")
        outcome = _handled(
            interpreter, replace(raised, value=Unknown("a group")) if unsure else raised, handlers
        )
    elif outcome.ending is Ending.NORMAL and orelse:
        passed = any(_chosen(interpreter, one, handlers) is not None for one in possible)
        passed = passed or _expects_failure(body, orelse)
        if passed and interpreter.policy.cautious:
            outcome = undecided(interpreter, lambda: interpreter.execute(orelse), lambda: NORMAL)
        else:
            frame.certain = frame.certain and not passed
            outcome = interpreter.execute(orelse)
    perhaps = _perhaps_handled(interpreter, body, handlers, possible)
    return perhaps if perhaps is not None and outcome.ending is Ending.NORMAL else outcome


def _expects_failure(body: Many[ast.stmt], orelse: Many[ast.stmt]) -> bool:
    """Tell whether a body is there to fail in a call: where it does not, its `else` raises."""
    calls = (isinstance(inner, ast.Call) for statement in body for inner in ast.walk(statement))
    return isinstance(orelse[-1], ast.Raise) and any(calls)


def _perhaps_handled(
    interpreter: Interpreter, body: Many[ast.stmt], handlers: Many[Handler], possible: Many[Raised]
) -> Outcome | None:
    """Run the handlers of what may have been raised; what the body binds is then not known.

    Returns:
        How one of them may leave the round of a loop.
    """
    frame = interpreter.frame
    leaving: Outcome | None = None
    names = bound_names(body) if possible and interpreter.policy.cautious else ()
    for raised in possible:
        chosen = _chosen(interpreter, raised, handlers)
        if chosen is None:
            frame.may_raise(raised)
            continue

        def handle(raised: Raised = raised, chosen: Callable[[Raised], Outcome] = chosen) -> Outcome:
            forget(interpreter, names)
            return chosen(raised)

        perhaps = undecided(interpreter, handle, lambda: NORMAL)
        if perhaps.ending is Ending.RETURN:
            perhaps_leave(interpreter, perhaps)
        elif perhaps.raised is not None:
            interpreter.may_raise(perhaps.raised)
        elif perhaps.ending is not Ending.NORMAL:
            leaving = perhaps
    return leaving


def _chosen(
    interpreter: Interpreter, raised: Raised, handlers: Many[Handler]
) -> Callable[[Raised], Outcome] | None:
    for kind, run in handlers:
        if catches(interpreter, raised, kind) is not False:
            return run
    return None


def _handled(interpreter: Interpreter, raised: Raised, handlers: Many[Handler]) -> Outcome:
    """Run the handler that catches a failure; where it is not sure which does, those that may."""
    maybe: list[Branch] = []
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
