"""Cycles in four classes: they crash, are latent, only functions close them, only type checkers see them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from importgraph.facts.model import Guard, Origin
from importgraph.findings.crash_order.import_order import Failure, FirstImports, first_imports
from importgraph.findings.model import EdgeRef, Evidence, Finding, Location, Severity
from importgraph.graph.algorithms import components_of
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
    graph = snapshot.graph
    inside = _inside(graph)
    found: list[Cycle] = []
    known: set[tuple[str, ...]] = set()
    for kind, keep in _LEVELS:
        edges = {importer: [one for one in some if keep(one)] for importer, some in inside.items()}
        fresh = [nodes for nodes in components_of(graph.modules, _targets(edges)) if nodes not in known]
        known.update(fresh)
        members = {node for nodes in fresh for node in nodes}
        tried = (
            first_imports(graph, snapshot.resolver, members, snapshot.read_text)
            if kind is CycleClass.LATENT
            else FirstImports({}, frozenset())
        )
        found += [_cycle(kind, nodes, edges, tried) for nodes in fresh]
    order = list(CycleClass)
    return tuple(sorted(found, key=lambda c: (order.index(c.kind), -len(c.modules), c.modules)))


def _module_level(edge: ImportEdge) -> bool:
    return runs_at_import(edge) and edge.function < 0


def _not_type_only(edge: ImportEdge) -> bool:
    return Guard.TYPE_CHECKING not in edge.guards and edge.origin is not Origin.MOCK


def _static(edge: ImportEdge) -> bool:
    return edge.origin in _STATIC


_STATIC = {Origin.STATEMENT, Origin.DYNAMIC}
_LEVELS: tuple[tuple[CycleClass, Callable[[ImportEdge], bool]], ...] = (
    (CycleClass.LATENT, lambda edge: not edge.missing and _module_level(edge)),
    (CycleClass.DEFERRED, lambda edge: not edge.missing and _not_type_only(edge)),
    (CycleClass.TYPE_ONLY, _static),
)
"""The classes of cycles by what closes them, with the imports that count."""


def _inside(graph: Graph) -> Mapping[str, Sequence[ImportEdge]]:
    """Return by module the imports of other modules of the tree, in the order of the text."""
    modules = graph.modules
    found: dict[str, list[ImportEdge]] = {}
    for importer, edges in graph.by_importer.items():
        some = [e for e in edges if not e.external and e.imported in modules and e.imported != importer]
        if some:
            found[importer] = some
    return found


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
