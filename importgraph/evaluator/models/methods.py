"""Methods of constants: those that change a list or dictionary do so for real, the pure ones are computed."""

import datetime as dt
import decimal
import fractions
import re
from pathlib import PurePath
from typing import Any

from importgraph.evaluation.growth import method_size
from importgraph.evaluation.limits import LARGEST
from importgraph.evaluator.assignments import update_function
from importgraph.evaluator.classes import class_attribute
from importgraph.evaluator.frame import TAINT, elements, touch
from importgraph.evaluator.instances import call_method_of
from importgraph.evaluator.models.native_functions import holds_functions
from importgraph.evaluator.models.session_objects import call_session
from importgraph.evaluator.models.standard_objects import call_object, is_followed
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.values import Bound, Cls, Decorator, Doubt, Func, Inst, Mark, Unknown, concrete

_CHANGING: dict[Any, set[str]] = {
    list: {"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse"},
    dict: {"update", "setdefault", "pop", "clear", "popitem"},
    set: {"add", "update", "discard", "remove", "clear", "difference_update"},
}
_READING: dict[Any, set[str]] = {
    list: {"copy", "count", "index"},
    dict: {"copy", "get", "items", "keys", "values"},
    set: {"copy", "union", "intersection", "difference", "issubset"},
    frozenset: {"copy", "union", "intersection", "difference"},
    tuple: {"count", "index"},
}
_LOOSE = {
    "append",
    "extend",
    "insert",
    "copy",
    "items",
    "keys",
    "values",
    "update",
    "setdefault",
    "clear",
    "reverse",
    "add",
}


_COMPUTED = (
    str, bytes, int, float, complex, range, tuple, list, dict, set, frozenset, slice, re.Pattern, re.Match,
    dt.date, dt.time, dt.timedelta, dt.tzinfo, decimal.Decimal, fractions.Fraction,
    PurePath,
)  # fmt: skip
"""Types whose methods are computed: how large their results are is known before (`growth.py`)."""


def call_method(frame: Frame, method: Bound, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Call a method of a constant."""
    owner, name = method.owner, method.name
    if isinstance(owner, Mark):
        if name == "with_args":
            return Mark(owner.name, (*owner.args, *args), {**owner.kwargs, **kwargs})
        return Unknown("an attribute of a mark", line)
    if isinstance(owner, Inst):
        return _call_of_instance(frame, owner, name, args, kwargs, line)
    if isinstance(owner, Decorator) and name in {"via", "xfail"}:
        return owner  # hypothesis.example(…).via(…)
    if isinstance(owner, Bound) and isinstance(owner.owner, Func):
        update_function(owner.owner, args[0] if name == "update" and len(args) == 1 else None)
        return None
    if isinstance(owner, Cls):
        return _call_class_method(frame, owner, name, args, kwargs, line)
    kind: Any = type(owner)
    if name in _CHANGING.get(kind, ()):
        return _change(frame, owner, name, args, kwargs, line)
    if kind in _READING:
        if name not in _READING[kind]:
            touch(frame, owner, f".{name}()", line)
            return Unknown(f"the result of .{name}()", line)
        return _read(owner, name, args, kwargs, line)
    for argument in args:
        touch(frame, argument, f".{name}()", line)
    if not concrete(owner) or not concrete(args) or not concrete(kwargs) or name.startswith("__"):
        return Unknown(f"the result of .{name}()", line)
    return _attempt(owner, name, args, kwargs, line)


def _call_of_instance(
    frame: Frame, owner: Inst, name: str, args: list[Any], kwargs: dict[str, Any], line: int
) -> Any:
    if is_followed(owner):
        return call_object(frame, owner, name, args, kwargs, line)
    if isinstance(owner.cls, Cls):
        return call_method_of(frame, owner, name, args, kwargs, line)
    return call_session(owner, name, args, kwargs, line)


def _call_class_method(
    frame: Frame, owner: Cls, name: str, args: list[Any], kwargs: dict[str, Any], line: int
) -> Any:
    """Call a class method, taken from its class."""
    found = class_attribute(frame, owner, name)
    if found is None or not isinstance(found[0], Func):
        return Unknown(f"the result of {owner.name}.{name}()", line)
    return frame.space.run_call(frame, found[0], [owner, *args], kwargs, line)


def _attempt(owner: Any, name: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    function = getattr(owner, name, None)
    if function is None or not callable(function):
        return Unknown(f"the result of .{name}()", line)
    if not isinstance(owner, _COMPUTED) or holds_functions(args, kwargs):
        return Unknown(f"the result of .{name}()", line)
    if method_size(owner, name, args, kwargs) > LARGEST:
        return Unknown("a value too big to compute", line)
    try:
        return function(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 -- what the method of a value raises becomes the reason
        return Unknown(f".{name}() raises {type(error).__name__}", line)


def _read(owner: Any, name: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    if elements(owner) is None and not isinstance(owner, set | frozenset):
        return Unknown("taken from a container that is not wholly known", line)
    if name == "get" and args and not concrete(args[0]):
        return Unknown("taken by an unknown key", line)
    if name not in {"copy", "items", "keys", "values", "get"} and not (concrete(owner) and concrete(args)):
        return Unknown("taken from unknown values", line)
    return _attempt(owner, name, args, kwargs, line)


def _change(frame: Frame, owner: Any, name: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    loose = name in _LOOSE
    plain = loose or (concrete(owner) and concrete(args) and concrete(kwargs))
    if name == "extend" and args:
        found = elements(args[0])
        args = [[TAINT] if found is None or len(owner) + len(found) > LARGEST else found]
    if name == "update" and (not args or not isinstance(args[0], dict)):
        plain = plain and not args
    if frame.unsure or not plain or (name in {"add", "setdefault"} and args and not concrete(args[0])):
        if isinstance(owner, dict) and owner is frame.scope.names:
            raise Doubt("changes its namespace by computed names", line)
        touch(frame, owner, f".{name}()", line)
        return Unknown(f"the result of .{name}()", line)
    return _attempt(owner, name, args, kwargs, line)
