"""Graph algorithms on views: dominators, components, cuts, chains. Nothing else knows networkx and grimp."""

import math
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from importgraph.graph.depth_first import immediate_dominators, strong_components
from importgraph.graph.views import View, reachable

if TYPE_CHECKING:
    import grimp
    import networkx as nx


def to_networkx(view: View) -> "nx.DiGraph[str]":
    """Return a view as a networkx graph; parallel arcs become one."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(view.nodes)
    graph.add_edges_from((arc.source, arc.target) for arcs in view.arcs.values() for arc in arcs)
    return graph


def to_grimp(view: View, externals: Iterable[tuple[str, str, int, str]] = ()) -> "grimp.ImportGraph":
    """Return a view as a grimp graph.

    Args:
        view: The modules and arcs; arcs without a statement are left out.
        externals: (importer, external name, line, text) to add as squashed modules.
    """
    import grimp

    graph = grimp.ImportGraph()
    for node in view.nodes:
        graph.add_module(node)
    for arcs in view.arcs.values():
        for arc in arcs:
            line = getattr(arc.cause, "line", None)
            contents = f"{arc.source} -> {arc.target}" if line else None
            graph.add_import(
                importer=arc.source, imported=arc.target, line_number=line, line_contents=contents
            )
    known = set(view.nodes)
    for importer, name, line, text in externals:
        if name not in known:
            graph.add_module(name, is_squashed=True)
            known.add(name)
        graph.add_import(importer=importer, imported=name, line_number=line, line_contents=text)
    return graph


def components(view: View) -> tuple[tuple[str, ...], ...]:
    """Return the strongly connected components of more than one node, each sorted, largest first."""
    return components_of(view.nodes, view.successors)


def components_of(nodes: Iterable[str], arcs: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """Return the same of nodes and where the arcs of each lead."""
    return _of_several(strong_components(nodes, arcs))


def component_ranks(nodes: Iterable[str], arcs: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return a number for each node: the same within a component, and other arcs lead to lower ones."""
    return {node: rank for rank, part in enumerate(strong_components(nodes, arcs)) for node in part}


def ranked_components(ranks: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
    """Return what `components_of` does, by the ranks of the nodes."""
    parts: dict[int, list[str]] = {}
    for node, rank in ranks.items():
        parts.setdefault(rank, []).append(node)
    return _of_several(parts.values())


def keeps_components(
    ranks: Mapping[str, int], node: str, before: AbstractSet[str], after: AbstractSet[str]
) -> bool:
    """Tell whether a node may lead elsewhere without any change of a component.

    New arcs must lead down or stay inside, and none within a component may go. Where that holds for each of
    several nodes, it holds for all together: whatever leads down closes no ring.
    """
    rank = ranks[node]
    return all(ranks[one] <= rank for one in after - before) and all(
        ranks[one] != rank for one in before - after
    )


def _of_several(parts: Iterable[list[str]]) -> tuple[tuple[str, ...], ...]:
    found = (tuple(sorted(part)) for part in parts if len(part) > 1)
    return tuple(sorted(found, key=lambda component: (-len(component), component)))


def dominator_tree(view: View, start: str) -> dict[str, str]:
    """Return the immediate dominator of each node reachable from the start, without the start itself."""
    return immediate_dominators(view.successors, start)


def retained(above: Mapping[str, str], start: str, weight: Callable[[str], int]) -> dict[str, int]:
    """Return for each node reachable from the start the weight that goes when the node is not loaded.

    That is the weight of its subtree in the dominator tree (Lengauer and Tarjan 1979; heap profilers call
    it retained).

    Args:
        above: The dominator tree of the start.
        start: Its root.
        weight: Weighs a node.
    """
    below: dict[str, list[str]] = {}
    for node, dominator in above.items():
        below.setdefault(dominator, []).append(node)
    order = [start]
    for node in order:
        order.extend(below.get(node, ()))
    total = {node: weight(node) for node in order}
    for node in reversed(order):
        if node in above:
            total[above[node]] += total[node]
    return total


def shortest_chain(view: View, start: str, end: str) -> tuple[str, ...] | None:
    """Return the nodes of a shortest chain, both ends included, or None if there is none.

    Among chains of equal length the first by name wins.
    """
    before: dict[str, str] = {start: ""}
    work = deque([start])
    while work:
        node = work.popleft()
        if node == end and node != start:
            break
        for target in sorted(view.targets(node)):
            if target not in before:
                before[target] = node
                work.append(target)
    if end not in before or start == end:
        return None
    chain = [end]
    while chain[-1] != start:
        chain.append(before[chain[-1]])
    return tuple(reversed(chain))


def nominated_breakers(
    arcs: Mapping[str, Sequence[str]], weight: Callable[[str, str], int]
) -> Iterator[tuple[str, str]]:
    """Ask grimp for edges whose removal leaves no cycle.

    It looks at the children of a package, so every module is made a child of one.
    """
    import grimp

    nodes = sorted({*arcs, *(target for targets in arcs.values() for target in targets)})
    number = {node: f"p.m{position}" for position, node in enumerate(nodes)}
    graph = grimp.ImportGraph()
    graph.add_module("p")
    for name in number.values():
        graph.add_module(name)
    for source, targets in arcs.items():
        for target in sorted(set(targets)):
            for line in range(weight(source, target)):
                graph.add_import(
                    importer=number[source], imported=number[target], line_number=line + 1, line_contents=""
                )
    node = {name: node for node, name in number.items()}
    for importer, imported in graph.nominate_cycle_breakers("p"):
        yield node[importer], node[imported]


def minimum_cut(
    edges: Iterable[tuple[Hashable, Hashable, int | None]], start: Hashable, end: Hashable, at_most: int
) -> frozenset[tuple[Any, Any]] | None:
    """Return a minimum edge cut between two nodes (Ford and Fulkerson 1956).

    Args:
        edges: (source, target, capacity); None for an edge that cannot be cut.
        start: Where the flow begins.
        end: Where it ends.
        at_most: The largest weight of a cut worth returning.

    Returns:
        The edges of the cut nearest to the end, or None where every cut is heavier.
    """
    residual: dict[Hashable, dict[Hashable, float]] = {start: {}}
    pairs: list[tuple[Hashable, Hashable]] = []
    for source, target, capacity in edges:
        room = residual.setdefault(source, {})
        room[target] = room.get(target, 0) + (math.inf if capacity is None else capacity)
        residual.setdefault(target, {}).setdefault(source, 0)
        pairs.append((source, target))
    if end not in residual:
        return None
    flow = 0.0
    while path := _augmenting_path(residual, start, end):
        least = min(residual[one][two] for one, two in pairwise(path))
        flow += least
        if flow > at_most:
            return None
        for one, two in pairwise(path):
            residual[one][two] -= least
            residual[two][one] += least
    backwards: dict[Hashable, list[Hashable]] = {}
    for node, room in residual.items():
        for target, left in room.items():
            if left > 0:
                backwards.setdefault(target, []).append(node)
    beyond = reachable(backwards, [end])
    return frozenset((one, two) for one, two in pairs if one not in beyond and two in beyond)


def _augmenting_path(
    residual: Mapping[Hashable, Mapping[Hashable, float]], start: Hashable, end: Hashable
) -> list[Hashable]:
    """Return a shortest path on which more can flow, empty where there is none."""
    before: dict[Hashable, Hashable] = {start: start}
    work = deque([start])
    while work:
        node = work.popleft()
        for target, left in residual[node].items():
            if left > 0 and target not in before:
                before[target] = node
                if target == end:
                    path = [end]
                    while path[-1] != start:
                        path.append(before[path[-1]])
                    return path[::-1]
                work.append(target)
    return []
