"""Making functions, and running them on values."""

import ast
from functools import lru_cache
from typing import Any

from importgraph.evaluation.parameters import distribute, missing, yields
from importgraph.evaluator.frame import TAINT
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.signals import Returned
from importgraph.evaluator.values import Doubt, Func, GiveUp, ImportFails, Lazy, Scope, Skipped, Unknown

_MAX_DEPTH = 12
_HAZARDS = {"globals", "exec", "setattr", "sys", "vars", "locals"}


def make_function(frame: Frame, node: Any, name: str) -> Func:
    """Make a function value from a `def` or lambda, before its decorators."""
    arguments = node.args
    if not (arguments.args or arguments.kwonlyargs or arguments.posonlyargs):
        return Func(name, node, frame.scope)
    if not (arguments.defaults or arguments.kwonlyargs or arguments.posonlyargs):
        return Func(name, node, frame.scope, arguments=tuple([a.arg for a in arguments.args]))
    plain = [*arguments.posonlyargs, *arguments.args]
    required = [a.arg for a in plain[: len(plain) - len(arguments.defaults)]]
    required += [
        a.arg
        for a, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is None
    ]
    defaults = dict(
        zip(
            [a.arg for a in plain[len(plain) - len(arguments.defaults) :]],
            (frame.space.evaluate(frame, d) for d in arguments.defaults),
            strict=True,
        )
    )
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            defaults[argument.arg] = frame.space.evaluate(frame, default)
    positional_only = {a.arg for a in arguments.posonlyargs}
    return Func(
        name,
        node,
        frame.scope,
        arguments=tuple(a for a in required if a not in positional_only),
        positional=bool(positional_only),
        defaults=defaults,
    )


def is_generator(frame: Frame, func: Func) -> bool:
    """Tell whether calling a function gives a generator."""
    if func.node is None or isinstance(func.node, ast.Lambda):
        return False
    return _yields_in(frame, func, frame.space.whole(func.scope.path, func.node))


def _yields_in(frame: Frame, func: Func, node: Any) -> bool:
    """Tell whether a function's own body yields, without looking at it where its file never does."""
    return frame.space.speaks_of_yield(func.scope.path) and yields(node)


def names_in(frame: Frame, func: Func) -> tuple[set[str], list[str]]:
    """Return the names a function's body uses, and those among them that can change a namespace unseen."""
    if func.node is None:
        return set(), []
    return _names_of(frame.space.whole(func.scope.path, func.node))


@lru_cache(maxsize=4096)
def _names_of(node: ast.AST) -> tuple[set[str], list[str]]:
    names = {found.id for found in ast.walk(node) if isinstance(found, ast.Name)}
    hazards = sorted(names & {"globals", "exec"})
    modules = any(isinstance(n, ast.Attribute) and n.attr == "modules" for n in ast.walk(node))
    if modules and "setattr" in names:
        hazards.append("setattr() on a module")
    if any(isinstance(n, ast.keyword) and n.arg == "allow_module_level" for n in ast.walk(node)):
        hazards.append("pytest.skip()")
    return names, hazards


def run_function(frame: Frame, func: Func, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Run a function on values.

    Raises:
        GiveUp: If it does something that is not followed.
    """
    node = func.node
    if node is None or frame.depth > _MAX_DEPTH or isinstance(node, ast.AsyncFunctionDef):
        raise GiveUp("not followed")
    if any(isinstance(a, Unknown) and a.reason == "called with unknown arguments" for a in args):
        raise GiveUp("called with unknown arguments")
    node = node if isinstance(node, ast.Lambda) else frame.space.whole(func.scope.path, node)
    generator = not isinstance(node, ast.Lambda) and _yields_in(frame, func, node)
    scope = Scope(_bind(func, args, kwargs), func.scope, "function", func.scope.path, func.scope.module)
    inner = Frame(scope, frame.space, frame.depth + 1, [] if generator else None, frame.unsure)
    if isinstance(node, ast.Lambda):
        return inner.space.evaluate(inner, node.body)
    if frame.unsure and not frame.space.effects_only:
        raise GiveUp("called under a condition that text does not decide")
    try:
        inner.space.execute(inner, node.body)
    except Returned as returned:
        return _generator(func, inner) if generator else returned.value
    except (Skipped, ImportFails, Doubt):
        raise
    return _generator(func, inner) if generator else None


def _generator(func: Func, frame: Frame) -> Lazy:
    made = Lazy(frame.yields or ())
    made.title = func.name
    return made


def _bind(func: Func, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    if any(a is TAINT for a in args):
        raise GiveUp("called with unknown arguments")
    arguments = func.node.args
    fitted = distribute(arguments, args, kwargs)
    if isinstance(fitted, str):
        raise GiveUp(fitted)
    names = {**func.defaults, **fitted.bound}
    if arguments.vararg is not None:
        names[arguments.vararg.arg] = fitted.more
    if arguments.kwarg is not None:
        names[arguments.kwarg.arg] = fitted.rest
    absent = [name for name in fitted.absent if name not in names]
    if absent:
        raise GiveUp(missing(absent))
    return names
