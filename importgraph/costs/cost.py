"""A cost and where it comes from."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds, measured or estimated."""

    us: int
    measured: bool

    def __add__(self, other: "Cost") -> "Cost":
        """Add two costs: a sum is measured only where both parts are."""
        return Cost(self.us + other.us, self.measured and other.measured)

    @property
    def mark(self) -> str:
        """What stands before the number in text: `≈ ` for an estimate."""
        return "" if self.measured else "≈ "


NOTHING = Cost(0, measured=True)
"""What adds nothing to a sum."""


def total(costs: Iterable[Cost]) -> Cost:
    """Add costs up; the sum of none is nothing."""
    return sum(costs, NOTHING)
