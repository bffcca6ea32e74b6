"""Names that a package answers lazily (`lazy_loader.attach`, `attach_stub`): asking for one loads what it is.

Each stands in the search as a function of the package that nobody wrote: it is there once the package is
loaded, it runs when its name is asked for, and running it imports what the name stands for.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from importgraph.affected.units import Unit
from importgraph.facts.model import Origin
from importgraph.graph.calls import function_node
from importgraph.graph.model import Graph, ImportEdge


def answering_node(edge: ImportEdge) -> str | None:
    """Return the node that stands for a lazily answered name; None for any other import."""
    is_answer = edge.lazy and edge.origin is Origin.DYNAMIC and edge.function < 0 and edge.name is not None
    return function_node(edge.importer, edge.name) if is_answer and edge.name else None


def answers_of(graph: Graph) -> dict[str, dict[str, int]]:
    """Return by package the names that it answers lazily, each with the line that lists it."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for edge in graph.imports:
        if edge.name and answering_node(edge) is not None:
            found[edge.importer].setdefault(edge.name, edge.line)
    return dict(found)


def answering_unit(name: str, line: int) -> Unit:
    """Return the function that stands for a lazily answered name, from the line that lists it."""
    return Unit(
        qualname=name,
        owner="",
        line=line,
        names={},
        chains={},
        own={},
        attributes={},
        stored=frozenset(),
        patterns={},
        computed=(),
        lists=(),
        reads_source=False,
    )


def asked(
    edges: Iterable[ImportEdge], answers: Mapping[str, Mapping[str, int]]
) -> Iterator[tuple[ImportEdge, str]]:
    """Yield imports from packages that answer lazily, each with a name it asks for; `*` asks for all."""
    for edge in edges if answers else ():
        names = answers.get(edge.imported, {})
        for name in names if edge.name == "*" else {edge.name} & names.keys():
            yield edge, function_node(edge.imported, name or "")
