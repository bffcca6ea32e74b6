"""What happened while modules ran, and every change of state, so that it can be taken back."""

from collections.abc import Hashable
from typing import Any, NamedTuple, TypeAlias

from msgspec import Struct

from importgraph.evaluation.value import BORN, State

_ABSENT = object()


class Activation(Struct, frozen=True):
    """One run of a body: of a module, or of a function that some other body called."""

    module: str
    function: str
    """Qualified name; empty for the body of a module."""
    line: int
    """Where the function begins."""
    caller: "Activation | None"
    call_line: int
    """Where it was called."""
    path: str = ""
    """The file of the module, as the client names it."""


class Imported(Struct, frozen=True):
    """An import that ran."""

    by: Activation
    line: int
    column: int
    """Where the imported name is written, both from 1."""
    target: str
    """What was imported, as an absolute name."""
    certain: bool
    computed: bool = False
    """The target is not written in the text."""


class Ran(Struct, frozen=True):
    """A function that was called."""

    activation: Activation
    certain: bool


class Effect(Struct, frozen=True):
    """Something that is seen outside the code that did it, or cannot be shown not to be."""

    by: Activation
    line: int
    kind: str
    detail: str
    certain: bool


Event: TypeAlias = Imported | Ran | Effect


class Journal:
    """Events in their order, and the changes of state behind them."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changes: list[tuple[State, Hashable, Any, bool]] = []

    def put(self, state: State, key: Hashable, value: object, *, own: bool = False) -> None:
        """Set a key of a state; `own` says that the body of a module or class binds a name of its own."""
        self._changes.append((state, key, state.get(key, _ABSENT), own))
        state[key] = value

    def drop(self, state: State, key: Hashable, *, own: bool = False) -> None:
        """Remove a key of a state, if it is there."""
        if key in state:
            self._changes.append((state, key, state.pop(key), own))

    def mark(self) -> int:
        """Return a point to go back to."""
        return len(self._changes)

    def changed(self, mark: int) -> "dict[tuple[int, Hashable], Change]":
        """Return what changed since a point, with the newest value of each, and None where it went."""
        return {
            (id(state), key): Change(state, key, state.get(key), own)
            for state, key, _, own in self._changes[mark:]
        }

    def rollback(self, mark: int) -> None:
        """Undo the changes since a point; events stay."""
        while len(self._changes) > mark:
            state, key, old, _ = self._changes.pop()
            _restore(state, key, old)

    def forget(self) -> None:
        """Keep all changes for good; points from before mean nothing any more."""
        self._changes.clear()

    def settle(self, mark: int, born: int) -> bool:
        """Keep what was made since a point, and what bodies bound; undo the changes of what was there before.

        Args:
            mark: The point.
            born: What `values.births` gave at that point.

        Returns:
            Whether an attribute of an object or module was among what was undone: bodies that ran in between
            may have seen it.
        """
        was_seen = False
        while len(self._changes) > mark:
            state, key, old, own = self._changes.pop()
            if not own and state.get(BORN, 0) < born:
                _restore(state, key, old)
                was_seen |= key not in _CONTENTS
        return was_seen


_CONTENTS = frozenset(("imported", "items", "open"))
"""Keys of states that hold no attributes: what a list or dictionary holds, what is known of a module."""


def _restore(state: State, key: Hashable, old: object) -> None:
    if old is _ABSENT:
        state.pop(key, None)
    else:
        state[key] = old


class Change(NamedTuple):
    """A key of a state and what it became."""

    state: State
    key: Hashable
    value: Any
    own: bool
    """The body of a module or class bound a name of its own."""
