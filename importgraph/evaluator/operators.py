"""Operators on values: what they give, where both sides are known."""

import ast
from typing import Any

from importgraph.evaluation.growth import operation_size
from importgraph.evaluation.limits import LARGEST, spend_on
from importgraph.evaluation.operator_functions import BINARY, COMPARE
from importgraph.evaluator.frame import TAINT, elements
from importgraph.evaluator.values import (
    Func,
    Later,
    Mark,
    Unknown,
    concrete,
    is_native,
)


def truth_of(value: Any) -> bool | None:
    """Decide the truth of a value."""
    if isinstance(value, list | tuple | set | frozenset | dict):
        return None if elements(value) is None and TAINT in value else bool(value)
    if concrete(value):
        return bool(value)
    return True if isinstance(value, Func | Mark) or is_native(value) else None


def combine(kind: type[ast.operator], left: Any, right: Any, line: int) -> Any:
    """Apply a binary operator."""
    if type(left) is Later or type(right) is Later:
        return Unknown("computed from the result of a call", line)
    lists = isinstance(left, list | tuple) and isinstance(right, list | tuple) and kind is ast.Add
    repeated = kind is ast.Mult and isinstance(left, list | tuple) and isinstance(right, int)
    if lists or repeated or (concrete(left) and concrete(right)):
        size = operation_size(kind, left, right)
        if size > LARGEST:
            return Unknown("a value too big to compute", line)
        try:
            return BINARY[kind](left, right)
        except (ArithmeticError, TypeError, ValueError, KeyError):
            return Unknown("an operation that fails here", line)
    return Unknown("computed from unknown values", line)


def compare_two(kind: ast.cmpop, left: Any, right: Any) -> bool | None:
    """Apply a comparison; None where text does not decide it."""
    if isinstance(kind, ast.Is | ast.IsNot):
        return _identity(left, right, positive=isinstance(kind, ast.Is))
    if isinstance(kind, ast.In | ast.NotIn):
        if not concrete(left) or not concrete(right):
            return None
        spend_on(right)
        try:
            return (left in right) is isinstance(kind, ast.In)
        except TypeError:
            return None
    if not concrete(left) or not concrete(right):
        return None
    spend_on(left)
    try:
        return bool(COMPARE[type(kind)](left, right))
    except TypeError:
        return None


def _identity(left: Any, right: Any, *, positive: bool) -> bool | None:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
        return (left is right) is positive
    return positive if left is right else None
