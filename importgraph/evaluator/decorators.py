"""Applying marks, and decorators whose effect on collection is known."""

from typing import Any

from importgraph.evaluator.frame import TAINT
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.values import (
    Cls,
    Decorator,
    Doubt,
    Fixture,
    Func,
    Inst,
    Mark,
    Unknown,
)


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
