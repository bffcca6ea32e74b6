"""`def` and `class` statements, and the decorators on them."""

import ast
from collections.abc import Iterable

from importgraph.evaluation.functions import make_function, type_parameters
from importgraph.evaluation.lineage import opened
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.statements.assignments import annotation
from importgraph.evaluation.targets import bind
from importgraph.evaluation.values.objects import Class
from importgraph.evaluation.values.outcome import NORMAL, Outcome, outcome_of, raising
from importgraph.evaluation.values.value import Arguments, Raised, Unknown, Value


def function_statement(interpreter: Interpreter, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Outcome:
    """Run a `def`: decorators, defaults, annotations; these give a client nothing that reads exact values."""
    decorators = _decorators(interpreter, node.decorator_list)
    if isinstance(decorators, Raised):
        return raising(decorators)
    has_parameters = type_parameters(interpreter, node)
    made = make_function(interpreter, node, node.name)
    is_read = not isinstance(made, Raised) and not interpreter.policy.exact
    notes = _annotations(node) if is_read else ()
    found = next(
        (one for one in (annotation(interpreter, note) for note in notes) if isinstance(one, Raised)), None
    )
    if has_parameters:
        interpreter.leave()
    if isinstance(made, Raised) or found is not None:
        return outcome_of(found or made)
    return _decorated(interpreter, node.name, made, decorators)


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    arguments = node.args
    plain = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    notes = [a.annotation for a in plain if a is not None and a.annotation is not None]
    return [*notes, node.returns] if node.returns is not None else notes


def class_statement(interpreter: Interpreter, node: ast.ClassDef) -> Outcome:
    """Run a `class` statement and its decorators."""
    decorators = _decorators(interpreter, node.decorator_list)
    if isinstance(decorators, Raised):
        return raising(decorators)
    has_parameters = type_parameters(interpreter, node)
    made = interpreter.make_class(node)
    if has_parameters:
        interpreter.leave()
    return raising(made) if isinstance(made, Raised) else _decorated(interpreter, node.name, made, decorators)


def _decorators(interpreter: Interpreter, nodes: Iterable[ast.expr]) -> list[tuple[ast.expr, Value]] | Raised:
    found = []
    for node in nodes:
        value = interpreter.evaluate(node)
        if isinstance(value, Raised):
            return value
        found.append((node, value))
    return found


def _decorated(
    interpreter: Interpreter, name: str, made: Value, decorators: list[tuple[ast.expr, Value]]
) -> Outcome:
    """Apply decorators and bind the name; one that is not known is taken to give back what it decorates."""
    value = made
    for node, decorator in reversed(decorators):
        interpreter.at(node)
        result = decorator.call(interpreter, Arguments((value,), decorates=True))
        if isinstance(result, Raised):
            return raising(result)
        if isinstance(result, Unknown) and interpreter.policy.cautious:
            value = opened(interpreter, value) if isinstance(value, Class) else result
        elif not isinstance(result, Unknown):
            value = result
    bind(interpreter, name, value)
    return NORMAL
