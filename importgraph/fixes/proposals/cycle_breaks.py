"""End a cycle by the smallest edit."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

from importgraph.findings.cycles import Cycle, CycleClass, code_of, find_cycles, subject_of
from importgraph.findings.model import EdgeRef
from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.model import Applicability, CutImport, Edit, Fix
from importgraph.fixes.proposals.moved_definitions import move_taken
from importgraph.fixes.sets.cut_sets import edits_of
from importgraph.fixes.sets.rewritten_orders import ASKED_LATER
from importgraph.fixes.texts.source_text import Unusual
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import loaded_by, runs_at_import
from importgraph.snapshot import Snapshot

_MOST_EDITS = 25
_MOST_PAIRS = 60
"""Pairs of modules in a cycle that are tried one by one."""


def propose_cycle_breaks(snapshot: Snapshot) -> Iterator[Fix]:
    """Propose an end to each cycle at module level; others hurt nobody at import."""
    deferrals = Deferrals(snapshot, {})
    cycles = [
        cycle
        for cycle in find_cycles(snapshot)
        if cycle.kind in {CycleClass.CRASHES, CycleClass.LATENT} and len(cycle.breakers) <= _MOST_EDITS
    ]
    imports: dict[str, list[ImportEdge]] = {name: [] for cycle in cycles for name in cycle.modules}
    for edge in snapshot.graph.imports:
        if edge.importer in imports:
            imports[edge.importer].append(edge)
    for cycle in cycles:
        yield _fix(deferrals, cycle, _Ring.of(cycle, imports))


@dataclass(frozen=True, slots=True)
class _Ring:
    """The imports of the modules of one cycle."""

    imports: Mapping[str, Sequence[ImportEdge]]
    """By importer."""
    inside: Mapping[tuple[str, str], list[ImportEdge]]
    """Those at module level between its modules, by both ends; nothing where it takes several edits."""

    @classmethod
    def of(cls, cycle: Cycle, imports: Mapping[str, Sequence[ImportEdge]]) -> Self:
        """Take the imports of a cycle from those of a tree."""
        own = {name: imports[name] for name in cycle.modules}
        inside: dict[tuple[str, str], list[ImportEdge]] = defaultdict(list)
        for edge in chain.from_iterable(own.values()) if len(cycle.breakers) <= 1 else ():
            here = loaded_by(edge) in own and edge.importer != loaded_by(edge)
            if here and edge.function < 0 and runs_at_import(edge):
                inside[edge.importer, loaded_by(edge)].append(edge)
        return cls(own, inside)

    @property
    def is_small(self) -> bool:
        """Tell whether its pairs can be tried one by one."""
        return 0 < len(self.inside) <= _MOST_PAIRS


def _fix(deferrals: Deferrals, cycle: Cycle, ring: _Ring) -> Fix:
    breakers = _easier(deferrals, ring) or cycle.breakers
    edges = [_of_statement(deferrals, ring, one) for one in breakers]
    ways = [
        _ways(deferrals, found[0] if found else None, one) for found, one in zip(edges, breakers, strict=True)
    ]
    reasons = tuple(dict.fromkeys(reason for _, reason in ways if reason))
    cuts = tuple(
        CutImport(one.path, one.line, one.importer, one.imported, way)
        for one, (way, _) in zip(breakers, ways, strict=True)
    )
    edits: tuple[Edit, ...] = ()
    if not reasons:
        edits = edits_of(deferrals, [edge for found in edges for edge in found]) or ()
        reasons = ("each import can be deferred; what it loads then runs later",)
    elif (moved := _moved(deferrals, ring)) is not None:
        edits, reasons = moved
    count = len(cuts)
    crashing = f"; `import {cycle.crashes[0].module}` then works first" if cycle.crashes else ""
    where = f"{cuts[0].path}:{cuts[0].line}" + (f" and {count - 1} more" if count > 1 else "")
    return Fix(
        id="",
        kind="cycle-break",
        title=f"End the cycle of {len(cycle.modules)} modules around `{cycle.shortest[0]}` at "
        f"{where}{crashing}",
        gains=(),
        resolves=len(cycle.crashes) or 1,
        statements=count,
        applicability=Applicability.UNSAFE if edits else Applicability.MANUAL,
        reasons=(*reasons, ASKED_LATER) if edits else reasons,
        findings=(f"{code_of(cycle)} {subject_of(cycle)}",),
        edits=edits or cuts,
    )


def _of_statement(deferrals: Deferrals, ring: _Ring, breaker: EdgeRef) -> list[ImportEdge]:
    """Return the imports of the statement that a breaker names."""
    own = ring.imports[breaker.importer]
    near = [edge for edge in own if edge.imported == breaker.imported and edge.index >= 0]
    lines = {deferrals.statement_line(edge) for edge in near if edge.line == breaker.line}
    return [edge for edge in near if deferrals.statement_line(edge) in lines]


def _moved(deferrals: Deferrals, ring: _Ring) -> tuple[tuple[Edit, ...], tuple[str, ...]] | None:
    """Return edits that move definitions out of one module of a cycle so that it ends, with what to know."""
    for pair, edges in sorted(ring.inside.items()) if ring.is_small else ():
        if _has_cycle(set(ring.inside) - {pair}):
            continue
        moved = move_taken(deferrals, edges)
        if not isinstance(moved, Unusual):
            edits, fresh = moved
            names = ", ".join(f"`{edge.name}`" for edge in edges[:3])
            back = f"`{pair[1]}` takes it back: all paths give the same object"
            why = f"{names} moves to a new `{fresh}`, and {back}"
            return edits, (why, "what pickles it or asks for its `__module__` sees the new module")
    return None


def _easier(deferrals: Deferrals, ring: _Ring) -> tuple[EdgeRef, ...]:
    """Return imports that can all be put off, between two modules, without which there is no cycle.

    The smallest set found may need a person where another of the same size needs none.
    """
    for pair, edges in sorted(ring.inside.items()) if ring.is_small else ():
        open_ways = all(not _ways(deferrals, edge, _reference(edge))[1] for edge in edges)
        if open_ways and not _has_cycle(set(ring.inside) - {pair}):
            return tuple(_reference(edge) for edge in edges)
    return ()


def _reference(edge: ImportEdge) -> EdgeRef:
    return EdgeRef(edge.importer, edge.imported, edge.path, edge.line)


def _has_cycle(pairs: Collection[tuple[str, str]]) -> bool:
    """Tell whether arcs close a cycle: whether taking away nodes without successors leaves some."""
    left = set(pairs)
    while left:
        sources = {source for source, _ in left}
        kept = {(source, target) for source, target in left if target in sources}
        if kept == left:
            return True
        left = kept
    return False


def _ways(deferrals: Deferrals, edge: ImportEdge | None, breaker: EdgeRef) -> tuple[tuple[str, ...], str]:
    """Return the ways to end an import, and why the first of them is not open, if it is not."""
    name = edge.name if edge is not None and edge.name else breaker.imported
    move = f"move what `{breaker.importer}` and `{breaker.imported}` both need into a third module"
    if edge is None:
        return (move,), "the import comes from a computed name"
    verdict = deferrals.verdict(edge)
    sites = deferrals.use_sites(edge) if verdict.possible else None
    if sites is not None and not sites.at_import and not verdict.exported:
        if sites.functions:
            users = ", ".join(f"`{function}`" for function, _ in sites.functions[:3])
            return (f"import `{name}` inside {users}", move), ""
        if sites.annotations:
            return (f"import `{name}` under TYPE_CHECKING", move), ""
        return (f"delete the import of `{name}`, which nothing uses", move), ""
    why = verdict.reason or f"others take `{name}` from `{breaker.importer}`"
    if sites is not None and sites.at_import:
        why = f"`{name}` is used at import on line {sites.at_import[0]} of {breaker.path}"
    return (move, f"break the use at import first: {why}"), why
