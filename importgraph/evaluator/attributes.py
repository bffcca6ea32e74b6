"""`value.name`: what an attribute is, of each kind of value."""

import os
import sys
from pathlib import PurePosixPath
from types import FunctionType
from typing import Any

from importgraph.evaluator import enums
from importgraph.evaluator.calls import run_call
from importgraph.evaluator.classes import class_attribute
from importgraph.evaluator.instances import attribute_of
from importgraph.evaluator.models.by_name import KNOWN
from importgraph.evaluator.models.native_functions import MODULES, native, system_value
from importgraph.evaluator.models.standard_objects import is_followed, object_attribute
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.values import (
    ITEMS,
    ITEMS_COPY,
    Bound,
    Cls,
    Doubt,
    Ext,
    Fixture,
    Func,
    ImportFails,
    Inst,
    Later,
    Mark,
    Member,
    Mod,
    Once,
    Unknown,
    WouldFail,
    is_native,
)

_OS = {
    "name": os.name,
    "sep": os.sep,
    "linesep": os.linesep,
    "curdir": ".",
    "pardir": "..",
    "pathsep": os.pathsep,
}
_OF_PATHS = {"name", "stem", "suffix", "suffixes", "parts", "parent", "parents"}
_VERSION_FIELDS = ("major", "minor", "micro", "releaselevel", "serial")


def attribute(frame: Frame, owner: Any, name: str, line: int) -> Any:
    """Evaluate an attribute."""
    if type(owner) is Later:
        owner = frame.space.settle(owner, frame.scope.path)
    if isinstance(owner, Mod):
        return of_module(frame, owner.name, name, line)
    if isinstance(owner, Ext):
        return _of_external(frame, owner.name, name, line)
    if isinstance(owner, Cls):
        return _of_class(frame, owner, name, line)
    if isinstance(owner, Func):
        return _of_function(owner, name, line)
    if isinstance(owner, Member):
        return _of_member(owner, name, line)
    if isinstance(owner, Mark):
        return {"name": owner.name, "args": owner.args, "kwargs": owner.kwargs, "mark": owner}.get(
            name, Bound(owner, name)
        )
    if isinstance(owner, Inst | Fixture):
        return _of_instance(frame, owner, name, line)
    if isinstance(owner, Unknown):
        return _of_unknown(owner, name, line)
    return _of_constant(frame, owner, name, line)


def _of_external(frame: Frame, owner: str, name: str, line: int) -> Any:
    if owner == "pytest.mark":
        return _mark(frame, name, line)
    return (
        sys.implementation.name if f"{owner}.{name}" == "sys.implementation.name" else Ext(f"{owner}.{name}")
    )


def _of_constant(frame: Frame, owner: Any, name: str, line: int) -> Any:
    if isinstance(owner, tuple | PurePosixPath):
        return _of_record(owner, name)
    if owner is None and frame.space.strict and not hasattr(None, name):
        raise ImportFails(f"AttributeError: None has no {name!r}", line, missing=False)
    return _of_native(owner, name, line) if is_native(owner) else Bound(owner, name)


def _mark(frame: Frame, name: str, line: int) -> Mark:
    registered = frame.space.registered
    if registered is not None and name not in registered | BUILTIN_MARKS | frame.space.plugin_marks:
        known = frame.space.finder.environment.knows_installed
        if not known or any(name.encode() in text for text in frame.space.plugin_texts):
            raise Doubt(f"whether a plugin registers mark `{name}` is known at run time only", line)
        raise WouldFail(f"mark `{name}` is not registered, and markers are strict", line)
    return Mark(name, (), {}, called=False)


BUILTIN_MARKS = {
    "skip", "skipif", "xfail", "parametrize", "usefixtures", "filterwarnings", "tryfirst", "trylast",
    "pytester_example_path",
}  # fmt: skip
"""Marks of pytest itself, its plugin `pytester` included."""


def _of_native(owner: Any, name: str, line: int) -> Any:
    found = getattr(owner, name, None)
    if found is None:
        return Unknown(f"an attribute {name} that is not there", line)
    return found


def of_module(frame: Frame, module: str, name: str, line: int) -> Any:
    """Return a name of a module: symbolic, native, or what its source says."""
    known = symbolic(frame, module, name)
    return known if known is not None else frame.space.member(module, name, frame.scope.path, line)


def symbolic(frame: Frame, module: str, name: str) -> Any:
    """Return a name of a module whose meaning we know without reading it; None for all others."""
    if module in {"pytest", "_pytest"} or module.startswith("_pytest."):
        return Ext(f"pytest.{name}")
    if module == "sys":
        value = system_value(frame.space.finder.environment.version, name)
        return Ext("sys.none") if value is None else value
    if module == "os" and name in _OS:
        return _OS[name]
    if module in MODULES:
        found = native(module, name)
        if module == "functools" or found is None:
            return Ext(f"{module}.{name}")
        return found
    top = module.partition(".")[0]
    if top == "hypothesis" and frame.space.settling:
        return None if f"{module}.{name}" not in KNOWN else Ext(f"{module}.{name}")
    if top in SYMBOLIC_TOPS:
        return Ext(f"{module}.{name}")
    return None


SYMBOLIC_TOPS = {
    "unittest", "typing", "typing_extensions", "abc", "contextlib", "hypothesis", "enum", "dataclasses",
    "collections", "warnings", "types", "mock", "os", "platform", "importlib", "builtins", "copy", "random",
    "pickle", "io", "tempfile", "pathlib", "inspect", "gc", "logging", "asyncio", "threading", "subprocess",
    "time", "uuid", "locale", "json", "ctypes", "socket", "array", "weakref", "traceback", "shutil",
    "zoneinfo", "signal", "multiprocessing", "ast", "six",
}  # fmt: skip
"""Modules whose names we know by heart where they matter, so that their source is not read."""


SESSION_KINDS = {
    "pytest.Parser", "pytest.Config", ITEMS, ITEMS_COPY, "pytest.Item", "pytest.Session",
    "pytest.PluginManager", "pytest.TestFunction", "pytest.Code",
}  # fmt: skip
"""The objects that hooks get."""


def _of_class(frame: Frame, owner: Cls, name: str, line: int) -> Any:
    if name == "__name__":
        return owner.name
    if name == "__members__":
        found = enums.members(owner)
        return {m.name: m for m in found} if found is not None else Unknown("unknown members", line)
    member = enums.member(owner, name)
    if member is not None:
        return member
    value = class_attribute(frame, owner, name)
    if value is None:
        return Unknown(f"{owner.name}.{name} is not in sight", line)
    if isinstance(value[0], Func) and value[0].kind == "class":
        return Bound(owner, name)
    return _got(frame, owner, value[0], line)


def _got(frame: Frame, owner: Cls, value: Any, line: int) -> Any:
    """Return what a class gives for an attribute: what `__get__` of a descriptor returns, else the value."""
    getter = (
        class_attribute(frame, value.cls, "__get__")
        if isinstance(value, Inst) and isinstance(value.cls, Cls)
        else None
    )
    if getter is None:
        return value
    if not isinstance(getter[0], Func):
        return Unknown("what a descriptor gives", line)
    return run_call(frame, getter[0], [value, None, owner], {}, line)


def _of_function(owner: Func, name: str, line: int) -> Any:
    if name == "__name__":
        return owner.name
    if name == "pytestmark":
        return list(owner.marks)
    if name == "__dict__":
        return Bound(owner, name)
    return owner.attrs.get(name, Unknown(f"an attribute of function {owner.name}", line))


def _of_record(owner: tuple[Any, ...] | PurePosixPath, name: str) -> Any:
    """Return a field of `sys.version_info` or a part of a path."""
    if isinstance(owner, PurePosixPath):
        return getattr(owner, name) if name in _OF_PATHS else Bound(owner, name)
    is_version = name in _VERSION_FIELDS and len(owner) == len(_VERSION_FIELDS)
    return owner[_VERSION_FIELDS.index(name)] if is_version else Bound(owner, name)


def _of_unknown(owner: Unknown, name: str, line: int) -> Any:
    if name == "add_marker":
        return Ext("pytest.add_marker")
    if owner.callee.startswith("pathlib."):
        return Ext(f"{owner.callee}().{name}")
    return Unknown(f"an attribute of {owner.reason}", line)


def _of_member(owner: Member, name: str, line: int) -> Any:
    if name in {"name", "_name_"}:
        return owner.name
    if name in {"value", "_value_"}:
        return owner.value
    return Unknown(f"an attribute of {owner.cls.name}.{owner.name}", line)


def _of_instance(frame: Frame, owner: Any, name: str, line: int) -> Any:
    cls = getattr(owner, "cls", None)
    if isinstance(cls, Ext) and cls.name in SESSION_KINDS:
        if name in owner.kwargs:
            found = owner.kwargs[name]
            return found() if isinstance(found, FunctionType | Once) else found
        return Ext("pytest.add_marker") if name == "add_marker" else Bound(owner, name)
    if is_followed(owner):
        return object_attribute(frame, owner, name, line)
    if isinstance(cls, Cls):
        return attribute_of(frame, owner, name, line)
    if isinstance(cls, Ext):
        return Ext(f"{cls.name}().{name}")
    return Unknown(f"attribute {name} of an instance", line)
