"""How near the runs of an evaluation came to their limits: so much may be added, and they say the same."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

_NONE = 1 << 60


@dataclass(slots=True)
class Limits:
    """What is known after some runs. It changes with each."""

    tight: set[str] = field(default_factory=set)
    """Modules whose bodies ran in a run that reached a limit."""
    doubtful: set[str] = field(default_factory=set)
    """Modules whose bodies may have been left before their end."""
    _of_one: int = _NONE
    _of_all: int = _NONE
    _bodies: Counter[str] = field(default_factory=Counter)

    def before(self, left: int, bounds: Iterable[int]) -> None:
        """Take note of how many steps all runs have left where that decides about the next one.

        Args:
            left: How many are left.
            bounds: The numbers that it is compared with.
        """
        self._of_all = min(self._of_all, *(abs(left - bound) for bound in bounds))

    def after(self, bodies: Iterable[str], left: int) -> None:
        """Take note of a run.

        Args:
            bodies: The modules whose bodies ran in it.
            left: The steps it had left; below 0 where a limit was reached.
        """
        names = list(bodies)
        self._bodies.update(names)
        if left < 0:
            self.tight.update(names)
        else:
            self._of_one = min(self._of_one, left)

    @property
    def room(self) -> int:
        """How many steps may be added to bodies, and no other run reaches a limit than before."""
        most = max(self._bodies.values(), default=1)
        return max(0, min(self._of_one, self._of_all // most))
