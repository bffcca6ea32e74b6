"""How a statement ends: a value, not an exception."""

from collections.abc import Callable
from enum import Enum
from typing import TypeAlias

from msgspec import Struct

from importgraph.evaluation.values.value import Raised, Result, Value


class Ending(Enum):
    """Where control goes after a statement."""

    NORMAL = "normal"
    RETURN = "return"
    BREAK = "break"
    CONTINUE = "continue"
    RAISE = "raise"


class Outcome(Struct, frozen=True):
    """How a statement ends, and whether that is sure: else it may as well end normally."""

    ending: Ending
    value: Value | None = None
    """What is returned."""
    raised: Raised | None = None
    certain: bool = True

    @property
    def passes(self) -> bool:
        """Tell whether the next statement may run."""
        return self.ending is Ending.NORMAL or not self.certain


NORMAL = Outcome(Ending.NORMAL)
Branch: TypeAlias = Callable[[], Outcome]
"""Runs one of several ways that the program may take."""


def raising(raised: Raised) -> Outcome:
    """Return the outcome of a statement in which an expression failed."""
    return Outcome(Ending.RAISE, raised=raised, certain=raised.certain)


def outcome_of(result: Result | None) -> Outcome:
    """Return the outcome of a statement that does nothing with what an expression gives."""
    return raising(result) if type(result) is Raised else NORMAL
