"""The smallest sets of imports between an entry point and a module, where some imports cannot be cut."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from importgraph.graph.algorithms import minimum_cut
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import View

AT_MOST = 8
"""The most statements a set may touch."""


def smallest_set(  # noqa: PLR0913, PLR0917 -- the ends, the limits and the view of one search
    view: View,
    inside: Collection[str],
    entry: str,
    module: str,
    may_cut: Callable[[ImportEdge], bool],
    at_most: int = AT_MOST,
) -> list[ImportEdge]:
    """Find a smallest set of imports without which an entry point does not reach a module, empty for none.

    Parallel imports of one module count together. What the entry point reaches by arcs that cannot be cut
    is one node with it, and what does not lead to the module is left out, so that the flow runs on a small
    part of the graph.

    Args:
        view: What runs at import.
        inside: What the entry point loads.
        entry: The node to begin at.
        module: The node to be cut off.
        may_cut: Tells whether an import may be in the set.
        at_most: The most statements it may touch.
    """
    network = _network(view, inside, entry, may_cut)
    if module in network.pinned:
        return []
    cut = minimum_cut(network.capacities(module), entry, module, at_most)
    if not cut:
        return []
    chosen = {(s, t) for s, t in network.groups if (network.merged(s), t) in cut}
    return [edge for pair in sorted(chosen) for edge in network.groups[pair]]


@dataclass
class _Network:
    entry: str
    groups: dict[tuple[str, str], list[ImportEdge]] = field(default_factory=dict)
    """Imports that may be cut, by their ends."""
    fixed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    pinned: Collection[str] = ()
    """What the entry point loads whatever is cut."""

    def merged(self, node: str) -> str:
        return self.entry if node in self.pinned else node

    def capacities(self, module: str) -> list[tuple[str, str, int | None]]:
        """Return the capacities of the arcs from the pinned part to a module; None is without limit."""
        backwards: dict[str, list[str]] = defaultdict(list)
        outside = ((s, targets) for s, targets in self.fixed.items() if s not in self.pinned)
        loose = [(s, t) for s, targets in outside for t in targets if t not in self.pinned]
        for source, target in [*self.groups, *loose]:
            backwards[target].append(source)
        relevant = _reach(backwards, module)
        weights: dict[tuple[str, str], int] = defaultdict(int)
        for (source, target), edges in self.groups.items():
            if target in relevant and target not in self.pinned and source in relevant:
                weights[self.merged(source), target] += len({edge.line for edge in edges})
        found: list[tuple[str, str, int | None]] = [(s, t, weight) for (s, t), weight in weights.items()]
        return found + [(s, t, None) for s, t in loose if s in relevant and t in relevant]


def _network(
    view: View, inside: Collection[str], entry: str, may_cut: Callable[[ImportEdge], bool]
) -> _Network:
    network = _Network(entry)
    for node in sorted(inside):
        for arc in view.arcs.get(node, ()):
            if isinstance(arc.cause, ImportEdge) and may_cut(arc.cause):
                network.groups.setdefault((node, arc.target), []).append(arc.cause)
            else:
                network.fixed[node].append(arc.target)
    network.pinned = _reach(network.fixed, entry)
    for source, targets in network.fixed.items():
        for target in targets:
            network.groups.pop((source, target), None)
    return network


def _reach(arcs: Mapping[str, list[str]], start: str) -> set[str]:
    seen, work = {start}, [start]
    while work:
        for target in arcs.get(work.pop(), ()):
            if target not in seen:
                seen.add(target)
                work.append(target)
    return seen
