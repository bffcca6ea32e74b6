"""What an import statement loads, and what would not be loaded without it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from importgraph.costs.cost import Cost, total
from importgraph.environment.finder import Owner
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import View, closure, importing_node, is_function, loaded_by, modules_of
from importgraph.language_server.analysis import Analysis
from importgraph.names import top_level
from importgraph.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Load:
    """Some modules and what importing them costs."""

    modules: int
    cost: Cost
    """Of those whose cost is known."""
    unknown: int
    """Modules whose cost nothing says."""
    parts: tuple[tuple[str, Cost], ...]
    """The costliest first: libraries whole, modules of the tree one by one."""


def load_of(snapshot: Snapshot, nodes: Collection[str]) -> Load:
    """Add up what nodes of a view cost."""
    costs = {name: snapshot.cost(name) for name in nodes if not is_function(name)}
    known = {name: cost for name, cost in costs.items() if cost is not None}
    parts: dict[str, list[Cost]] = defaultdict(list)
    for name, cost in known.items():
        own = snapshot.owner(name) is Owner.FIRST_PARTY
        parts[name if own else top_level(name)].append(cost)
    sums = ((name, total(found)) for name, found in parts.items())
    ranked = sorted(sums, key=lambda part: (-part[1].us, part[0]))
    return Load(len(costs), total(known.values()), len(costs) - len(known), tuple(ranked))


def targets_of(analysis: Analysis, edge: ImportEdge) -> tuple[str, ...]:
    """Return the nodes that an import leads to, also where it does not run at import."""
    view, graph = analysis.view, analysis.project.graph
    arcs = view.arcs.get(importing_node(graph, edge), ())
    found = tuple(dict.fromkeys(arc.target for arc in arcs if arc.cause is edge))
    if found or edge.missing:
        return found
    if not edge.external:
        return (loaded_by(edge),)
    outside = analysis.project.outside.outside
    names = (f"{edge.imported}.{edge.name}", edge.imported) if edge.name else (edge.imported,)
    installed = next((node for name in names if (node := outside.find(name)) is not None), None)
    known = installed or top_level(edge.imported)
    return (known,) if known in view.known else ()


def loaded(analysis: Analysis, edges: Sequence[ImportEdge]) -> frozenset[str]:
    """Return the modules that importing what the names of one statement lead to loads."""
    targets = {
        (edge.imported, edge.name if edge.submodule or edge.external else None): edge for edge in edges
    }
    starts = [node for edge in targets.values() for node in targets_of(analysis, edge)]
    return modules_of(closure(analysis.view, starts))


def without_imports(analysis: Analysis, edges: Sequence[ImportEdge]) -> View:
    """Return what loads what once some imports are gone."""
    view, graph = analysis.view, analysis.project.graph
    gone = {id(edge) for edge in edges}
    nodes = {importing_node(graph, edge) for edge in edges} & view.arcs.keys()
    return view.with_arcs(
        {node: tuple(arc for arc in view.arcs[node] if id(arc.cause) not in gone) for node in nodes}
    )


def freed(analysis: Analysis, edges: Sequence[ImportEdge], after: View) -> frozenset[str]:
    """Return the modules that importing the importer no longer loads in another view."""
    importers = [edges[0].importer]
    return modules_of(closure(analysis.view, importers) - closure(after, importers))
