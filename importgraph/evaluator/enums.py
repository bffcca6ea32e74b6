"""Enumerations: their members, in order, with the names that pytest gives them."""

from typing import Any

from importgraph.evaluator.values import Cls, Ext, Func, Inst, Member, Unknown, concrete

_ENUMS = {"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"}


def is_enum(cls: Any) -> bool:
    """Tell whether a class is an enumeration."""
    if isinstance(cls, Ext):
        return cls.name in _ENUMS
    return isinstance(cls, Cls) and any(is_enum(base) for base in cls.bases)


def members(cls: Cls) -> list[Any] | None:
    """Return the members of an enumeration in order, without aliases; None where text does not tell."""
    if not is_enum(cls) or any(isinstance(base, Cls) and base.names for base in cls.bases):
        return None
    found: list[Member] = []
    for name, value in cls.names.items():
        if name.startswith("_") or isinstance(value, Func):
            if name in {"_ignore_", "_missing_", "_generate_next_value_", "__new__"}:
                return None
            continue
        if not concrete(value):
            if _is_auto(value):
                found.append(Member(cls, name, Unknown("auto()")))
                continue
            return None
        if not any(concrete(other.value) and other.value == value for other in found):
            found.append(Member(cls, name, value))
    return list(found)


def _is_auto(value: Any) -> bool:
    return isinstance(value, Inst) and isinstance(value.cls, Ext) and value.cls.name == "enum.auto"


def member(cls: Cls, name: str) -> Member | None:
    """Return one member."""
    if not is_enum(cls) or name not in cls.names or isinstance(cls.names[name], Func) or name.startswith("_"):
        return None
    return Member(cls, name, cls.names[name])


def member_text(value: Member) -> str | None:
    """Return `str(member)`, or None where text does not tell."""
    bases = list(value.cls.bases)
    if "__str__" in value.cls.names or "__format__" in value.cls.names:
        return None
    names = [base.name if isinstance(base, Ext) else base for base in bases]
    if names in (["enum.Enum"], ["enum.Flag"]):
        return f"{value.cls.name}.{value.name}"
    if names == ["enum.IntEnum"] and isinstance(value.value, int):
        return str(value.value)
    if names in (["enum.StrEnum"], [str, "enum.Enum"]):
        return value.value if isinstance(value.value, str) else None
    return None


def subscript(owner: Any, key: Any, line: int) -> Any:
    """Evaluate `Color["RED"]`, generic aliases and the rest."""
    if isinstance(owner, Cls) and is_enum(owner):
        found = member(owner, key) if isinstance(key, str) else None
        return found or Unknown("a member that is not known", line)
    if isinstance(owner, Cls | Ext):
        return owner if isinstance(owner, Cls) else Ext(f"{owner.name}[]")
    return Unknown("taken from a container that is not known", line)
