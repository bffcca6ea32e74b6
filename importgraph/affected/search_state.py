"""What a search has found so far, and the way back to an earlier moment of it."""

from collections import defaultdict, deque
from dataclasses import dataclass

from importgraph.affected.reachability import Reach, Why
from importgraph.affected.targets import Reached, Targets


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment of a search that had nothing left to do."""

    sizes: tuple[int, ...]
    count: int
    everything: Why | None
    guessing: Why | None
    reads_source: bool


class SearchState:
    """The state of one search.

    A function or class is *there* when its module is loaded (for a method: when a class that has it is used,
    too), and is reached when it is there and somebody asks for it.
    """

    def __init__(self, world: Reach, targets: Targets) -> None:
        self.world = world
        self.test = ""
        """The module of the test file; empty for a search from any other module."""
        self.only: str | None = None
        """The one test that is looked at, None for all."""
        self.targets = targets
        self.found = Reached()
        self.work: deque[str] = deque()
        self.there: dict[str, None] = {}
        """Nodes of the test file, those of the others being there with their groups."""
        self.places: dict[str, list[tuple[int, int]]] = {}
        """By home of a group that is there, from which of its nodes on what number they have among all."""
        self.count = 0
        self.wanted: dict[str, Why] = {}
        self.names: dict[str, Why] = {}
        self.patterns: dict[str, Why] = {}
        self.waiting: dict[str, list[tuple[int, str]]] = defaultdict(list)
        """Nodes of the test file that nobody asked for, by name, with their numbers."""
        self.everything: Why | None = None
        self.guessing: Why | None = None
        """The place that asks for a computed name, which text may not say anywhere."""

    def _growing(self) -> tuple[dict[str, object], ...]:
        found = self.found
        grown = (found.loaded, found.run, found.used, self.there, self.places, self.wanted, self.names)
        return (*grown, self.patterns)  # type: ignore[return-value]  # of any values: only keys are counted

    def mark(self) -> Mark:
        """Return the present moment."""
        sizes = tuple(map(len, self._growing()))
        return Mark(sizes, self.count, self.everything, self.guessing, self.found.reads_source)

    def back_to(self, mark: Mark) -> None:
        """Forget what was found since a moment: mappings only grow, their last entries are the newest."""
        for growing, size in zip(self._growing(), mark.sizes, strict=True):
            while len(growing) > size:
                growing.popitem()
        self.work.clear()
        self.waiting.clear()
        self.count, self.everything, self.guessing = mark.count, mark.everything, mark.guessing
        self.found.reads_source = mark.reads_source
        self.found.hit = None
