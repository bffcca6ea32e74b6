"""Gates on cycles."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping

from importgraph.findings.cycles import CycleClass
from importgraph.regressions.gates import Gates
from importgraph.regressions.model import CycleMark, Digest, Regression
from importgraph.regressions.places import Places

_ORDER = [kind.value for kind in CycleClass]


def cycle_limits(after: Digest, gates: Gates) -> Iterator[Regression]:
    """Yield the classes with more cycles than a limit allows."""
    counts = Counter(cycle.kind for cycle in after.cycles)
    for kind, allowed in gates.max_cycles.items():
        if counts[kind] > allowed:
            message = f"There are {counts[kind]} cycles of class {kind}; {allowed} are allowed."
            yield Regression("max-cycles", kind, message, None, counts[kind])


def cycle_ratchets(before: Digest, after: Digest, gates: Gates, places: Places) -> Iterator[Regression]:
    """Yield new cycles, and old ones that took in modules which were there before or got worse.

    A module that is new itself may join an old cycle: cutting a module of a cycle in two does that.
    """
    for cycle in after.cycles:
        if cycle.kind in gates.ratchet and not _is_known(cycle, before):
            ring, edge = _new_ring(cycle, before, after)
            steps = tuple(places.imported(one, two) for one, two in ring)
            yield Regression(
                gate=cycle.kind,
                subject=" <-> ".join(cycle.modules[:6]) + (" …" if len(cycle.modules) > 6 else ""),  # noqa: PLR2004
                message=_message(cycle, edge),
                before=_size_before(cycle, before),
                after=len(cycle.modules),
                edge=places.imported(*edge) if edge else None,
                chain=steps,
                added=tuple(sorted(set(cycle.modules) - _members(before, cycle.kind))),
            )


def _no_milder(kind: str) -> set[str]:
    return set(_ORDER[: _ORDER.index(kind) + 1])


def _is_known(cycle: CycleMark, before: Digest) -> bool:
    members = set(cycle.modules)
    old = {name for name in members if name in before.modules}
    known = [set(c.modules) for c in before.cycles if c.kind in _no_milder(cycle.kind)]
    return any(old <= modules and members & modules for modules in known)


def _members(digest: Digest, kind: str) -> set[str]:
    return {name for c in digest.cycles if c.kind in _no_milder(kind) for name in c.modules}


def _size_before(cycle: CycleMark, before: Digest) -> int:
    members = set(cycle.modules)
    overlaps = [c for c in before.cycles if members & set(c.modules) and c.kind in _no_milder(cycle.kind)]
    return max((len(c.modules) for c in overlaps), default=0)


def _new_ring(
    cycle: CycleMark, before: Digest, after: Digest
) -> tuple[list[tuple[str, str]], tuple[str, str] | None]:
    """Return a shortest ring through a new edge, and that edge; the least of all where there are several."""
    inside = set(cycle.modules)
    maps = (after.loading, {one: tuple(two) for one, two in after.edges.items()})
    olds = (before.loading, before.edges)
    for now, then in zip(maps, olds, strict=True):
        rings = []
        for source in sorted(inside):
            for target in sorted(inside & set(now.get(source, ()))):
                is_parent = source == target or source.startswith(f"{target}.")
                if target not in then.get(source, ()) and not is_parent:
                    back = _way(now, inside, target, source)
                    if back:
                        rings.append(((source, target), *back))
        if rings:
            ring = min(rings, key=lambda found: (len(found), found))
            return list(ring), ring[0]
    return [], None


def _way(
    arcs: Mapping[str, tuple[str, ...]], inside: set[str], start: str, end: str
) -> tuple[tuple[str, str], ...]:
    previous = {start: ""}
    work = deque([start])
    while work and end not in previous:
        node = work.popleft()
        for target in sorted(inside & set(arcs.get(node, ()))):
            if target not in previous:
                previous[target] = node
                work.append(target)
    if end not in previous:
        return ()
    steps = []
    node = end
    while previous[node]:
        steps.append((previous[node], node))
        node = previous[node]
    return tuple(reversed(steps))


def _message(cycle: CycleMark, edge: tuple[str, str] | None) -> str:
    what = f"{len(cycle.modules)} modules import each other (class {cycle.kind})"
    return f"{what}: `{edge[0]}` now imports `{edge[1]}`." if edge else f"{what}, which they did not before."
