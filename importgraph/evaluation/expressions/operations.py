"""Operators and comparisons on values."""

import ast
from collections.abc import Iterable
from typing import Any

from importgraph.evaluation.expressions.operator_functions import BINARY, COMPARE, special_method
from importgraph.evaluation.expressions.sets import of_kind
from importgraph.evaluation.fields import fields_of
from importgraph.evaluation.lineage import in_lineage, is_whole
from importgraph.evaluation.merge import Either
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.growth import operation_size
from importgraph.evaluation.values.limits import LARGEST
from importgraph.evaluation.values.objects import Class, External, Function, Instance, Module
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import (
    NONE,
    NOT_PLAIN,
    ONCE,
    Constant,
    Sequence,
    Table,
    failure,
    holds_leaves,
    key_of,
    sequence,
    table,
    unwrap,
    wrap,
)

_DISTINCT = (Module, Function, Class, Instance, Sequence, Table)
"""Kinds that are the same object only where they are the same value here."""


def binary(interpreter: Interpreter, kind: type[ast.operator], left: Value, right: Value) -> Result:
    """Apply a binary operator."""
    function, name = BINARY[kind], special_method(kind)
    left, right = interpreter.known(left), interpreter.known(right)
    joined = _joined(kind, left, right)
    if joined is not None:
        return joined
    one, other = _operands(left, right, kind)
    if one is not NOT_PLAIN and other is not NOT_PLAIN:
        if operation_size(kind, one, other) > LARGEST:
            return Unknown("a large number or a long text")
        try:
            return of_kind(wrap(function(one, other)), left)
        except Exception as error:  # noqa: BLE001 -- what the operation raises is its result
            return failure(error, "|" if kind is ast.BitOr else "operator")
    failed = _misused(kind, left, right)
    if failed is not None:
        return failed
    for value, given, prefix in ((left, right, ""), (right, left, "r")):
        if type(value) is Instance:
            method = value.attribute(interpreter, f"__{prefix}{name}__")
            if not isinstance(method, Raised | Unknown):
                return method.call(interpreter, Arguments((given,)))
    return Unknown(f"the result of an operator on {left.described()}")


_TYPES = frozenset(
    ["bool", "bytes", "dict", "float", "frozenset", "int", "list", "object", "set", "str", "tuple", "type"]
)


def _joined(kind: type[ast.operator], left: Value, right: Value) -> Value | None:
    """Return what an operator makes of containers or types."""
    if kind is ast.Add and type(left) is Sequence and type(right) is Sequence and left.kind == right.kind:
        if len(left.items) + len(right.items) > LARGEST:
            return None
        return sequence(left.kind, left.items + right.items, is_open=left.is_open or right.is_open)
    if kind is ast.Mult and (repeated := _repeated(left, right) or _repeated(right, left)) is not None:
        return repeated
    if kind is ast.BitOr and _is_type(left) and _is_type(right):
        return UNION
    if kind is ast.BitOr and type(left) is Table and type(right) is Table:
        return table({**left.items, **right.items}, is_open=left.is_open or right.is_open)
    return None


UNION = Unknown("a union of types", is_data=True)


def _is_type(value: Value) -> bool:
    """Tell whether a value is a type, or stands for one in a union."""
    if isinstance(value, External):
        return value.name.removeprefix("builtins.") in _TYPES and value.name.startswith("builtins.")
    return value in (NONE, UNION) or (type(value) is Class and value.metaclass is None)


def _repeated(items: Value, times: Value) -> Value | None:
    """Return a list or tuple several times over."""
    if type(items) is not Sequence or items.kind not in {"list", "tuple"}:
        return None
    count = times.value if type(times) is Constant else None
    if not isinstance(count, int) or count * len(items.items) > LARGEST:
        return None
    return sequence(items.kind, items.items * count, is_open=items.is_open)


def _operands(left: Value, right: Value, kind: type[ast.operator]) -> tuple[Any, Any]:
    """Return plain operands; beside the keys or items of a dictionary, sets for the operators of sets.

    A view takes anything that can be looped over on its other side, which a set does not.
    """
    one, other = unwrap(left), unwrap(right)
    if not (_is_view(left) or _is_view(right)) or one is NOT_PLAIN or other is NOT_PLAIN:
        return one, other
    if kind not in _OF_SETS:
        return NOT_PLAIN, NOT_PLAIN
    try:
        return _as_set(one), _as_set(other)
    except TypeError:
        return NOT_PLAIN, NOT_PLAIN


def _as_set(plain: Any) -> Any:
    return frozenset(plain) if isinstance(plain, Iterable) else plain


def _is_view(value: Value) -> bool:
    return type(value) is Sequence and value.kind == "view"


_OF_SETS = (ast.Sub, ast.BitOr, ast.BitAnd, ast.BitXor)


def _misused(kind: type[ast.operator], left: Value, right: Value) -> Raised | None:
    """Return the failure of an operator that operands surely do not have."""
    if kind is ast.BitOr and (_no_union(left, right) or _no_union(right, left)):
        message = f"unsupported operand type(s) for |: {_type_name(left)!r} and {_type_name(right)!r}"
        return Raised("TypeError", message, name="|", cause="wrong-type")
    if kind is ast.Add and type(left) is Sequence and type(right) is Constant:
        message = f'can only concatenate {left.kind} (not "{_type_name(right)}") to {left.kind}'
        return Raised("TypeError", message, name="operator", cause="wrong-type")
    return None


def _no_union(left: Value, right: Value) -> bool:
    """Tell whether `left | right` has no meaning: a text beside a plain class."""
    if type(left) is not Constant or not isinstance(left.value, str):
        return False
    if isinstance(right, External):
        return right.name.startswith("builtins.") and right.name.removeprefix("builtins.") in _TYPES
    plain = type(right) is Class and right.metaclass is None
    return plain and all(base == External("builtins.object") for base in getattr(right, "bases", ()))


def _type_name(value: Value) -> str:
    return type(value.value).__name__ if type(value) is Constant else "type"


def compare(interpreter: Interpreter, kind: type[ast.cmpop], left: Value, right: Value) -> Result:
    """Apply a comparison; of one of several values, what it gives for each of them."""
    left, right = interpreter.known(left), interpreter.known(right)
    if type(left) is Either:
        return _agreed(compare(interpreter, kind, one, right) for one in left.values)
    if type(right) is Either:
        return _agreed(compare(interpreter, kind, left, one) for one in right.values)
    return _compare(interpreter, kind, left, right)


def _agreed(results: Iterable[Result]) -> Result:
    found = list(results)
    same = all(type(one) is Constant and one == found[0] for one in found)
    return found[0] if same else Unknown("a comparison with one of several values")


def _compare(interpreter: Interpreter, kind: type[ast.cmpop], left: Value, right: Value) -> Result:
    if kind in (ast.Is, ast.IsNot):
        same = _identical(left, right)
        return (
            Unknown("whether two objects are the same", is_data=True)
            if same is None
            else Constant(same == (kind is ast.Is))
        )
    if isinstance(left, Unknown) and kind in (ast.In, ast.NotIn) and holds_leaves(right):
        items = right.elements(interpreter)
        return (
            Constant(kind is ast.NotIn)
            if items == ()
            else Unknown("whether something is in a container", is_data=True)
        )
    among = kind in (ast.In, ast.NotIn) and type(right) is Table
    among = among or any(type(side) is Sequence and side.kind in _MOVING for side in (left, right))
    one, other = (NOT_PLAIN, NOT_PLAIN) if among else (unwrap(left), unwrap(right))
    is_slow = isinstance(other, range) and not isinstance(one, int)
    if one is not NOT_PLAIN and other is not NOT_PLAIN and not is_slow:
        try:
            return wrap(COMPARE[kind](one, other))
        except Exception as error:  # noqa: BLE001 -- what the operation raises is its result
            return failure(error, "operator")
    if kind in (ast.In, ast.NotIn):
        found = _contains(interpreter, right, left)
        return (
            Unknown("whether something is in a container", is_data=True)
            if found is None
            else Constant(found == (kind is ast.In))
        )
    if kind in (ast.Eq, ast.NotEq):
        same = True if left is right and not isinstance(left, Unknown) else None
        if isinstance(left, Module | Class | Function) and isinstance(
            right, Constant | Module | Class | Function
        ):
            same = left is right
        if same is not None:
            return Constant(same == (kind is ast.Eq))
    return Unknown("the result of a comparison", is_data=True)


def _identical(left: Value, right: Value) -> bool | None:
    if type(left) is Constant and type(right) is Constant:
        return left.value is right.value or (
            type(left.value) is type(right.value) and left.value == right.value
        )
    if isinstance(left, External) and isinstance(right, External):
        return True if left.name == right.name else None
    if isinstance(left, _DISTINCT) and isinstance(right, (*_DISTINCT, Constant)):
        return left is right
    if isinstance(right, _DISTINCT) and type(left) is Constant:
        return False
    if isinstance(left, External) and type(right) is Constant and right.value is None:
        return False
    return None


_MOVING = ("view", *ONCE)
"""Kinds whose elements depend on when they are asked for."""


def _contains(interpreter: Interpreter, container: Value, value: Value) -> bool | None:
    if type(container) is Table:
        key = key_of(value)
        if key is not NOT_PLAIN and key in container.items:
            return None if container.is_open and interpreter.policy.exact else True
        return None if container.is_open or key is NOT_PLAIN or container.may_hold(key) else False
    if type(container) is Instance:
        method = container.attribute(interpreter, "__contains__")
        if type(method) is Raised:
            return None
        answer = method.call(interpreter, Arguments((value,)))
        return None if type(answer) is Raised else interpreter.truth(answer)
    if isinstance(container, External):
        answer = interpreter.call_external(f"{container.name}.__contains__", Arguments((value,)))
        return None if type(answer) is Raised else interpreter.truth(answer)
    items = container.elements(interpreter)
    if type(container) is Sequence and container.kind in ONCE:
        container.state["used"] = None  # up to what was looked for: what is asked next gets another answer
    if items is None:
        return None
    verdicts = [_equal(interpreter, settled(one), value) for one in items]
    return True if True in verdicts else None if None in verdicts else False


def _equal(interpreter: Interpreter, one: Value, other: Value) -> bool | None:
    """Tell whether an element of a container is equal to a value."""
    same = _identical(one, other)
    if same is False and (_decides(interpreter, one) or _decides(interpreter, other)):
        return None
    return same


def _decides(interpreter: Interpreter, value: Value) -> bool:
    """Tell whether a value may be equal to another: it holds values, or its class says what is equal."""
    if type(value) is not Instance:
        return isinstance(value, Sequence | Table)
    has_rule = in_lineage(interpreter, value.cls, "__eq__") is not None or fields_of(value.cls) is not None
    return has_rule or not is_whole(interpreter, value.cls)
