"""Classes as records: their order of inheritance, what an attribute of one is, members of enumerations."""

import ast
from typing import Any

from importgraph.evaluation.values.resolution_order import merged
from importgraph.namespaces.protocol import Frame
from importgraph.namespaces.records import (
    Cls,
    Ext,
    Func,
    GiveUp,
    Inst,
    Member,
    Ref,
    Unknown,
    is_native,
)

_ENUMS = {"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"}
_TEST_CASES = {
    f"unittest.{name}"
    for name in (
        "TestCase",
        "IsolatedAsyncioTestCase",
        "FunctionTestCase",
        "case.TestCase",
        "async_case.IsolatedAsyncioTestCase",
    )
}
_PLAIN_EXTERNAL = {
    "abc.ABC", "typing.Generic", "typing.Generic[]", "typing.Protocol", "typing.Protocol[]",
    "typing_extensions.Protocol",
}  # fmt: skip


def linearise(frame: Frame, cls: Any) -> list[Any]:
    """Return a class and its bases in C3 order; other values than classes stand where they are in it.

    Raises:
        GiveUp: If a base is not known, or there is no order.
    """
    if not isinstance(cls, Cls):
        return [cls]
    key = ("order", id(cls))
    if key not in frame.space.memo:
        frame.space.memo[key] = _order(frame, cls)
    found: list[Any] = frame.space.memo[key]
    return found


def _order(frame: Frame, cls: Cls) -> list[Any]:
    bases = [frame.space.resolve(base) if type(base) is Ref else base for base in cls.bases]
    bases = [frame.space.settle(base, cls.path) for base in bases]
    for base in bases:
        if isinstance(base, Unknown | Func | Inst):
            raise GiveUp(
                f"class {cls.name} has a base that text does not give ({getattr(base, 'reason', 'computed')})"
            )
    order, consistent = merged([*(linearise(frame, base) for base in bases), bases], _same)
    if not consistent:
        raise GiveUp(f"class {cls.name} has no consistent order of bases")
    return [cls, *order]


def _same(one: Any, other: Any) -> bool:
    return one is other or (isinstance(one, Ext) and isinstance(other, Ext) and one.name == other.name)


def is_test_case(order: list[Any]) -> bool:
    """Tell whether a class, given by its order of bases, derives from `unittest.TestCase`."""
    return any(isinstance(base, Ext) and base.name in _TEST_CASES for base in order)


def class_attribute(frame: Frame, cls: Cls, name: str) -> tuple[Any] | None:
    """Find an attribute through the bases.

    Returns:
        The value in a tuple; None where no base that was read has it.
    """
    try:
        order = linearise(frame, cls)
    except GiveUp:
        return (Unknown(f"{name} of class {cls.name}, whose bases are not known"),)
    for base in order:
        if isinstance(base, Cls):
            if name in base.names:
                value = base.names[name]
                shared = isinstance(value, list | dict | set) and base.path != frame.scope.path
                if shared and frame.space.grows(base.path, name):
                    return (Unknown(f"{base.name}.{name} is changed by functions"),)
                return (frame.space.resolve(value) if type(value) is Ref else value,)
            if base.doubt:
                return (Unknown(base.doubt),)
        elif is_native(base):
            found = getattr(base, name, None)
            if found is not None and found is not getattr(object, name, None):
                return (found,)
        elif isinstance(base, Ext) and base.name not in _PLAIN_EXTERNAL and base.name not in _TEST_CASES:
            return (Unknown(f"{name} may come from {base.name}"),)
    return None


def constructor(order: list[Any]) -> bool | None:
    """Tell whether a class has an `__init__` or `__new__` of its own, as pytest's `hasinit` and `hasnew`.

    None: unknown.
    """
    plain: set[str] = set()
    for base in order:
        if isinstance(base, Cls):
            own = {"__init__", "__new__"}.intersection(base.names) - plain
            plain |= {name for name in own if _is_of_object(base.names[name], name)}
            if base.makes_init or own - plain:
                return True
            if base.doubt:
                return None
        elif is_native(base):
            if (
                getattr(base, "__init__", None) is not object.__init__
                or getattr(base, "__new__", None) is not object.__new__
            ):
                return True
        elif isinstance(base, Ext):
            if base.name in _TEST_CASES or base.name.startswith("typing.NamedTuple"):
                return True
            if base.name.startswith(("typing.Protocol", "typing_extensions.Protocol")):
                return True  # the class that inherits from a protocol gets an __init__ that is not object's
            if base.name not in _PLAIN_EXTERNAL:
                return True if is_enum(base) else None
    return False


def _is_of_object(value: Any, name: str) -> bool:
    """Tell whether a value is a method of `object` itself."""
    return value is getattr(object, name) or (
        isinstance(value, Ext) and value.name == f"builtins.object.{name}"
    )


def is_abstract(order: list[Any]) -> bool | None:
    """Tell whether a class is abstract, as `inspect.isabstract`; None where text does not tell."""
    if not any(_is_abc(base) for base in order):
        return False
    abstract: set[str] = set()
    for base in reversed(order):
        if not isinstance(base, Cls):
            continue
        for name, value in base.names.items():
            if isinstance(value, Func) and "__abstract__" in value.attrs:
                abstract.add(name)
            elif isinstance(value, Unknown) and "abstract" in value.reason:
                return None
            else:
                abstract.discard(name)
    return bool(abstract)


def _is_abc(base: Any) -> bool:
    if isinstance(base, Ext):
        return base.name in _PLAIN_EXTERNAL
    if not isinstance(base, Cls) or base.metaclass is None:
        return False
    return isinstance(base.metaclass, Ext) and base.metaclass.name == "abc.ABCMeta"


def metaclass_doubt(frame: Frame, order: list[Any]) -> str:
    """Say why a class may have other members than its body shows.

    A metaclass or `__init_subclass__` of a base.
    """
    for position, base in enumerate(order):
        if not isinstance(base, Cls):
            continue
        meta = base.metaclass
        if (
            meta is not None
            and not (isinstance(meta, Ext) and meta.name in {"abc.ABCMeta", "enum.EnumMeta", "builtins.type"})
            and meta is not type
        ):
            return f"class {base.name} has a metaclass"
        hook = base.names.get("__init_subclass__") if position else None
        if (
            isinstance(hook, Func)
            and hook.node is not None
            and _changes_class(frame.space.whole(hook.scope.path, hook.node))
        ):
            return f"class {base.name} changes its subclasses in __init_subclass__"
    return ""


def _changes_class(node: ast.AST) -> bool:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and inner.id in {"setattr", "delattr", "vars"}:
            return True
        if (
            isinstance(inner, ast.Attribute)
            and isinstance(inner.ctx, ast.Store)
            and inner.attr.startswith(("test", "Test", "__test__", "pytestmark"))
        ):
            return True
    return False


def is_enum(cls: Any) -> bool:
    """Tell whether a class is an enumeration."""
    if isinstance(cls, Ext):
        return cls.name in _ENUMS
    return isinstance(cls, Cls) and any(is_enum(base) for base in cls.bases)


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
