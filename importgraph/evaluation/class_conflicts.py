"""Classes that Python refuses to make: bases that have no order or are none, conflicting metaclasses."""

from collections.abc import Sequence as Many

from importgraph.evaluation.lineage import ROOTS
from importgraph.evaluation.objects import Class, External
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.value import Raised, Unknown, Value
from importgraph.evaluation.values import Constant

_OBJECT = External("builtins.object")
_TYPE = External("builtins.type")
_ABC = External("abc.ABCMeta")
_ENUM = External("enum.EnumMeta")
_METACLASSES = {
    "abc.ABC": _ABC, "enum.Enum": _ENUM, "enum.IntEnum": _ENUM, "enum.StrEnum": _ENUM, "enum.Flag": _ENUM,
    "enum.IntFlag": _ENUM, "abc.ABCMeta": _TYPE, "enum.EnumMeta": _TYPE, "enum.EnumType": _TYPE,
}  # fmt: skip
_GENERIC = ("typing.Generic", "typing.Protocol", "typing_extensions.Protocol")


def conflict(interpreter: Interpreter, cls: Class, given: Value | None) -> Raised | None:
    """Return why Python does not make a class, if that is sure; `given`: the metaclass that is written."""
    for base in cls.bases:
        if isinstance(base, Constant):
            return _failed(cls, f"a base class is no class but {base.value!r}")
    return _check_order(interpreter, cls) or _check_metaclasses(cls, given)


def _failed(cls: Class, message: str) -> Raised:
    return Raised("TypeError", message, about=cls, cause="class-conflict")


def _check_order(interpreter: Interpreter, cls: Class) -> Raised | None:
    """Look for a method resolution order (C3)."""
    known = [base for base in cls.bases if isinstance(base, Class)]
    if len(set(known)) < len(known):
        return _failed(cls, f"`{cls.qualname}` names a base class twice")
    bases = _plain_bases(interpreter, cls.bases)
    lines = [_line(interpreter, base) for base in bases]
    if any(line is None for line in lines):
        return None
    rest = [*(list(line) for line in lines if line is not None), list(bases)]
    while rest := [line for line in rest if line]:
        head = next((line[0] for line in rest if not any(line[0] in other[1:] for other in rest)), None)
        if head is None:
            names = ", ".join(
                getattr(base, "qualname", "") or getattr(base, "name", "?") for base in cls.bases
            )
            what = f"no consistent method resolution order for the bases {names} of `{cls.qualname}`"
            return _failed(cls, what)
        rest = [[one for one in line if one != head] for line in rest]
    return None


def _line(interpreter: Interpreter, base: Value) -> list[Value] | None:
    """Return what a base inherits from, in order; None where that is not known."""
    if isinstance(base, External):
        return None if base.name not in ROOTS else [base] if base == _OBJECT else [base, _OBJECT]
    if not isinstance(base, Class):
        return None
    line = list(interpreter.lineage(base))
    known = all(isinstance(one, Class) or (isinstance(one, External) and one.name in ROOTS) for one in line)
    return [*(one for one in line if one != _OBJECT), _OBJECT] if known else None


def _plain_bases(interpreter: Interpreter, bases: Many[Value]) -> list[Value]:
    """Return the bases without `Generic[…]` where another base derives from it (`__mro_entries__`)."""

    def is_generic(one: Value) -> bool:
        return isinstance(one, External) and one.name in _GENERIC

    lines = [interpreter.lineage(base) for base in bases if isinstance(base, Class)]
    inherited = any(is_generic(one) for line in lines for one in line)
    return [base for base in bases if not (inherited and is_generic(base))]


def _check_metaclasses(cls: Class, given: Value | None) -> Raised | None:
    winner: Value = given if given is not None else _TYPE
    for other in (metaclass_of(base) for base in cls.bases):
        if isinstance(winner, Unknown) or isinstance(other, Unknown):
            return None
        if _derives(winner, other):
            continue
        if _derives(other, winner):
            winner = other
        elif _derives(winner, other) is None or _derives(other, winner) is None:
            return None
        else:
            names = sorted(
                getattr(one, "qualname", "") or getattr(one, "name", "?") for one in (winner, other)
            )
            return _failed(cls, f"metaclass conflict in `{cls.qualname}`: {' and '.join(names)}")
    return None


def metaclass_of(cls: Value) -> Value:
    """Return the metaclass of a class; unknown where text does not tell."""
    if isinstance(cls, External):
        builtin = _TYPE if cls.name.startswith("builtins.") or cls.name in ROOTS else Unknown("a metaclass")
        return _METACLASSES.get(cls.name, builtin)
    if not isinstance(cls, Class):
        return Unknown("a metaclass")
    if cls.metaclass is not None:
        return cls.metaclass
    winner: Value = _TYPE
    for other in map(metaclass_of, cls.bases):
        if isinstance(other, Unknown) or isinstance(winner, Unknown):
            return Unknown("a metaclass")
        winner = other if _derives(other, winner) else winner
    return winner


def _derives(one: Value, other: Value) -> bool | None:
    """Tell whether a metaclass is another or derives from it; None where text does not tell."""
    if other in (one, _TYPE):
        return True
    if one == _TYPE:
        return False
    if isinstance(one, Class):
        found = [_derives(base, other) for base in one.bases]
        return True if True in found else None if None in found or not found else False
    known = (_ABC, _ENUM)
    if isinstance(one, External) and isinstance(other, External):
        return False if one in known and other in known else None
    return False if one in known else None
