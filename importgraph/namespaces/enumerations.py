"""Enumerations: their members are values of their own."""

from importgraph.evaluation.values.objects import Class, External, Function, Wrapped
from importgraph.evaluation.values.value import Arguments, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import Constant, Sequence, table, unwrap
from importgraph.namespaces.values import MemberValue
from importgraph.namespaces.world import Reading

_ENUMS = {"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"}
_AUTO = External("enum.auto()")


def is_enum(cls: Value) -> bool:
    """Tell whether a class is an enumeration."""
    if isinstance(cls, External):
        return cls.name in _ENUMS
    return isinstance(cls, Class) and any(map(is_enum, cls.bases))


def members(reader: Reading, cls: Class) -> tuple[Value, ...] | None:
    """Return the members of an enumeration in order, without aliases; None where text does not tell."""
    named = _named(reader, cls)
    return None if named is None else tuple(dict.fromkeys(named.values()))


def _named(reader: Reading, cls: Class) -> dict[str, MemberValue] | None:
    """Return the members of an enumeration by their names; an alias is the member that was first."""
    if not is_enum(cls) or any(isinstance(base, Class) and _names(base) for base in cls.bases):
        return None
    found: dict[object, MemberValue] = {}
    named: dict[str, MemberValue] = {}
    for name in _names(cls):
        value = settled(cls.namespace[name])
        if name.startswith("_") or isinstance(value, Function | Wrapped):
            if name in {"_ignore_", "_missing_", "_generate_next_value_", "__new__"}:
                return None
            continue
        if not isinstance(value, External | Constant | Sequence):
            return None
        plain = value if value == _AUTO else unwrap(value)
        key = (name,) if value == _AUTO or plain.__hash__ is None else plain
        try:
            named[name] = found.setdefault(key, member(reader, cls, name, value))
        except TypeError:
            named[name] = member(reader, cls, name, value)
    return named


def member(reader: Reading, cls: Class, name: str, value: Value) -> MemberValue:
    """Return the one member of a name."""
    key = (cls, name)
    if key not in reader.members:
        reader.members[key] = MemberValue(cls, name, value)
    return reader.members[key]


def attribute(reader: Reading, cls: Class, name: str) -> Result | None:
    """Return a member by its name, or all of them; None for other attributes."""
    if name == "__members__":
        named = _named(reader, cls)
        return Unknown("members") if named is None else table(named)
    held = cls.namespace.get(name)
    if not isinstance(held, Value) or isinstance(held, Function | Wrapped) or name.startswith("_"):
        return None
    return member(reader, cls, name, held)


def called(reader: Reading, cls: Class, arguments: Arguments) -> Result:
    """Find the member that calling an enumeration gives."""
    wanted = unwrap(arguments.positional[0]) if arguments.positional else None
    for one in members(reader, cls) or ():
        if isinstance(one, MemberValue) and unwrap(one.value) == wanted:
            return one
    return Unknown("a member that is not known", is_data=True)


def item(reader: Reading, cls: Class, key: Value) -> Result:
    """Find the member of a name."""
    name = unwrap(key)
    found = cls.attribute(reader, name) if isinstance(name, str) else None
    return found if isinstance(found, MemberValue) else Unknown("a member that is not known")


def _names(cls: Class) -> list[str]:
    return [name for name in cls.namespace if isinstance(name, str)]
