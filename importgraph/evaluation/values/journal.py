"""What happened while modules ran, and every change of state, so that it can be taken back."""

import math
from bisect import bisect_left
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, TypeAlias

from msgspec import Struct

from importgraph.evaluation.values.value import BORN, births

_ABSENT = object()


class Activation(Struct, frozen=True, eq=False):
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
    like: Activation | None = None
    """A call that did what this one does, which was not followed."""


class Effect(Struct, frozen=True):
    """Something that is seen outside the code that did it, or cannot be shown not to be."""

    by: Activation
    line: int
    kind: str
    detail: str
    certain: bool


Event: TypeAlias = Imported | Ran | Effect
Contents: TypeAlias = dict[Any, Any]
"""The state of a value, or another dictionary that clients write to."""


class Journal:
    """Events in their order, and the changes of state behind them."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changes: list[tuple[Contents, Hashable, Any, bool]] = []
        self._bodies: list[tuple[int, int, int]] = []
        """Of bodies that have run: what was born in them, between two numbers, and the point of their end."""
        self.branches = 0
        """How many branches are being run that will be taken back."""

    def put(self, state: Contents, key: Hashable, value: object, *, own: bool = False) -> None:
        """Set a key of a state; `own` says that the body of a module or class binds a name of its own."""
        self._changes.append((state, key, state.get(key, _ABSENT), own))
        state[key] = value

    def drop(self, state: Contents, key: Hashable, *, own: bool = False) -> None:
        """Remove a key of a state, if it is there."""
        if key in state:
            self._changes.append((state, key, state.pop(key), own))

    def mark(self) -> int:
        """Return a point to go back to."""
        return len(self._changes)

    def ended(self, born: int) -> None:
        """Take note that the body of a module, or a definition in it that had been put off, has ended.

        Args:
            born: What `value.births` gave when it began.
        """
        self._bodies.append((born, births(), len(self._changes)))

    def changed(self, mark: int) -> "dict[tuple[int, Hashable], Change]":
        """Return what changed since a point, with the newest value of each, and None where it went."""
        return {
            (state.get(BORN) or -id(state), key): Change(state, key, state.get(key), own)
            for state, key, _, own in self._changes[mark:]
        }  # `id` raises an audit event, which costs more than all the rest where somebody listens

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
        end_of = _ends(self._bodies)
        while len(self._changes) > mark:
            state, key, old, own = self._changes.pop()
            made = state.get(BORN, 0)
            if not own and (made < born or len(self._changes) >= end_of(made)):
                _restore(state, key, old)
                was_seen |= key not in _CONTENTS
        self._bodies.clear()
        return was_seen


def _ends(bodies: list[tuple[int, int, int]]) -> Callable[[int], float]:
    """Return what tells at which point the innermost body that made an object ended, by when it was made."""
    spans = sorted(bodies)
    starts = [start for start, _, _ in spans]
    around: list[int] = []
    for position, (_, stop, _) in enumerate(spans):
        outer = position - 1
        while outer >= 0 and spans[outer][1] < stop:
            outer = around[outer]
        around.append(outer)

    def end_of(born: int) -> float:
        position = bisect_left(starts, born) - 1
        while position >= 0 and spans[position][1] <= born:
            position = around[position]
        return spans[position][2] if position >= 0 else math.inf

    return end_of


_CONTENTS = frozenset(("imported", "items", "open"))
"""Keys of states that hold no attributes: what a list or dictionary holds, what is known of a module."""


def _restore(state: Contents, key: Hashable, old: object) -> None:
    if old is _ABSENT:
        state.pop(key, None)
    else:
        state[key] = old


class Change(NamedTuple):
    """A key of a state and what it became."""

    state: Contents
    key: Hashable
    value: Any
    own: bool
    """The body of a module or class bound a name of its own."""
