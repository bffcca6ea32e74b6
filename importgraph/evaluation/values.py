"""What an expression may turn out to be. Behaviour stands with the value; what is not known says why.

Known objects that can change keep their contents in a `state` dictionary, and only the journal writes to it,
so that every change can be taken back. Values are compared by identity, constants by what they hold.
"""

import ast
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol, TypeAlias

State: TypeAlias = dict[Hashable, Any]
BORN = 0
"""The key under which a state holds when it was made; names are texts, so no name is like it."""
_BIRTHS = count(1)


def births() -> int:
    """Return a number larger than those of all states made so far."""
    return next(_BIRTHS)


def new_state(**contents: Any) -> State:
    """Make a state that knows when it was made."""
    state: State = {}
    state.update(contents)
    state[BORN] = next(_BIRTHS)
    return state


@dataclass(frozen=True, slots=True)
class Raised:
    """A failure instead of a value: which exception, and whether it is sure to happen."""

    kind: str
    """The name of the exception's class, such as `ImportError`."""
    message: str = ""
    certain: bool = True
    value: "Value | None" = None
    """The exception object, where it is a known one."""
    explicit: bool = False
    """A `raise` statement made it."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a call is given."""

    positional: "tuple[Value, ...]" = ()
    keywords: "Mapping[str, Value]" = field(default_factory=dict)
    open: bool = False
    """There may be more: a starred argument was not known."""

    def get(self, position: int, name: str = "") -> "Value | None":
        """Return an argument by position or keyword."""
        if position < len(self.positional):
            return self.positional[position]
        return self.keywords.get(name)

    def all(self) -> "Iterator[Value]":
        """Yield all arguments."""
        yield from self.positional
        yield from self.keywords.values()


class Evaluator(Protocol):
    """What values ask of the interpreter that holds them."""

    def run(self, function: "Function", arguments: Arguments) -> "Result":
        """Run the body of a function."""

    def make_instance(self, cls: "Class", arguments: Arguments) -> "Result":
        """Call a class."""

    def attribute_of_module(self, module: "Module", name: str) -> "Result":
        """Return what a module binds, or what its `__getattr__` answers."""

    def attribute_of_object(self, value: "Class | Instance", name: str) -> "Result":
        """Look a name up in an instance, its class and the bases."""

    def call_method(self, value: "Value", name: str, arguments: Arguments) -> "Result":
        """Call a method of a constant, sequence or mapping."""

    def call_external(self, name: str, arguments: Arguments) -> "Result":
        """Call something outside the tree."""

    def attribute_of_external(self, name: str) -> "Result":
        """Return something outside the tree by its dotted name."""


class Value:
    """The base of all values; what a kind does not know is unknown."""

    __slots__ = ()

    def truth(self, _evaluator: Evaluator) -> bool | None:
        """Tell whether it is true, or None where that is not known."""
        return None

    def attribute(self, _evaluator: Evaluator, name: str) -> "Result":
        """Return an attribute."""
        return Unknown(f"the attribute `{name}` of {self.described()}")

    def call(self, _evaluator: Evaluator, _arguments: Arguments) -> "Result":
        """Call it."""
        return Unknown(f"what {self.described()} returns")

    def elements(self, _evaluator: Evaluator) -> "tuple[Value, ...] | None":
        """Return what a loop over it runs over, or None where that is not known."""
        return None

    def item(self, _evaluator: Evaluator, _key: "Value") -> "Result":
        """Return an item."""
        return Unknown(f"an item of {self.described()}")

    def described(self) -> str:
        """Name it for a reason."""
        return "a value"


Result: TypeAlias = Value | Raised


@dataclass(frozen=True, slots=True)
class Unknown(Value):
    """Not known, and why."""

    reason: str

    def described(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class Constant(Value):
    """None, a truth value, a number, a string, bytes, or another object of ours that never changes."""

    value: Any

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return bool(self.value)

    def attribute(self, _evaluator: Evaluator, name: str) -> "Result":
        if not hasattr(self.value, name):
            return Raised("AttributeError", f"{type(self.value).__name__!r} object has no attribute {name!r}")
        found = getattr(self.value, name)
        return Method(self, name) if callable(found) else Constant(found)

    def call(self, _evaluator: Evaluator, _arguments: Arguments) -> "Result":
        return Raised("TypeError", f"{type(self.value).__name__!r} object is not callable")

    def elements(self, _evaluator: Evaluator) -> tuple[Value, ...] | None:
        if isinstance(self.value, str | bytes | range | tuple):
            return tuple(Constant(one) for one in self.value)
        return None

    def item(self, _evaluator: Evaluator, key: Value) -> "Result":
        try:
            return Constant(self.value[key.value]) if isinstance(key, Constant) else Unknown("an item")
        except (TypeError, LookupError) as error:
            return Raised(type(error).__name__, str(error))

    def described(self) -> str:
        return f"{self.value!r:.40}"


@dataclass(frozen=True, slots=True, eq=False)
class Sequence(Value):
    """A tuple, list or set (`kind`) whose elements are values."""

    kind: str
    state: State
    """`items`: a tuple of values; `open`: whether there may be others."""

    @property
    def items(self) -> tuple[Value, ...]:
        """What it holds now."""
        items: tuple[Value, ...] = self.state["items"]
        return items

    @property
    def is_open(self) -> bool:
        """Tell whether it may hold more or other things."""
        return bool(self.state.get("open"))

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return None if self.is_open and not self.items else bool(self.items)

    def attribute(self, _evaluator: Evaluator, name: str) -> "Result":
        return Method(self, name)

    def elements(self, _evaluator: Evaluator) -> tuple[Value, ...] | None:
        return None if self.is_open else self.items

    def item(self, _evaluator: Evaluator, key: Value) -> "Result":
        if self.is_open or not isinstance(key, Constant) or self.kind == "set":
            return Unknown(f"an item of {self.described()}")
        try:
            found = self.items[key.value]
        except (TypeError, IndexError) as error:
            return Raised(type(error).__name__, str(error))
        return sequence(self.kind, found) if isinstance(found, tuple) else found

    def described(self) -> str:
        return f"a {self.kind}"


@dataclass(frozen=True, slots=True, eq=False)
class Table(Value):
    """A dictionary; keys that are not known make it open."""

    state: State
    """`items`: by constant key the value; `open`: whether there may be other keys."""

    @property
    def items(self) -> Mapping[Any, Value]:
        """What it holds now."""
        items: Mapping[Any, Value] = self.state["items"]
        return items

    @property
    def is_open(self) -> bool:
        """Tell whether it may hold more or other things."""
        return bool(self.state.get("open"))

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return None if self.is_open and not self.items else bool(self.items)

    def attribute(self, _evaluator: Evaluator, name: str) -> "Result":
        return Method(self, name)

    def elements(self, _evaluator: Evaluator) -> tuple[Value, ...] | None:
        return None if self.is_open else tuple(wrap(key) for key in self.items)

    def item(self, _evaluator: Evaluator, key: Value) -> "Result":
        plain = unwrap(key)
        if plain is not NOT_PLAIN and isinstance(plain, Hashable) and plain in self.items:
            return self.items[plain]
        if plain is NOT_PLAIN or self.is_open:
            return Unknown("an item of a dictionary")
        return Raised("KeyError", repr(plain))

    def described(self) -> str:
        return "a dictionary"


@dataclass(frozen=True, slots=True, eq=False)
class Module(Value):
    """A module of the tree."""

    name: str
    namespace: State
    status: State
    """`state`: absent, `loading`, `loaded`, or `failed`."""

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def attribute(self, evaluator: Evaluator, name: str) -> "Result":
        return evaluator.attribute_of_module(self, name)

    def described(self) -> str:
        return f"the module `{self.name}`"


FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, slots=True, eq=False)
class Function(Value):
    """A function with the scope it was made in."""

    module: Module
    qualname: str
    node: FunctionNode
    scope: Any
    """The frame of the function around it, or None."""
    defaults: Mapping[str, Value]
    state: State
    """Attributes set on it; `__class__` is the class whose body made it."""

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def call(self, evaluator: Evaluator, arguments: Arguments) -> "Result":
        return evaluator.run(self, arguments)

    def attribute(self, _evaluator: Evaluator, name: str) -> "Result":
        names = {"__name__": self.qualname.rpartition(".")[2], "__module__": self.module.name}
        if name in self.state:
            found: Value = self.state[name]
            return found
        names["__qualname__"] = self.qualname
        return Constant(names[name]) if name in names else Unknown(f"`{name}` of a function")

    def described(self) -> str:
        return f"`{self.qualname}`"


@dataclass(frozen=True, slots=True, eq=False)
class Bound(Value):
    """A method with the object it is called on."""

    function: Value
    receiver: Value

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def call(self, evaluator: Evaluator, arguments: Arguments) -> "Result":
        given = Arguments((self.receiver, *arguments.positional), arguments.keywords, arguments.open)
        return self.function.call(evaluator, given)

    def attribute(self, evaluator: Evaluator, name: str) -> "Result":
        if name in {"__func__", "__self__"}:
            return self.function if name == "__func__" else self.receiver
        return self.function.attribute(evaluator, name)

    def described(self) -> str:
        return self.function.described()


@dataclass(frozen=True, slots=True, eq=False)
class Method(Value):
    """A method of a constant, sequence or mapping."""

    receiver: Value
    name: str

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def call(self, evaluator: Evaluator, arguments: Arguments) -> "Result":
        return evaluator.call_method(self.receiver, self.name, arguments)

    def described(self) -> str:
        return f"`{self.name}`"


@dataclass(frozen=True, slots=True, eq=False)
class Class(Value):
    """A class of the tree."""

    module: Module
    qualname: str
    bases: tuple[Value, ...]
    namespace: State
    metaclass: Value | None
    node: ast.ClassDef | None = None

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True if self.metaclass is None else None

    def attribute(self, evaluator: Evaluator, name: str) -> "Result":
        return evaluator.attribute_of_object(self, name)

    def call(self, evaluator: Evaluator, arguments: Arguments) -> "Result":
        return evaluator.make_instance(self, arguments)

    def item(self, evaluator: Evaluator, key: Value) -> "Result":
        found = evaluator.attribute_of_object(self, "__class_getitem__")
        return found.call(evaluator, Arguments((key,))) if isinstance(found, Bound) else self

    def described(self) -> str:
        return f"the class `{self.qualname}`"


@dataclass(frozen=True, slots=True, eq=False)
class Instance(Value):
    """An object that a class of the tree made."""

    cls: Class
    state: State

    def attribute(self, evaluator: Evaluator, name: str) -> "Result":
        return evaluator.attribute_of_object(self, name)

    def _special(self, evaluator: Evaluator, name: str, arguments: Arguments) -> "Result":
        found = evaluator.attribute_of_object(self, name)
        return found if isinstance(found, Raised) else found.call(evaluator, arguments)

    def call(self, evaluator: Evaluator, arguments: Arguments) -> "Result":
        return self._special(evaluator, "__call__", arguments)

    def item(self, evaluator: Evaluator, key: Value) -> "Result":
        return self._special(evaluator, "__getitem__", Arguments((key,)))

    def elements(self, evaluator: Evaluator) -> tuple[Value, ...] | None:
        found = self._special(evaluator, "__iter__", Arguments())
        return None if isinstance(found, Raised | Instance) else found.elements(evaluator)

    def described(self) -> str:
        return f"an instance of `{self.cls.qualname}`"


@dataclass(frozen=True, slots=True)
class External(Value):
    """Something outside the tree, by its dotted name."""

    name: str

    def attribute(self, evaluator: Evaluator, name: str) -> "Result":
        return evaluator.attribute_of_external(f"{self.name}.{name}")

    def call(self, evaluator: Evaluator, arguments: Arguments) -> "Result":
        return evaluator.call_external(self.name, arguments)

    def item(self, evaluator: Evaluator, key: Value) -> "Result":
        return evaluator.call_external(f"{self.name}.__getitem__", Arguments((key,)))

    def described(self) -> str:
        return f"`{self.name}`"


@dataclass(frozen=True, slots=True, eq=False)
class Deferred(Value):
    """What a call or a name in another module gives, found out once somebody asks what it is or does."""

    find: Callable[[], "Result"]
    found: State
    """`value`, once it is known."""
    at_once: bool = False
    """Using its name is enough to find out."""

    def value(self) -> Value:
        """Find out what it is."""
        if "value" not in self.found:
            self.found["value"] = Unknown("a value that needs itself")
            result = self.find()
            if isinstance(result, Deferred):
                result = result.value()
            self.found["value"] = Unknown(result.message) if isinstance(result, Raised) else result
        value: Value = self.found["value"]
        return value

    def truth(self, evaluator: Evaluator) -> bool | None:
        return self.value().truth(evaluator)

    def attribute(self, evaluator: Evaluator, name: str) -> "Result":
        return self.value().attribute(evaluator, name)

    def call(self, evaluator: Evaluator, arguments: Arguments) -> "Result":
        return self.value().call(evaluator, arguments)

    def elements(self, evaluator: Evaluator) -> tuple[Value, ...] | None:
        return self.value().elements(evaluator)

    def item(self, evaluator: Evaluator, key: Value) -> "Result":
        return self.value().item(evaluator, key)

    def described(self) -> str:
        return self.value().described()


def settled(value: Value) -> Value:
    """Return a value that is not put off."""
    return value.value() if isinstance(value, Deferred) else value


@dataclass(frozen=True, slots=True, eq=False)
class Wrapped(Value):
    """What a known decorator makes of a function: `property`, `classmethod`, `staticmethod`, a manager."""

    kind: str
    function: Value

    def call(self, evaluator: Evaluator, arguments: Arguments) -> "Result":
        return self.function.call(evaluator, arguments)

    def attribute(self, evaluator: Evaluator, name: str) -> "Result":
        if name in {"setter", "getter", "deleter"}:
            return Wrapped("accessor", self)
        return self.function.attribute(evaluator, name)

    def described(self) -> str:
        return self.function.described()


@dataclass(frozen=True, slots=True, eq=False)
class Partial(Value):
    """A callable with some arguments already given (`functools.partial`)."""

    function: Value
    given: Arguments

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def call(self, evaluator: Evaluator, arguments: Arguments) -> "Result":
        positional = (*self.given.positional, *arguments.positional)
        keywords = {**self.given.keywords, **arguments.keywords}
        return self.function.call(evaluator, Arguments(positional, keywords, arguments.open))


class _NotPlain:
    """Says that a value has no plain object of ours."""


NOT_PLAIN = _NotPlain()
NONE = Constant(None)


def sequence(kind: str, items: tuple[Value, ...], *, is_open: bool = False) -> Sequence:
    """Make a tuple, list or set."""
    return Sequence(kind, new_state(items=items, open=is_open))


def table(items: Mapping[Any, Value], *, is_open: bool = False) -> Table:
    """Make a dictionary."""
    return Table(new_state(items=dict(items), open=is_open))


_KINDS: Mapping[str, Any] = {"tuple": tuple, "list": list, "set": frozenset}


def unwrap(value: Value) -> Any:
    """Return a value as a plain object of ours, or `NOT_PLAIN`."""
    value = settled(value)
    if isinstance(value, Constant):
        return value.value
    if isinstance(value, Sequence) and not value.is_open:
        inner = [unwrap(one) for one in value.items]
        hashable = value.kind != "set" or all(isinstance(one, Hashable) for one in inner)
        return _KINDS[value.kind](inner) if NOT_PLAIN not in inner and hashable else NOT_PLAIN
    if isinstance(value, Table) and not value.is_open and "of" not in value.state:
        plain = {key: unwrap(one) for key, one in list(value.items.items())}
        return plain if NOT_PLAIN not in plain.values() else NOT_PLAIN
    return NOT_PLAIN


def wrap(plain: Any) -> Value:
    """Return a plain object of ours as a value."""
    if isinstance(plain, list | set | frozenset):
        kind = "list" if isinstance(plain, list) else "set"
        return sequence(kind, tuple(wrap(one) for one in plain))
    if type(plain) is tuple:
        return sequence("tuple", tuple(wrap(one) for one in plain))
    if isinstance(plain, dict):
        return table({key: wrap(one) for key, one in plain.items()})
    return Constant(plain)
