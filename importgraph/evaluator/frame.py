"""What evaluation carries along, and how names are looked up."""

import builtins
from collections.abc import Iterable
from typing import Any

from importgraph.evaluation.limits import spend_on
from importgraph.evaluator.enums import members
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.values import (
    ITEMS,
    ITEMS_COPY,
    Cls,
    Doubt,
    Ext,
    Func,
    Inst,
    Lazy,
    Mod,
    Ref,
    Scope,
    Unknown,
)

TAINT = Unknown("changed by a call that is not followed")
MOST_STEPS = 400_000
"""How much work the body of one module, or what is asked of one file, may take (`limits.py`)."""
_BUILTINS = {
    name: getattr(builtins, name)
    for name in dir(builtins)
    if (not name.startswith("_") or name == "__import__")
    and name not in {"copyright", "credits", "exit", "quit", "license", "help"}
}


def too_much() -> Doubt:
    """Return what evaluation ends with where it would take too long."""
    return Doubt("computes too much when imported")


def lookup(frame: Frame, name: str) -> Any:
    """Return what a name means in a frame, imports resolved."""
    scope = frame.scope
    value = scope.names[name] if name in scope.names and not scope.shared else raw_lookup(frame, name)
    return frame.space.resolve(value) if type(value) is Ref else value


def raw_lookup(frame: Frame, name: str) -> Any:
    """Return what a name means in a frame; an imported name stays a reference."""
    scope: Scope | None = frame.scope
    if name in frame.scope.shared:
        scope = module_scope(frame.scope)
    first = True
    while scope is not None:
        if (first or scope.kind != "class") and name in scope.names:
            return scope.names[name]
        first = False
        scope = scope.outer
    if name in _BUILTINS:
        return _BUILTINS[name]
    if name == "__name__":
        return module_scope(frame.scope).module
    if name == "__file__":
        return frame.scope.path
    return Unknown(f"`{name}` is not defined in sight")


def module_scope(scope: Scope) -> Scope:
    """Return the module's scope around a scope."""
    while scope.outer is not None:
        scope = scope.outer
    return scope


def bind(frame: Frame, name: str, value: Any) -> None:
    """Bind a name in the current body."""
    scope = module_scope(frame.scope) if name in frame.scope.shared else frame.scope
    if type(value) is Lazy:
        value.named = True
    scope.names[name] = value


def _spoil_held(frame: Frame, held: Iterable[Any], doer: str, line: int) -> None:
    """Note the same of the instances in a container."""
    for value in held:
        if isinstance(value, Inst) and value.state is not None:
            touch(frame, value, doer, line)


def touch(frame: Frame, value: Any, doer: str, line: int) -> None:
    """Note that code we do not follow got hold of a value and may change it."""
    if isinstance(value, list):
        _spoil_held(frame, value, doer, line)
        if not any(element is TAINT for element in value):
            value.append(TAINT)
    elif isinstance(value, dict):
        if value is module_scope(frame.scope).names or value is frame.scope.names:
            raise Doubt(f"{doer} gets the namespace of the module", line)
        _spoil_held(frame, value.values(), doer, line)
        value[TAINT] = TAINT
    elif isinstance(value, Inst):
        state, value.state = value.state, None
        for held in (state or {}).values():
            touch(frame, held, doer, line)
        session = value.kwargs.get("session")
        if isinstance(value.cls, Ext) and value.cls.name == ITEMS_COPY:
            value.kwargs["session"] = None
        elif isinstance(value.cls, Ext) and value.cls.name == ITEMS and session is not None:
            session.harm.append(f"hands the items to {doer} on line {line}")
    elif isinstance(value, set):
        value.add(TAINT)
    elif isinstance(value, Cls):
        value.doubt = value.doubt or f"{doer} on line {line} may change class {value.name}"
    elif isinstance(value, tuple):
        for element in value:
            touch(frame, element, doer, line)


def elements(value: Any) -> list[Any] | None:
    """Return what iterating over a value gives, in order; None where text does not tell."""
    spend_on(value)
    if isinstance(value, list | tuple):
        found = list(value)
        return None if TAINT in found else found
    if isinstance(value, dict):
        return None if TAINT in value else list(value)
    if isinstance(value, str | bytes | range):
        return list(value) if len(value) <= 100_000 else None
    if isinstance(value, set | frozenset):
        if TAINT in value:
            return None
        whole = all(type(element) is int for element in value)
        return list(value) if whole or len(value) < 2 else None
    if isinstance(value, type({}.keys()) | type({}.values()) | type({}.items())):
        found = list(value)
        return (
            None
            if any(element is TAINT or (isinstance(element, tuple) and TAINT in element) for element in found)
            else found
        )
    if isinstance(value, Cls):
        return members(value)
    return None


def describe(value: Any) -> str:
    """Name a value in a message."""
    if isinstance(value, Ext | Mod):
        return f"`{value.name}`"
    if isinstance(value, Func | Cls):
        return f"`{value.name}`"
    return f"`{getattr(value, '__name__', type(value).__name__)}`"
