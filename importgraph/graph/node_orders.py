"""Orders of nodes: one in which few edges point back, and one that is kept while edges are added."""

import heapq
from collections import deque
from collections.abc import Callable, Mapping, Sequence


def good_order(arcs: Mapping[str, Sequence[str]]) -> list[str]:
    """Order nodes so that few edges point back (Eades, Lin and Smyth 1993).

    Again and again a node that leads nowhere is put last, else one with the most edges to give first.
    """
    return _Ordering(arcs).run()


class _Ordering:
    def __init__(self, arcs: Mapping[str, Sequence[str]]) -> None:
        self.arcs = arcs
        self.importers: dict[str, list[str]] = {node: [] for node in arcs}
        for source, targets in arcs.items():
            for target in targets:
                self.importers.setdefault(target, []).append(source)
        self.leading = {node: len(arcs.get(node, ())) for node in self.importers}
        self.surplus = {node: self.leading[node] - len(found) for node, found in self.importers.items()}
        self.queue = [(-value, node) for node, value in self.surplus.items()]
        heapq.heapify(self.queue)
        self.ends = deque(sorted(node for node, count in self.leading.items() if not count))

    def run(self) -> list[str]:
        first: list[str] = []
        last: list[str] = []
        while self.surplus:
            if self.ends:
                node = self.ends.popleft()
                if node in self.surplus:
                    last.append(node)
                    self._take(node)
            else:
                value, node = heapq.heappop(self.queue)
                if self.surplus.get(node) == -value:
                    first.append(node)
                    self._take(node)
        return first + last[::-1]

    def _take(self, node: str) -> None:
        del self.surplus[node]
        for source in self.importers[node]:
            self.leading[source] -= 1
            self._change(source, -1)
            if not self.leading[source]:
                self.ends.append(source)
        for target in self.arcs.get(node, ()):
            self._change(target, 1)

    def _change(self, node: str, by: int) -> None:
        if node in self.surplus:
            self.surplus[node] += by
            heapq.heappush(self.queue, (-self.surplus[node], node))


class Order:
    """A graph without cycles, in topological order, to which edges are added one by one."""

    def __init__(self, targets: dict[str, set[str]]) -> None:
        self.targets = targets
        self.sources: dict[str, set[str]] = {}
        for source, found in targets.items():
            for target in found:
                self.sources.setdefault(target, set()).add(source)
        self.place = {node: at for at, node in enumerate(_sorted(targets, self.sources))}
        self.looked = 0
        """Nodes that were looked at to add edges."""

    def add(self, source: str, target: str) -> bool:
        """Add an edge; False, and nothing added, where it would close a cycle."""
        place = self.place
        if place[target] <= place[source]:
            below = _reachable(self.targets, target, lambda node: place[node] <= place[source], source)
            self.looked += len(below)
            if source in below:
                return False
            above = _reachable(self.sources, source, lambda node: place[node] >= place[target])
            self.looked += len(above)
            nodes = sorted(above, key=place.__getitem__) + sorted(below, key=place.__getitem__)
            for node, at in zip(nodes, sorted(place[node] for node in nodes), strict=True):
                place[node] = at
        self.targets.setdefault(source, set()).add(target)
        self.sources.setdefault(target, set()).add(source)
        return True


def _sorted(targets: Mapping[str, set[str]], sources: Mapping[str, set[str]]) -> list[str]:
    """Order the nodes of a graph without cycles (Kahn 1962)."""
    left = {node: len(sources.get(node, ())) for node in sorted({*targets, *sources})}
    ready = [node for node, count in left.items() if not count]
    for node in ready:  # grows meanwhile
        for target in targets.get(node, ()):
            left[target] -= 1
            if not left[target]:
                ready.append(target)
    return ready


def _reachable(
    arcs: Mapping[str, set[str]], start: str, counts: Callable[[str], bool], end: str = ""
) -> set[str]:
    """Return what is reached from a node through nodes that count, not all of it where the end is."""
    found = {start}
    work = [start]
    while work:
        here = arcs.get(work.pop(), ())
        if end in here:
            return {*found, end}
        for node in here:
            if node not in found and counts(node):
                found.add(node)
                work.append(node)
    return found
