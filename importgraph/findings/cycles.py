"""Cycles in four classes: they crash, are latent, only functions close them, only type checkers see them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from importgraph.facts.model import Guard, Origin
from importgraph.findings.crash_order.import_order import Failure, FirstImports, first_imports
from importgraph.findings.crash_order.noted_names import NotedNames
from importgraph.findings.model import EdgeRef, Evidence, Finding, Location, Severity
from importgraph.graph.algorithms import component_ranks, keeps_components, ranked_components
from importgraph.graph.cycle_breaking import cycle_breakers, shortest_cycle
from importgraph.graph.model import Graph, ImportEdge
from importgraph.graph.views import runs_at_import
from importgraph.snapshot import Snapshot, once_per_snapshot


class CycleClass(StrEnum):
    """How bad a cycle is, from the worst to the mildest."""

    CRASHES = "crashes"
    LATENT = "latent"
    DEFERRED = "deferred"
    TYPE_ONLY = "type_only"


class CrashPath(Evidence, frozen=True):
    """Why a module fails when it is imported first."""

    module: str
    error: str
    path: str
    line: int
    chain: tuple[str, ...]


class Cycle(Evidence, frozen=True):
    """One strongly connected component."""

    kind: CycleClass
    modules: tuple[str, ...]
    """Sorted."""
    shortest: tuple[str, ...]
    """A shortest cycle of it; the last module imports the first."""
    edges: tuple[EdgeRef, ...]
    """One import for each step of the shortest cycle."""
    crashes: tuple[CrashPath, ...]
    breakers: tuple[EdgeRef, ...]
    """The smallest set of imports found whose removal ends every cycle of the component."""
    imports: int
    """How many imports stand between its modules."""
    is_shortest: bool = True
    """No cycle in it is shorter; False where the budget was spent before that was known."""
    is_smallest: bool = True
    """No smaller set of pairs of modules breaks it; False where that is not known."""
    untried: int = 0
    """How many of its modules were not tried as the first import, because the budget was spent."""


_CODES = {
    CycleClass.CRASHES: ("IG201", Severity.ERROR),
    CycleClass.LATENT: ("IG202", Severity.WARNING),
    CycleClass.DEFERRED: ("IG203", Severity.NOTE),
    CycleClass.TYPE_ONLY: ("IG204", Severity.NOTE),
}


_Edges = Mapping[str, Sequence[ImportEdge]]
_PART = "cycles"
_SHOWN = 6
"""How many modules of a ring a message names."""


@once_per_snapshot
def find_cycles(snapshot: Snapshot) -> tuple[Cycle, ...]:
    """Find all cycles of a tree.

    Three graphs are looked at, each holding the one before: imports that run at import, with those in
    functions and lazy ones, with those under TYPE_CHECKING. A component counts at the first where its
    modules hang together.

    Returns:
        Crashing cycles first, then by class; within a class the largest first.
    """
    known = _recalled(snapshot)
    if known is not None:
        return known
    graph = snapshot.graph
    inside = _inside(graph.by_importer, graph)
    names = NotedNames(graph, snapshot.resolver, snapshot.read_text)
    found: list[Cycle] = []
    seen: set[tuple[str, ...]] = set()
    ranks: list[dict[str, int]] = []
    first = _NOTHING_TRIED
    for kind, keep in _LEVELS.items():
        edges = _kept(inside, keep)
        ranks.append(component_ranks(graph.modules, _targets(edges)))
        fresh = [nodes for nodes in ranked_components(ranks[-1]) if nodes not in seen]
        seen.update(fresh)
        tried = _NOTHING_TRIED
        if kind is CycleClass.LATENT:
            members = {node for nodes in fresh for node in nodes}
            first = tried = first_imports(graph, names.resolver, members, names.read_text)
        found += [_cycle(kind, nodes, edges, tried) for nodes in fresh]
    cycles = _in_order(found)
    if snapshot.since is not None:
        by_name = {name: tuple(level[name] for level in ranks) for name in graph.modules}
        names_of = (tuple(sorted(first.untried)), tuple(sorted(names.asked)))
        kept = KeptCycles(cycles, first.failures, *names_of, by_name)
        snapshot.since.keep(_PART, kept)
    return cycles


class KeptCycles(Struct, frozen=True):
    """The cycles of a tree, and what they hang on besides the imports between its modules."""

    cycles: tuple[Cycle, ...]
    failures: dict[str, Failure]
    """Why modules of latent cycles fail that are imported first."""
    untried: tuple[str, ...]
    asked: tuple[str, ...]
    """The modules that were read to find that out."""
    ranks: dict[str, tuple[int, ...]]
    """By module, its ranks among the components of each level."""


def _recalled(snapshot: Snapshot) -> tuple[Cycle, ...] | None:
    """Return the cycles as they were kept, those of changed modules looked at again.

    None where more may be others now: changed modules lead elsewhere, or were read to see what fails.
    """
    since, graph = snapshot.since, snapshot.graph
    kept = since.load(_PART, KeptCycles) if since is not None else None
    if since is None or kept is None:
        return None
    if not since.changed:
        return kept.cycles
    ranks = [{name: found[level] for name, found in kept.ranks.items()} for level in range(len(_LEVELS))]
    if not since.changed.isdisjoint(kept.asked) or not all(
        _stays(since.before, graph, name, ranks) for name in since.changed
    ):
        return None
    tried = FirstImports(kept.failures, frozenset(kept.untried))
    return _in_order(
        one if since.changed.isdisjoint(one.modules) else _again(graph, one, tried) for one in kept.cycles
    )


def _stays(before: Graph, now: Graph, name: str, ranks: Sequence[Mapping[str, int]]) -> bool:
    """Tell whether all components are what they were whatever a module imports now."""
    pairs = zip(ranks, _leads(before, name), _leads(now, name), strict=True)
    same_paths = before.facts[name].path_changes == now.facts[name].path_changes
    return same_paths and all(keeps_components(level, name, old, new) for level, old, new in pairs)


def _leads(graph: Graph, name: str) -> list[set[str]]:
    """Return where a module leads at each level."""
    edges = _inside({name: graph.imports_of(name)}, graph).get(name, ())
    return [{edge.imported for edge in edges if keep(edge)} for keep in _LEVELS.values()]


def _again(graph: Graph, cycle: Cycle, tried: FirstImports) -> Cycle:
    """Return a cycle of the same modules and levels with its imports of now."""
    kind = CycleClass.LATENT if cycle.kind is CycleClass.CRASHES else cycle.kind
    inside = _inside({name: graph.imports_of(name) for name in cycle.modules}, graph)
    is_tried = kind is CycleClass.LATENT
    edges = _kept(inside, _LEVELS[kind])
    return _cycle(kind, cycle.modules, edges, tried if is_tried else _NOTHING_TRIED)


def _in_order(cycles: Iterable[Cycle]) -> tuple[Cycle, ...]:
    order = list(CycleClass)
    return tuple(sorted(cycles, key=lambda c: (order.index(c.kind), -len(c.modules), c.modules)))


def _module_level(edge: ImportEdge) -> bool:
    return runs_at_import(edge) and edge.function < 0


def _not_type_only(edge: ImportEdge) -> bool:
    return Guard.TYPE_CHECKING not in edge.guards and edge.origin is not Origin.MOCK


def _static(edge: ImportEdge) -> bool:
    return edge.origin in _STATIC


_STATIC = {Origin.STATEMENT, Origin.DYNAMIC}
_LEVELS: Mapping[CycleClass, Callable[[ImportEdge], bool]] = {
    CycleClass.LATENT: lambda edge: not edge.missing and _module_level(edge),
    CycleClass.DEFERRED: lambda edge: not edge.missing and _not_type_only(edge),
    CycleClass.TYPE_ONLY: _static,
}
"""The classes of cycles by what closes them, with the imports that count."""
_NOTHING_TRIED = FirstImports({}, frozenset())


def _inside(imports: _Edges, graph: Graph) -> _Edges:
    """Return by module the imports of other modules of the tree, in the order of the text."""
    modules = graph.modules
    found: dict[str, list[ImportEdge]] = {}
    for importer, edges in imports.items():
        some = [e for e in edges if not e.external and e.imported in modules and e.imported != importer]
        if some:
            found[importer] = some
    return found


def _kept(inside: _Edges, keep: Callable[[ImportEdge], bool]) -> _Edges:
    return {importer: [one for one in some if keep(one)] for importer, some in inside.items()}


def _targets(edges: _Edges) -> Mapping[str, Sequence[str]]:
    return {importer: tuple({edge.imported: None for edge in some}) for importer, some in edges.items()}


def _cycle(kind: CycleClass, nodes: tuple[str, ...], level: _Edges, tried: FirstImports) -> Cycle:
    inside = set(nodes)
    edges: dict[tuple[str, str], list[ImportEdge]] = defaultdict(list)
    for node in nodes:
        for edge in level.get(node, ()):
            if edge.imported in inside:
                edges[node, edge.imported].append(edge)
    arcs: dict[str, list[str]] = defaultdict(list)
    for source, target in edges:
        arcs[source].append(target)
    shortest = shortest_cycle(arcs, nodes)
    cuts = cycle_breakers(arcs, lambda source, target: len(_statements(edges[source, target])))
    crashes = tuple(
        _crash(name, failure)
        for name in nodes
        if (failure := tried.failures.get(name)) is not None and failure.circular
    )
    return Cycle(
        kind=CycleClass.CRASHES if crashes else kind,
        modules=nodes,
        shortest=shortest.nodes,
        edges=tuple(reference(edges[pair][0]) for pair in _steps(shortest.nodes)),
        crashes=crashes,
        breakers=tuple(reference(edge) for cut in cuts.edges for edge in _statements(edges[cut])),
        imports=sum(len(found) for found in edges.values()),
        is_shortest=shortest.shortest,
        is_smallest=cuts.smallest,
        untried=len(tried.untried.intersection(nodes)),
    )


def _steps(cycle: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    return zip(cycle, (*cycle[1:], cycle[0]), strict=True)


def _statements(edges: Iterable[ImportEdge]) -> list[ImportEdge]:
    """Keep one edge for each line."""
    return list({(edge.path, edge.line): edge for edge in reversed(list(edges))}.values())[::-1]


def reference(edge: ImportEdge) -> EdgeRef:
    """Return an edge as evidence."""
    return EdgeRef(edge.importer, edge.imported, edge.path, edge.line)


def _crash(name: str, failure: Failure) -> CrashPath:
    return CrashPath(name, f"{failure.kind}: {failure.message}", failure.path, failure.line, failure.chain)


def code_of(cycle: Cycle) -> str:
    """Return the code of a cycle's class."""
    return _CODES[cycle.kind][0]


def subject_of(cycle: Cycle) -> str:
    """Return what identifies a cycle: its ring where it is no more than one, else its first module."""
    is_ring = len(cycle.modules) == len(cycle.shortest)
    return " <-> ".join(cycle.shortest) if is_ring else cycle.modules[0]


def check_cycles(snapshot: Snapshot) -> Iterator[Finding]:
    """Report each cycle as a finding of its class."""
    for cycle in find_cycles(snapshot):
        code, severity = _CODES[cycle.kind]
        places = tuple(Location(edge.path, edge.line) for edge in cycle.edges)
        yield Finding(
            code=code,
            subject=subject_of(cycle),
            message=_message(cycle),
            severity=severity,
            locations=places,
            evidence=cycle,
            weight=len(cycle.modules),
        )


def _message(cycle: Cycle) -> str:
    size = f"{len(cycle.modules)} modules import each other"
    rest = "…" if len(cycle.shortest) > _SHOWN else cycle.shortest[0]
    ring = " -> ".join((*cycle.shortest[:_SHOWN], rest))
    perhaps = "" if cycle.is_smallest else " (fewer may do)"
    edit = f"cutting {len(cycle.breakers)} import{'s' if len(cycle.breakers) != 1 else ''} ends it{perhaps}"
    match cycle.kind:
        case CycleClass.CRASHES:
            first = cycle.crashes[0]
            several = len(cycle.crashes) > 1
            others = f" and {len(cycle.crashes) - 1} more fail" if several else " fails"
            return f"`import {first.module}`{others} in a fresh interpreter ({first.error}): {ring}; {edit}."
        case CycleClass.LATENT:
            fails = "none fails today"
            if cycle.untried:
                fails = f"none of the {len(cycle.modules) - cycle.untried} tried first fails today"
            return f"{size} at module level ({ring}); {fails}; {edit}."
        case CycleClass.DEFERRED:
            return f"{size} through functions or lazy imports ({ring}); {edit}."
        case CycleClass.TYPE_ONLY:
            return f"{size} for type checkers only ({ring}); {edit}."
