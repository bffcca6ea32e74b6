"""Classes that pytest takes for test classes and cannot collect, where `filterwarnings` lets that fail."""

import builtins
from collections.abc import Iterator, Sequence

from importgraph.session.settings import Settings
from importgraph.simulation.causes import CauseKind, Step
from importgraph.simulation.failures import Failure
from importgraph.simulation.values import ClassValue, Constant, ModuleValue, Outside, Value
from importgraph.simulation.warning_filters import is_error

_WITHOUT = {"abc.ABC", "builtins.object", "typing.Generic[]"}
"""Bases that bring no constructor."""


def uncollectable(module: ModuleValue, settings: Settings, filters: Sequence[str]) -> Iterator[Failure]:
    """Yield the classes of a module that make pytest warn that it cannot collect them (`Class.collect`).

    Args:
        module: A test module, after its import; classes that it imports count too.
        settings: Says which names are those of test classes.
        filters: Lines of `filterwarnings`; without any, the warning is none of our business.
    """
    for name, value in module.names.items() if filters else ():
        if not isinstance(value, ClassValue) or not settings.patterns.is_class(name) or _is_hidden(value):
            continue
        constructor = _constructor(value)
        if not constructor:
            continue
        message = f"cannot collect test class '{value.name}' because it has a {constructor} constructor"
        if is_error(filters, message, module.path.removesuffix(".py"), "PytestCollectionWarning"):
            step = Step(value.module.path, value.node.lineno)
            where = (step,) if value.module is module else (Step(module.path, 1), step)
            subject = f"{value.name} in {value.module.path}"
            why = f"{message}, and filterwarnings makes that an error"
            yield Failure(
                "PytestCollectionWarning", CauseKind.TEST_CLASS, subject, why, step.path, step.line, where
            )


def _is_hidden(cls: ClassValue) -> bool:
    """Tell whether a class may say of itself that it is no test."""
    if "__test__" in cls.names:
        return cls.names["__test__"] != Constant(value=True)
    return any(isinstance(base, ClassValue) and _is_hidden(base) for base in cls.bases)


def _constructor(cls: Value) -> str | None:
    """Return `__init__` or `__new__` where a class has its own, empty where not, None where that is open."""
    if isinstance(cls, Outside):
        return _outside_constructor(cls)
    if (
        not isinstance(cls, ClassValue)
        or cls.node.decorator_list
        or cls.metaclass != Outside("builtins.type")
    ):
        return None
    inherited = [_constructor(base) for base in cls.bases]
    if None in inherited:
        return None
    for name in ("__init__", "__new__"):
        if name in cls.names or name in inherited:
            return name
    return ""


def _outside_constructor(cls: Outside) -> str | None:
    if cls.name in _WITHOUT:
        return ""
    known = getattr(builtins, cls.name.removeprefix("builtins."), None)
    if cls.called or not cls.name.startswith("builtins.") or not isinstance(known, type):
        return None
    return "__init__" if any("__init__" in vars(one) for one in known.__mro__[:-1]) else "__new__"
