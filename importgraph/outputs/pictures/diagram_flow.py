"""Cycles among boxes of the overview, and the lightest lines that close them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

Pair = tuple[str, str]


def in_cycles(pairs: Iterable[Pair]) -> set[Pair]:
    """Return the pairs that stand in a cycle."""
    targets = _targets(pairs)
    reached = {source: _reachable(source, targets) for source in targets}
    return {
        (source, target)
        for source, found in targets.items()
        for target in found
        if source in reached.get(target, ()) or source == target
    }


def against_the_flow(weights: Mapping[Pair, int]) -> set[Pair]:
    """Return light pairs without which no cycle is left; putting any one of them back closes one.

    Pairs are taken from the heaviest down; one that would close a cycle with those taken before is against
    the flow. That is not always the smallest set, but never does a heavy line yield to a light one.
    """
    targets: dict[str, list[str]] = defaultdict(list)
    against: set[Pair] = set()
    for source, target in sorted(weights, key=lambda pair: (-weights[pair], pair)):
        if source == target or source in _reachable(target, targets):
            against.add((source, target))
        else:
            targets[source].append(target)
    return against


def direction_of(pairs: Iterable[Pair], *, wide: int, high: int) -> str:
    """Return the direction, `LR` or `TB`, in which a drawing stays smaller in its longer side.

    Args:
        pairs: What is drawn; lines that would close a cycle are not looked at.
        wide: The usual width of a box with the room around it.
        high: Its height.
    """
    drawn = sorted(set(pairs))
    backward = against_the_flow(dict.fromkeys(drawn, 1))
    layer = _layers([pair for pair in drawn if pair not in backward])
    long, broad = max(layer.values(), default=0) + 1, max(Counter(layer.values()).values(), default=1)
    return "LR" if max(long * wide, broad * high) <= max(long * 2 * high, broad * wide) else "TB"


def _layers(pairs: list[Pair]) -> dict[str, int]:
    """Return for each name in an acyclic graph the length of the longest way to it."""
    layer = dict.fromkeys(sorted({name for pair in pairs for name in pair}), 0)
    for _ in range(len(layer)):
        for source, target in pairs:
            layer[target] = max(layer[target], layer[source] + 1)
    return layer


def _targets(pairs: Iterable[Pair]) -> dict[str, list[str]]:
    targets: dict[str, list[str]] = defaultdict(list)
    for source, target in pairs:
        targets[source].append(target)
    return targets


def _reachable(start: str, targets: Mapping[str, list[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for target in targets.get(waiting.pop(), ()):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen
