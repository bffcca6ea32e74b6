"""The base of all values, what a call is given, and what it gives: a value, or a failure.

Known objects that can change keep their contents in a `state` dictionary, and only the journal writes to it,
so that every change can be taken back. Behaviour stands with the value; what is not known says why.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import count
from typing import Any, ClassVar, NamedTuple, Protocol, TypeAlias, final

from msgspec import Struct, field

State: TypeAlias = dict[Hashable, Any]
BORN = 0
"""The key under which a state holds when it was made; names are texts, so no name is like it."""
_BIRTHS = count(1)


def births() -> int:
    """Return a number larger than those of all states made so far."""
    return next(_BIRTHS)


def new_state(**contents: Any) -> State:
    """Make a state that knows when it was made."""
    state: State = contents  # type: ignore[assignment]
    state[BORN] = next(_BIRTHS)
    return state


class Place(NamedTuple):
    """A line of a file."""

    path: str
    line: int


@final
class Raised(Struct, frozen=True):
    """A failure instead of a value: which exception, and whether it is sure to happen."""

    kind: str
    """The name of the exception's class, such as `ImportError`."""
    message: str = ""
    certain: bool = True
    value: "Value | None" = None
    """The exception object, where it is a known one."""
    explicit: bool = False
    """A `raise` statement made it."""
    about: "Value | None" = None
    """What lacks the name, does not take the arguments, or cannot be made."""
    name: str = ""
    """The name that is missing, or the module."""
    cause: str = ""
    """What is wrong, where the kind does not tell: `wrong-call`, `wrong-type`, `class-conflict`…"""
    origin: "Raised | None" = None
    """The failed import in whose handler this was raised."""
    trace: "tuple[Place, ...] | None" = None
    """Where each running body was, outermost first; None while nobody has looked."""
    passed: "tuple[Any, ...]" = ()
    """The modules of the bodies that ran, outermost first; last one that fails and was not run."""


class Arguments(Struct, frozen=True):
    """What a call is given."""

    positional: "tuple[Value, ...]" = ()
    keywords: "Mapping[str, Value]" = field(default_factory=dict)
    open: bool = False
    """There may be more: a starred argument was not known."""
    decorates: bool = False
    """They are what a decorator is given."""

    def behind(self, *first: "Value") -> "Arguments":
        """Return these arguments with others in front of them."""
        return Arguments((*first, *self.positional), self.keywords, self.open, self.decorates)

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
    """What values ask of the interpreter that holds them; each method is for one kind of value."""

    @property
    def place(self) -> Any:
        """The statement or expression that is being evaluated."""

    def run(self, function: Any, arguments: Arguments) -> "Result":
        """Run the body of a function."""

    def make_instance(self, cls: Any, arguments: Arguments) -> "Result":
        """Call a class."""

    def attribute_of_module(self, module: Any, name: str) -> "Result":
        """Return what a module binds, or what its `__getattr__` answers."""

    def attribute_of_object(self, value: Any, name: str) -> "Result":
        """Look a name up in an instance, its class and the bases."""

    def item_of_class(self, cls: Any, key: "Value") -> "Result":
        """Return what a class gives for an item."""

    def call_method(self, value: "Value", name: str, arguments: Arguments) -> "Result":
        """Call a method of a constant, sequence or mapping."""

    def call_external(self, name: str, arguments: Arguments) -> "Result":
        """Call something outside the tree."""

    def attribute_of_external(self, name: str) -> "Result":
        """Return something outside the tree by its dotted name."""

    def set_outside(self, name: str, value: "Value") -> None:
        """Take note of what an attribute of something outside the tree was set to."""

    def known(self, value: "Value") -> "Value":
        """Return a value that is neither put off nor known by a name alone that can be looked behind."""

    def elements_of_class(self, cls: Any) -> "tuple[Value, ...] | None":
        """Return what a loop over a class runs over."""

    def ordered(self, items: "tuple[Value, ...]") -> "tuple[Value, ...] | None":
        """Return what a loop over a set runs over, None where the order matters and is not known."""


class Value:
    """The base of all values; what a kind does not know is unknown."""

    __slots__ = ()
    is_own_key: ClassVar[bool] = False
    """Whether it is equal to nothing else, so that it can be a key of a dictionary as it is."""
    has_names: ClassVar[bool] = False
    """Whether it is known by a name, of which one object may have several."""

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

    def reaches(self) -> "Iterable[Value]":
        """Return the values that code which holds it can get at."""
        return ()

    def element(self, _evaluator: Evaluator) -> "Value":
        """Return what stands for each element where it is not known how many there are."""
        return Unknown(f"an element of {self.described()}")

    def set_attribute(self, _evaluator: Evaluator, _name: str, _value: "Value") -> bool:
        """Take note of an attribute that is set; False where the kind of value does nothing of its own."""
        return False

    def set_item(self, _evaluator: Evaluator, _key: "Value", _value: "Value") -> bool:
        """Take note of an item that is set; False where the kind of value does nothing of its own."""
        return False

    def passed_on(self, _evaluator: Evaluator) -> None:
        """Take note that code which is not followed got hold of it."""

    def described(self) -> str:
        """Name it for a reason."""
        return "a value"


Result: TypeAlias = Value | Raised


class Unknown(Value, Struct, frozen=True, gc=False):
    """Not known, and why."""

    reason: str
    is_data: bool = False
    """Surely neither a function nor a class."""

    def described(self) -> str:
        return self.reason


@final
class Deferred(Value, Struct, frozen=True, eq=False):
    """What a call or a name in another module gives, found out once somebody asks what it is or does."""

    find: Callable[[], "Result"]
    found: State
    """`value`, once it is known."""
    at_once: bool = False
    """Using its name is enough to find out."""
    module: str = ""
    """Of a name in another module: that module."""
    name: str = ""

    def value(self) -> Value:
        """Find out what it is."""
        if "value" not in self.found:
            self.found["value"] = Unknown("a value that needs itself")
            result = self.find()
            if type(result) is Deferred:
                result = result.value()
            self.found["value"] = Unknown(result.message) if type(result) is Raised else result
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
    return value.value() if type(value) is Deferred else value
