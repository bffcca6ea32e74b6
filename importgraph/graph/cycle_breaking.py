"""Short cycles, and small sets of edges that break all of them: exact up to a budget, then good.

A smallest set is a minimum feedback arc set, which is hard to find: where more than three edges are needed or
the budget of steps is spent, grimp's approximation (in very large components that of Eades, Lin and Smyth)
stands in, from which every edge that is not needed is taken back. A step is a look at an edge, so an answer
depends on the graph alone. The arcs of a graph are its targets by source.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from importgraph.graph.algorithms import nominated_breakers
from importgraph.graph.node_orders import Order, good_order

Edge = tuple[str, str]
Arcs = Mapping[str, Sequence[str]]
Weight = Callable[[str, str], int]

_EXACT = 3
"""Up to this many edges, a smallest set that breaks all cycles is found by trying."""
_STEPS = 1_000_000
_STEPS_FOR_SHORTEST = 5_000_000
_STEPS_BACK = 5_000_000
"""Nodes looked at to take edges back: some eight seconds. 10,000 modules with five imports each, all in one
component, take 3.8 million."""
_MOST_FOR_GRIMP = 10_000_000
"""Nodes times edges; a component of 400 modules that all import each other takes grimp 5 s."""


class Breakers(NamedTuple):
    """Edges whose removal leaves no cycle."""

    edges: tuple[Edge, ...]
    """Sorted; none of them can be left out, unless the budget was spent before that was tried of all."""
    smallest: bool
    """No set of fewer edges does it: proven. False where that is not known."""


class ShortCycle(NamedTuple):
    """The nodes of a cycle, from the first by name."""

    nodes: tuple[str, ...]
    shortest: bool
    """There is no shorter one: proven."""


class Budget:
    """What is left of a number of steps."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Take steps off.

        Raises:
            SpentError: If there are none left.
        """
        self.left -= steps
        if self.left < 0:
            raise SpentError


class SpentError(Exception):
    """The budget is spent."""


def shortest_cycle(arcs: Arcs, nodes: Sequence[str], steps: int = _STEPS_FOR_SHORTEST) -> ShortCycle:
    """Return a shortest cycle among the nodes of a strongly connected component.

    Args:
        arcs: The edges.
        nodes: The component, sorted.
        steps: The budget; where it is spent, the shortest cycle found until then is returned.
    """
    inside = set(nodes)
    budget = Budget(steps)
    best: tuple[str, ...] = ()
    is_ring = all(len({target for target in arcs.get(node, ()) if target in inside}) <= 1 for node in nodes)
    try:
        for start in nodes[:1] if is_ring else nodes:
            found = _cycle_through(arcs, start, inside, len(best) - 1 if best else len(nodes), budget)
            best = found or best
            if len(best) == 2:  # noqa: PLR2004 -- no cycle of different modules is shorter
                break
    except SpentError:
        pass
    first = best.index(min(best)) if best else 0
    return ShortCycle(best[first:] + best[:first], budget.left >= 0)


def _cycle_through(
    arcs: Arcs, start: str, inside: Collection[str], limit: int, budget: Budget
) -> tuple[str, ...]:
    """Return a shortest cycle through a node of at most `limit` nodes."""
    before: dict[str, str] = {start: ""}
    level = [start]
    for _ in range(limit):
        following = []
        for node in level:
            targets = arcs.get(node, ())
            budget.spend(len(targets))
            for target in targets:
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


def cycle_breakers(arcs: Arcs, weight: Weight, steps: int = _STEPS) -> Breakers:
    """Return a small set of edges whose removal leaves no cycle.

    Args:
        arcs: The edges inside one strongly connected component.
        weight: The number of statements behind an edge; lighter sets win among equals.
        steps: The budget for an exact answer.
    """
    arcs = {source: tuple(sorted(set(targets))) for source, targets in sorted(arcs.items())}
    budget = Budget(steps)
    needed = _disjoint_cycles(arcs, Budget(steps // 4))
    try:
        for size in range(max(needed, 1), _EXACT + 1):
            working = {tuple(sorted(found)) for found in _breaking_sets(arcs, frozenset(), size, budget)}
            if working:
                best = min(working, key=lambda found: (sum(weight(*edge) for edge in found), found))
                return Breakers(best, smallest=True)
        needed = max(needed, _EXACT + 1)
    except SpentError:
        pass
    chosen = _needed_ones(arcs, _approximation(arcs, weight), weight)
    return Breakers(tuple(sorted(chosen)), len(chosen) == needed)


def _disjoint_cycles(arcs: Arcs, budget: Budget) -> int:
    """Count cycles that share no edge, as many as are easily found: each needs an edge of its own."""
    twos = {
        (source, target)
        for source, targets in arcs.items()
        for target in targets
        if source < target and source in arcs.get(target, ())
    }
    dropped = twos | {(target, source) for source, target in twos}
    count = len(twos)
    try:
        while ring := _ring(arcs, dropped, budget):
            dropped.update(_edges(ring))
            count += 1
    except SpentError:
        pass
    return count


def _breaking_sets(
    arcs: Arcs, dropped: frozenset[Edge], size: int, budget: Budget
) -> Iterator[frozenset[Edge]]:
    """Yield all sets of at most `size` more edges that leave no cycle, but for those with a needless edge.

    Whatever breaks all cycles breaks the next one found, so that only its edges need trying (a bounded search
    tree; Downey and Fellows 1999).
    """
    ring = _ring(arcs, dropped, budget)
    if not ring:
        yield dropped
    elif size:
        for edge in _edges(ring):
            yield from _breaking_sets(arcs, dropped | {edge}, size - 1, budget)


def _edges(ring: tuple[str, ...]) -> Iterator[Edge]:
    return zip(ring, ring[1:] + ring[:1], strict=True)


def _ring(arcs: Arcs, dropped: Collection[Edge], budget: Budget) -> tuple[str, ...]:
    """Return a cycle that is left without some edges, short where one of its nodes allows; empty for none."""
    kept = _on_cycles(arcs, dropped, budget)
    if not kept:
        return ()
    node = min(kept)
    seen: set[str] = set()
    while node not in seen:  # everything leads on, so this ends on a cycle
        seen.add(node)
        node = min(kept[node])
    return _cycle_through(kept, node, kept, len(kept), budget)


def _on_cycles(arcs: Arcs, dropped: Collection[Edge], budget: Budget) -> dict[str, list[str]]:
    """Leave out some edges, and then, again and again, the nodes that lead nowhere."""
    left = {source: [t for t in targets if (source, t) not in dropped] for source, targets in arcs.items()}
    importers: dict[str, list[str]] = {}
    for source, targets in left.items():
        budget.spend(len(targets) + 1)
        for target in targets:
            importers.setdefault(target, []).append(source)
    degree = {source: len(targets) for source, targets in left.items()}
    ends = [node for node in {*left, *importers} if not degree.get(node)]
    gone = set(ends)
    for node in ends:  # grows meanwhile
        for source in importers.get(node, ()):
            degree[source] -= 1
            if not degree[source]:
                gone.add(source)
                ends.append(source)
    return {s: [t for t in targets if t not in gone] for s, targets in left.items() if s not in gone}


# -- an approximation ---------------------------------------------------------------------------------


def _approximation(arcs: Arcs, weight: Weight) -> set[Edge]:
    edges = sum(map(len, arcs.values()))
    return set(nominated_breakers(arcs, weight) if len(arcs) * edges <= _MOST_FOR_GRIMP else _backward(arcs))


def _backward(arcs: Arcs) -> Iterator[Edge]:
    """Yield the edges that point back in a good order of the nodes (Eades, Lin and Smyth 1993)."""
    place = {node: position for position, node in enumerate(good_order(arcs))}
    for source, targets in arcs.items():
        yield from ((source, target) for target in targets if place[source] > place[target])


def _needed_ones(arcs: Arcs, chosen: set[Edge], weight: Weight) -> set[Edge]:
    """Take back every edge without which there is still no cycle, the heaviest first.

    The order of what is left is kept as edges come back, so that only what lies between the ends of an edge
    is looked at (Pearce and Kelly 2006). Where the budget is spent, the edges that are left stay taken.
    """
    kept = {source: {t for t in targets if (source, t) not in chosen} for source, targets in arcs.items()}
    for _, target in chosen:
        kept.setdefault(target, set())
    order = Order(kept)
    return {
        edge
        for edge in sorted(chosen, key=lambda edge: (-weight(*edge), edge))
        if order.looked > _STEPS_BACK or not order.add(edge[0], edge[1])
    }


def is_acyclic(arcs: Arcs, dropped: Collection[Edge]) -> bool:
    """Tell whether no cycle is left without some edges."""
    return not _on_cycles({s: sorted(set(t)) for s, t in arcs.items()}, dropped, Budget(1 << 62))
