"""What kind of class a class statement makes, as its bases and decorators are written.

Names decide: `BaseModel` is taken for pydantic's without following the import. A class of the same file that
is a base passes its kind on.
"""

from collections.abc import Sequence
from enum import Enum

from importgraph.facts.model import Class


class ClassKind(Enum):
    """Kinds of class that cost differently; the values name features."""

    PLAIN = "classes"
    DATACLASS = "dataclasses"
    ENUM = "enums"
    TUPLE = "tuples"
    MODEL = "models"
    ABSTRACT = "abstract"
    """Of `ABCMeta`, protocols, and what inherits from an expression such as `Generic[T]`."""
    METACLASS = "metaclasses"


_BY_BASE = {
    **dict.fromkeys(("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"), ClassKind.ENUM),
    **dict.fromkeys(("NamedTuple", "TypedDict", "namedtuple"), ClassKind.TUPLE),
    **dict.fromkeys(("ABC", "Protocol", "Generic"), ClassKind.ABSTRACT),
    **dict.fromkeys(
        ("BaseModel", "BaseSettings", "RootModel", "GenericModel", "SQLModel", "Model"), ClassKind.MODEL
    ),
    **dict.fromkeys(("Schema", "Serializer", "ModelSerializer", "Document", "ObjectType"), ClassKind.MODEL),
}
_DATACLASS = {"dataclass", "define", "frozen", "mutable", "attrs", "s", "attributes", "struct", "pydantic"}
_ABSTRACT_META = {"ABCMeta", "EnumMeta"}


def kinds_of(classes: Sequence[Class]) -> list[ClassKind]:
    """Return the kind of each class, in order."""
    known: dict[str, ClassKind] = {}
    found = []
    for item in classes:
        kind = _kind(item, known)
        known[item.qualname] = kind
        found.append(kind)
    return found


def _kind(item: Class, known: dict[str, ClassKind]) -> ClassKind:
    if any(_last(decorator) in _DATACLASS for decorator in item.decorators):
        return ClassKind.DATACLASS
    for base in item.bases:
        kind = known.get(base) or (_by_name(_last(base)) if base else ClassKind.ABSTRACT)
        if kind not in {ClassKind.PLAIN, ClassKind.DATACLASS}:
            return kind
    if item.metaclass:
        return ClassKind.ABSTRACT if _last(item.metaclass) in _ABSTRACT_META else ClassKind.METACLASS
    return ClassKind.PLAIN


def _by_name(name: str) -> ClassKind:
    if name.endswith("Enum") and name != "Enum":
        return ClassKind.ENUM
    return _BY_BASE.get(name, ClassKind.PLAIN)


def _last(chain: str) -> str:
    return chain.replace("()", "").rpartition(".")[2]
