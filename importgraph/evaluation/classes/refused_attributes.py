"""Attributes that code cannot set or delete: of slots, frozen dataclasses, named tuples, properties.

The rules are those of `object.__setattr__`, of `_frozen_get_del_attr` in CPython's `dataclasses.py`, and of
`EnumType.__setattr__`. For clients to which only what is sure counts.
"""

from collections.abc import Iterable

from importgraph.evaluation.classes.class_conflicts import metaclass_of
from importgraph.evaluation.classes.enumerations import is_enumeration, members
from importgraph.evaluation.classes.stand_ins import stand_in
from importgraph.evaluation.fields import NAMED_TUPLE, own_fields
from importgraph.evaluation.lineage import OPEN, ROOTS, lineage
from importgraph.evaluation.values.objects import Bound, Class, External, Function, Instance, Wrapped
from importgraph.evaluation.values.value import Raised, Value
from importgraph.evaluation.values.values import Constant, Sequence, Table, unwrap

_WITHOUT_SUBCLASSES = (type(None), bool, range)
_NO_DESCRIPTORS = (Constant, Function, Class, Sequence, Table)


def refusal(holder: Value, name: str, found: Value | None, *, deletes: bool = False) -> Raised | None:
    """Return why an attribute of an object surely cannot be set, or deleted.

    Args:
        holder: The object; no class of it has a `__setattr__` of its own.
        name: The attribute; nothing is said of names that begin with two underscores.
        found: What the classes of an instance bind to that name.
        deletes: It is to be deleted.
    """
    if name.startswith("__"):
        return None
    match holder:
        case Instance(cls=cls):
            return _of_instance(cls, name, found, deletes=deletes)
        case Class() if name in members(holder) and is_enumeration(holder) and OPEN not in holder.namespace:
            what = "cannot delete member" if deletes else "cannot reassign member"
            return _refused(holder.qualname, name, f"{what} {name!r}")
        case Constant(value=value) if isinstance(value, _WITHOUT_SUBCLASSES):
            return _absent(type(value).__name__, name)
        case Bound(function=Function()):
            return _absent("method", name)
        case _:
            return None


def _of_instance(cls: Class, name: str, found: Value | None, *, deletes: bool) -> Raised | None:
    line = lineage(cls)
    own = [one for one in line if isinstance(one, Class)]
    if any(OPEN in one.namespace for one in own):
        return None
    if _is_frozen(line, name):
        what = f"cannot {'delete' if deletes else 'assign to'} field {name!r}"
        return _refused(cls.qualname, name, what, "FrozenInstanceError")
    if type(found) is Wrapped and found.is_read_only:
        what = f"property {name!r} of {cls.qualname!r} object has no {'deleter' if deletes else 'setter'}"
        return _refused(cls.qualname, name, what)
    if deletes:
        return None
    if NAMED_TUPLE in line:
        return _of_named_tuple(own, name)
    return _of_slots(cls, own, name, found)


def _is_frozen(line: Iterable[Value], name: str) -> bool:
    """Tell whether a dataclass does not let an attribute of its instance, or of one below it, be set."""
    for position, one in enumerate(line):
        if isinstance(one, External) and one.name in ROOTS:
            continue
        if not isinstance(one, Class) or one.metaclass is not None:
            return False
        fields = own_fields(one)
        is_field = fields is not None and any(field.name == name for field in fields.fields)
        if fields is not None and fields.is_frozen and (position == 0 or is_field):
            return True
    return False


def _of_named_tuple(own: Iterable[Class], name: str) -> Raised | None:
    has_room = False
    for one in own:
        if NAMED_TUPLE in one.bases:
            fields = own_fields(one)
            if fields is not None and any(field.name == name for field in fields.fields):
                return _refused(one.qualname, name, f"can't set attribute {name!r} of a named tuple")
            is_known = fields is not None and not has_room and name not in one.namespace
            return _absent(one.qualname, name) if is_known else None
        slots = one.namespace.get("__slots__")
        has_room |= not isinstance(slots, Sequence) or slots.is_open or bool(slots.items)
        if name in one.namespace:
            return None
    return None


def _of_slots(cls: Class, own: Iterable[Class], name: str, found: Value | None) -> Raised | None:
    """Ask CPython whether instances of a class with these bases and slots have room for an attribute."""
    if not all(map(_has_known_slots, own)):
        return None
    kind = stand_in(cls)
    if not isinstance(kind, type) or kind.__dictoffset__ or hasattr(kind, name):
        return None
    meta = metaclass_of(cls)
    if not isinstance(meta, External):
        return None
    if found is None:
        return _absent(cls.qualname, name)
    if isinstance(found, _NO_DESCRIPTORS):
        return _refused(cls.qualname, name, f"{cls.qualname!r} object attribute {name!r} is read-only")
    return None


def _has_known_slots(cls: Class) -> bool:
    held = cls.namespace.get("__slots__")
    return isinstance(held, Value) and isinstance(unwrap(held), str | tuple | list | dict | set | frozenset)


def _absent(kind: str, name: str) -> Raised:
    return _refused(kind, name, f"{kind!r} object has no attribute {name!r}, and none can be set")


def _refused(kind: str, name: str, message: str, exception: str = "AttributeError") -> Raised:
    return Raised(exception, message, name=f"{kind}.{name}", cause="refused-attribute")
