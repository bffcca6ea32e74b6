"""`with`: what managers give, and what they swallow."""

import ast
import builtins
from typing import Protocol, runtime_checkable

from importgraph.evaluation.calls import Iteration
from importgraph.evaluation.escape import escaped
from importgraph.evaluation.exceptions import ExternalException, Suppressor, catches
from importgraph.evaluation.merge import undecided
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.statements.suppression import suppressed
from importgraph.evaluation.targets import assign, forget
from importgraph.evaluation.values.objects import External, Instance
from importgraph.evaluation.values.outcome import NORMAL, Ending, Outcome, outcome_of, raising
from importgraph.evaluation.values.scope import bound_names
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, sequence

_SWALLOWING = {"raises", "suppress", "assertRaises", "deprecated_call", "assertRaisesRegex", "warns"}
"""Last names of managers that swallow what the body is expected to raise."""


_STACKS = {"contextlib.ExitStack()", "contextlib.AsyncExitStack()"}
"""Managers that swallow what those swallow which were put into them."""


@runtime_checkable
class Manager(Protocol):
    """A value that is told when a `with` around it ends."""

    def left(self) -> None:
        """The body has ended."""


@runtime_checkable
class Entering(Protocol):
    """A value that is told when a `with` around it begins."""

    def entered(self) -> Result:
        """Return what `as` binds."""


def with_statement(interpreter: Interpreter, node: ast.With | ast.AsyncWith) -> Outcome:
    """Run a `with`."""
    managers: list[Value] = []
    unsure = False
    for item in node.items:
        manager = interpreter.evaluate(item.context_expr)
        if isinstance(manager, Raised):
            return raising(manager)
        managers.append(settled(manager))
        unsure |= isinstance(managers[-1], Unknown) and _last_name(item.context_expr) in _SWALLOWING
        entered = _enter(interpreter, managers[-1])
        failed: Result | None = entered
        if not isinstance(entered, Raised) and item.optional_vars is not None:
            failed = assign(interpreter, item.optional_vars, entered)
        if isinstance(failed, Raised):
            return raising(failed)
    if unsure and interpreter.policy.cautious:
        outcome = undecided(interpreter, lambda: interpreter.execute(node.body), lambda: NORMAL)
    else:
        outcome = _managed(interpreter, node, managers)
    for one in managers:
        if isinstance(one, Manager):
            one.left()
        elif isinstance(one, Iteration):
            escaped(interpreter, Arguments((one,)))
    return outcome


def _last_name(node: ast.expr) -> str:
    function = node.func if isinstance(node, ast.Call) else node
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _managed(interpreter: Interpreter, node: ast.With | ast.AsyncWith, managers: list[Value]) -> Outcome:
    """Run the body, whose failures managers may swallow."""
    suppressors = [one for one in managers if isinstance(one, Suppressor)]
    if suppressors:
        outcome = suppressed(interpreter, node.body, suppressors)
    else:
        outcome = interpreter.execute(node.body)
    if not interpreter.policy.cautious:
        return outcome
    if outcome.ending is Ending.RAISE and outcome.raised is not None:
        verdicts = [_swallows(interpreter, one, outcome.raised) for one in reversed(managers)]
        if True in verdicts or None not in verdicts:
            return NORMAL if True in verdicts else outcome
        interpreter.may_raise(outcome.raised)
        names = bound_names(node.body) - {name for name in interpreter.frame.names if isinstance(name, str)}
        forget(interpreter, names)
        return NORMAL
    for one in managers:
        left = _exit(interpreter, one, (NONE, NONE, NONE)) if isinstance(one, Instance) else NONE
        if isinstance(left, Raised):
            return outcome_of(left)
    return outcome


def _enter(interpreter: Interpreter, manager: Value) -> Result:
    if isinstance(manager, Suppressor):
        return NONE if manager.without is None else Unknown("what was raised")
    if isinstance(manager, Entering):
        return manager.entered()
    if isinstance(manager, Instance):
        method = manager.attribute(interpreter, "__enter__")
        if isinstance(method, Raised):
            return interpreter.judged(method)
        return method.call(interpreter, Arguments())
    if isinstance(manager, Iteration) and interpreter.policy.cautious:
        escaped(interpreter, Arguments((manager,)))
        return Unknown(f"what {manager.described()}")
    yielded = manager.elements(interpreter)
    return yielded[0] if yielded else Unknown(f"what {manager.described()} gives")


def _exit(interpreter: Interpreter, manager: Instance, given: tuple[Value, ...]) -> Result:
    method = manager.attribute(interpreter, "__exit__")
    if isinstance(method, Raised):
        return interpreter.judged(method)
    return method.call(interpreter, Arguments(given))


def _swallows(interpreter: Interpreter, manager: Value, raised: Raised) -> bool | None:
    """Tell whether a manager swallows a failure; None where that is not known."""
    if isinstance(manager, Iteration):
        return _swallows_around_yield(interpreter, manager, raised)
    if not isinstance(manager, Instance):
        return None if isinstance(manager, External) and manager.name in _STACKS else False
    known = isinstance(getattr(builtins, raised.kind, None), type)
    kind: Value = External(f"builtins.{raised.kind}") if known else Unknown("a kind of exception")
    error: Value = ExternalException(raised.kind) if known else raised.value or Unknown("an exception")
    frame = interpreter.frame
    before, frame.raised = frame.raised, raised
    answer = _exit(interpreter, manager, (kind, error, Unknown("a traceback")))
    frame.raised = before
    return None if isinstance(answer, Raised) else interpreter.truth(answer)


def _swallows_around_yield(interpreter: Interpreter, manager: Iteration, raised: Raised) -> bool | None:
    """Tell whether a generator catches what is raised where it yields, and goes on."""
    for node in ast.walk(interpreter.policy.whole(manager.function)):
        if not isinstance(node, ast.Try) or not any(_holds_yield(one) for one in node.body):
            continue
        for handler in node.handlers:
            kinds = _kinds(handler.type)
            if not all(hasattr(builtins, name) for name in kinds):
                return None
            options = sequence("tuple", tuple(External(f"builtins.{name}") for name in sorted(kinds)))
            verdict = catches(interpreter, raised, options)
            if verdict is not False:
                raises = any(isinstance(one, ast.Raise | ast.Call) for one in ast.walk(handler))
                return None if raises else verdict
    return False


def _holds_yield(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Yield | ast.YieldFrom) for one in ast.walk(node))


def _kinds(node: ast.expr | None) -> set[str]:
    """Return the last names of the exceptions that a handler catches."""
    if node is None:
        return {"BaseException"}
    return {_last_name(part) for part in (node.elts if isinstance(node, ast.Tuple) else [node])}
