"""Records of names from outside, of what is not known, of exceptions, sets and iterators."""

import builtins
from typing import Any

from importgraph.evaluation.calls import Iteration
from importgraph.evaluation.exceptions import ExternalException
from importgraph.evaluation.expressions.operations import UNION
from importgraph.evaluation.values.limits import LARGEST, size_of
from importgraph.evaluation.values.objects import External
from importgraph.evaluation.values.value import Unknown as UnknownValue
from importgraph.evaluation.values.values import Sequence
from importgraph.namespaces.natives import native
from importgraph.namespaces.records import Ext, Inst, Mod, Unknown, is_native
from importgraph.namespaces.values import Made


def external(value: External) -> Any:
    """Return a name from outside: what it is in our own standard library where that is harmless."""
    found = native(value.name)
    if found is not None and (is_native(found) or callable(found)):
        return found
    return Mod(value.name) if value.is_module else Ext(value.name)


def unknown(value: UnknownValue) -> Any:
    """Return what is not known: an instance where the name of its class is all there is."""
    if not isinstance(value, Made):
        return int | None if value is UNION else Unknown(value.reason, 0, value.is_data)
    if value.is_instance:
        return Inst(Ext(value.callee), value)
    return Unknown(value.reason, 0, value.is_data, value.callee)


def exception(value: ExternalException) -> Any:
    """Return an exception; what it was given is not kept."""
    kind = getattr(builtins, value.kind)
    try:
        return kind()
    except TypeError:  # groups need arguments
        return Inst(Ext(f"builtins.{value.kind}"), value)


def set_of(items: list[Any]) -> Any:
    """Return a set of records, where they are small and can be in one."""
    if size_of(items) > LARGEST:  # what is hashed is walked as often as it is met
        return Unknown("a set of very large values", instance=True)
    try:
        return set(items)
    except TypeError:
        return Unknown("a set of values that are not hashable", instance=True)


def title_of(value: Iteration | Sequence) -> str:
    """Return the `__name__` of an iterator; empty for one that is no generator."""
    if isinstance(value, Iteration):
        return value.function.qualname.rpartition(".")[2]
    return "<genexpr>" if value.kind == "generator" else ""
