"""A scanned tree to its graph."""

from collections.abc import Sequence

from importgraph.facts.scan import Scan
from importgraph.graph.calls import find_calls
from importgraph.graph.edges import module_edges
from importgraph.graph.layout import lay_out
from importgraph.graph.model import BrokenFile, Graph, Ledger, Target
from importgraph.graph.resolve import Finder, Resolver


def make_resolver(graph: Graph) -> Resolver:
    """Return a resolver over a graph's modules."""
    finder = Finder(graph.modules, [root for root, _ in graph.roots])
    return Resolver(graph.modules, graph.facts, finder, graph.target)


def build_graph(scan: Scan, roots: Sequence[tuple[str, str]], target: Target) -> Graph:
    """Build the graph of a scanned tree.

    Args:
        scan: The facts of all files.
        roots: Source roots that configuration names, with reasons, most authoritative first.
        target: The Python that version and platform tests are decided for.
    """
    layout = lay_out(scan.files, roots)
    by_path = {file.path: file for file in scan.files}
    facts = {m.name: by_path[m.path].facts for m in layout.modules.values() if m.path}
    finder = Finder(layout.modules, [root for root, _ in layout.roots])
    resolver = Resolver(layout.modules, facts, finder, target)
    edges = [edge for module in layout.modules.values() for edge in module_edges(module, resolver)]
    edges.sort(key=lambda edge: (edge.path, edge.line, edge.column, edge.index))
    calls, run_at_import = find_calls(resolver, edges)
    return Graph(
        modules=layout.modules,
        facts=facts,
        imports=tuple(edges),
        calls=calls,
        run_at_import=run_at_import,
        ledger=make_ledger(scan),
        target=target,
        roots=layout.roots,
    )


def make_ledger(scan: Scan) -> Ledger:
    """Account for every file found."""
    broken = tuple(
        BrokenFile(file.path, file.broken.line, file.broken.reason) for file in scan.files if file.broken is not None
    )
    return Ledger(
        found=len(scan.files) + len(scan.excluded),
        analysed=len(scan.files) - len(broken),
        broken=broken,
        excluded=scan.excluded,
        links=scan.links,
    )
