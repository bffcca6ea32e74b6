"""Empty classes that stand for those of the evaluated program, so that CPython itself judges their bases.

A stand-in has the bases and the `__slots__` of what it stands for, and nothing else of it: its order of
lookup, its layout and whether it may be a base are then those of the class, and a refusal is CPython's own.
"""

import ast
import builtins
import collections.abc
import types
from collections.abc import Mapping
from functools import lru_cache

from importgraph.evaluation.lineage import lineage
from importgraph.evaluation.values.objects import Class, External, Function, Wrapped
from importgraph.evaluation.values.value import Value, settled
from importgraph.evaluation.values.values import NOT_PLAIN, Constant, Sequence, Table, unwrap

_GENERIC: type = type("Generic", (), {"__slots__": ()})
_PROTOCOL: type = type("Protocol", (_GENERIC,), {"__slots__": ()})
_ENUM: type = type("Enum", (), {})
_FLAG: type = type("Flag", (_ENUM,), {})
_OWN: Mapping[str, type] = {
    "abc.ABC": type("ABC", (), {"__slots__": ()}),
    "enum.Enum": _ENUM,
    "enum.Flag": _FLAG,
    "enum.IntEnum": type("IntEnum", (int, _ENUM), {}),
    "enum.IntFlag": type("IntFlag", (int, _FLAG), {}),
    "enum.StrEnum": type("StrEnum", (str, _ENUM), {}),
    "typing.Generic": _GENERIC,
    "typing.Protocol": _PROTOCOL,
    "typing_extensions.Protocol": _PROTOCOL,
    "unittest.TestCase": type("TestCase", (), {}),
}
"""Of classes that are written in Python, or do more when a class is made below them."""
_MODULES: Mapping[str, object] = {
    "builtins": builtins, "collections.abc": collections.abc, "types": types,
}  # fmt: skip
_MADE_BY = ("__new__", "mro", "__prepare__")
"""What a metaclass defines that decides itself what is made."""
_BOUND = (Constant, Function, Wrapped, Sequence, Table, Class)


@lru_cache(maxsize=4096)
def stand_in(value: Value) -> type | Exception | None:
    """Return what stands for a class, CPython's refusal to make it, or None where text does not tell."""
    if isinstance(value, External):
        return _of_outside(value.name)
    if not isinstance(value, Class) or _is_made_otherwise(value.metaclass):
        return None
    bases = [stand_in(base) for base in plain_bases(value)]
    known = tuple(base for base in bases if isinstance(base, type))
    if len(known) < len(bases):
        return None
    try:
        return type(value.qualname.rpartition(".")[2], known, _namespace(value))
    except (TypeError, ValueError) as error:
        return error


def _of_outside(name: str) -> type | None:
    module, _, last = name.rpartition(".")
    found = _OWN.get(name) or getattr(_MODULES.get(module), last, None)
    if name == "builtins.NoneType":  # what `type(None)` gives
        found = types.NoneType
    return found if isinstance(found, type) else None


def plain_bases(cls: Class) -> list[Value]:
    """Return the bases without `Generic[…]` where another base derives from it (`__mro_entries__`)."""
    bases = [settled(base) for base in cls.bases]
    lines = [lineage(base) for base in bases if isinstance(base, Class)]
    if any(_is_generic(one) for line in lines for one in line):
        return [base for base in bases if not _is_generic(base)]
    has_protocol = any(isinstance(base, External) and _OWN.get(base.name) is _PROTOCOL for base in bases)
    return [base for base in bases if not (has_protocol and base == External("typing.Generic"))]


def _is_generic(value: Value) -> bool:
    return isinstance(value, External) and _OWN.get(value.name) in {_GENERIC, _PROTOCOL}


def _is_made_otherwise(metaclass: Value | None) -> bool:
    if metaclass is None or (isinstance(metaclass, External) and metaclass.name in _PLAIN_METACLASSES):
        return False
    if not isinstance(metaclass, Class):
        return True
    return any(
        isinstance(one, Class) and name in one.namespace for one in lineage(metaclass) for name in _MADE_BY
    )


_PLAIN_METACLASSES = {"builtins.type", "abc.ABCMeta", "enum.EnumMeta", "enum.EnumType"}


def _namespace(cls: Class) -> dict[str, object]:
    """Return the slots of a class, and what its body binds to their names."""
    if "__slots__" not in cls.namespace:
        return {}
    slots = unwrap(cls.namespace["__slots__"])
    if slots is NOT_PLAIN or not isinstance(slots, str | tuple | list | dict | set | frozenset):
        return {"__slots__": ()} if slots is NOT_PLAIN else {"__slots__": slots}
    names = (slots,) if isinstance(slots, str) else tuple(slots)
    sure = surely_bound(cls)
    texts = [name for name in names if isinstance(name, str) and not name.startswith("__")]
    bound = [name for name in texts if name in sure and isinstance(cls.namespace.get(name), _BOUND)]
    return {"__slots__": names, **dict.fromkeys(bound)}


def surely_bound(cls: Class) -> frozenset[str]:
    """Return the names that statements at the top of a class body bind, under no condition."""
    if cls.node is None:
        return frozenset(name for name in cls.namespace if isinstance(name, str))
    return frozenset(name for statement in cls.node.body for name in _names(statement))


def _names(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
            return [name]
        case ast.Assign(targets=targets):
            return [one.id for one in targets if isinstance(one, ast.Name)]
        case _:
            return []
