"""Runtime views that go on into libraries: one node for each, or what a run saw of them."""

import sys
from collections.abc import Collection, Iterator

from importgraph.graph.model import AtImport, Graph, ImportEdge
from importgraph.graph.views import Arc, View, is_function, runs_with_body
from importgraph.names import ancestors, top_level


def with_externals(graph: Graph, view: View, *, tried: bool = True) -> View:
    """Add what comes from outside the tree to a runtime view, one node for each top-level name.

    Nodes of functions that lead to no first-party import are not in the view, so what they import from
    outside is left out. Imports whose failure is caught are left out where `tried` says so.
    """
    arcs: dict[str, list[Arc]] = {node: list(found) for node, found in view.arcs.items()}
    known = set(view.nodes)
    outside: set[str] = set()
    for source, edge in _external_imports(graph, view):
        name = top_level(edge.imported)
        if name not in known and (tried or not edge.tried or name in sys.stdlib_module_names):
            arcs.setdefault(source, []).append(Arc(source, name, edge, edge.at_import is AtImport.RUNS))
            outside.add(name)
    return View((*view.nodes, *sorted(outside)), {node: tuple(found) for node, found in arcs.items()})


def with_libraries(graph: Graph, view: View) -> View:
    """Add what comes from outside as `with_externals` does, without imports that are tried.

    Whether these are taken is undecided as long as nobody knows what is installed.
    """
    return with_externals(graph, view, tried=False)


def with_measured(graph: Graph, view: View, loads: Collection[tuple[str, str]]) -> View:
    """Add to a runtime view what a run saw: libraries module by module, and imports that text does not show.

    Args:
        graph: The tree.
        view: Its runtime view.
        loads: Who was running when which module was imported, with the package of each.
    """
    seen = {name for pair in loads for name in pair}
    arcs: dict[str, list[Arc]] = {node: list(found) for node, found in view.arcs.items()}
    for source, edge in _external_imports(graph, view):
        arcs.setdefault(source, []).append(Arc(source, _outside(edge, seen), edge))
    shown = View(view.nodes, {node: tuple(found) for node, found in arcs.items()})
    explained: dict[str, set[str]] = {}
    for source, target in sorted(loads):
        if source in graph.modules:
            if source not in explained:
                explained[source] = _at_once(shown, source)
            if target in explained[source]:
                continue
        arcs.setdefault(source, []).append(Arc(source, target, None))
    nodes = {*view.nodes, *seen, *(arc.target for found in arcs.values() for arc in found)}
    return View(tuple(sorted(nodes)), {node: tuple(found) for node, found in arcs.items()})


def _at_once(view: View, module: str) -> set[str]:
    """Return what a module imports itself or through functions it calls, with the packages around."""
    found: set[str] = set()
    work = [module]
    while work:
        for target in view.targets(work.pop()):
            if target not in found:
                found.update((target, *ancestors(target)))
                if is_function(target):
                    work.append(target)
    return found


def _outside(edge: ImportEdge, seen: Collection[str]) -> str:
    """Return the module from outside that an import leads to, as far as a run saw it."""
    names = (f"{edge.imported}.{edge.name}", edge.imported)
    return next((name for name in names if name in seen), top_level(edge.imported))


def _external_imports(graph: Graph, view: View) -> Iterator[tuple[str, ImportEdge]]:
    """Yield the imports from outside that run at import, each with the node that runs it."""
    for edge in graph.imports:
        if edge.function < 0 and _is_outside(edge) and runs_with_body(edge) and edge.importer in view.known:
            yield edge.importer, edge
    for one in graph.ran:
        if one.certain and one.node in view.known and _is_outside(graph.imports[one.index]):
            yield one.node, graph.imports[one.index]


def _is_outside(edge: ImportEdge) -> bool:
    return edge.external and not edge.imported.startswith(".")
