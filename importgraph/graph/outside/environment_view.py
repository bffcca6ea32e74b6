"""What runs when modules of the tree are imported, on into the environment."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from importgraph.facts.model import Guard, Origin
from importgraph.graph.model import ImportEdge, Target
from importgraph.graph.outside.outside import Outside
from importgraph.graph.outside.outside_imports import Loads
from importgraph.graph.outside.outside_loading import OutsideLoading
from importgraph.graph.views import Arc, View, closure, importing_node, loaded_by, without
from importgraph.names import top_level

_SCRIPTS = {"__main__.py", "manage.py"}
_ROUNDS = 8
"""A handler's import may bring a module whose own handler runs, and so on; so often at most."""


@dataclass(frozen=True)
class EnvironmentView:
    """A runtime view with the modules of an environment, and what is absent from it."""

    view: View
    absent: frozenset[str]
    """Top-level names that imports ask for and that are not installed."""


def with_environment(
    view: View, loading: OutsideLoading, starts: Collection[str] = (), named: Collection[str] = ()
) -> EnvironmentView:
    """Follow the imports of a runtime view into an environment.

    An import that is tried is taken where what it asks for is installed; otherwise its handler runs. Tests of
    version and platform are decided for the environment, whatever the view was made for.

    Args:
        view: The runtime view of the tree.
        loading: Follows imports through the environment.
        starts: The nodes of the tree from which it is entered; none: all of them.
        named: Modules that files of the project start: what their functions import is read too.
    """
    view = _for_environment(view, loading.outside)
    edges = _open_edges(loading.outside, view)
    arcs: Mapping[str, tuple[Arc, ...]] = view.arcs
    absent: set[str] = set()
    reached = frozenset(starts) & view.known or view.known
    for _ in range(_ROUNDS):
        reached = closure(View(view.nodes, arcs), reached) & view.known
        before = loading.failing
        absent.clear()
        added = {
            node: _entering(loading, node, edges[node], absent) for node in sorted(reached) if node in edges
        }
        loading.reach(arc.target for found in added.values() for arc in found)
        arcs = {**view.arcs, **{node: (*view.arcs.get(node, ()), *found) for node, found in added.items()}}
        if loading.failing == before and closure(View(view.nodes, arcs), reached) & view.known <= reached:
            break
    loading.reach(_beside(loading, named))
    loading.finish(sorted(node for node in reached if node in loading.outside.graph.facts))
    whole = dict(arcs)
    for node, found in loading.arcs.items():
        if found:
            whole[node] = (*whole.get(node, ()), *found)
    nodes = sorted(
        {*view.nodes, *loading.arcs, *absent, *(a.target for found in arcs.values() for a in found)}
    )
    return EnvironmentView(View(tuple(nodes), whole), frozenset(absent))


def _for_environment(view: View, outside: Outside) -> View:
    """Leave out the imports of the tree that a version or platform test excludes in the environment."""
    if _is_same_target(outside):
        return view
    return without(view, lambda arc: isinstance(arc.cause, ImportEdge) and not _is_active(outside, arc.cause))


def _is_same_target(outside: Outside) -> bool:
    """Tell whether the tests of version and platform in the graph are decided for the environment."""
    return Target(outside.environment.version, outside.environment.platform) == outside.graph.target


def _is_active(outside: Outside, edge: ImportEdge) -> bool:
    names = outside.resolver.names(edge.importer) if edge.index >= 0 else None
    return edge.active if names is None else names.active(names.facts.imports[edge.index].when)


def _open_edges(outside: Outside, view: View) -> Mapping[str, list[ImportEdge]]:
    """Return by node the imports that only the environment decides, in the order of the text."""
    found: dict[str, list[ImportEdge]] = defaultdict(list)
    graph, is_same = outside.graph, _is_same_target(outside)
    for edge in graph.imports:
        decided = not edge.external and edge.active and not edge.fallback and not edge.tried
        if decided or edge.imported.startswith(".") or not _may_run(edge):
            continue
        if not (edge.active if is_same else _is_active(outside, edge)):
            continue
        source = importing_node(graph, edge)
        if source in view.known and (edge.function < 0 or not edge.conditional):
            found[source].append(edge)
    return found


def _may_run(edge: ImportEdge) -> bool:
    """Tell whether an import runs with the body around it, apart from what a handler waits for."""
    return (
        edge.origin is not Origin.MOCK
        and not edge.lazy
        and Guard.TYPE_CHECKING not in edge.guards
        and Guard.MAIN not in edge.guards
    )


def _entering(loading: OutsideLoading, node: str, edges: Iterable[ImportEdge], absent: set[str]) -> list[Arc]:
    """Return the arcs by which a body of the tree enters the environment, and those of handlers that run."""
    arcs: list[Arc] = []
    failed: set[int] = set()
    facts, modules = loading.outside.graph.facts, loading.outside.modules
    for edge in edges:
        item = facts[edge.importer].imports[edge.index] if edge.index >= 0 else None
        handles, tried = (item.handles, item.tried) if item is not None else (-1, -1)
        waits = edge.fallback and handles not in failed
        if waits or (tried >= 0 and tried in failed) or edge.missing:
            failed |= {tried} if edge.missing and tried >= 0 else set()
            continue
        if not edge.external:
            fresh = (edge.fallback or not edge.active) and edge.imported in modules
            arcs += [Arc(node, loaded_by(edge), edge)] if fresh else []
            continue
        loads = (
            loading.targets.of(modules[edge.importer], item) if item is not None else _dynamic(loading, edge)
        )
        if edge.conditional and loading.fails(loads):
            continue  # the branch that is not taken
        sure = not edge.conditional
        arcs += [Arc(node, target, edge, sure) for target in loads.targets if target != node]
        if tried >= 0 and loading.fails(loads):
            failed.add(tried)
        elif loads.missing and not loads.targets and tried < 0:
            name = top_level(edge.imported)
            if name not in modules:
                absent.add(name)
                arcs.append(Arc(node, name, edge))
    return arcs


def _dynamic(loading: OutsideLoading, edge: ImportEdge) -> Loads:
    found = loading.outside.find(edge.imported)
    return Loads((found,) if found is not None else (), missing=found is None)


def _beside(loading: OutsideLoading, named: Collection[str]) -> Iterator[str]:
    """Yield what modules that are started import from outside in their main block and in functions.

    Started may be those with a main block that imports, those called like scripts, and those that files of
    the project name.
    """
    graph = loading.outside.graph
    scripts = {edge.importer for edge in graph.imports if Guard.MAIN in edge.guards}
    scripts |= {
        module.name
        for module in graph.modules.values()
        if module.importable_as in named or module.path.rpartition("/")[2] in _SCRIPTS
    }
    for edge in graph.imports:
        inner = edge.function >= 0 or Guard.MAIN in edge.guards
        if edge.importer in scripts and edge.external and inner and edge.index >= 0 and edge.active:
            item = graph.facts[edge.importer].imports[edge.index]
            yield from loading.targets.of(loading.outside.modules[edge.importer], item).targets
