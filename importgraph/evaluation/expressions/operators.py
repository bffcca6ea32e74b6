"""Operators, conditions and conditional expressions."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from importgraph.evaluation.expressions.operations import binary, compare
from importgraph.evaluation.expressions.parts import evaluate_all
from importgraph.evaluation.merge import join, undecided
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.outcome import NORMAL, Branch, Outcome, raising
from importgraph.evaluation.values.value import Raised, Result, Unknown, Value
from importgraph.evaluation.values.values import NONE, NOT_PLAIN, Constant, failure, unwrap


def binary_operator(interpreter: Interpreter, node: ast.BinOp) -> Result:
    """Evaluate `a + b` and its like."""
    sides = evaluate_all(interpreter, (node.left, node.right))
    return sides if type(sides) is Raised else binary(interpreter, type(node.op), *sides)


def unary_operator(interpreter: Interpreter, node: ast.UnaryOp) -> Result:
    """Evaluate `not`, `-`, `+` and `~`."""
    value = interpreter.evaluate(node.operand)
    if type(value) is Raised:
        return value
    if isinstance(node.op, ast.Not):
        verdict = interpreter.truth(value)
        return Unknown("the opposite of something unknown") if verdict is None else Constant(not verdict)
    plain = unwrap(interpreter.known(value))
    if plain is NOT_PLAIN:
        return Unknown("a number")
    try:
        return Constant(_UNARY[type(node.op)](plain))
    except TypeError as error:
        return failure(error, "operator")


_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}


def boolean_operator(interpreter: Interpreter, node: ast.BoolOp) -> Result:
    """Evaluate `and` and `or`: what comes behind something unknown may run."""
    stops = isinstance(node.op, ast.Or)
    maybe: list[Value] = []
    for position, part in enumerate(node.values):
        value = interpreter.evaluate(part)
        if type(value) is Raised:
            return value
        verdict = interpreter.truth(value)
        if verdict is stops or position == len(node.values) - 1:
            return join([*maybe, value]) if maybe else value
        if verdict is None:
            maybe.append(value)
            return _perhaps(interpreter, ast.BoolOp(node.op, node.values[position + 1 :]), maybe)
    return NONE


def _perhaps(interpreter: Interpreter, node: ast.BoolOp, maybe: list[Value]) -> Result:
    rest = node if len(node.values) > 1 else node.values[0]
    found: list[Result] = []

    def run() -> Outcome:
        found.append(interpreter.evaluate(rest))
        return NORMAL

    undecided(interpreter, run, lambda: NORMAL)
    value = found[0]
    if type(value) is Raised:
        return Unknown("a value that may fail")
    verdicts = {interpreter.truth(one) for one in (*maybe, value)}
    if isinstance(node.op, ast.And) and interpreter.truth(value) is False and len(verdicts) > 1:
        return Constant(False)
    if interpreter.policy.exact and isinstance(node.op, ast.Or) and value == Constant(True):
        return value
    return join([*maybe, value])


def comparison(interpreter: Interpreter, node: ast.Compare) -> Result:
    """Evaluate a chain of comparisons."""
    left = interpreter.evaluate(node.left)
    result: Result = NONE
    for op, other in zip(node.ops, node.comparators, strict=True):
        right = interpreter.evaluate(other)
        if type(left) is Raised or type(right) is Raised:
            return left if type(left) is Raised else right
        result = compare(interpreter, type(op), left, right)
        if type(result) is Raised or interpreter.truth(result) is not True:
            return result
        left = right
    return result


def conditional_expression(interpreter: Interpreter, node: ast.IfExp) -> Result:
    """Evaluate `a if test else b`; both where the test is not known."""
    test = interpreter.evaluate(node.test)
    if type(test) is Raised:
        return test
    verdict = interpreter.truth(test)
    if verdict is not None:
        return interpreter.evaluate(node.body if verdict else node.orelse)
    found: list[Result] = []

    def branch(expression: ast.expr) -> Branch:
        def run() -> Outcome:
            result = interpreter.evaluate(expression)
            found.append(result)
            return raising(result) if type(result) is Raised else NORMAL

        return run

    undecided(interpreter, branch(node.body), branch(node.orelse))
    values = [one for one in found if type(one) is not Raised]
    return join(values) if values else found[0]
