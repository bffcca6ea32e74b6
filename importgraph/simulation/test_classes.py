"""Classes that pytest takes for test classes and cannot collect, where `filterwarnings` lets that fail."""

import builtins
from collections.abc import Iterator, Sequence

from importgraph.evaluation.classes.class_conflicts import metaclass_of
from importgraph.evaluation.values.objects import Class, External, Module
from importgraph.evaluation.values.value import Value
from importgraph.evaluation.values.values import Constant
from importgraph.session.settings import Settings
from importgraph.simulation.causes import CauseKind, Step
from importgraph.simulation.failures import Failure
from importgraph.simulation.warning_filters import is_error

_WITHOUT = {"abc.ABC", "builtins.object", "typing.Generic"}
"""Bases that bring no constructor."""


def uncollectable(module: Module, settings: Settings, filters: Sequence[str]) -> Iterator[Failure]:
    """Yield the classes of a module that make pytest warn that it cannot collect them (`Class.collect`).

    Args:
        module: A test module, after its import; classes that it imports count too.
        settings: Says which names are those of test classes.
        filters: Lines of `filterwarnings`; without any, the warning is none of our business.
    """
    for name, value in list(module.namespace.items()) if filters else ():
        if not isinstance(value, Class) or not settings.patterns.is_class(str(name)) or _is_hidden(value):
            continue
        constructor = _constructor(value)
        if not constructor:
            continue
        message = f"cannot collect test class '{value.qualname}' because it has a {constructor} constructor"
        if is_error(filters, message, module.path.removesuffix(".py"), "PytestCollectionWarning"):
            step = Step(value.module.path, value.node.lineno if value.node is not None else 1)
            where = (step,) if value.module is module else (Step(module.path, 1), step)
            subject = f"{value.qualname} in {value.module.path}"
            why = f"{message}, and filterwarnings makes that an error"
            yield Failure(
                "PytestCollectionWarning", CauseKind.TEST_CLASS, subject, why, step.path, step.line, where
            )


def _is_hidden(cls: Class) -> bool:
    """Tell whether a class may say of itself that it is no test."""
    if "__test__" in cls.namespace:
        return bool(cls.namespace["__test__"] != Constant(value=True))
    return any(isinstance(base, Class) and _is_hidden(base) for base in cls.bases)


def _constructor(cls: Value) -> str | None:
    """Return `__init__` or `__new__` where a class has its own, empty where not, None where that is open."""
    if isinstance(cls, External):
        return _outside_constructor(cls)
    if (
        not isinstance(cls, Class)
        or cls.node is None
        or cls.node.decorator_list
        or metaclass_of(cls) != External("builtins.type")
    ):
        return None
    inherited = [_constructor(base) for base in cls.bases]
    if None in inherited:
        return None
    for name in ("__init__", "__new__"):
        if name in cls.namespace or name in inherited:
            return name
    return ""


def _outside_constructor(cls: External) -> str | None:
    if cls.name in _WITHOUT:
        return ""
    known = getattr(builtins, cls.name.removeprefix("builtins."), None)
    if not cls.name.startswith("builtins.") or not isinstance(known, type):
        return None
    return "__init__" if any("__init__" in vars(one) for one in known.__mro__[:-1]) else "__new__"
