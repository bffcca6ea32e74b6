"""How importing one module loads another, and how sure that is."""

from dataclasses import dataclass
from itertools import pairwise

from msgspec.structs import replace

from importgraph.findings.heavy_imports import Link, link
from importgraph.findings.loads import modules_of_tree
from importgraph.graph.algorithms import shortest_chain
from importgraph.graph.model import AtImport
from importgraph.graph.open_imports import OpenImports, Place
from importgraph.graph.views import View, certain_part, closure, joined, possible


@dataclass(frozen=True, slots=True)
class LoadChain:
    """A shortest chain of imports, the surest there is; none where nothing shows one."""

    certainty: AtImport
    links: tuple[Link, ...]
    open: tuple[Place, ...] = ()
    """Where importing the first module imports names that are computed."""
    modules: int | None = None
    """How many modules of the tree importing the first one loads, at least where some names are computed;
    None where that was not asked."""
    surely: int = 0
    """How many of them are sure to be loaded."""


def load_chain(computed: OpenImports, loading: View, importer: str, imported: str) -> LoadChain:
    """Find how importing a module loads another: surely, else perhaps, else not at all.

    Args:
        computed: What is known of the imports of computed names, with the graph of the tree.
        loading: What loads what, on into the environment where one is known.
        importer: The module that is imported first.
        imported: The module that it may load.
    """
    graph, sure = computed.graph, certain_part(loading)
    loaded = closure(loading, [importer])
    counts = [
        len(modules_of_tree(graph.modules, nodes, importer)) for nodes in (loaded, closure(sure, [importer]))
    ]
    for certainty, view in ((AtImport.RUNS, sure), (AtImport.MAY, loading)):
        links = _links(view, importer, imported)
        if links:
            return LoadChain(certainty, links, computed.run_by(loaded), *counts)
    everything = joined(loading, possible(graph))
    links = _links(everything, importer, imported)
    found = computed.run_by(closure(everything, [importer]))
    return LoadChain(AtImport.MAY if links else AtImport.NO, links, found, *counts)


def written_chain(view: View, importer: str, imported: str) -> LoadChain:
    """Find a chain of imports as they are written, whether or not they run."""
    links = tuple(replace(one, certain=True) for one in _links(view, importer, imported))
    return LoadChain(AtImport.RUNS if links else AtImport.NO, links)


def _links(view: View, start: str, end: str) -> tuple[Link, ...]:
    nodes = shortest_chain(view, start, end) or ()
    return tuple(link(view, one, two) for one, two in pairwise(nodes))
