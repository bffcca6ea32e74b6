"""Which attributes classes outside the tree give to the classes below them, as far as that is known."""

import abc
import enum
import typing
from collections.abc import Mapping

from importgraph.evaluation.classes.class_conflicts import metaclass_of
from importgraph.evaluation.classes.stand_ins import stand_in
from importgraph.evaluation.fields import own_fields
from importgraph.evaluation.lineage import OPEN, lineage
from importgraph.evaluation.values.objects import Class, External

_WRITTEN_IN_PYTHON: Mapping[str, object] = {
    "abc.ABC": abc.ABC,
    "typing.Generic": typing.Generic,
    "typing.Protocol": typing.Generic,
    "typing_extensions.Protocol": typing.Generic,
    **{f"enum.{one.__name__}": one for one in (enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag)},
    "enum.StrEnum": str,
}
"""What shows the names of a class that `stand_ins` knows by its bases alone."""
_OF_METACLASSES = (abc.ABCMeta, enum.EnumMeta)
_OF_TUPLES = frozenset(("_asdict", "_field_defaults", "_fields", "_make", "_replace"))
_OF_MEMBERS = frozenset(("name", "value", "names", "values"))


def surely_lacks(cls: Class, name: str, *, of_class: bool) -> bool:
    """Tell whether nothing in a class, its bases or its metaclass answers for a name.

    Args:
        cls: The class.
        name: The name.
        of_class: It is asked of the class itself, not of an instance.
    """
    if name.startswith("__"):
        return False
    for one in lineage(cls):
        if isinstance(one, Class):
            fields = own_fields(one)
            is_field = fields is not None and any(field.name == name for field in fields.fields)
            own_maker = not of_class and "__new__" in one.namespace
            if is_field or own_maker or OPEN in one.namespace or name in one.namespace:
                return False
        elif not isinstance(one, External) or _may_have(one, name):
            return False
    meta = metaclass_of(cls)
    if not isinstance(meta, External):
        return False
    return not (of_class and any(hasattr(one, name) for one in _OF_METACLASSES))


def _may_have(value: External, name: str) -> bool:
    """Tell whether a class outside may have an attribute."""
    if value.name == "typing.NamedTuple":
        return hasattr(tuple, name) or name in _OF_TUPLES
    if value.name.startswith("enum.") and (name.startswith("_") or name in _OF_MEMBERS):
        return True
    host = _WRITTEN_IN_PYTHON.get(value.name)
    if host is None and value.name.startswith(("builtins.", "collections.abc.")):
        host = stand_in(value)
    return not isinstance(host, type) or hasattr(host, name)
