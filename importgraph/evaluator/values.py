"""What an expression can be, as far as text tells.

Constants are themselves: numbers, strings, lists, tuples, dictionaries, and types and functions of the
standard library
that are harmless to call. Everything else is one of the values below. All of them compare by identity.
"""

import ast
import re
from collections.abc import Callable
from enum import Enum
from types import BuiltinFunctionType, FunctionType
from typing import Any

import msgspec

from importgraph.evaluation.limits import LARGEST, spend_on


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


class ImportFails(Exception):  # noqa: N818 -- a signal
    """Importing the module surely fails."""

    def __init__(self, reason: str, line: int = 0, *, missing: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.missing = missing
        """An ImportError, which `except ImportError` catches; else some other failure."""


class Skipped(Exception):  # noqa: N818 -- a signal
    """The module skips itself."""


class NotComputed(Exception):  # noqa: N818 -- a signal
    """Something in the body of a `try` is not computed, so it may raise."""


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


class Scope(msgspec.Struct, eq=False):
    """The names of a module, class body or function call."""

    names: dict[str, Any]
    outer: "Scope | None"
    kind: str
    path: str
    """The file."""
    module: str
    """Its dotted name."""
    shared: set[str] = msgspec.field(default_factory=set)
    """Names declared `global`."""


class Mark(msgspec.Struct, eq=False):
    """A pytest mark."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    called: bool = True


class Param(msgspec.Struct, eq=False):
    """What `pytest.param` gives."""

    values: tuple[Any, ...]
    marks: tuple[Any, ...] | None
    id: Any


class Fixture(msgspec.Struct, eq=False):
    """A fixture: a function and the arguments of its decorator."""

    func: "Func | None"
    kwargs: dict[str, Any]


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
    context: bool = False
    """`contextlib.contextmanager` decorates it."""
    defaults: dict[str, Any] = msgspec.field(default_factory=dict)


class Cls(msgspec.Struct, eq=False):
    """A class whose body was read."""

    name: str
    bases: tuple[Any, ...]
    names: dict[str, Any]
    path: str
    metaclass: Any = None
    doubt: str = ""
    """Why its members may be others than those in `names`."""
    marks: list[Any] = msgspec.field(default_factory=list)
    """From decorators; `pytestmark` in the body comes first."""
    node: ast.ClassDef | None = None
    makes_init: bool = False


class Inst(msgspec.Struct, eq=False):
    """An instance of a class."""

    cls: Any
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = msgspec.field(default_factory=dict)
    state: dict[str, Any] | None = None
    """Its own attributes (`instances.py`); None where they are not known."""
    home: str = ""
    """The file in whose evaluation it was made."""


ITEMS, ITEMS_COPY = "pytest.Items", "pytest.ItemsCopy"
"""The list of items that hooks get, and a list of the same items in some order."""


def copy_of_items(value: Any) -> Inst | None:
    """Return what a list made of all the session's items is; None where a value is not all of them."""
    if not isinstance(value, Inst) or not isinstance(value.cls, Ext):
        return None
    if value.cls.name not in {ITEMS, ITEMS_COPY} or value.kwargs.get("session") is None:
        return None
    return Inst(Ext(ITEMS_COPY), (), {"session": value.kwargs["session"]})


class Member(msgspec.Struct, eq=False):
    """A member of an enumeration."""

    cls: Cls
    name: str
    value: Any


class Bound(msgspec.Struct, eq=False):
    """A method taken from a value."""

    owner: Any
    name: str


class Later(msgspec.Struct, eq=False):
    """The result of a function of another file, computed when somebody asks."""

    func: Func
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    line: int
    known: bool = False
    value: Any = None


class Decorator(msgspec.Struct, eq=False):
    """Something that returns the decorated function, or a function around it.

    Unchanged in what pytest sees.
    """

    effect: str
    """`same`, `wrap` (same signature), `hide` (unknown signature), `unittest`."""
    data: Any = None


class Once:
    """A value that is computed when somebody asks."""

    def __init__(self, compute: Callable[[], Any]) -> None:
        self.compute = compute
        self.known: list[Any] = []

    @property
    def asked(self) -> bool:
        """Tell whether somebody asked."""
        return bool(self.known)

    def __call__(self) -> Any:
        """Return the value."""
        if not self.known:
            self.known.append(self.compute())
        return self.known[0]


SYMBOLIC = (Unknown, Ext, Mod, Ref, Mark, Param, Fixture, Func, Cls, Inst, Member, Bound, Decorator, Later)
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
