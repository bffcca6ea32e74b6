"""Calls of Python's own functions: those that see or make namespaces and classes, and all others."""

import ast
import os
import sys
from typing import Any

from importgraph.evaluator.assignments import set_attribute
from importgraph.evaluator.frame import TAINT, elements, module_scope, touch
from importgraph.evaluator.models.native_functions import call_native
from importgraph.evaluator.operators import truth_of
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.values import (
    Bound,
    Cls,
    Doubt,
    Ext,
    Func,
    ImportFails,
    Inst,
    Lazy,
    Mod,
    Unknown,
    copy_of_items,
)
from importgraph.facts.host import Broken, parse


def call_builtin(frame: Frame, callee: Any, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Call a function or type of our own interpreter's standard library."""
    special = _SPECIAL.get(callee) if callee in _SPECIAL else None
    if special is not None:
        return special(frame, args, kwargs, line)
    if callee is exec:
        if _is_own_text(frame, args, kwargs):
            return _run_text(frame, args[0], line)
        if len(args) < 2 or not isinstance(args[1], dict) or args[1] is module_scope(frame.scope).names:
            raise Doubt("calls exec() when imported", line)
        args[1][TAINT] = TAINT
        return None
    if callee is __import__ and args and isinstance(args[0], str) and not kwargs.get("level"):
        _require_module(frame, args[0], line)
    if callee is eval and len(args) == 1 and isinstance(args[0], str):
        return _value_of_text(frame, args[0], line)
    if callee in (eval, __import__, compile, open, input):
        return Unknown(f"the result of {callee.__name__}()", line)
    copied = copy_of_items(args[0]) if callee in (list, tuple, reversed) and len(args) == 1 else None
    if copied is not None:
        return copied
    args = [frame.space.settle(argument, frame.scope.path) for argument in args]
    for argument in args:
        if isinstance(argument, Inst) and argument.state is not None:
            touch(frame, argument, "a function of Python", line)
    return call_native(callee, args, kwargs, line)


def _require_module(frame: Frame, name: str, line: int) -> None:
    """Raise what `__import__` raises where there is no such module."""
    space, importer = frame.space, frame.scope.path
    if not frame.unsure and space.find(name, importer) is None and not space.is_made(name, importer):
        raise ImportFails(f"no module named {name!r}", line)


def _is_own_text(frame: Frame, args: list[Any], kwargs: dict[str, Any]) -> bool:
    """Tell whether `exec` gets a text that is known, to run it in the module's namespace."""
    if not args or kwargs or not isinstance(args[0], str) or frame.unsure:
        return False
    names = module_scope(frame.scope).names
    return frame.scope.names is names and all(space is names for space in args[1:])


def _value_of_text(frame: Frame, text: str, line: int) -> Any:
    """Evaluate what `eval` gets where that is known."""
    tree = parse(text.strip().encode())
    if isinstance(tree, Broken) or len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        return Unknown("the result of eval()", line)
    return frame.space.evaluate(frame, tree.body[0].value)


def _run_text(frame: Frame, text: str, line: int) -> None:
    tree = parse(text.encode())
    if isinstance(tree, Broken):
        raise Doubt("calls exec() with a text that does not parse", line)
    frame.space.execute(frame, tree.body)


def _globals(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    return module_scope(frame.scope).names


def _locals(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    if args:
        for value in args:
            if isinstance(value, Inst):
                touch(frame, value, "vars()", line)
        return args[0].names if isinstance(args[0], Cls) else Unknown("the attributes of something", line)
    return frame.scope.names


def _map(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    columns = [elements(argument) for argument in args[1:]]
    if not columns or any(column is None for column in columns):
        return Unknown("map() over unknown values", line, instance=True)
    return Lazy(
        frame.space.call(frame, args[0], list(row), {}, line)
        for row in zip(*[c or [] for c in columns], strict=False)
    )


def _filter(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    found = elements(args[1]) if len(args) == 2 else None
    if found is None:
        return Unknown("filter() over unknown values", line, instance=True)
    verdicts = [
        truth_of(element if args[0] is None else frame.space.call(frame, args[0], [element], {}, line))
        for element in found
    ]
    if None in verdicts:
        return Unknown("filter() by an unknown test", line, instance=True)
    return Lazy(element for element, verdict in zip(found, verdicts, strict=True) if verdict)


def _sorted(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    copied = copy_of_items(args[0]) if args else None
    if copied is not None:
        return copied
    key = kwargs.pop("key", None)
    found = elements(args[0]) if args else None
    if isinstance(args[0] if args else None, set | frozenset) and found is None:
        found = list(args[0])
    if found is None:
        return Unknown("sorted() of unknown values", line, instance=True)
    if key is None:
        return call_native(sorted, [found], kwargs, line)
    keys = [frame.space.call(frame, key, [element], {}, line) for element in found]
    order = call_native(sorted, [list(zip(keys, range(len(keys)), strict=True))], kwargs, line)
    return [found[index] for _, index in order] if isinstance(order, list) else order


def _getattr(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    if len(args) < 2 or not isinstance(args[1], str):
        return Unknown("getattr() by an unknown name", line)
    if isinstance(args[0], Mod) and args[0].name == "sys" and len(args) == 3:
        known = frame.space.module_attributes.get(("sys", args[1]), None)
        return (
            known
            if known is not None
            else (frame.space.attribute(frame, args[0], args[1], line) if hasattr(sys, args[1]) else args[2])
        )
    found = frame.space.attribute(frame, args[0], args[1], line)
    return (
        Unknown(f"getattr(…, {args[1]!r})", line)
        if isinstance(found, Bound | Unknown) or len(args) > 2
        else found
    )


def _setattr(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    if len(args) == 3 and isinstance(args[1], str):
        set_attribute(frame, args[0], args[1], args[2], line)
    elif args and isinstance(args[0], Inst):
        touch(frame, args[0], "setattr()", line)
    elif args and isinstance(args[0], Cls):
        args[0].doubt = args[0].doubt or f"setattr() on line {line} with a computed name"
    elif args and isinstance(args[0], Ext) and args[0].name.startswith("sys.modules"):
        raise Doubt("setattr() on a module", line)
    return None


def _type(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    if (
        len(args) == 3
        and isinstance(args[0], str)
        and isinstance(args[1], tuple)
        and isinstance(args[2], dict)
    ):
        scope = module_scope(frame.scope)
        names = dict(args[2])
        doubt = "made by type() with unknown members" if TAINT in names else ""
        return Cls(
            args[0],
            args[1],
            {key: value for key, value in names.items() if isinstance(key, str)},
            scope.path,
            None,
            doubt,
        )
    if len(args) == 1:
        if isinstance(args[0], Inst):
            return args[0].cls
        return (
            Unknown("type() of something", line)
            if not isinstance(args[0], str | int | float | list | dict | tuple)
            else type(args[0])
        )
    return Unknown("a class made by type()", line)


def _property(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    return Unknown("a property", line, instance=True)


def _kind(kind: str) -> Any:
    def convert(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
        if len(args) == 1 and isinstance(args[0], Func):
            args[0].kind = kind
        return args[0] if len(args) == 1 else Unknown("a descriptor", line)

    return convert


def _instance_of(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    return Unknown("isinstance()", line, instance=True)


def _hasattr(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    if (
        len(args) == 2
        and isinstance(args[0], Mod)
        and isinstance(args[1], str)
        and args[0].name in {"sys", "os"}
    ):
        return hasattr(sys if args[0].name == "sys" else os, args[1])
    return Unknown("hasattr()", line, instance=True)


_SPECIAL: dict[Any, Any] = {
    globals: _globals,
    locals: _locals,
    vars: _locals,
    map: _map,
    filter: _filter,
    sorted: _sorted,
    getattr: _getattr,
    setattr: _setattr,
    type: _type,
    property: _property,
    staticmethod: _kind("static"),
    classmethod: _kind("class"),
    isinstance: _instance_of,
    issubclass: _instance_of,
    hasattr: _hasattr,
    print: lambda *_: None,
}
