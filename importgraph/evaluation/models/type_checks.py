"""`isinstance` and `issubclass`."""

from collections.abc import Mapping
from typing import Any

from importgraph.evaluation.classes.class_conflicts import is_abstract_kind, metaclass_of
from importgraph.evaluation.exceptions import ExternalException, catches
from importgraph.evaluation.lineage import is_whole
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Class, External, Function, Instance, Module
from importgraph.evaluation.values.value import (
    Arguments,
    Raised,
    Result,
    Unknown,
    Value,
    settled,
)
from importgraph.evaluation.values.values import (
    NONE,
    Constant,
    Sequence,
    Table,
)


def check_instance(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Answer `isinstance`."""
    value, kinds = (settled(one) for one in (*arguments.positional, NONE, NONE)[:2])
    options = kinds.items if isinstance(kinds, Sequence) else (kinds,)
    verdicts = [_is_a(interpreter, value, settled(kind)) for kind in options]
    if True in verdicts:
        return Constant(True)
    return Unknown("whether it is an instance") if None in verdicts else Constant(False)


_OWN_TYPES: Mapping[type, str] = {
    Class: "builtins.type", Module: "types.ModuleType", Function: "types.FunctionType",
    Table: "builtins.dict",
}  # fmt: skip
_TYPES: Mapping[str, Any] = {
    "builtins.str": str, "builtins.int": int, "builtins.bytes": bytes, "builtins.bool": bool,
    "builtins.float": float, "builtins.type": (), "builtins.list": (), "builtins.tuple": (),
    "builtins.dict": (), "builtins.set": (), "builtins.frozenset": (), "types.ModuleType": (),
    "types.FunctionType": (),
}  # fmt: skip


def _is_a(interpreter: Interpreter, value: Value, kind: Value) -> bool | None:
    if isinstance(value, ExternalException):
        return catches(interpreter, Raised(value.kind), kind)
    if isinstance(value, Instance):
        if kind in interpreter.lineage(value.cls) or kind == External("builtins.object"):
            return True
        if _may_register(kind):
            return None
        if isinstance(kind, Class) or kind.described().startswith("`builtins."):
            return False if is_whole(interpreter, value.cls) or isinstance(kind, Class) else None
        return None
    name = kind.name if isinstance(kind, External) else ""
    if isinstance(value, Constant):
        plain_class = isinstance(kind, Class) and not _may_register(kind)
        return isinstance(value.value, _TYPES[name]) if name in _TYPES else False if plain_class else None
    own = f"builtins.{value.kind}" if isinstance(value, Sequence) else _OWN_TYPES.get(type(value))
    if own is None:
        return None
    if own == name:
        return True
    return False if name in _TYPES or (isinstance(kind, Class) and not _may_register(kind)) else None


def _may_register(kind: Value) -> bool:
    """Tell whether a class decides itself what its instances are (`register`, `__instancecheck__`)."""
    return isinstance(kind, Class) and (is_abstract_kind(kind) or isinstance(metaclass_of(kind), Class))


def check_subclass(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Answer `issubclass`."""
    one, other = (settled(value) for value in (*arguments.positional, NONE, NONE)[:2])
    if isinstance(one, External) and one.name.startswith("builtins."):
        verdict = catches(interpreter, Raised(one.name.removeprefix("builtins.")), other)
        return Unknown("whether it is a subclass") if verdict is None else Constant(verdict)
    if not isinstance(one, Class):
        return Unknown("whether it is a subclass")
    others = other.items if isinstance(other, Sequence) else (other,)
    if any(settled(kind) in interpreter.lineage(one) for kind in others):
        return Constant(True)
    known = all(isinstance(settled(kind), Class) and not _may_register(settled(kind)) for kind in others)
    return Constant(False) if known else Unknown("whether it is a subclass")
