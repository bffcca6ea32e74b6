"""Operators on values: what they give, and which operands they do not have."""

import ast
import operator
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from importgraph.evaluation.growth import operation_size
from importgraph.evaluation.limits import LARGEST, spend
from importgraph.simulation.causes import CauseKind
from importgraph.simulation.names import Names
from importgraph.simulation.values import (
    ANYTHING,
    PRESENT,
    BoundMethod,
    ClassValue,
    Constant,
    FixtureValue,
    FunctionValue,
    Instance,
    Items,
    ModuleValue,
    Outside,
    Value,
    truth,
)
from importgraph.simulation.variables import UNSET

_COMPUTED: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}
_COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, other: one in other,
    ast.NotIn: lambda one, other: one not in other,
}
_SIMPLE = (int, float, complex, str, bytes, tuple, bool, type(None))
"""Kinds of constants whose operators are those of Python itself."""
ENVIRON = Outside("os.environ")
_TYPES = {
    "int", "str", "float", "bool", "bytes", "list", "dict", "set", "tuple", "frozenset", "type", "object",
}  # fmt: skip


class Operators(Names):
    """Applies operators."""

    def binary(self, left: Value, op: ast.operator, right: Value) -> Value:
        """Apply a binary operator.

        Raises:
            Raised: If it surely fails.
        """
        if isinstance(left, Items) and isinstance(op, ast.Add):
            return self._added(left, right)
        if isinstance(op, ast.Mult) and isinstance(left, Items) is not isinstance(right, Items):
            repeated = left if isinstance(left, Items) else right
            return (
                Items(repeated.kind, list(repeated.values), exact=False)
                if isinstance(repeated, Items)
                else ANYTHING
            )
        if isinstance(op, ast.BitOr) and (_no_union(left, right) or _no_union(right, left)):
            message = f"unsupported operand type(s) for |: '{_type(left)}' and '{_type(right)}'"
            self.fail("TypeError", CauseKind.WRONG_TYPE, f"| in {self.frame.scope.module.path}", message)
        if isinstance(left, Constant) and isinstance(right, Constant) and type(op) in _COMPUTED:
            return self._computed(left.value, op, right.value)
        self.may_fail()
        return ANYTHING

    def _added(self, left: Items, right: Value) -> Value:
        if isinstance(right, Constant) and left.kind == "list" and isinstance(right.value, _SIMPLE):
            kind = type(right.value).__name__
            self._wrong("TypeError", f'can only concatenate list (not "{kind}") to list')
        return self.joined(left, right)

    def joined(self, left: Items, more: Value) -> Items:
        """Return a sequence with the elements of another behind its own, as far as they are known."""
        known = isinstance(more, Items) and len(left.values) + len(more.values) <= LARGEST
        added = more.values if isinstance(more, Items) and known else []
        spend(len(added) >> 4)
        exact = left.exact and isinstance(more, Items) and more.exact and known
        return Items(left.kind, [*left.values, *added], exact)

    def _computed(self, left: Any, op: ast.operator, right: Any) -> Value:
        if operation_size(type(op), left, right) > LARGEST:
            return ANYTHING
        if isinstance(left, PurePath) and isinstance(right, PurePath | str) and isinstance(op, ast.Div):
            return Constant(left / right)
        if not isinstance(left, _SIMPLE) or not isinstance(right, _SIMPLE):
            self.may_fail()
            return ANYTHING
        try:
            return Constant(_COMPUTED[type(op)](left, right))
        except (TypeError, ZeroDivisionError) as error:
            return self._wrong(type(error).__name__, str(error))
        except (ValueError, OverflowError):
            self.may_fail()
            return ANYTHING

    def unary(self, op: ast.unaryop, value: Value) -> Value:
        """Apply a unary operator."""
        if isinstance(op, ast.Not):
            verdict = truth(value)
            return ANYTHING if verdict is None else Constant(not verdict)
        if not isinstance(value, Constant) or not isinstance(value.value, _SIMPLE):
            return ANYTHING
        try:
            return Constant(_UNARY[type(op)](value.value))
        except TypeError as error:
            return self._wrong("TypeError", str(error))

    def _wrong(self, exception: str, message: str) -> Value:
        place = f"operator in {self.frame.scope.module.path}"
        return self.fail(exception, CauseKind.WRONG_TYPE, place, message)

    def verdict(self, left: Value, op: ast.cmpop, right: Value) -> bool | None:
        """Apply a comparison; None where text does not decide it."""
        if isinstance(op, ast.Is | ast.IsNot):
            same = _is_same(left, right)
            return None if same is None else same is isinstance(op, ast.Is)
        if left == Outside("sys.version_info") and isinstance(right, Constant):
            return _version_verdict(self.version, op, right.value)
        if isinstance(op, ast.In | ast.NotIn):
            found = self._holds(right, left)
            return None if found is None else found is isinstance(op, ast.In)
        if not isinstance(left, Constant) or not isinstance(right, Constant):
            return None
        try:
            return bool(_COMPARED[type(op)](left.value, right.value))
        except TypeError as error:
            if isinstance(left.value, _SIMPLE) and isinstance(right.value, _SIMPLE):
                self._wrong("TypeError", str(error))
            return None

    def _holds(self, container: Value, value: Value) -> bool | None:
        """Tell whether a container holds a value; None where text does not tell."""
        if not isinstance(value, Constant):
            return None
        if container == ENVIRON:
            found = self.variables.get(str(value.value))
            return None if found is ANYTHING else found != UNSET
        if isinstance(container, Items):
            known = container.exact and all(isinstance(one, Constant) for one in container.values)
            return value in container.values if known else None
        if not isinstance(container, Constant):
            return None
        try:
            return value.value in container.value
        except TypeError as error:
            if isinstance(container.value, _SIMPLE):
                self._wrong("TypeError", str(error))
            return None


def _is_same(left: Value, right: Value) -> bool | None:
    none = Constant(None)
    for one, other in ((left, right), (right, left)):
        if other == none:
            if isinstance(one, Constant):
                return one.value is None
            known = ModuleValue | FunctionValue | ClassValue | Instance | Items | BoundMethod | FixtureValue
            return False if isinstance(one, known) or one is PRESENT else None
    if isinstance(left, Constant) and isinstance(right, Constant):
        return left.value is right.value if isinstance(left.value, bool) else None
    return None


def _version_verdict(version: tuple[int, int], op: ast.cmpop, other: object) -> bool | None:
    if not isinstance(other, tuple) or type(op) not in _COMPARED or isinstance(op, ast.In | ast.NotIn):
        return None
    if other[:2] == version and len(other) > len(version):
        return None
    compare = _COMPARED[type(op)]
    try:
        return bool(compare((*version, 1), other))
    except TypeError:
        return None


def _type(value: Value) -> str:
    return type(value.value).__name__ if isinstance(value, Constant) else "type"


def _no_union(left: Value, right: Value) -> bool:
    """Tell whether `left | right` has no meaning: a text or None beside a text, None or a plain class."""
    if not isinstance(left, Constant) or not (isinstance(left.value, str) or left.value is None):
        return False
    if isinstance(right, Constant):
        return isinstance(right.value, str) or right.value is None
    if not isinstance(left.value, str):
        return False
    if isinstance(right, Outside):
        return right.name.startswith("builtins.") and right.name[9:] in _TYPES and not right.called
    return isinstance(right, ClassValue) and right.metaclass == Outside("builtins.type")
