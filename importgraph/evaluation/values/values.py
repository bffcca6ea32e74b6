"""Constants, sequences and dictionaries. Values are compared by identity, constants by what they hold."""

from collections.abc import Hashable, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any, final

from msgspec import Struct

from importgraph.evaluation.values.limits import LARGEST
from importgraph.evaluation.values.value import (
    Arguments,
    Deferred,
    Evaluator,
    Raised,
    Result,
    State,
    Unknown,
    Value,
    new_state,
    settled,
)


def failure(error: Exception, name: str) -> Raised:
    """Return what an operation of Python raised as a failure of the evaluated program."""
    return Raised(type(error).__name__, str(error), name=name, cause="wrong-type")


def not_callable(kind: str) -> Raised:
    """Return the failure of calling an object of a builtin kind."""
    message = f"{kind!r} object is not callable"
    return Raised("TypeError", message, name=f"call of {kind}", cause="wrong-type")


@final
class Constant(Value, Struct, frozen=True):
    """None, a truth value, a number, a string, bytes, or another object of ours that never changes."""

    value: Any

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return bool(self.value)

    def attribute(self, _evaluator: Evaluator, name: str) -> "Result":
        if not hasattr(self.value, name):
            if isinstance(self.value, PurePosixPath):
                return Method(self, name)  # of a path that asks what is on disk
            kind = type(self.value).__name__
            message = f"{kind!r} object has no attribute {name!r}"
            return Raised("AttributeError", message, name=f"{kind}.{name}", cause="wrong-type")
        found = getattr(self.value, name)
        return Method(self, name) if callable(found) else Constant(found)

    def call(self, _evaluator: Evaluator, _arguments: Arguments) -> "Result":
        return not_callable(type(self.value).__name__)

    def elements(self, _evaluator: Evaluator) -> tuple[Value, ...] | None:
        if isinstance(self.value, range) and self.value[LARGEST:]:
            return None
        if isinstance(self.value, str | bytes | range | tuple):
            return tuple(Constant(one) for one in self.value)
        return None

    def item(self, _evaluator: Evaluator, key: Value) -> "Result":
        try:
            return Constant(self.value[key.value]) if type(key) is Constant else Unknown("an item")
        except (TypeError, LookupError) as error:
            return failure(error, "item")

    def described(self) -> str:
        return f"{self.value!r:.40}"


SETS = ("set", "frozenset")
"""Kinds of sequences that have no order."""


ONCE = ("iterator", "generator")
"""Kinds whose elements are gone once somebody has run over them."""


@final
class Sequence(Value, Struct, frozen=True, eq=False):
    """A tuple, list, set, iterator or view of a dictionary (`kind`) whose elements are values."""

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
        return None if self.is_open else bool(self.items)

    def attribute(self, _evaluator: Evaluator, name: str) -> "Result":
        return Method(self, name)

    def elements(self, evaluator: Evaluator) -> tuple[Value, ...] | None:
        if self.is_open or (self.kind in ONCE and self._is_used_up(evaluator)):
            return None
        return evaluator.ordered(self.items) if self.kind in SETS else self.items

    def _is_used_up(self, evaluator: Evaluator) -> bool:
        """Tell whether an iterator was run over at another place before."""
        place = evaluator.place
        return self.state.setdefault("used", place) is not place

    def item(self, _evaluator: Evaluator, key: Value) -> "Result":
        if self.is_open or type(key) is not Constant or self.kind in SETS:
            return Unknown(f"an item of {self.described()}")
        try:
            found = self.items[key.value]
        except (TypeError, IndexError) as error:
            return failure(error, "item")
        return sequence(self.kind, found) if isinstance(found, tuple) else found

    def call(self, _evaluator: Evaluator, _arguments: Arguments) -> "Result":
        return not_callable(self.kind)

    def described(self) -> str:
        return f"a {self.kind}"


@final
class Table(Value, Struct, frozen=True, eq=False):
    """A dictionary; keys that are not known make it open."""

    state: State
    """`items`: by constant key the value; `open`: whether there may be other keys."""

    @property
    def items(self) -> Mapping[Any, Value]:
        """What it holds now."""
        items: Mapping[Any, Value] = self.state["items"]
        if "of" in self.state:  # the state of something else
            without = self.state.get("without", ())
            return {key: value for key, value in items.items() if isinstance(key, str) and key not in without}
        return items

    @property
    def is_open(self) -> bool:
        """Tell whether it may hold more or other things."""
        return bool(self.state.get("open"))

    def may_hold(self, key: Any) -> bool:
        """Tell whether an object may be one of the keys by another name."""
        return _has_names(key) and any(map(_has_names, self.items))

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return None if self.is_open else bool(self.items)

    def attribute(self, _evaluator: Evaluator, name: str) -> "Result":
        return Method(self, name)

    def elements(self, _evaluator: Evaluator) -> tuple[Value, ...] | None:
        return None if self.is_open else tuple(wrap(key) for key in self.items)

    def item(self, evaluator: Evaluator, key: Value) -> "Result":
        plain = key_of(key)
        if plain is not NOT_PLAIN and plain in self.items:
            return self.items[plain]
        if plain in _SET_BY_IMPORTS and "of" in self.state:
            return self.state["of"].attribute(evaluator, plain)  # type: ignore[no-any-return]
        if plain is NOT_PLAIN or self.is_open or self.may_hold(plain):
            return Unknown("an item of a dictionary")
        name = plain.described() if isinstance(plain, Value) else repr(plain)
        return Raised("KeyError", name, name=name)

    def call(self, _evaluator: Evaluator, _arguments: Arguments) -> "Result":
        return not_callable("dict")

    def passed_on(self, evaluator: Evaluator) -> None:
        if "of" in self.state:
            self.state["of"].passed_on(evaluator)

    def described(self) -> str:
        return "a dictionary"


_SET_BY_IMPORTS = ("__name__", "__file__", "__package__", "__spec__")
"""What the import system binds in a module."""


def _has_names(key: object) -> bool:
    return isinstance(key, Value) and key.has_names


class Method(Value, Struct, frozen=True, eq=False):
    """A method of a constant, sequence or mapping."""

    receiver: Value
    name: str

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def call(self, evaluator: Evaluator, arguments: Arguments) -> "Result":
        return evaluator.call_method(self.receiver, self.name, arguments)

    def reaches(self) -> "Iterable[Value]":
        return (self.receiver,)

    def described(self) -> str:
        return f"`{self.name}`"


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


_KINDS: Mapping[str, Any] = {
    "tuple": tuple,
    "view": tuple,
    "list": list,
    "iterator": list,
    "generator": list,
    "set": frozenset,
    "frozenset": frozenset,
}


def unwrap(value: Value) -> Any:
    """Return a value as a plain object of ours; `NOT_PLAIN` for what has none, or a very large one."""
    value = settled(value)
    return value.value if type(value) is Constant else _unwrapped(value, [LARGEST])


def _unwrapped(value: Value, left: list[int]) -> Any:
    """Unwrap what is inside, each value as often as it is met, while something is left."""
    value = settled(value)
    left[0] -= 1
    if left[0] < 0:
        return NOT_PLAIN
    if type(value) is Constant:
        return value.value
    if type(value) is Sequence and not value.is_open:
        inner = []
        for one in value.items:
            inner.append(_unwrapped(one, left))
            if inner[-1] is NOT_PLAIN:
                return NOT_PLAIN
        hashable = value.kind not in SETS or all(isinstance(one, Hashable) for one in inner)
        return _KINDS[value.kind](inner) if hashable else NOT_PLAIN
    if type(value) is Table and not value.is_open and "of" not in value.state:
        plain = {key: _unwrapped(one, left) for key, one in list(value.items.items())}
        known = NOT_PLAIN not in plain.values() and not any(isinstance(key, Value) for key in plain)
        return plain if known else NOT_PLAIN
    return NOT_PLAIN


def key_of(value: Value) -> Any:
    """Return what stands for a value among the keys of a dictionary; `NOT_PLAIN` where it is not known."""
    plain = unwrap(value)
    if plain is NOT_PLAIN:
        value = settled(value)
        return value if value.is_own_key else NOT_PLAIN
    return plain if isinstance(plain, Hashable) else NOT_PLAIN


_NESTED = frozenset({Deferred, Sequence, Table})


def holds_leaves(value: Value) -> bool:
    """Tell whether a tuple, list or set holds nothing that unwrapping would look into or evaluate."""
    return type(value) is Sequence and _NESTED.isdisjoint(map(type, value.items))


def wrap(plain: Any) -> Value:
    """Return a plain object of ours as a value; a value as it is."""
    if isinstance(plain, Value):
        return plain
    if isinstance(plain, list | set | frozenset):
        kind = "list" if isinstance(plain, list) else "set"
        return sequence(kind, tuple(wrap(one) for one in plain))
    if type(plain) is tuple:
        return sequence("tuple", tuple(wrap(one) for one in plain))
    if isinstance(plain, dict):
        return table({key: wrap(one) for key, one in plain.items()})
    return Constant(plain)
