"""Orders of nodes: one in which few edges point back, and one that is kept while edges are added."""

import heapq
from collections import deque
from collections.abc import Collection, Mapping, Sequence


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

    def __init__(self, targets: Mapping[str, Collection[str]]) -> None:
        """Take the graph: the targets of edges by their sources."""
        names = sorted({*targets, *(target for found in targets.values() for target in found)})
        self._numbers = {name: number for number, name in enumerate(names)}
        self._targets: list[list[int]] = [[] for _ in names]
        self._sources: list[list[int]] = [[] for _ in names]
        for source, found in sorted(targets.items()):
            for target in sorted(found):
                self._put(self._numbers[source], self._numbers[target])
        self._place = [0] * len(names)
        for at, node in enumerate(_sorted(self._targets, self._sources)):
            self._place[node] = at
        self.looked = 0
        """Nodes that were looked at to add edges."""

    @property
    def place(self) -> dict[str, int]:
        """By node, where it stands by now."""
        return {name: self._place[number] for name, number in self._numbers.items()}

    def add(self, source: str, target: str) -> bool:
        """Add an edge between nodes that it has; False, and nothing added, where it would close a cycle."""
        place, start, end = self._place, self._numbers[target], self._numbers[source]
        if place[start] <= place[end]:
            below = self._below(start, end)
            self.looked += len(below)
            if end in below:
                return False
            above = self._above(end, place[start])
            self.looked += len(above)
            nodes = sorted(above, key=place.__getitem__) + sorted(below, key=place.__getitem__)
            for node, at in zip(nodes, sorted([place[node] for node in nodes]), strict=True):
                place[node] = at
        self._put(end, start)
        return True

    def _put(self, source: int, target: int) -> None:
        self._targets[source].append(target)
        self._sources[target].append(source)

    def _below(self, start: int, end: int) -> set[int]:
        """Return what a node leads to up to the place of another; not all of it where that is among it."""
        targets, place, last = self._targets, self._place, self._place[end]
        found = {start}
        work = [start]
        while work:
            here = targets[work.pop()]
            if end in here:
                found.add(end)
                return found
            for node in here:
                if place[node] <= last and node not in found:
                    found.add(node)
                    work.append(node)
        return found

    def _above(self, end: int, first: int) -> set[int]:
        """Return what leads to a node and does not stand before a place."""
        sources, place = self._sources, self._place
        found = {end}
        work = [end]
        while work:
            for node in sources[work.pop()]:
                if place[node] >= first and node not in found:
                    found.add(node)
                    work.append(node)
        return found


def _sorted(targets: Sequence[Sequence[int]], sources: Sequence[Sequence[int]]) -> list[int]:
    """Order the nodes of a graph without cycles (Kahn 1962)."""
    left = [len(found) for found in sources]
    ready = [node for node, count in enumerate(left) if not count]
    for node in ready:  # grows meanwhile
        for target in targets[node]:
            left[target] -= 1
            if not left[target]:
                ready.append(target)
    return ready
