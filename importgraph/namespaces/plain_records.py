"""Records of values that hold nothing: names from outside, what is not known, exceptions."""

import builtins
from typing import Any

from importgraph.evaluation.exceptions import ExternalException
from importgraph.evaluation.expressions.operations import UNION
from importgraph.evaluation.values.objects import External
from importgraph.evaluation.values.value import Unknown as UnknownValue
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
