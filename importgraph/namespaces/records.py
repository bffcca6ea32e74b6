"""What collection reads of a module: constants as they are, and what is known of everything else.

Constants are themselves: numbers, strings, lists, tuples, dictionaries, and types and functions of the
standard library
that are harmless to call. Everything else is one of the records below. All of them compare by identity.
`origin` is the value of the evaluation that a record was read from.
"""

import ast
import re
from collections.abc import Callable, Collection, Mapping
from enum import Enum
from types import BuiltinFunctionType, FunctionType
from typing import Any

import msgspec

from importgraph.evaluation.values.limits import LARGEST, spend_on


class Doubt(Exception):  # noqa: N818 -- a signal
    """Text cannot decide this file."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class WouldFail(Doubt):
    """pytest would report an error for this file.

    Args:
        why: What fails.
        line: Where.
    """

    def __init__(self, why: str, line: int = 0) -> None:
        super().__init__(f"would fail to collect: {why}", line)
        self.why = why


class Skipped(Exception):  # noqa: N818 -- a signal
    """The module skips itself."""


class GiveUp(Exception):  # noqa: N818 -- a signal
    """A function does something that is not followed."""


class Unknown(msgspec.Struct, eq=False):
    """A value that text does not give."""

    reason: str
    line: int = 0
    instance: bool = False
    """Surely neither a function nor a class."""
    callee: str = ""
    """The dotted name of the function that gives it, where that alone is known."""


class Lazy(list[Any]):
    """What an iterator gives, in order; pytest warns where it gets one for parameters."""

    named = False
    """It is bound to a name, so somebody else may use it up."""
    title = ""
    """Its `__name__`: generators have one."""


class Ext(msgspec.Struct, eq=False):
    """Something known by its dotted name alone."""

    name: str


class Mod(msgspec.Struct, eq=False):
    """A module."""

    name: str


class Ref(msgspec.Struct, eq=False):
    """An imported name, resolved when somebody asks."""

    module: str
    name: str
    importer: str
    """The path of the importing file."""
    line: int
    origin: Any = None


class Scope(msgspec.Struct, eq=False):
    """The names of a module."""

    names: Mapping[str, Any]
    path: str
    """The file."""
    module: str
    """Its dotted name."""


class Mark(msgspec.Struct, eq=False):
    """A pytest mark."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class Param(msgspec.Struct, eq=False):
    """What `pytest.param` gives."""

    values: tuple[Any, ...]
    marks: tuple[Any, ...] | None
    id: Any


class Fixture(msgspec.Struct, eq=False):
    """A fixture: a function and the arguments of its decorator."""

    func: "Func | None"
    kwargs: dict[str, Any]
    origin: Any = None


class Func(msgspec.Struct, eq=False):
    """A function."""

    name: str
    node: Any
    """The `def` or lambda; None where only the name is known."""
    scope: Scope
    kind: str = "function"
    """`function`, `static`, `class` or `property`."""
    marks: list[Any] = msgspec.field(default_factory=list)
    attrs: dict[str, Any] = msgspec.field(default_factory=dict)
    arguments: tuple[str, ...] | None = ()
    """Names without defaults, `self` included; None where a decorator hides them."""
    positional: bool = False
    """Some parameter is positional-only."""
    patches: int = 0
    """Arguments that `mock.patch` fills."""
    wrapped: bool = False
    origin: Any = None


class Cls(msgspec.Struct, eq=False):
    """A class whose body was read."""

    name: str
    bases: tuple[Any, ...]
    names: Mapping[str, Any]
    path: str
    metaclass: Any = None
    doubt: str = ""
    """Why its members may be others than those in `names`."""
    marks: list[Any] = msgspec.field(default_factory=list)
    """From decorators; `pytestmark` in the body comes first."""
    node: ast.ClassDef | None = None
    makes_init: bool = False
    origin: Any = None
    members: Callable[[], list[Any] | None] = lambda: None
    """Of an enumeration: its members in order, without aliases; None where text does not tell."""


class Inst(msgspec.Struct, eq=False):
    """An instance of a class."""

    cls: Any
    origin: Any = None


class Member(msgspec.Struct, eq=False):
    """A member of an enumeration."""

    cls: Cls
    name: str
    value: Any
    origin: Any = None


class Bound(msgspec.Struct, eq=False):
    """A method taken from a value."""

    owner: Any
    name: str
    origin: Any = None


SYMBOLIC = (Unknown, Ext, Mod, Ref, Mark, Param, Fixture, Func, Cls, Inst, Member, Bound)
PLAIN = (type(None), bool, int, float, complex, str, bytes, range, slice, type(Ellipsis), re.Pattern, Enum)

_COMMON = frozenset(kind for kind in PLAIN if kind is not Enum)
"""Of these kinds nearly all values are."""


_DEPTH = 12


def concrete(value: Any) -> bool:
    """Tell whether a value is wholly known and a Python object of its own, not too deep and not too large."""
    if type(value) in _COMMON:
        return True
    layer, met = [value], 0
    for _ in range(_DEPTH):
        inner: list[Any] = []
        for one in layer:
            if type(one) in _COMMON or isinstance(one, PLAIN):
                continue
            if isinstance(one, list | tuple | set | frozenset):
                inner.extend(one)
            elif isinstance(one, dict):
                inner.extend(one)
                inner.extend(one.values())
            elif isinstance(one, (*SYMBOLIC, Scope)):
                return False
            if met + len(inner) > LARGEST:
                return False
        if not inner:
            return True
        spend_on(inner)
        met += len(inner)
        layer = inner
    return False


def is_native(value: Any) -> bool:
    """Tell whether a value is a function or type of our own interpreter's standard library."""
    return isinstance(value, type | BuiltinFunctionType | FunctionType)


TAINT = Unknown("changed by a call that is not followed")
"""Stands in a container that may hold other things, too."""


def elements(value: Any) -> list[Any] | None:
    """Return what iterating over a value gives, in order; None where text does not tell."""
    spend_on(value)
    if isinstance(value, list | tuple):
        found = list(value)
        return None if TAINT in found else found
    if isinstance(value, dict):
        return None if TAINT in value else list(value)
    if isinstance(value, str | bytes | range):
        return list(value) if len(value) <= _LONG else None
    if isinstance(value, set | frozenset):
        return list(value) if TAINT not in value and (len(value) < 2 or has_order(value)) else None
    return value.members() if isinstance(value, Cls) else None


def has_order(items: Collection[Any]) -> bool:
    """Tell whether a set of these is run through in one order only, however it was made.

    Whole numbers are, unless two share a place in its table (-1 and -2 do): then the first has it.
    """
    if not all(type(one) is int for one in items):
        return False
    upwards, as_given = sorted(items), list(items)
    ways = (upwards, upwards[::-1], as_given, as_given[::-1])
    return len({tuple(set(one)) for one in ways}) == 1


_LONG = 100_000


def truth_of(value: Any) -> bool | None:
    """Decide the truth of a value."""
    if isinstance(value, list | tuple | set | frozenset | dict):
        return None if elements(value) is None and TAINT in value else bool(value)
    if concrete(value):
        return bool(value)
    return True if isinstance(value, Func | Mark) or is_native(value) else None
