"""Retained cost: what would not be loaded if one module were not.

The graph is the dynamic one: who was running when an import was executed. A package's submodule also needs
its package, so there is an edge from every module to its parent. Retained cost is the weight of a module's
subtree in the dominator tree from the entry (checked against removal by a property test).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from importgraph.measurements.model import ENTRY_MODULE, ImportEvent

Edge = tuple[str, str]


def import_edges(modules: Iterable[tuple[str, str]], imports: Iterable[ImportEvent]) -> set[Edge]:
    """Return the edges between loaded modules.

    Args:
        modules: Each loaded module with the one that was running when it was loaded.
        imports: The imports executed. Those that failed load nothing; a lazy one loads at its first use.
    """
    pairs = list(modules)
    loaded = {name for name, _ in pairs}
    edges = {(by, name) for name, by in pairs}
    edges.update(
        (event.running, module)
        for event in imports
        if event.error is None and event.origin != "lazy"
        for module in event.modules
    )
    edges.update((name, name.rpartition(".")[0]) for name in loaded if "." in name)
    known = loaded | {ENTRY_MODULE}
    return {(a, b) for a, b in edges if a in known and b in loaded and a != b}


def immediate_dominators(edges: Iterable[Edge], root: str) -> dict[str, str]:
    """Return each reachable node's immediate dominator, without the root.

    networkx leaves the root out from 3.7 on and mapped it to itself before.
    """
    import networkx as nx

    graph: Any = nx.DiGraph()
    graph.add_node(root)
    graph.add_edges_from(sorted(edges))
    found: dict[str, str] = dict(nx.immediate_dominators(graph, root))
    return {node: dominator for node, dominator in found.items() if node != root and dominator is not None}


def retained(self_us: Mapping[str, int], edges: Iterable[Edge], root: str = ENTRY_MODULE) -> dict[str, int]:
    """Return retained cost by module; what the root does not reach retains only itself."""
    dominators = immediate_dominators(edges, root)
    totals = {name: self_us.get(name, 0) for name in {*self_us, *dominators, root}}
    for node in deepest_first(dominators, root):
        totals[dominators[node]] += totals[node]
    return totals


def deepest_first(dominators: Mapping[str, str], root: str) -> list[str]:
    """Order a dominator tree so that children come before their parents."""
    children: dict[str, list[str]] = {}
    for node, parent in dominators.items():
        children.setdefault(parent, []).append(node)
    order = [root]
    for node in order:
        order.extend(children.get(node, ()))
    return order[:0:-1]


def retained_by_group(
    self_us: Mapping[str, int], edges: Iterable[Edge], group_of: Mapping[str, str], root: str = ENTRY_MODULE
) -> dict[str, int]:
    """Return retained cost after all modules of a group were made one node (an external distribution)."""
    merged: dict[str, int] = {}
    for module, cost in self_us.items():
        name = group_of.get(module, module)
        merged[name] = merged.get(name, 0) + cost
    return retained(merged, group_edges(edges, group_of), root)


def group_edges(edges: Iterable[Edge], group_of: Mapping[str, str]) -> set[Edge]:
    """Return the edges between groups."""
    named = {(group_of.get(a, a), group_of.get(b, b)) for a, b in edges}
    return {(a, b) for a, b in named if a != b}


def is_held_by(name: str, holder: str, dominators: Mapping[str, str]) -> bool:
    """Tell whether a node is loaded only because of another one, or is it."""
    while name != holder and name in dominators:
        name = dominators[name]
    return name == holder
