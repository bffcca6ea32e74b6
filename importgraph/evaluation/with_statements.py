"""`with`: what managers give, and what they swallow."""

import ast

from importgraph.evaluation import exceptions
from importgraph.evaluation.objects import Instance
from importgraph.evaluation.outcome import NORMAL, Outcome, raising
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.targets import assign
from importgraph.evaluation.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values import NONE


def with_statement(interpreter: Interpreter, node: ast.With | ast.AsyncWith) -> Outcome:
    """Run a `with`."""
    caught: list[Value] = []
    for item in node.items:
        manager = interpreter.evaluate(item.context_expr)
        if isinstance(manager, Raised):
            return raising(manager)
        entered = _enter(interpreter, settled(manager), caught)
        failed: Result | None = entered
        if not isinstance(entered, Raised) and item.optional_vars is not None:
            failed = assign(interpreter, item.optional_vars, entered)
        if isinstance(failed, Raised):
            return raising(failed)
    if not caught:
        return interpreter.execute(node.body)
    return exceptions.guarded(interpreter, node.body, [(kind, _swallow) for kind in caught])


def _swallow(_raised: Raised) -> Outcome:
    return NORMAL


def _enter(interpreter: Interpreter, manager: Value, caught: list[Value]) -> Result:
    if isinstance(manager, exceptions.Suppressor):
        caught.extend(manager.kinds)
        return NONE
    if isinstance(manager, Instance):
        method = manager.attribute(interpreter, "__enter__")
        return method if isinstance(method, Raised) else method.call(interpreter, Arguments())
    yielded = manager.elements(interpreter)
    return yielded[0] if yielded else Unknown(f"what {manager.described()} gives")
