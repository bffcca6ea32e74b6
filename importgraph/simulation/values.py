"""What names stand for while a session is simulated: modules, functions, classes, constants, or anything."""

import ast
from dataclasses import dataclass, field
from typing import Any, Final


class Anything:
    """A value that text does not give; everything may be done with it."""

    def __repr__(self) -> str:
        return "ANYTHING"


ANYTHING: Final = Anything()


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, text, bool, None, or a tuple of these."""

    value: Any


@dataclass(frozen=True, slots=True)
class Outside:
    """Something of a module that is not read, by its dotted name (`pytest.mark`)."""

    name: str
    called: bool = False
    """It is the result of calling that name."""


@dataclass(eq=False, slots=True)
class Items:
    """A list, tuple, set or the keys of a dictionary."""

    kind: str
    values: list["Value"]
    exact: bool = True
    """False where there may be more."""


@dataclass(eq=False, slots=True)
class ModuleValue:
    """A module object."""

    name: str
    path: str
    """Its file; empty for a namespace package and for modules without source."""
    folders: tuple[str, ...] = ()
    """Its `__path__`; empty for a plain module."""
    names: dict[str, "Value"] = field(default_factory=dict)
    is_read: bool = False
    """Its text is followed, so what it binds is known."""
    is_open: bool = False
    """It may have names that text does not show."""
    loading: bool = False

    def __repr__(self) -> str:
        return f"<module {self.name}>"


@dataclass(eq=False, slots=True)
class Scope:
    """A namespace in which code runs."""

    kind: str
    """`module`, `class`, `function` or `comprehension`."""
    names: dict[str, "Value"]
    module: ModuleValue
    outer: "Scope | None" = None
    local: frozenset[str] = frozenset()
    """Of a function: the names it binds somewhere."""
    shared: set[str] = field(default_factory=set)
    """Names declared `global`."""
    qualname: str = ""
    owner: "ClassValue | None" = None
    """Of a function: the class it stands in."""
    receiver: "Value" = ANYTHING
    """Of a function: what its first parameter is."""


@dataclass(eq=False, slots=True)
class FunctionValue:
    """A function whose body is known."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    """Where it is defined."""
    name: str
    kind: str = ""
    """`static`, `class`, `property`, `manager` (`contextlib.contextmanager`), or empty."""
    marked: bool = False
    """pytest marks are on it."""
    owner: "ClassValue | None" = None
    defaults: dict[str, "Value"] = field(default_factory=dict)
    runs: int = 0
    tentative_runs: int = 0


@dataclass(eq=False, slots=True)
class BoundMethod:
    """A function with its first argument."""

    function: FunctionValue
    receiver: "Value"


@dataclass(frozen=True, slots=True)
class TextMethod:
    """A method of a known text."""

    text: str
    name: str


@dataclass(frozen=True, slots=True)
class Manager:
    """What a call of a function under `contextlib.contextmanager` gives."""

    function: FunctionValue


@dataclass(eq=False, slots=True)
class FixtureValue:
    """What `@pytest.fixture` makes."""

    function: "Value"
    options: dict[str, "Value"]
    line: int


@dataclass(eq=False, slots=True)
class ClassValue:
    """A class whose statement is known."""

    node: ast.ClassDef
    module: ModuleValue
    name: str
    bases: tuple["Value", ...]
    names: dict[str, "Value"]
    is_open: bool = False
    """It may have attributes that text does not show."""
    order: tuple["Value", ...] | None = None
    """Its method resolution order; None where a base is not known."""
    metaclass: "Value" = ANYTHING


@dataclass(eq=False, slots=True)
class Instance:
    """An object of a known class."""

    cls: ClassValue
    names: dict[str, "Value"] = field(default_factory=dict)
    is_ours: bool = True
    """No code that is not followed got hold of it."""


@dataclass(frozen=True, slots=True)
class Super:
    """`super()` in a method."""

    cls: ClassValue
    receiver: "Value"


Value = (
    Anything
    | Constant
    | Outside
    | Items
    | ModuleValue
    | FunctionValue
    | BoundMethod
    | Manager
    | TextMethod
    | FixtureValue
    | ClassValue
    | Instance
    | Super
)


PRESENT: Final = Outside("importlib.machinery.ModuleSpec", called=True)
"""What `find_spec` gives for a module that is there."""


def truth(value: Value) -> bool | None:
    """Return whether a value is true; None where text does not tell."""
    match value:
        case Constant():
            return bool(value.value)
        case ModuleValue() | FunctionValue() | BoundMethod() | FixtureValue() | Super():
            return True
        case ClassValue():
            return None if value.is_open else True
        case Outside():
            return True if value is PRESENT else None
        case Items():
            return bool(value.values) if value.exact else True if value.values else None
        case _:
            return None


def merged(one: Value, other: Value) -> Value:
    """Return what is known of a value that is one or the other."""
    if one is other or (type(one) in {Constant, Outside} and one == other):
        return one
    return ANYTHING
