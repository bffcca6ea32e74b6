"""What notebooks import: they are scripts beside the graph, not modules in it."""

from collections.abc import Iterator, Sequence

from importgraph.facts.found import ScannedFile
from importgraph.graph.edges import module_edges
from importgraph.graph.model import ImportEdge, Kind, Module
from importgraph.graph.resolve import Resolver


def notebook_edges(notebooks: Sequence[ScannedFile], resolver: Resolver) -> Iterator[ImportEdge]:
    """Yield the imports of notebooks, each of which runs with its own folder on `sys.path`."""
    modules = {file.path: _module(file) for file in notebooks if file.broken is None}
    facts = {file.path: file.facts for file in notebooks}
    own = resolver.beside(modules, facts)
    for module in modules.values():
        yield from module_edges(module, own)


def _module(file: ScannedFile) -> Module:
    folder = file.path.rpartition("/")[0]
    return Module(file.path, file.path, Kind.SCRIPT, folder, file.path, "", broken=False)
