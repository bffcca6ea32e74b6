"""Statements: one handler for each kind of node; each returns how it ended."""

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from importgraph.evaluation import exceptions
from importgraph.evaluation.assignments import (
    annotated_assignment,
    assign_statement,
    augmented_assignment,
    delete_statement,
    scope_statement,
)
from importgraph.evaluation.definitions import class_statement, function_statement
from importgraph.evaluation.imports import import_from, import_statement
from importgraph.evaluation.loops import for_statement, while_statement
from importgraph.evaluation.match_statements import match_statement
from importgraph.evaluation.merge import undecided
from importgraph.evaluation.outcome import NORMAL, Ending, Outcome, outcome_of, raising
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.value import Deferred, Raised
from importgraph.evaluation.values import NONE
from importgraph.evaluation.with_statements import with_statement

_RETURNS = 12
"""Possible results of one function that are kept."""


def execute(interpreter: Interpreter, body: Iterable[ast.stmt]) -> Outcome:
    """Run statements until one leaves the body; one that may have left makes the rest uncertain."""
    frame = interpreter.frame
    for statement in body:
        if not interpreter.budget.spend():
            return NORMAL
        if frame.names is frame.module.namespace and _put_off(interpreter, statement):
            continue
        outcome = run_one(interpreter, statement)
        if outcome.ending is Ending.NORMAL:
            continue
        if outcome.certain:
            failed = outcome.raised if frame.names is frame.module.namespace and not frame.tries else None
            if failed is not None and not interpreter.policy.ends(failed):
                continue
            return outcome
        if outcome.ending is Ending.RETURN:
            if len(frame.results) < _RETURNS:
                frame.results.append(outcome.value or NONE)
            frame.leaves += 1
            frame.certain = False
        elif outcome.raised is not None:
            frame.possible.append(outcome.raised)
            frame.certain = frame.certain and not frame.guarded
        else:
            frame.certain = False
    return NORMAL


def _put_off(interpreter: Interpreter, statement: ast.stmt) -> bool:
    """Bind the names of a statement to what it will give, if it can wait until they are used."""
    names = _names_bound(statement)
    module = interpreter.frame.module
    if not names or any(name in module.namespace for name in names):
        return False
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
    return handler(interpreter, statement) if handler is not None else NORMAL


def _expression(interpreter: Interpreter, node: ast.Expr) -> Outcome:
    return outcome_of(interpreter.evaluate(node.value))


def _nothing(_interpreter: Interpreter, _node: ast.stmt) -> Outcome:
    return NORMAL


def _if(interpreter: Interpreter, node: ast.If) -> Outcome:
    test = interpreter.evaluate(node.test)
    if isinstance(test, Raised):
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
    value = interpreter.evaluate(node.value) if node.value is not None else NONE
    return raising(value) if isinstance(value, Raised) else Outcome(Ending.RETURN, value)


def _assert(interpreter: Interpreter, node: ast.Assert) -> Outcome:
    test = interpreter.evaluate(node.test)
    if isinstance(test, Raised):
        return raising(test)
    failed = interpreter.truth(test) is False
    return raising(Raised("AssertionError")) if failed else NORMAL


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
    ast.Try: exceptions.try_statement,
    ast.TryStar: exceptions.try_statement,
    ast.While: while_statement,
    ast.With: with_statement,
}
