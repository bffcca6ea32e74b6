"""Statements: one handler for each kind of node; each returns how it ended."""

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from importgraph.evaluation import exceptions
from importgraph.evaluation.merge import doubt_changes, perhaps_leave, undecided
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.statements import try_statements
from importgraph.evaluation.statements.assignments import (
    annotated_assignment,
    assign_statement,
    augmented_assignment,
    delete_statement,
    scope_statement,
)
from importgraph.evaluation.statements.definitions import class_statement, function_statement
from importgraph.evaluation.statements.import_statements import import_from, import_statement
from importgraph.evaluation.statements.loops import for_statement, while_statement
from importgraph.evaluation.statements.match_statements import match_statement
from importgraph.evaluation.statements.with_statements import with_statement
from importgraph.evaluation.targets import forget
from importgraph.evaluation.values.objects import Instance
from importgraph.evaluation.values.outcome import NORMAL, Ending, Outcome, outcome_of, raising
from importgraph.evaluation.values.scope import bound_names
from importgraph.evaluation.values.value import Deferred, Raised
from importgraph.evaluation.values.values import NONE


def execute(interpreter: Interpreter, body: Iterable[ast.stmt]) -> Outcome:
    """Run statements until one leaves the body; one that may have left makes the rest uncertain.

    Each takes a step but those of a module that wait, and its imports: however many more of them there are,
    a limit is reached at the same place.
    """
    frame, budget = interpreter.frame, interpreter.budget
    at_top = frame.names is frame.module.namespace
    broken: Outcome | None = None
    mark = 0
    for statement in body:
        if at_top and budget.used <= budget.steps and _put_off(interpreter, statement):
            continue
        budget.used += not (at_top and type(statement) in _IMPORTS)
        if budget.used > budget.steps:
            return NORMAL
        outcome = run_one(interpreter, statement)
        if outcome.ending is Ending.NORMAL:
            continue
        if outcome.certain and broken is None:
            failed = outcome.raised if at_top and not frame.tries else None
            if failed is not None and not interpreter.policy.ends(failed):
                interpreter.passed_over(failed)
                continue
            return outcome
        if outcome.ending in _LOOPING:
            frame.certain = False
            mark = interpreter.journal.mark() if broken is None else mark
            broken = outcome if broken is None else broken
        else:
            perhaps_leave(interpreter, outcome)
        if outcome.certain and broken is not None:
            return replace(broken, certain=True)  # one of the two has happened
    if broken is not None and interpreter.policy.exact:
        doubt_changes(interpreter, mark)
    return broken or NORMAL


_LOOPING = (Ending.BREAK, Ending.CONTINUE)
_IMPORTS = (ast.Import, ast.ImportFrom)


def _put_off(interpreter: Interpreter, statement: ast.stmt) -> bool:
    """Bind the names of a statement to what it will give, if it can wait until they are used.

    Returns:
        Whether it need not run now: it waits, or has run.
    """
    names = _names_bound(statement)
    module = interpreter.frame.module
    if not names or any(name in module.namespace for name in names):
        is_definition = isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        known = module.status.get(statement) if is_definition else None  # made before by who needed it
        return known is not None and module.namespace.get(names[0]) is known
    if not interpreter.policy.waits(module.name, statement):
        return False
    for name in names:
        value = Deferred(lambda name=name: interpreter.define(module, statement, name), {}, at_once=True)  # type: ignore[misc]
        interpreter.journal.put(module.namespace, name, value, own=True)
    return True


def _names_bound(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            return names if len(names) == len(targets) else []
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
            return [name]
        case _:
            return []


def run_one(interpreter: Interpreter, statement: ast.stmt) -> Outcome:
    """Run one statement in the present frame, now."""
    interpreter.at(statement)
    handler = _HANDLERS.get(type(statement))
    if handler is None:  # of a newer Python
        forget(interpreter, bound_names([statement]))
        return NORMAL
    outcome = handler(interpreter, statement)
    if outcome.raised is None or outcome.raised.trace is not None:
        return outcome
    raised = interpreter.judged(outcome.raised)
    return replace(outcome, raised=raised) if type(raised) is Raised else NORMAL


def _expression(interpreter: Interpreter, node: ast.Expr) -> Outcome:
    result = interpreter.evaluate(node.value)
    if type(result) is Deferred and _concerns_receiver(interpreter, node.value):
        result.value()  # nobody asks what it gives: it is there for what it does to the object
    return outcome_of(result)


def _concerns_receiver(interpreter: Interpreter, node: ast.expr) -> bool:
    """Tell whether a property is asked of the object whose method runs."""
    frame, used = interpreter.frame, node
    if not isinstance(frame.receiver, Instance) or frame.node is None or not isinstance(used, ast.Attribute):
        return False
    parameters = frame.node.args.posonlyargs or frame.node.args.args
    return bool(parameters) and isinstance(used.value, ast.Name) and used.value.id == parameters[0].arg


def _nothing(_interpreter: Interpreter, _node: ast.stmt) -> Outcome:
    return NORMAL


def _if(interpreter: Interpreter, node: ast.If) -> Outcome:
    test = interpreter.evaluate(node.test)
    if type(test) is Raised:
        return raising(test)
    verdict = interpreter.truth(test)
    if verdict is not None:
        return interpreter.execute(node.body if verdict else node.orelse)
    return undecided(
        interpreter, lambda: interpreter.execute(node.body), lambda: interpreter.execute(node.orelse)
    )


def _leave(ending: Ending) -> Callable[[Interpreter, ast.stmt], Outcome]:
    return lambda _interpreter, _node: Outcome(ending)


def _return(interpreter: Interpreter, node: ast.Return) -> Outcome:
    if interpreter.frame.function is None:
        return raising(Raised("SyntaxError", "'return' outside function"))
    value = interpreter.evaluate(node.value) if node.value is not None else NONE
    return raising(value) if type(value) is Raised else Outcome(Ending.RETURN, value)


def _assert(interpreter: Interpreter, node: ast.Assert) -> Outcome:
    test = interpreter.evaluate(node.test)
    if type(test) is Raised:
        return raising(test)
    verdict = interpreter.truth(test)
    if verdict is None and interpreter.policy.cautious:
        interpreter.may_raise(Raised("AssertionError", certain=False))
    return raising(Raised("AssertionError")) if verdict is False else NORMAL


_HANDLERS: Mapping[type[ast.stmt], Callable[[Interpreter, Any], Outcome]] = {
    ast.AnnAssign: annotated_assignment,
    ast.Assert: _assert,
    ast.Assign: assign_statement,
    ast.AsyncFor: for_statement,
    ast.AsyncFunctionDef: function_statement,
    ast.AsyncWith: with_statement,
    ast.AugAssign: augmented_assignment,
    ast.Break: _leave(Ending.BREAK),
    ast.ClassDef: class_statement,
    ast.Continue: _leave(Ending.CONTINUE),
    ast.Delete: delete_statement,
    ast.Expr: _expression,
    ast.For: for_statement,
    ast.FunctionDef: function_statement,
    ast.Global: scope_statement,
    ast.If: _if,
    ast.Import: import_statement,
    ast.ImportFrom: import_from,
    ast.Match: match_statement,
    ast.Nonlocal: scope_statement,
    ast.Pass: _nothing,
    ast.Raise: exceptions.raise_statement,
    ast.Return: _return,
    ast.Try: try_statements.try_statement,
    ast.TryStar: try_statements.try_statement,
    ast.While: while_statement,
    ast.With: with_statement,
}
