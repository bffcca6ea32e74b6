"""Graph algorithms on views: dominators, components, cuts, chains. Nothing else knows networkx and grimp."""

from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from importgraph.graph.views import View, closure

if TYPE_CHECKING:
    import grimp
    import networkx as nx

_EXACT = 3
"""Up to this many edges, a smallest set that breaks all cycles is found by trying."""


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
    import networkx as nx

    found = (tuple(sorted(c)) for c in nx.strongly_connected_components(to_networkx(view)) if len(c) > 1)
    return tuple(sorted(found, key=lambda component: (-len(component), component)))


def dominator_tree(view: View, start: str) -> dict[str, str]:
    """Return the immediate dominator of each node reachable from the start, without the start itself.

    networkx 3.6 maps the start to itself, 3.7 leaves it out; this wrapper always leaves it out.
    """
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from([start])  # in a fixed order, so that the answer is
    for node in sorted(closure(view, [start])):
        graph.add_edges_from([(node, target) for target in view.targets(node)])
    found = dict(nx.immediate_dominators(graph, start))
    found.pop(start, None)
    return found


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


def shortest_cycle(arcs: Mapping[str, Sequence[str]], nodes: Sequence[str]) -> tuple[str, ...]:
    """Return a shortest cycle among the nodes of a component, starting at its first node by name."""
    inside = set(nodes)
    best: tuple[str, ...] = ()
    for start in nodes:
        found = _cycle_through(arcs, start, inside, len(best) - 1 if best else len(nodes))
        if found:
            best = found
        if len(best) == 2:  # noqa: PLR2004 -- no cycle of different modules is shorter
            break
    first = best.index(min(best)) if best else 0
    return best[first:] + best[:first]


def _cycle_through(
    arcs: Mapping[str, Sequence[str]], start: str, inside: set[str], limit: int
) -> tuple[str, ...]:
    """Return a shortest cycle through a node of at most `limit` nodes."""
    before: dict[str, str] = {start: ""}
    level = [start]
    for _ in range(limit):
        following = []
        for node in level:
            for target in arcs.get(node, ()):
                if target == start:
                    return _walk_back(before, node)
                if target in inside and target not in before:
                    before[target] = node
                    following.append(target)
        level = following
    return ()


def _walk_back(before: Mapping[str, str], node: str) -> tuple[str, ...]:
    chain = [node]
    while before[chain[-1]]:
        chain.append(before[chain[-1]])
    return tuple(reversed(chain))


def cycle_breakers(
    arcs: Mapping[str, Sequence[str]], weight: Callable[[str, str], int]
) -> tuple[tuple[str, str], ...]:
    """Return a small set of edges whose removal leaves no cycle.

    The smallest set where one to three edges suffice; otherwise grimp's approximation of a minimum weighted
    feedback arc set, from which every edge that is not needed is taken back.

    Args:
        arcs: The edges inside one strongly connected component.
        weight: The number of statements behind an edge; lighter sets win among equals.
    """
    for size in range(1, _EXACT + 1):
        working = {tuple(sorted(found)) for found in _breaking_sets(arcs, frozenset(), size)}
        if working:
            return min(working, key=lambda found: (sum(weight(*edge) for edge in found), found))
    chosen = set(_nominated(arcs, weight))
    for edge in sorted(chosen, key=lambda edge: (-weight(*edge), edge)):
        if is_acyclic(arcs, chosen - {edge}):
            chosen.discard(edge)
    return tuple(sorted(chosen))


def _breaking_sets(
    arcs: Mapping[str, Sequence[str]], dropped: frozenset[tuple[str, str]], size: int
) -> Iterator[frozenset[tuple[str, str]]]:
    """Yield all sets of at most `size` more edges that leave no cycle, but for those with a needless edge.

    Whatever breaks all cycles breaks the next one found, so that only its edges need trying (a bounded search
    tree; Downey and Fellows 1999).
    """
    ring = _ring(arcs, dropped)
    if not ring:
        yield dropped
    elif size:
        for edge in zip(ring, ring[1:] + ring[:1], strict=True):
            yield from _breaking_sets(arcs, dropped | {edge}, size - 1)


def _ring(arcs: Mapping[str, Sequence[str]], dropped: Collection[tuple[str, str]]) -> tuple[str, ...]:
    """Return a cycle that is left without some edges, short where one of its nodes allows; empty for none."""
    left = {s: [t for t in targets if (s, t) not in dropped] for s, targets in arcs.items()}
    while True:
        kept = {s: [t for t in targets if t in left] for s, targets in left.items()}
        kept = {s: targets for s, targets in kept.items() if targets}
        if len(kept) == len(left):
            break
        left = kept
    if not kept:
        return ()
    node = min(kept)
    seen: set[str] = set()
    while node not in seen:  # everything leads on, so this ends on a cycle
        seen.add(node)
        node = min(kept[node])
    return _cycle_through(kept, node, set(kept), len(kept))


def _nominated(
    arcs: Mapping[str, Sequence[str]], weight: Callable[[str, str], int]
) -> Iterator[tuple[str, str]]:
    """Ask grimp, which looks at the children of a package, by making every module a child of one."""
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


def is_acyclic(arcs: Mapping[str, Sequence[str]], dropped: set[tuple[str, str]]) -> bool:
    """Tell whether no cycle is left without some edges (Kahn 1962)."""
    degree: dict[str, int] = dict.fromkeys(arcs, 0)
    for source, targets in arcs.items():
        for target in set(targets):
            if (source, target) not in dropped:
                degree[target] = degree.get(target, 0) + 1
    ready = [node for node, count in degree.items() if count == 0]
    done = 0
    while ready:
        node = ready.pop()
        done += 1
        for target in set(arcs.get(node, ())):
            if (node, target) not in dropped:
                degree[target] -= 1
                if degree[target] == 0:
                    ready.append(target)
    return done == len(degree)


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
    import networkx as nx

    graph: nx.DiGraph[Any] = nx.DiGraph()
    for source, target, capacity in edges:
        if capacity is None:
            graph.add_edge(source, target)
        else:
            graph.add_edge(source, target, capacity=capacity)
    if start not in graph or end not in graph:
        return None
    from networkx.algorithms.flow import shortest_augmenting_path

    try:
        value, (_, sink_side) = nx.minimum_cut(
            graph, start, end, flow_func=shortest_augmenting_path, cutoff=at_most + 1
        )
    except nx.NetworkXUnbounded:
        return None
    if value > at_most:
        return None
    return frozenset((s, t) for s, t in graph.edges if s not in sink_side and t in sink_side)
