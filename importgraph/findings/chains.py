"""How importing one module loads another, and how sure that is."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from msgspec.structs import replace

from importgraph.facts.model import Flow, Origin, StepKind
from importgraph.findings.heavy_imports import Link, link
from importgraph.findings.loads import modules_loaded
from importgraph.graph.algorithms import shortest_chain
from importgraph.graph.calls import function_node
from importgraph.graph.model import AtImport, Graph
from importgraph.graph.views import View, certain_part, closure, joined, possible


@dataclass(frozen=True, slots=True)
class LoadChain:
    """A shortest chain of imports, the surest there is; none where nothing shows one."""

    certainty: AtImport
    links: tuple[Link, ...]
    open: tuple[tuple[str, int], ...] = ()
    """Where importing the first module imports names that are computed, by path and line."""
    modules: int | None = None
    """How many modules of the tree importing the first one loads; None where that was not asked."""
    surely: int = 0
    """How many of them are sure to be loaded."""


def load_chain(graph: Graph, loading: View, importer: str, imported: str) -> LoadChain:
    """Find how importing a module loads another: surely, else perhaps, else not at all.

    Args:
        graph: The graph of the tree.
        loading: What loads what, on into the environment where one is known.
        importer: The module that is imported first.
        imported: The module that it may load.
    """
    sure = certain_part(loading)
    modules, surely = (len(modules_loaded(graph.modules, view, importer)) for view in (loading, sure))
    for certainty, view in ((AtImport.RUNS, sure), (AtImport.MAY, loading)):
        links = _links(view, importer, imported)
        if links:
            return LoadChain(certainty, links, modules=modules, surely=surely)
    everything = joined(loading, possible(graph))
    links = _links(everything, importer, imported)
    if links:
        return LoadChain(AtImport.MAY, links, modules=modules, surely=surely)
    found = open_imports(graph, everything, importer)
    return LoadChain(AtImport.NO, (), found, modules, surely)


def written_chain(view: View, importer: str, imported: str) -> LoadChain:
    """Find a chain of imports as they are written, whether or not they run."""
    links = tuple(replace(one, certain=True) for one in _links(view, importer, imported))
    return LoadChain(AtImport.RUNS if links else AtImport.NO, links)


def _links(view: View, start: str, end: str) -> tuple[Link, ...]:
    nodes = shortest_chain(view, start, end) or ()
    return tuple(link(view, one, two) for one, two in pairwise(nodes))


def open_imports(graph: Graph, view: View, start: str) -> tuple[tuple[str, int], ...]:
    """Return where importing a module imports what no text names and evaluation did not find, sorted.

    A function that does so counts where its name is called as an attribute (`app.load_plugins()`), whatever
    stands before the dot: text often does not show what that is.
    """
    followed = {(edge.path, edge.line) for edge in graph.imports if edge.origin is Origin.DYNAMIC}
    nodes = closure(view, [start])
    running = {_base(node) for node in nodes}
    modules = {node.partition(":")[0] for node in nodes}.intersection(graph.facts)
    called = {name for module in modules for name in _called_attributes(graph, module)}
    found: set[tuple[str, int]] = set()
    for module in modules:
        facts = graph.facts[module]
        for item in facts.dynamic:
            name = facts.functions[item.function].qualname if item.function >= 0 else ""
            around = function_node(module, name) if name else module
            place = (graph.modules[module].path, item.line)
            runs = _base(around) in running or name.rpartition(".")[2] in called
            if runs and place not in followed:
                found.add(place)
    return tuple(sorted(found))


def _called_attributes(graph: Graph, module: str) -> Iterator[str]:
    """Yield the names of attributes that a module calls while it is imported."""
    for step in graph.facts[module].body:
        if step.kind is StepKind.CALL and not step.flow & (Flow.DEAD | Flow.HANDLER) and "." in step.name:
            yield step.name.rpartition(".")[2]


def _base(node: str) -> str:
    """Return the name of a node without the number of the way in which a function runs."""
    return node.partition("#")[0].removesuffix("()")
