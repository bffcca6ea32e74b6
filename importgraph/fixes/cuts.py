"""The smallest sets of imports between an entry point and a module, where some imports cannot be cut."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from importgraph.graph.algorithms import minimum_cut
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import View

Node = str | tuple[str, int]
"""A node of a view, or a statement by its file and line."""
T = TypeVar("T", bound=Hashable)

AT_MOST = 8
"""The most statements a set may touch."""


def smallest_set(  # noqa: PLR0913, PLR0917 -- the ends, the limits and the view of one search
    view: View,
    inside: Collection[str],
    entry: str,
    module: str,
    may_cut: Callable[[ImportEdge], bool],
    at_most: int = AT_MOST,
    line_of: Callable[[ImportEdge], int] = lambda edge: edge.line,
) -> list[ImportEdge]:
    """Find imports without which an entry point does not reach a module, of the fewest statements.

    Several names of one statement count once; of a statement only the names that lead to the module are in
    the set. What the entry point reaches by arcs that cannot be cut is one node with it, and what does not
    lead to the module is left out, so that the flow runs on a small part of the graph.

    Args:
        view: What runs at import.
        inside: What the entry point loads.
        entry: The node to begin at.
        module: The node to be cut off.
        may_cut: Tells whether an import may be in the set.
        at_most: The most statements it may touch.
        line_of: Returns the line of the statement behind an import.

    Returns:
        The imports by importer and imported module, empty where there is no such set.
    """
    network = _network(view, inside, entry, may_cut)
    if module in network.pinned:
        return []
    arcs = network.arcs(module, line_of)
    cut = minimum_cut(arcs, entry, module, at_most)
    if not cut:
        return []
    statements = {statement for _, statement in cut}
    backwards: dict[Node, list[Node]] = defaultdict(list)
    for source, target, _ in arcs:
        if (source, target) not in cut:
            backwards[target].append(source)
    leading = _reach(backwards, module)
    return [
        edge
        for pair in sorted(network.groups)
        for edge in network.groups[pair]
        if pair[1] in leading and (edge.path, line_of(edge)) in statements
    ]


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

    def arcs(self, module: str, line_of: Callable[[ImportEdge], int]) -> list[tuple[Node, Node, int | None]]:
        """Return the arcs from the pinned part to a module with their capacities; None is without limit.

        An import that may be cut goes through a node for its statement, entered by an arc of capacity 1: all
        names of a statement can be put off for the price of one.
        """
        backwards: dict[Node, list[Node]] = defaultdict(list)
        outside = ((s, targets) for s, targets in self.fixed.items() if s not in self.pinned)
        loose = [(s, t) for s, targets in outside for t in targets if t not in self.pinned]
        for source, target in [*self.groups, *loose]:
            backwards[target].append(source)
        relevant = _reach(backwards, module)
        found: dict[tuple[Node, Node], int | None] = {}
        for (source, target), edges in self.groups.items():
            if target in relevant and target not in self.pinned and source in relevant:
                for edge in edges:
                    statement = edge.path, line_of(edge)
                    found[self.merged(source), statement] = 1
                    found[statement, target] = None
        found.update({(s, t): None for s, t in loose if s in relevant and t in relevant})
        return [(source, target, capacity) for (source, target), capacity in found.items()]


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


def _reach(arcs: Mapping[T, list[T]], start: T) -> set[T]:
    seen, work = {start}, [start]
    while work:
        for target in arcs.get(work.pop(), ()):
            if target not in seen:
                seen.add(target)
                work.append(target)
    return seen
