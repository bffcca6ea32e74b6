"""The smallest sets of imports between an entry point and a module, where some imports cannot be cut."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from importgraph.graph.algorithms import minimum_cut
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import View, closure, reachable

Node = str | tuple[str, int]
"""A node of a view, or a statement by its file and line."""

AT_MOST = 8
"""The most statements a set may touch."""


@dataclass(frozen=True)
class Openings:
    """What an entry point loads, parted into the imports that may be cut and all other arcs."""

    entry: str
    imports: tuple[tuple[str, str, ImportEdge], ...]
    """With their ends, by source."""
    fixed: Mapping[str, Sequence[str]]
    """Where the other arcs of a node lead, each place once."""


def openings(view: View, entry: str, may_cut: Callable[[ImportEdge], bool]) -> Openings:
    """Part what an entry point loads; many searches from one entry point share the answer.

    Args:
        view: What runs at import.
        entry: The node to begin at.
        may_cut: Tells whether an import may be in a set.
    """
    imports: list[tuple[str, str, ImportEdge]] = []
    fixed: dict[str, dict[str, None]] = defaultdict(dict)
    for node in sorted(closure(view, [entry])):
        for arc in view.arcs.get(node, ()):
            if isinstance(arc.cause, ImportEdge) and may_cut(arc.cause):
                imports.append((node, arc.target, arc.cause))
            else:
                fixed[node][arc.target] = None
    return Openings(entry, tuple(imports), {node: tuple(targets) for node, targets in fixed.items()})


def smallest_set(
    parted: Openings,
    module: str,
    at_most: int = AT_MOST,
    *,
    may_cut: Callable[[ImportEdge], bool] = lambda _: True,
    line_of: Callable[[ImportEdge], int] = lambda edge: edge.line,
) -> list[ImportEdge]:
    """Find imports without which an entry point does not reach a module, of the fewest statements.

    Several names of one statement count once; of a statement only the names that lead to the module are in
    the set. What the entry point reaches by arcs that cannot be cut is one node with it, and what does not
    lead to the module is left out, so that the flow runs on a small part of the graph.

    Args:
        parted: What the entry point loads.
        module: The node to be cut off.
        at_most: The most statements it may touch.
        may_cut: Tells whether an import that might be cut still may be.
        line_of: Returns the line of the statement behind an import.

    Returns:
        The imports by importer and imported module, empty where there is no such set.
    """
    network = _network(parted, may_cut)
    if module in network.pinned:
        return []
    arcs = network.arcs(module, line_of)
    cut = minimum_cut(arcs, parted.entry, module, at_most)
    if not cut:
        return []
    statements = {statement for _, statement in cut}
    backwards: dict[Node, list[Node]] = defaultdict(list)
    for source, target, _ in arcs:
        if (source, target) not in cut:
            backwards[target].append(source)
    leading = reachable(backwards, [module])
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
    fixed: dict[str, Sequence[str]] = field(default_factory=dict)
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
        relevant = reachable(backwards, [module])
        found: dict[tuple[Node, Node], int | None] = {}
        for (source, target), edges in self.groups.items():
            if target in relevant and target not in self.pinned and source in relevant:
                for edge in edges:
                    statement = edge.path, line_of(edge)
                    found[self.merged(source), statement] = 1
                    found[statement, target] = None
        found.update({(s, t): None for s, t in loose if s in relevant and t in relevant})
        return [(source, target, capacity) for (source, target), capacity in found.items()]


def _network(parted: Openings, may_cut: Callable[[ImportEdge], bool]) -> _Network:
    network = _Network(parted.entry, fixed=dict(parted.fixed))
    for source, target, edge in parted.imports:
        if may_cut(edge):
            network.groups.setdefault((source, target), []).append(edge)
        else:
            network.fixed[source] = (*network.fixed.get(source, ()), target)
    network.pinned = reachable(network.fixed, [parted.entry])
    for source, targets in network.fixed.items():
        for target in targets:
            network.groups.pop((source, target), None)
    return network
