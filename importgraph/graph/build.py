"""A scanned tree to its graph."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from importgraph.facts.found import Scan
from importgraph.facts.model import ModuleFacts
from importgraph.graph.calls import CallFinder, function_node, functions_run
from importgraph.graph.compiled_imports import compiled_edges
from importgraph.graph.dynamic import table_answers
from importgraph.graph.edges import module_edges
from importgraph.graph.layout.finder import Finder
from importgraph.graph.layout.layout import Layout, lay_out
from importgraph.graph.layout.roots import ImportPath
from importgraph.graph.model import BrokenFile, Graph, ImportEdge, Kind, Ledger, Ran, Target
from importgraph.graph.notebooks import notebook_edges
from importgraph.graph.outside.outside_names import Installed
from importgraph.graph.resolve import Resolver
from importgraph.graph.running.evaluated import Evaluation
from importgraph.graph.running.interrupted import interruptions, unsure, unsure_calls
from importgraph.graph.running.package_paths import OWN_PATH, package_folders, renamed
from importgraph.graph.running.policy import GraphPolicy
from importgraph.graph.running.registries import RegistryImport, registry_imports
from importgraph.graph.running.relevance import Relevance
from importgraph.graph.running.run_nodes import Nodes
from importgraph.graph.trace import trace
from importgraph.graph.traces import Traced
from importgraph.graph.views import closure, runtime


@dataclass(frozen=True, slots=True)
class Built:
    """A graph, and what was asked while it was built."""

    graph: Graph
    traced: Callable[[], Traced]
    """Writes it down; to be called before anything else asks."""
    scan: Scan
    """What it was built from."""
    resolver: Resolver
    """What names mean, with all that was looked up."""


def build_graph(
    scan: Scan,
    path: ImportPath,
    target: Target,
    read: Callable[[str], bytes],
    installed: Installed | None = None,
) -> Built:
    """Build the graph of a scanned tree.

    Args:
        scan: The facts of all files.
        path: What is known of where imports look.
        target: The Python that version and platform tests are decided for.
        read: Returns the bytes of a file of the tree by its path.
        installed: What can be imported from outside the tree; None where that is not known.
    """
    layout = lay_out(scan.files, path, scan.other)
    folders = _package_folders(layout, scan, target, read, installed)
    layout = _renamed(layout, folders)
    facts = _facts_of(layout, scan)
    finder = Finder(layout.modules, layout.roots, folders)
    resolver = Resolver(layout.modules, facts, finder, target)
    notebooks = {file.path: file.facts for file in scan.notebooks}
    asked = tuple(notebook_edges(scan.notebooks, resolver))
    calls_of = CallFinder(resolver)
    relevance = Relevance(calls_of)
    policy = GraphPolicy(resolver, relevance, read, installed, scan.other.compiled)
    edges = [edge for module in layout.modules.values() for edge in module_edges(module, resolver)]
    answers = (*table_answers(resolver, edges), *compiled_edges(resolver, scan.other.compiled, read))
    evaluation = Evaluation(resolver, policy, edges)
    evaluated = tuple(relevance.modules())
    evaluation.run(evaluated)
    nodes = evaluation.nodes()
    run_at_import = functions_run(calls_of)
    decided = [*evaluation.decided(), *answers]
    lines = interruptions(decided, resolver)
    decided = unsure(decided, lines, resolver)

    def assemble(more: Sequence[ImportEdge]) -> Graph:
        inside = _inside(nodes, more, len(decided), facts)
        imports, ran = _ordered([*decided, *more], inside)
        called = unsure_calls(nodes.leading(inside), lines)
        calls = tuple(sorted(called, key=lambda call: (call.caller, call.function, call.line)))
        return Graph(
            layout.modules,
            facts,
            imports,
            calls,
            ran,
            run_at_import,
            make_ledger(scan),
            target,
            layout.roots,
            folders,
            scan.other,
            notebooks,
            asked,
            path.test_folders,
        )

    registered = registry_imports(calls_of)
    graph = assemble(_satisfied(assemble, registered) if registered else [])
    return Built(
        graph, lambda: trace(layout, relevance, policy, run_at_import, evaluation.machine), scan, resolver
    )


def _facts_of(layout: Layout, scan: Scan) -> dict[str, ModuleFacts]:
    by_path = {file.path: file for file in scan.files}
    return {m.name: by_path[m.path].facts for m in layout.modules.values() if m.path in by_path}


def _package_folders(
    layout: Layout,
    scan: Scan,
    target: Target,
    read: Callable[[str], bytes],
    installed: Installed | None,
) -> tuple[tuple[str, str], ...]:
    """Return the packages whose `__path__` names further folders of the tree, with these."""
    changing = {file.path for file in scan.files if OWN_PATH in file.facts.path_changes}
    packages = [m.name for m in layout.modules.values() if m.path in changing and m.kind is Kind.PACKAGE]
    if not packages:
        return ()
    finder = Finder(layout.modules, layout.roots)
    resolver = Resolver(layout.modules, _facts_of(layout, scan), finder, target)
    policy = GraphPolicy(resolver, Relevance(CallFinder(resolver)), read, installed)
    return tuple(package_folders(packages, policy, policy.files_in))


def _renamed(layout: Layout, folders: Sequence[tuple[str, str]]) -> Layout:
    if not folders:
        return layout
    return replace(layout, modules=renamed(layout.modules, folders, layout.votes.imported))


def _inside(
    nodes: Nodes, more: Sequence[ImportEdge], start: int, facts: Mapping[str, ModuleFacts]
) -> dict[str, dict[int, bool]]:
    """Return what the functions that run import, by place; further imports stand from a place on."""
    inside = {node: dict(found) for node, found in nodes.imports.items()}
    for position, edge in enumerate(more, start):
        if edge.function >= 0:
            qualname = facts[edge.importer].functions[edge.function].qualname
            inside.setdefault(function_node(edge.importer, qualname), {})[position] = True
    return inside


def _ordered(
    edges: Sequence[ImportEdge], ran: Mapping[str, Mapping[int, bool]]
) -> tuple[tuple[ImportEdge, ...], tuple[Ran, ...]]:
    """Sort the edges, and say of each import in a function that runs where it now stands."""
    order = sorted(
        range(len(edges)),
        key=lambda n: (edges[n].path, edges[n].line, edges[n].column, edges[n].index, edges[n].imported),
    )
    place = {before: after for after, before in enumerate(order)}
    found = [
        Ran(node, place[position], certain)
        for node, imports in ran.items()
        for position, certain in imports.items()
    ]
    found.sort(key=lambda one: (one.node, one.index))
    return tuple(edges[position] for position in order), tuple(found)


def _satisfied(
    assemble: Callable[[Sequence[ImportEdge]], Graph], registered: Sequence[RegistryImport]
) -> list[ImportEdge]:
    """Return the imports of registries whose registrants are loaded by the time the registry imports.

    Starting from none, an import counts once a module that registers it is in the closure of the module
    that asks for it.
    """
    chosen: list[ImportEdge] = []
    while True:
        view = runtime(assemble(chosen))
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
