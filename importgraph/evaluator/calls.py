"""Calls: pytest's own functions and what else has a meaning here, the project's functions, and all others."""

from typing import Any

from importgraph.evaluation.limits import spend
from importgraph.evaluator import enums
from importgraph.evaluator.classes import linearise
from importgraph.evaluator.decorators import apply_mark, decorate, hidden
from importgraph.evaluator.frame import module_scope, touch
from importgraph.evaluator.functions import names_in, run_function
from importgraph.evaluator.instances import call_method_of, start
from importgraph.evaluator.models.builtin_functions import call_builtin
from importgraph.evaluator.models.by_name import KNOWN
from importgraph.evaluator.models.methods import call_method
from importgraph.evaluator.models.unknown_functions import unknown_external
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.returns import gives_class, gives_decorator, gives_function
from importgraph.evaluator.values import (
    Bound,
    Cls,
    Decorator,
    Doubt,
    Ext,
    Fixture,
    Func,
    GiveUp,
    Inst,
    Later,
    Mark,
    Unknown,
    is_native,
)

_STEPS = 5
"""What a call costs of the budget."""


def call(frame: Frame, callee: Any, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Evaluate a call."""
    spend(_STEPS)
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
        return call_builtin(frame, callee, args, kwargs, line)
    hand_over(frame, args, kwargs, "a call that is not followed", line)
    return Unknown(f"the result of a call on line {line}", line)


def _call_instance(frame: Frame, callee: Inst, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Call an instance: those of context decorators return a function around the one they decorate."""
    target = args[0] if len(args) == 1 and not kwargs else None
    if isinstance(target, Func) and is_context_decorator(frame, callee.cls):
        return target
    if isinstance(callee.cls, Cls):
        return call_method_of(frame, callee, "__call__", args, kwargs, line)
    hand_over(frame, args, kwargs, "an instance that is called", line)
    return Unknown(f"the result of calling an instance on line {line}", line)


def is_context_decorator(frame: Frame, cls: Any) -> bool:
    """Tell whether a class is a `contextlib.ContextDecorator`, or numpy's `errstate`, which is like one."""
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
    if callee.name not in KNOWN and any(isinstance(argument, Func | Cls | Fixture) for argument in args):
        settled = frame.space.settle(callee, frame.scope.path)
        if settled is not callee:
            return call(frame, settled, args, kwargs, line)
    return call_known(frame, callee.name, args, kwargs, line)


def hand_over(frame: Frame, args: list[Any], kwargs: dict[str, Any], doer: str, line: int) -> None:
    """Note what an unknown function gets hold of."""
    for value in (*args, *kwargs.values()):
        touch(frame, value, doer, line)


def _call_function(frame: Frame, callee: Func, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
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
    try:
        return run_function(frame, callee, args, kwargs)
    except GiveUp as reason:
        if len(args) == 1 and not kwargs and _keeps(frame, callee, args[0]):
            return hidden(args[0])
        if gives_decorator(frame, callee):
            return Decorator("hide", "unknown marks")
        note_changes_of(frame, callee, line)
        hand_over(frame, args, kwargs, f"{callee.name}()", line)
        return Unknown(f"the result of {callee.name}() ({reason})", line)


def _keeps(frame: Frame, callee: Func, target: Any) -> bool:
    """Tell whether a decorator that is not followed gives back the function or class it gets."""
    if isinstance(target, Func):
        return gives_function(frame, callee)
    return isinstance(target, Cls) and gives_class(frame, callee)


def note_changes_of(frame: Frame, callee: Func, line: int) -> None:
    """Note what a function that is not followed may change: the mutable globals its body names."""
    names, hazards = names_in(frame, callee)
    if hazards:
        raise Doubt(f"{callee.name}() is called at import and uses {hazards[0]}", line)
    scope = module_scope(callee.scope).names
    for name in names:
        value = scope.get(name)
        if isinstance(value, list | dict | set) or (isinstance(value, Inst) and value.state is not None):
            touch(frame, value, f"{callee.name}()", line)


def _instance(frame: Frame, callee: Cls, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    if enums.is_enum(callee):
        found = enums.members(callee) or []
        matching = [m for m in found if args and m.value == args[0]]
        return matching[0] if matching else Unknown("a member that is not known", line, instance=True)
    for value in (*args, *kwargs.values()):
        if isinstance(value, Cls) or value is module_scope(frame.scope).names:
            touch(frame, value, f"{callee.name}()", line)
    return start(frame, Inst(callee, tuple(args), kwargs))


def call_known(frame: Frame, name: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Call something known by its dotted name."""
    handler = KNOWN.get(name)
    return (
        handler(frame, args, kwargs, line)
        if handler is not None
        else unknown_external(frame, name, args, kwargs, line)
    )
