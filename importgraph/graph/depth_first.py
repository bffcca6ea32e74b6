"""Components and dominators by depth-first search, in plain Python: views have some thousands of nodes."""

from collections.abc import Iterable, Iterator, Mapping

Arcs = Mapping[str, Iterable[str]]


def postorder(arcs: Arcs, start: str) -> list[str]:
    """Return all nodes reachable from the start, each behind what was first reached from it."""
    seen = {start}
    found: list[str] = []
    stack = [(start, iter(arcs.get(start, ())))]
    while stack:
        node, targets = stack[-1]
        for target in targets:
            if target not in seen:
                seen.add(target)
                stack.append((target, iter(arcs.get(target, ()))))
                break
        else:
            stack.pop()
            found.append(node)
    return found


def immediate_dominators(arcs: Arcs, start: str) -> dict[str, str]:
    """Return the immediate dominator of each node reachable from the start (Cooper, Harvey, Kennedy 2001).

    Returns:
        Without the start itself; a node stands behind its dominator.
    """
    order = postorder(arcs, start)
    number = {node: place for place, node in enumerate(order)}
    before: list[list[int]] = [[] for _ in order]
    for place, node in enumerate(order):
        for target in arcs.get(node, ()):
            before[number[target]].append(place)
    root = len(order) - 1
    above = [-1] * len(order)
    above[root] = root
    changed = True
    while changed:
        changed = False
        for place in range(root - 1, -1, -1):
            meeting = _meeting(above, before[place])
            if above[place] != meeting:
                above[place] = meeting
                changed = True
    return {order[place]: order[above[place]] for place in range(root - 1, -1, -1)}


def _meeting(above: list[int], places: Iterable[int]) -> int:
    """Return the lowest node that is above all those given whose own place is known."""
    met = -1
    for place in places:
        if above[place] < 0:
            continue
        one = place
        if met < 0:
            met = one
        while one != met:
            if one < met:
                one = above[one]
            else:
                met = above[met]
    return met


def strong_components(nodes: Iterable[str], arcs: Arcs) -> Iterator[list[str]]:
    """Yield the strongly connected components, those of one node among them (Tarjan 1972)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_nodes: list[str] = []
    closed: set[str] = set()
    for start in nodes:
        if start in number:
            continue
        stack = [(start, iter(arcs.get(start, ())))]
        number[start] = lowest[start] = len(number)
        open_nodes.append(start)
        while stack:
            node, targets = stack[-1]
            for target in targets:
                if target not in number:
                    number[target] = lowest[target] = len(number)
                    open_nodes.append(target)
                    stack.append((target, iter(arcs.get(target, ()))))
                    break
                if target not in closed:
                    lowest[node] = min(lowest[node], number[target])
            else:
                stack.pop()
                if stack:
                    above = stack[-1][0]
                    lowest[above] = min(lowest[above], lowest[node])
                if lowest[node] == number[node]:
                    part = [open_nodes.pop()]
                    while part[-1] != node:
                        part.append(open_nodes.pop())
                    closed.update(part)
                    yield part
