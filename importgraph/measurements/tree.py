"""The tree of who was running when a module was first loaded, as ``-X importtime`` shows it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importgraph.measurements.model import ENTRY_MODULE, ImportEvent, ImportProfile, ModuleTiming

if TYPE_CHECKING:
    from collections.abc import Iterator


COLLECTOR = "garbage collector"


@dataclass(frozen=True, slots=True)
class Node:
    """A module and what it was the first to load."""

    name: str
    self_us: int
    children: "tuple[Node, ...]"
    timing: ModuleTiming | None = None
    """None for the entry's own code, and for the garbage collector."""

    @property
    def cumulative_us(self) -> int:
        """Its own time and that of everything below."""
        return self.self_us + sum(child.cumulative_us for child in self.children)

    def depth(self) -> int:
        """Return the number of levels, this one included."""
        return 1 + max((child.depth() for child in self.children), default=0)

    def walk(self, level: int = 0) -> "Iterator[tuple[int, Node]]":
        """Yield every node with its level, parents first."""
        yield level, self
        for child in self.children:
            yield from child.walk(level + 1)


def import_tree(profile: ImportProfile) -> Node:
    """Return the tree of the entry's thread; its cumulative time is the profile's total."""
    modules = [module for module in profile.modules if not module.thread]
    children: dict[str, list[ModuleTiming]] = {}
    for module in sorted(modules, key=lambda module: module.order):
        children.setdefault(module.loaded_by, []).append(module)

    def node(module: ModuleTiming) -> Node:
        below = tuple(node(child) for child in children.get(module.name, ()))
        return Node(module.name, module.self_us, below, module)

    own = profile.total_us - profile.collector_us - sum(module.self_us for module in modules)
    below = [node(child) for child in children.get(ENTRY_MODULE, ())]
    if profile.collector_us:
        below.append(Node(COLLECTOR, profile.collector_us, ()))
    return Node(profile.entry, max(own, 0), tuple(below))


def first_imports(profile: ImportProfile) -> dict[str, ImportEvent]:
    """Return, by module, the import that loaded it."""
    found: dict[str, ImportEvent] = {}
    for event in profile.imports:
        if event.loaded:
            for module in event.modules:
                found.setdefault(module, event)
    return found
