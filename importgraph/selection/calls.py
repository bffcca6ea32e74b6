"""Calls: pytest's own functions and what else has a meaning here, the project's functions, and all others."""

import ast
import os
import sys
from typing import Any

from importgraph.selection.frame import TAINT, Frame, describe, elements, module_scope, touch
from importgraph.selection.methods import call_method
from importgraph.selection.natives import call_native
from importgraph.selection.returns import gives_class, gives_decorator, gives_function
from importgraph.selection.values import (
    Bound,
    Cls,
    Decorator,
    Doubt,
    Ext,
    Fixture,
    Func,
    GiveUp,
    ImportFails,
    Inst,
    Later,
    Lazy,
    Mark,
    Mod,
    Unknown,
    is_native,
)


def call(frame: Frame, callee: Any, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Evaluate a call."""
    if type(callee) is Later:
        callee = frame.space.settle(callee, frame.scope.path)
    if isinstance(callee, Ext):
        return _call_named(frame, callee, args, kwargs, line)
    if isinstance(callee, Mark):
        return apply_mark(callee, args, kwargs)
    if isinstance(callee, Decorator):
        return decorate(frame, callee, args, line)
    if isinstance(callee, Func):
        return _call_function(frame, callee, args, kwargs, line)
    if isinstance(callee, Cls):
        return _instance(frame, callee, args, kwargs, line)
    if isinstance(callee, Inst):
        return _call_instance(frame, callee, args, kwargs, line)
    if isinstance(callee, Bound):
        return call_method(frame, callee, args, kwargs, line)
    if is_native(callee):
        return _call_builtin(frame, callee, args, kwargs, line)
    hand_over(frame, args, kwargs, "a call that is not followed", line)
    return Unknown(f"the result of a call on line {line}", line)


def _call_instance(frame: Frame, callee: Inst, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Call an instance: those of context decorators return a function around the one they decorate."""
    target = args[0] if len(args) == 1 and not kwargs else None
    if isinstance(target, Func) and is_context_decorator(frame, callee.cls):
        return target
    if isinstance(callee.cls, Cls):
        from importgraph.selection.instances import call_method_of

        return call_method_of(frame, callee, "__call__", args, kwargs, line)
    hand_over(frame, args, kwargs, "an instance that is called", line)
    return Unknown(f"the result of calling an instance on line {line}", line)


def is_context_decorator(frame: Frame, cls: Any) -> bool:
    """Tell whether a class is a `contextlib.ContextDecorator`, or numpy's `errstate`, which is like one."""
    from importgraph.selection.classes import linearise

    try:
        order = linearise(frame, frame.space.settle(cls, frame.scope.path))
    except GiveUp:
        return False
    names = {base.name for base in (*order, cls) if isinstance(base, Ext)}
    return bool(names & _CONTEXT_DECORATORS)


CONTEXT_MANAGER = "contextlib._GeneratorContextManager"
"""What calling a function under `contextlib.contextmanager` gives; with the function and its arguments."""
_CONTEXT_DECORATORS = {
    "contextlib.ContextDecorator",
    "contextlib.AsyncContextDecorator",
    CONTEXT_MANAGER,
    "numpy.errstate",
}


def _call_named(frame: Frame, callee: Ext, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    from importgraph.selection.known import KNOWN

    if callee.name not in KNOWN and any(isinstance(argument, Func | Cls | Fixture) for argument in args):
        settled = frame.space.settle(callee, frame.scope.path)
        if settled is not callee:
            return call(frame, settled, args, kwargs, line)
    return call_known(frame, callee.name, args, kwargs, line)


def hand_over(frame: Frame, args: list[Any], kwargs: dict[str, Any], doer: str, line: int) -> None:
    """Note what an unknown function gets hold of."""
    for value in (*args, *kwargs.values()):
        touch(frame, value, doer, line)


def apply_mark(mark: Mark, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Call a mark: with a function or class alone it marks that, else it takes arguments."""
    if len(args) == 1 and not kwargs:
        target = args[0]
        if isinstance(target, Func) and target.name != "<lambda>":
            target.marks = [*target.marks, mark]
            return target
        if isinstance(target, Cls):
            target.marks = [*target.marks, mark]
            return target
        if isinstance(target, Fixture):
            raise Doubt("a mark on a fixture, which pytest refuses")
        if isinstance(target, Inst) or (isinstance(target, Unknown) and not target.instance):
            return Unknown("the result of a mark on something unknown", getattr(target, "line", 0))
    return Mark(mark.name, (*mark.args, *args), {**mark.kwargs, **kwargs})


def decorate(frame: Frame, decorator: Decorator, args: list[Any], line: int) -> Any:
    """Apply a decorator whose effect on collection is known."""
    target = args[0] if len(args) == 1 else None
    if decorator.effect == "fixture":
        return (
            Fixture(target, decorator.data)
            if isinstance(target, Func)
            else Unknown("a fixture of something unknown", line)
        )
    if isinstance(target, Func):
        if decorator.effect == "hide":
            return hidden(target) if decorator.data else _without_arguments(target)
        if decorator.effect == "patch":
            target.patches += int(decorator.data)
            target.wrapped = True
            target.attrs["patchings"] = True
        elif decorator.effect == "given":
            _given(target, decorator.data)
        elif decorator.effect == "wraps":
            _wraps(target, frame.space.settle(decorator.data, frame.scope.path))
        return target
    if isinstance(target, Cls):
        if decorator.effect == "hide" and decorator.data:
            return hidden(target)
        if decorator.effect == "init":
            target.makes_init = True
        return target
    return Unknown("the result of a decorator", line) if not isinstance(target, Fixture) else target


def _without_arguments(target: Func) -> Func:
    target.arguments = None
    return target


def hidden(target: Func | Cls) -> Func | Cls:
    """Return a function of which a decorator we do not follow leaves only the name sure."""
    if isinstance(target, Func):
        target.arguments = None
    target.marks = [*target.marks, Unknown("marks of a decorator that is not followed")]
    return target


def _given(target: Func, data: Any) -> None:
    args, kwargs = data
    target.attrs["is_hypothesis_test"] = True
    if target.arguments is None or any(argument is TAINT for argument in args):
        target.arguments = None
        return
    left = [name for name in target.arguments if name not in kwargs]
    target.arguments = tuple(left[: len(left) - len(args)] if args else left)


def _wraps(target: Func, source: Any) -> None:
    if isinstance(source, Func):
        target.name = source.name
        target.marks = list(source.marks)
        target.attrs = {**source.attrs, **target.attrs}
        target.arguments = source.arguments
        target.patches = source.patches
        target.wrapped = True
    else:
        target.arguments = None
        target.attrs["__renamed__"] = True


def _call_function(frame: Frame, callee: Func, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    from importgraph.selection.known import KNOWN

    known = KNOWN.get(f"{callee.scope.module}.{callee.name}")
    if known is not None:
        return known(frame, args, kwargs, line)
    if callee.context:
        return Inst(Ext(CONTEXT_MANAGER), (callee, args, kwargs))
    if _may_wait(frame, callee, args, kwargs):
        return Later(callee, tuple(args), kwargs, line)
    return run_call(frame, callee, args, kwargs, line)


def _may_wait(frame: Frame, callee: Func, args: list[Any], kwargs: dict[str, Any]) -> bool:
    """Tell whether a call can be put off: a function of another file that gets nothing it could change.

    Modules that speak of pytest or unittest may skip or fail the file that calls them, so their functions
    run at once.
    """
    if callee.scope.path == frame.scope.path or frame.space.effects_only or callee.node is None:
        return False
    if any(
        isinstance(value, Func | Cls | Fixture | Inst | list | dict | set)
        for value in (*args, *kwargs.values())
    ):
        return False
    return not frame.space.speaks_of_tests(callee.scope.path)


def run_call(frame: Frame, callee: Func, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Run a function; where it is not followed, note what it may change."""
    from importgraph.selection.functions import run_function

    try:
        return run_function(frame, callee, args, kwargs)
    except GiveUp as reason:
        if len(args) == 1 and not kwargs and _keeps(frame, callee, args[0]):
            return hidden(args[0])
        if gives_decorator(frame, callee):
            return Decorator("hide", "unknown marks")
        shrug(frame, callee, line)
        hand_over(frame, args, kwargs, f"{callee.name}()", line)
        return Unknown(f"the result of {callee.name}() ({reason})", line)


def _keeps(frame: Frame, callee: Func, target: Any) -> bool:
    """Tell whether a decorator that is not followed gives back the function or class it gets."""
    if isinstance(target, Func):
        return gives_function(frame, callee)
    return isinstance(target, Cls) and gives_class(frame, callee)


def shrug(frame: Frame, callee: Func, line: int) -> None:
    """Note what a function that is not followed may change: the mutable globals its body names."""
    from importgraph.selection.functions import names_in

    names, hazards = names_in(frame, callee)
    if hazards:
        raise Doubt(f"{callee.name}() is called at import and uses {hazards[0]}", line)
    scope = module_scope(callee.scope).names
    for name in names:
        value = scope.get(name)
        if isinstance(value, list | dict | set) or (isinstance(value, Inst) and value.state is not None):
            touch(frame, value, f"{callee.name}()", line)


def _instance(frame: Frame, callee: Cls, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    from importgraph.selection import enums
    from importgraph.selection.instances import start

    if enums.is_enum(callee):
        found = enums.members(callee) or []
        matching = [m for m in found if args and m.value == args[0]]
        return matching[0] if matching else Unknown("a member that is not known", line, instance=True)
    for value in (*args, *kwargs.values()):
        if isinstance(value, Cls) or value is module_scope(frame.scope).names:
            touch(frame, value, f"{callee.name}()", line)
    return start(frame, Inst(callee, tuple(args), kwargs))


def _call_builtin(frame: Frame, callee: Any, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
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
    from importgraph.facts.host import Broken, parse
    from importgraph.selection.evaluate import value_of

    tree = parse(text.strip().encode())
    if isinstance(tree, Broken) or len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        return Unknown("the result of eval()", line)
    return value_of(frame, tree.body[0].value)


def _run_text(frame: Frame, text: str, line: int) -> None:
    from importgraph.facts.host import Broken, parse
    from importgraph.selection.execute import run_block

    tree = parse(text.encode())
    if isinstance(tree, Broken):
        raise Doubt("calls exec() with a text that does not parse", line)
    run_block(frame, tree.body)


def _globals(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    return module_scope(frame.scope).names


def _locals(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    if args:
        hand_over(frame, [value for value in args if isinstance(value, Inst)], {}, "vars()", line)
        return args[0].names if isinstance(args[0], Cls) else Unknown("the attributes of something", line)
    return frame.scope.names


def _map(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    columns = [elements(argument) for argument in args[1:]]
    if not columns or any(column is None for column in columns):
        return Unknown("map() over unknown values", line, instance=True)
    return Lazy(
        call(frame, args[0], list(row), {}, line) for row in zip(*[c or [] for c in columns], strict=False)
    )


def _filter(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    from importgraph.selection.evaluate import truth_of

    found = elements(args[1]) if len(args) == 2 else None
    if found is None:
        return Unknown("filter() over unknown values", line, instance=True)
    verdicts = [
        truth_of(element if args[0] is None else call(frame, args[0], [element], {}, line))
        for element in found
    ]
    if None in verdicts:
        return Unknown("filter() by an unknown test", line, instance=True)
    return Lazy(element for element, verdict in zip(found, verdicts, strict=True) if verdict)


def _sorted(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    key = kwargs.pop("key", None)
    found = elements(args[0]) if args else None
    if isinstance(args[0] if args else None, set | frozenset) and found is None:
        found = list(args[0])
    if found is None:
        return Unknown("sorted() of unknown values", line, instance=True)
    if key is None:
        return call_native(sorted, [found], kwargs, line)
    keys = [call(frame, key, [element], {}, line) for element in found]
    order = call_native(sorted, [list(zip(keys, range(len(keys)), strict=True))], kwargs, line)
    return [found[index] for _, index in order] if isinstance(order, list) else order


def _getattr(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    from importgraph.selection.attributes import attribute

    if len(args) < 2 or not isinstance(args[1], str):
        return Unknown("getattr() by an unknown name", line)
    if isinstance(args[0], Mod) and args[0].name == "sys" and len(args) == 3:
        known = frame.space.module_attributes.get(("sys", args[1]), None)
        return (
            known
            if known is not None
            else (attribute(frame, args[0], args[1], line) if hasattr(sys, args[1]) else args[2])
        )
    found = attribute(frame, args[0], args[1], line)
    return (
        Unknown(f"getattr(…, {args[1]!r})", line)
        if isinstance(found, Bound | Unknown) or len(args) > 2
        else found
    )


def _setattr(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    from importgraph.selection.stores import set_attribute

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


def call_known(frame: Frame, name: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Call something known by its dotted name."""
    from importgraph.selection.known import KNOWN, unknown_external

    handler = KNOWN.get(name)
    return (
        handler(frame, args, kwargs, line)
        if handler is not None
        else unknown_external(frame, name, args, kwargs, line)
    )


__all__ = [
    "CONTEXT_MANAGER",
    "apply_mark",
    "call",
    "call_known",
    "decorate",
    "describe",
    "hand_over",
    "shrug",
]
