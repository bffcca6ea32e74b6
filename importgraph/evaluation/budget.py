"""The limits of an evaluation, so that it ends: all of them in one place."""

from dataclasses import dataclass


@dataclass(slots=True)
class Budget:
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
