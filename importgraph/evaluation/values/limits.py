"""All limits of an evaluation: the steps of a run, how large a value may grow, and allotments of work.

An operation whose result would be too large is not done, so its value is unknown; what takes too many steps
is left off, and a module that asks for more work than it was allotted is given up.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any

from msgspec import Struct

LARGEST = 200_000
"""The largest value that is computed: its elements and characters, however deep, and bits of its numbers."""
_SHIFT = 5
"""Each 2 to the power of this many elements cost one step."""
_SMALL = 1 << _SHIFT
_SIZED = (str, bytes, bytearray, list, tuple, dict, set, frozenset, range)
_UNLIMITED = 1 << 62
_WIDE = 1024
"""Numbers of more bits count by the bit: dividing them takes time by the square."""


class Budget(Struct, eq=False):
    """Counts what was spent. Each interpreter has its own, so no result depends on what ran before."""

    steps: int = 200_000
    """Statements, expressions and calls, from one `start` to the next."""
    depth: int = 40
    """Calls inside calls."""
    loop: int = 2_000
    """Rounds of one loop."""
    loop_steps: int = 200_000
    """Steps that all rounds of one `while` may take together."""
    size: int = 100_000
    """Length of a string or number of items that an operation may make."""
    used: int = 0

    @property
    def is_spent(self) -> bool:
        """Tell whether something was left out because there were no steps left."""
        return self.used > self.steps

    def start(self) -> None:
        """Begin to count anew."""
        self.used = 0

    def spend(self) -> bool:
        """Take one step; False once there are none left."""
        self.used += 1
        return self.used <= self.steps


class Allotment:
    """What may still be spent. Not shared between threads.

    Args:
        steps: How many statements, rounds of loops, calls and parcels of elements.
        exceeded: Makes what is raised when they are spent.
    """

    __slots__ = ("exceeded", "left")

    def __init__(self, steps: int, exceeded: Callable[[], Exception]) -> None:
        self.left = steps
        self.exceeded = exceeded

    def spend(self, steps: int = 1) -> None:
        """Pay for work.

        Raises:
            Exception: What `exceeded` makes, when all is spent.
        """
        self.left -= steps
        if self.left < 0:
            raise self.exceeded()


_purses = [Allotment(_UNLIMITED, MemoryError)]


def spend(steps: int = 1) -> None:
    """Pay for work from the budget that is in force.

    Raises:
        Exception: What its maker chose, when all is spent.
    """
    purse = _purses[-1]
    purse.left -= steps
    if purse.left < 0:
        raise purse.exceeded()


@contextmanager
def allotted(steps: int, exceeded: Callable[[], Exception]) -> Iterator[Allotment]:
    """Give what runs inside a budget of its own; the one outside stays as it is."""
    purse = Allotment(steps, exceeded)
    _purses.append(purse)
    try:
        yield purse
    finally:
        _purses.remove(purse)


def spend_on(value: object) -> None:
    """Pay for walking a value once: nothing for a small one."""
    if isinstance(value, _SIZED):
        length = _length(value)
        if length >= _SMALL:
            spend(length >> _SHIFT)


def _length(value: Any) -> int:
    try:
        return len(value)
    except OverflowError:  # a range
        return _UNLIMITED


def _own_size(value: object) -> int:
    """Return how large a value is without what is inside of it."""
    if isinstance(value, _SIZED):
        return _length(value)
    if type(value) is int:
        bits = value.bit_length()
        return bits if bits > _WIDE else bits >> 3
    return len(str(value)) if isinstance(value, PurePath) else 0


def size_of(value: object, most: int = LARGEST) -> int:
    """Return how large a value is, everything inside of it counted as often as it is met.

    Args:
        value: Anything; what is no container, text or number counts 1.
        most: Where counting ends; the result is then greater than this.
    """
    found = 0
    stack = [value]
    while stack and found <= most:
        one = stack.pop()
        found += 1 + _own_size(one)
        if found <= most and isinstance(one, list | tuple | set | frozenset | dict):
            stack.extend(one)
            if isinstance(one, dict):
                stack.extend(one.values())
    if found >= _SMALL:
        spend(found >> _SHIFT)
    return found


def hashed(values: list[Any]) -> list[Any]:
    """Return values that are about to be hashed.

    Raises:
        TypeError: If one of them is too large for it, everything inside counted as often as it is met.
    """
    if any(isinstance(value, tuple | frozenset) and size_of(value) > LARGEST for value in values):
        raise TypeError("a key too large to be hashed")
    return values
