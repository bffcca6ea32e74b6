"""What is not known of classes because somebody else may have changed them."""

from typing import Any, TypeGuard

from importgraph.evaluation.lineage import lineage, opened
from importgraph.evaluation.values.objects import Class
from importgraph.evaluation.values.value import BORN, Unknown
from importgraph.evaluation.values.values import Constant, Sequence, Table
from importgraph.namespaces.values import FixtureValue
from importgraph.namespaces.world import Reading

_HOOK = "__init_subclass__"


def may_grow(value: Any) -> TypeGuard[Sequence | Table]:
    """Tell whether a value is a container that can change."""
    return isinstance(value, Table) or (isinstance(value, Sequence) and value.kind != "tuple")


def unhooked(reader: Reading, cls: Class) -> None:
    """Take note that a hook which is not followed may have filled what its class and its module hold."""
    hooks = [cls.metaclass] if isinstance(cls.metaclass, Class) else []
    hooks += [one for one in lineage(cls)[1:] if isinstance(one, Class) and _HOOK in one.namespace]
    for owner in hooks:
        if owner in reader.open_hooks:
            continue
        reader.open_hooks.add(owner)
        for name, value in (*owner.namespace.items(), *owner.module.namespace.items()):
            if may_grow(value) and reader.reading.space.grows(owner.module.path, str(name)):
                reader.journal.put(value.state, "open", True)


def grows(reader: Reading, cls: Class, name: str, held: object) -> bool:
    """Tell whether functions change what a class of another file holds."""
    if not may_grow(held):
        return False
    owner = next((one for one in lineage(cls) if isinstance(one, Class) and name in one.namespace), cls)
    path = owner.module.path
    return path != reader.path and path.endswith(".py") and reader.reading.space.grows(path, name)


def set_on_class(reader: Reading, cls: Class, name: str) -> None:
    """Look at an attribute that was set on a class: who sees it depends on the order of files."""
    value = cls.namespace.get(name)
    own = cls.module.path == reader.path or any(
        frame.module.path == cls.module.path for frame in reader.frames if frame.function is None
    )
    if own or _is_new(reader, cls):
        return
    if name.startswith("_") and not name.startswith("__") and not isinstance(value, FixtureValue):
        reader.journal.put(cls.namespace, name, Unknown("set by several files", is_data=True))
    elif isinstance(value, Constant) and name not in {"__test__", "pytestmark", "runTest"}:
        return
    elif not name.startswith("test") and not reader.reading.space.holds_tests(cls.module.path):
        reader.journal.put(cls.namespace, name, Unknown("set by several files"))
    elif not reader.path.endswith("/conftest.py"):
        reader.doubt(f"changes {cls.qualname}.{name}, a class of another file")
    else:
        reader.journal.put(cls.namespace, name, Unknown(f"set by a conftest on line {reader.line}"))
        opened(reader, cls)
        reader.reading.space.patched.add((cls.module.path, f"{cls.qualname}.{name}"))


def _is_new(reader: Reading, cls: Class) -> bool:
    """Tell whether a function made a class that the body called which runs now."""
    return "<locals>" in cls.qualname and bool(cls.namespace.get(BORN, 0) > reader.began)
