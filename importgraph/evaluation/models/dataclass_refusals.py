"""Why Python refuses a dataclass (`_process_class` in CPython's `dataclasses.py`)."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from importgraph.evaluation.classes.stand_ins import surely_bound
from importgraph.evaluation.fields import Field, annotated, own_fields
from importgraph.evaluation.lineage import OPEN, lineage
from importgraph.evaluation.values.objects import Class, Function, Instance, Wrapped
from importgraph.evaluation.values.value import Raised
from importgraph.evaluation.values.values import Constant, Sequence, Table

_KNOWN = (Constant, Sequence, Table, Instance, Class, Function, Wrapped)
"""Values that surely are no fields."""


def failed(cls: Class | None, message: str, kind: str = "TypeError") -> Raised:
    """Return what the decorator raises, about a class where one is known."""
    if cls is None:
        return Raised(kind, message, name="dataclasses", cause="wrong-call")
    return Raised(kind, message, about=cls, cause="class-conflict")


def refusals(cls: Class, own: Iterable[Field], options: Mapping[str, bool | None]) -> Iterator[Raised]:
    """Yield why Python does not make a dataclass, whatever its bases hold."""
    name = cls.qualname.rpartition(".")[2]
    yield from _wrong_inheritance(cls, frozen=options["frozen"])
    for one in own:
        if not one.is_told and _is_mutable(cls, one):
            yield mutable(cls, one)
    named = {one.name for one in own}
    sure = surely_bound(cls) if annotated(cls) is not None else frozenset[str]()
    notes = {cast("ast.Name", one.target).id for one in annotated(cls) or ()}
    for key in sure - notes - named:
        if isinstance(cls.namespace.get(key), Field):
            yield failed(cls, f"{key!r} is a field but has no type annotation")
    if options["order"] and options["eq"] is False:
        yield failed(cls, "eq must be true if order is true", "ValueError")
    for option, methods in _OVERWRITTEN.items():
        taken = next((one for one in methods if one in sure), "") if options[option] else ""
        if taken:
            yield failed(cls, f"Cannot overwrite attribute {taken} in class {name}")
    if options["slots"] and "__slots__" in sure:
        yield failed(cls, f"{name} already specifies __slots__")


_OVERWRITTEN = {
    "order": ("__lt__", "__le__", "__gt__", "__ge__"),
    "frozen": ("__setattr__", "__delattr__"),
    "unsafe_hash": ("__hash__",),
}


def _wrong_inheritance(cls: Class, *, frozen: bool | None) -> Iterator[Raised]:
    above = [own_fields(base) for base in lineage(cls)[1:] if isinstance(base, Class)]
    kinds = {one.is_frozen for one in above if one is not None}
    if frozen is False and kinds == {True}:
        yield failed(cls, "cannot inherit non-frozen dataclass from a frozen one")
    if frozen is True and kinds == {False}:
        yield failed(cls, "cannot inherit frozen dataclass from a non-frozen one")


def _is_mutable(cls: Class, one: Field) -> bool:
    """Tell whether a default surely cannot be hashed, which dataclasses take for mutable."""
    default = one.default
    if isinstance(default, Sequence):
        return default.kind in {"list", "set"}
    if isinstance(default, Table):  # a read-only view is one here, too
        values = [node.value for node in annotated(cls) or () if getattr(node.target, "id", "") == one.name]
        return any(isinstance(node, ast.Dict | ast.DictComp) for node in values)
    return False


def is_unhashable(one: Field) -> bool:
    """Tell whether a default is an instance that surely cannot be hashed."""
    return not one.is_told and isinstance(one.default, Instance) and _hashes(one.default.cls) is False


def mutable(cls: Class, one: Field) -> Raised:
    """Return what Python raises of a default that it takes for mutable."""
    message = f"mutable default for field {one.name} is not allowed: use default_factory"
    return failed(cls, message, "ValueError")


def _hashes(cls: Class) -> bool | None:
    """Tell whether the instances of a class can be hashed; None where text does not tell."""
    for owner in lineage(cls):
        if not isinstance(owner, Class) or OPEN in owner.namespace:
            return None
        fields = own_fields(owner)
        if fields is not None:
            return fields.has_hash
        if "__hash__" in owner.namespace:
            return None
        if "__eq__" in owner.namespace:
            return False if "__eq__" in surely_bound(owner) else None
    return True


def has_hash(cls: Class, options: Mapping[str, bool | None]) -> bool | None:
    """Tell whether instances of a dataclass can be hashed (the table of `_hash_action`)."""
    asked = options["eq"], options["frozen"], options["unsafe_hash"]
    if None in asked or "__hash__" in cls.namespace or asked[0] is False:
        return None
    return bool(asked[1] or asked[2])


def wrong_order(cls: Class, fields: Iterable[Field]) -> Raised | None:
    """Look for a field without a default behind one that has one."""
    seen = ""
    for one in fields:
        if not one.init or one.by_keyword is not False:
            continue
        if isinstance(one.default, _KNOWN) or one.factory is not None:
            seen = one.name
        elif one.default is None and seen:
            return failed(cls, f"non-default argument {one.name!r} follows default argument {seen!r}")
    return None
