"""Expressions: one handler for each kind of node."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from importgraph.evaluation.expressions.call_expressions import call_expression
from importgraph.evaluation.expressions.comprehensions import comprehension
from importgraph.evaluation.expressions.displays import dictionary_display, formatted_text, sequence_display
from importgraph.evaluation.expressions.names import name_expression
from importgraph.evaluation.expressions.operators import (
    binary_operator,
    boolean_operator,
    comparison,
    conditional_expression,
    unary_operator,
)
from importgraph.evaluation.expressions.parts import evaluate_all
from importgraph.evaluation.functions import lambda_expression
from importgraph.evaluation.merge import Either
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.iterables import iterate
from importgraph.evaluation.values.objects import Instance, Module
from importgraph.evaluation.values.scope import home
from importgraph.evaluation.values.value import Raised, Result, Unknown, settled
from importgraph.evaluation.values.values import NONE, NOT_PLAIN, Constant, Table, unwrap


def evaluate(interpreter: Interpreter, node: ast.expr) -> Result:
    """Evaluate an expression in the present frame."""
    handler = HANDLERS.get(type(node))
    return handler(interpreter, node) if handler is not None else Unknown(f"`{type(node).__name__}`")


def _constant(_interpreter: Interpreter, node: ast.Constant) -> Result:
    return Constant(node.value)


def _attribute(interpreter: Interpreter, node: ast.Attribute) -> Result:
    value = interpreter.evaluate(node.value)
    if type(value) is Raised:
        return value
    found = value.attribute(interpreter, node.attr)
    unsure = interpreter.policy.cautious and not interpreter.policy.exact
    if unsure and found == NONE and isinstance(settled(value), Module | Instance):
        return Unknown("an attribute that may have been set since")
    return found


def _subscript(interpreter: Interpreter, node: ast.Subscript) -> Result:
    value = interpreter.evaluate(node.value)
    if type(value) is Raised:
        return value
    key = interpreter.evaluate(node.slice)
    if type(key) is Raised:
        return key
    held, wanted = interpreter.known(value), interpreter.known(key)
    if type(wanted) is Either and type(held) is Table:
        return wanted.each(interpreter, lambda one: held.item(interpreter, one))
    return held.item(interpreter, key)


def _slice(interpreter: Interpreter, node: ast.Slice) -> Result:
    parts = evaluate_all(
        interpreter, [p if p is not None else ast.Constant(None) for p in (node.lower, node.upper, node.step)]
    )
    if type(parts) is Raised:
        return parts
    plain = [unwrap(part) for part in parts]
    return Unknown("a part of a sequence") if NOT_PLAIN in plain else Constant(slice(*plain))


def _walrus(interpreter: Interpreter, node: ast.NamedExpr) -> Result:
    value = interpreter.evaluate(node.value)
    if type(value) is not Raised:
        frame = interpreter.frame
        while frame.inner_of is not None:
            frame = frame.inner_of
        interpreter.journal.put(home(frame, node.target.id), node.target.id, value)
    return value


def _yield(interpreter: Interpreter, node: ast.Yield | ast.YieldFrom) -> Result:
    if node.value is not None:
        value = interpreter.evaluate(node.value)
        if type(value) is Raised:
            return value
        frame, exact = interpreter.frame, interpreter.policy.exact
        frame.leaves += exact and not frame.certain  # so that what is yielded is open
        inner = iterate(interpreter, value) if exact and isinstance(node, ast.YieldFrom) else (value,)
        known = isinstance(inner, tuple) and (exact or isinstance(node, ast.Yield))
        frame.results.extend(inner if known and isinstance(inner, tuple) else (Unknown("what is yielded"),))
    return Unknown("what is sent to a generator")


def _await(interpreter: Interpreter, node: ast.Await) -> Result:
    return interpreter.evaluate(node.value)


HANDLERS: Mapping[type[ast.expr], Callable[[Interpreter, Any], Result]] = {
    ast.Attribute: _attribute,
    ast.Await: _await,
    ast.BinOp: binary_operator,
    ast.BoolOp: boolean_operator,
    ast.Call: call_expression,
    ast.Compare: comparison,
    ast.Constant: _constant,
    ast.Dict: dictionary_display,
    ast.DictComp: comprehension,
    ast.GeneratorExp: comprehension,
    ast.IfExp: conditional_expression,
    ast.JoinedStr: formatted_text,
    ast.Lambda: lambda_expression,
    ast.List: sequence_display,
    ast.ListComp: comprehension,
    ast.Name: name_expression,
    ast.NamedExpr: _walrus,
    ast.Set: sequence_display,
    ast.SetComp: comprehension,
    ast.Slice: _slice,
    ast.Subscript: _subscript,
    ast.Tuple: sequence_display,
    ast.UnaryOp: unary_operator,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
}
