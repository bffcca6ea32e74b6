"""What a search is to reach, and what it has reached."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from importgraph.affected.reachability import Why


@dataclass(slots=True)
class Reached:
    """What one test can run, each with the link that leads there."""

    loaded: dict[str, Why | None] = field(default_factory=dict)
    run: dict[str, Why | None] = field(default_factory=dict)
    """Bodies (by module) and functions."""
    used: dict[str, Why | None] = field(default_factory=dict)
    """Classes."""
    reads_source: bool = False
    hit: str | None = None
    """The target that was reached first."""

    def chain(self, node: str) -> tuple[tuple[str, "Why"], ...]:
        """Return how a node was reached: from the test on, each node with why it was reached."""
        steps: list[tuple[str, Why]] = []
        seen = set()
        while node not in seen:
            seen.add(node)
            why = self.loaded.get(node) or self.run.get(node) or self.used.get(node)
            if why is None:
                break
            steps.append((node, why))
            node = why[0]
        return tuple(reversed(steps))


@dataclass(frozen=True, slots=True)
class Targets:
    """What changed, each with the path of the change: reaching any of it ends a search."""

    modules: Mapping[str, str] = field(default_factory=dict)
    """Reached when loaded."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Bodies and functions that are reached when they run, classes that are reached when they are used."""
    homes: Mapping[str, str] = field(default_factory=dict)
    """All changed modules: reached when loaded by a test that reads source text."""

    @property
    def aims(self) -> frozenset[str]:
        """The modules that hold what is to be reached."""
        nodes = (*self.modules, *self.units, *self.homes)
        return frozenset(node.partition(":")[0] for node in nodes)

    def cause(self, node: str) -> str:
        """Return the path of the change that a node stands for."""
        return self.modules.get(node) or self.units.get(node) or self.homes[node]
