"""Which nodes lead to which others, for many pairs at once: one condensation, one pass for all pairs."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from importgraph.graph.depth_first import Arcs, strong_components

Pair = tuple[str, str]

_AT_ONCE = 4096
"""Targets of one pass; each strongly connected component holds a bit for each, half a kB."""


def leading_pairs(arcs: Arcs, pairs: Collection[Pair]) -> frozenset[Pair]:
    """Return the pairs whose first node leads to the second; a node leads to itself.

    The work grows with the arcs and, for every 4,096 different targets, with them once more; a search from
    each source would grow with the product.

    Args:
        arcs: Where each node leads.
        pairs: Source and target, in any order.
    """
    by_target: dict[str, list[str]] = defaultdict(list)
    for source, target in pairs:
        by_target[target].append(source)
    parts = list(strong_components(sorted({source for source, _ in pairs}), arcs))
    place = {node: number for number, part in enumerate(parts) for node in part}
    beyond = [_beyond(part, arcs, place) for part in parts]
    targets = sorted(by_target)
    found: set[Pair] = set()
    for start in range(0, len(targets), _AT_ONCE):
        some = targets[start : start + _AT_ONCE]
        found.update(_leading(some, by_target, place, beyond))
    return frozenset(found)


def _beyond(part: Sequence[str], arcs: Arcs, place: Mapping[str, int]) -> tuple[int, ...]:
    """Return the components that one leads to directly."""
    own = place[part[0]]
    return tuple({place[target] for node in part for target in arcs.get(node, ())} - {own})


def _leading(
    targets: Sequence[str],
    by_target: Mapping[str, Sequence[str]],
    place: Mapping[str, int],
    beyond: Sequence[Sequence[int]],
) -> Iterator[Pair]:
    """Yield the pairs that lead to some of the targets; components stand behind those they lead to."""
    held = [0] * len(beyond)
    for bit, target in enumerate(targets):
        if target in place:
            held[place[target]] |= 1 << bit
    for number, others in enumerate(beyond):
        bits = held[number]
        for other in others:
            bits |= held[other]
        held[number] = bits
    for bit, target in enumerate(targets):
        for source in by_target[target]:
            if held[place[source]] >> bit & 1:
                yield source, target
