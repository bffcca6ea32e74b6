"""All models by dotted name; what no model answers is outside and unknown."""

import builtins as python
from collections.abc import Callable, Mapping
from typing import TypeAlias

from importgraph.evaluation.escape import escaped
from importgraph.evaluation.models import (
    builtins,
    entry_points,
    files,
    functions,
    hashing,
    importing,
    lazy_loaders,
    methods,
    paths,
    patterns,
    resources,
    surroundings,
    tracebacks,
)
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import External
from importgraph.evaluation.values.value import Arguments, Result, Unknown, Value
from importgraph.evaluation.values.values import Constant

Model: TypeAlias = Callable[[Interpreter, Arguments], Result]

_MODELS: Mapping[str, Model] = {
    **builtins.MODELS,
    **entry_points.MODELS,
    **files.MODELS,
    **functions.MODELS,
    **hashing.MODELS,
    **importing.MODELS,
    **lazy_loaders.MODELS,
    **paths.MODELS,
    **patterns.MODELS,
    **resources.MODELS,
    **surroundings.MODELS,
    **tracebacks.MODELS,
}
_CONSTANTS = {
    name: Constant(getattr(python, name)) for name in ("True", "False", "None", "Ellipsis", "__debug__")
}

_BUILTINS = frozenset(name for name in dir(python) if not name.startswith("__") or name == "__import__")


def model(name: str) -> Model | None:
    """Return what calling something by its dotted name does, if that is known."""
    if name.startswith(_GENERIC) and name.endswith(_ITEM):
        return _parametrised(name)
    return _MODELS.get(name)


_ITEM = ".__getitem__"
_GENERIC = (
    "typing.",
    "typing_extensions.",
    "collections.",
    "builtins.",
    "types.",
    "re.",
    "os.PathLike",
    "queue.",
)
"""What can be written with type arguments, which change nothing."""


def _parametrised(name: str) -> Model:
    return lambda _interpreter, _arguments: External(name.removesuffix(_ITEM))


def builtin(name: str) -> Value | None:
    """Return a builtin by its name."""
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    return External(f"builtins.{name}") if name in _BUILTINS else None


def attribute(interpreter: Interpreter, name: str) -> Result:
    """Return something outside the tree by its dotted name."""
    if name.startswith("hashlib."):
        return hashing.missing(name) or External(name)
    return surroundings.attribute(interpreter, name) or External(name)


_LOOKING = ("inspect.", "typing.", "typing_extensions.", "warnings.", "logging.get", "asyncio.iscoroutine")
"""Beginnings of functions outside that neither change nor call what they are given."""


def call(interpreter: Interpreter, name: str, arguments: Arguments) -> Result:
    """Call something outside the tree: by its model, else nothing is known of the result."""
    known = interpreter.policy.outside_model(name) or model(name)
    if known is not None:
        return known(interpreter, arguments)
    interpreter.policy.calls_external(name, arguments)
    if not name.startswith(_LOOKING):
        escaped(interpreter, arguments)
    return Unknown(f"what `{name}` returns")


def call_method(interpreter: Interpreter, value: Value, name: str, arguments: Arguments) -> Result:
    """Call a method of a constant, sequence or mapping."""
    return methods.call_method(interpreter, value, name, arguments)
