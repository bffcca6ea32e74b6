"""Classes that Python refuses to make: bases that do not fit together or are none, slots, metaclasses."""

from importgraph.evaluation.classes.stand_ins import stand_in
from importgraph.evaluation.lineage import ROOTS, lineage
from importgraph.evaluation.values.objects import Class, External, Function, Module
from importgraph.evaluation.values.value import Raised, Unknown, Value, settled
from importgraph.evaluation.values.values import Constant

_OBJECT = External("builtins.object")
_TYPE = External("builtins.type")
_ABC = External("abc.ABCMeta")
_ENUM = External("enum.EnumMeta")
_PROTOCOL = External("typing._ProtocolMeta")
_METACLASSES = {
    **dict.fromkeys(("typing.Protocol", "typing_extensions.Protocol"), _PROTOCOL),
    **{f"enum.{name}": _ENUM for name in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag")},
    "abc.ABC": _ABC, "abc.ABCMeta": _TYPE, "enum.EnumMeta": _TYPE, "enum.EnumType": _TYPE,
    "typing.NamedTuple": _TYPE, "typing._ProtocolMeta": _TYPE,
}  # fmt: skip
_ABSTRACT = (_ABC, _PROTOCOL)
"""The metaclasses of classes that may be abstract."""


def conflict(cls: Class, given: Value | None) -> Raised | None:
    """Return why Python does not make a class, if that is sure; `given`: the metaclass that is written."""
    for base in map(settled, cls.bases):
        if isinstance(base, Constant):
            return _failed(cls, f"a base class is no class but {base.value!r}")
        if isinstance(base, Function | Module) and "__mro_entries__" not in getattr(base, "state", ()):
            return _failed(cls, f"a base class is no class but {base.described()}")
    return _refused(cls) or _check_metaclasses(cls, given)


def _failed(cls: Class, message: str, kind: str = "TypeError") -> Raised:
    return Raised(kind, message, about=cls, cause="class-conflict")


def _name(value: Value) -> str:
    name: str = getattr(value, "qualname", "") or getattr(value, "name", "?")
    return name.removeprefix("builtins.")


def _refused(cls: Class) -> Raised | None:
    """Ask CPython whether a class of these bases and slots can be made."""
    if len(cls.bases) == 1 and isinstance(cls.bases[0], Class) and "__slots__" not in cls.namespace:
        return None  # what was made of a class statement may be a base
    known = [base for base in map(settled, cls.bases) if isinstance(base, Class)]
    if len(set(known)) < len(known):
        return _failed(cls, f"`{cls.qualname}` names a base class twice")
    error = stand_in(cls)
    if not isinstance(error, Exception):
        return None
    names = ", ".join(_name(base) for base in cls.bases)
    message = " ".join(str(error).split())
    if message.startswith(_NO_ORDER):
        message = f"no consistent method resolution order for the bases {names} of `{cls.qualname}`"
    return _failed(cls, message, type(error).__name__)


_NO_ORDER = "Cannot create a consistent method resolution"


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
            names = sorted(_name(one) for one in (winner, other))
            return _failed(cls, f"metaclass conflict in `{cls.qualname}`: {' and '.join(names)}")
    return None


def metaclass_of(cls: Value) -> Value:
    """Return the metaclass of a class; unknown where text does not tell."""
    if isinstance(cls, External):
        if cls.name.startswith("collections.abc."):
            return _ABC
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


def is_abstract_kind(cls: Class) -> bool:
    """Tell whether the metaclass of a class surely keeps account of abstract methods."""
    return any(_derives(metaclass_of(cls), one) for one in _ABSTRACT)


def refuses_keywords(cls: Class) -> bool:
    """Tell whether a class statement surely takes no keywords but `metaclass`."""
    ends = (one for one in lineage(cls)[1:] if not isinstance(one, Class))
    plain = all(isinstance(one, External) and one.name in ROOTS for one in ends)
    return plain and metaclass_of(cls) in (_TYPE, *_ABSTRACT)


def _derives(one: Value, other: Value) -> bool | None:
    """Tell whether a metaclass is another or derives from it; None where text does not tell."""
    if other in (one, _TYPE):
        return True
    if one == _TYPE:
        return False
    if isinstance(one, Class):
        found = [_derives(base, other) for base in one.bases]
        return True if True in found else None if None in found or not found else False
    known = (_ABC, _ENUM, _PROTOCOL)
    if isinstance(one, External) and isinstance(other, External):
        return (one, other) == (_PROTOCOL, _ABC) if one in known and other in known else None
    return False if one in known else None
