"""A scanned tree to its graph."""

from collections.abc import Sequence
from dataclasses import replace

from importgraph.facts.scan import Scan
from importgraph.graph.calls import CallFinder, find_calls
from importgraph.graph.dynamic import RegistryImport, lazy_answers, looped_imports, registry_imports
from importgraph.graph.edges import module_edges
from importgraph.graph.finder import Finder
from importgraph.graph.layout import lay_out
from importgraph.graph.model import BrokenFile, Graph, ImportEdge, Ledger, Target
from importgraph.graph.notebooks import notebook_edges
from importgraph.graph.resolve import Resolver
from importgraph.graph.roots import ImportPath
from importgraph.graph.views import closure, runtime


def make_resolver(graph: Graph) -> Resolver:
    """Return a resolver over a graph's modules."""
    finder = Finder(graph.modules, graph.roots)
    return Resolver(graph.modules, graph.facts, finder, graph.target)


def build_graph(scan: Scan, path: ImportPath, target: Target) -> Graph:
    """Build the graph of a scanned tree.

    Args:
        scan: The facts of all files.
        path: What is known of where imports look.
        target: The Python that version and platform tests are decided for.
    """
    layout = lay_out(scan.files, path, scan.other)
    by_path = {file.path: file for file in scan.files}
    facts = {m.name: by_path[m.path].facts for m in layout.modules.values() if m.path in by_path}
    finder = Finder(layout.modules, layout.roots)
    resolver = Resolver(layout.modules, facts, finder, target)
    notebooks = {file.path: file.facts for file in scan.notebooks}
    asked = tuple(notebook_edges(scan.notebooks, resolver))
    edges = [edge for module in layout.modules.values() for edge in module_edges(module, resolver)]
    calls_of = CallFinder(resolver)
    edges += [*looped_imports(calls_of), *lazy_answers(resolver, edges)]

    def assemble(edges: list[ImportEdge]) -> Graph:
        edges.sort(key=lambda edge: (edge.path, edge.line, edge.column, edge.index, edge.imported))
        calls, run_at_import = find_calls(calls_of, edges)
        ledger = make_ledger(scan)
        return Graph(
            layout.modules,
            facts,
            tuple(edges),
            calls,
            run_at_import,
            ledger,
            target,
            layout.roots,
            scan.other,
            notebooks,
            asked,
            path.test_folders,
        )

    registered = registry_imports(calls_of)
    graph = assemble(edges + [item.edge for item in registered])
    return graph if not registered else assemble(edges + _satisfied(graph, registered, edges))


def _satisfied(
    graph: Graph, registered: Sequence[RegistryImport], edges: Sequence[ImportEdge]
) -> list[ImportEdge]:
    """Return the imports of registries whose registrants are loaded by the time the registry imports.

    Starting from none, an import counts once a module that registers it is in the closure of the module
    that asks for it.
    """
    chosen: list[ImportEdge] = []
    while True:
        view = runtime(replace(graph, imports=(*edges, *chosen)))
        loaded = {name: closure(view, [name]) for name in {item.place.module for item in registered}}
        found = [item.edge for item in registered if item.registrants & loaded[item.place.module]]
        if len(found) == len(chosen):
            return chosen
        chosen = found


def make_ledger(scan: Scan) -> Ledger:
    """Account for every file found."""
    broken = tuple(
        BrokenFile(file.path, file.broken.line, file.broken.reason)
        for file in scan.files
        if file.broken is not None
    )
    return Ledger(
        found=len(scan.files) + len(scan.excluded),
        analysed=len(scan.files) - len(broken),
        broken=broken,
        excluded=scan.excluded,
        links=scan.links,
    )
