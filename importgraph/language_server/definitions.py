"""Where an imported name is born."""

from dataclasses import dataclass

from importgraph.graph.model import ImportEdge
from importgraph.graph.views import loaded_by
from importgraph.language_server.analysis import Analysis


@dataclass(frozen=True, slots=True)
class Birthplace:
    """A place in a file of the tree."""

    path: str
    line: int
    """From 1."""


def birthplace(analysis: Analysis, edge: ImportEdge) -> Birthplace | None:
    """Return where what an import takes is defined, through all modules that pass it on.

    None for what is missing, comes from outside the tree or has no text.
    """
    graph = analysis.project.graph
    if edge.external or edge.missing:
        return None
    symbol = None
    if edge.name is not None and edge.name != "*" and not edge.submodule:
        symbol = analysis.project.resolver.lookup(edge.imported, edge.name)
    module = symbol.module if symbol is not None else loaded_by(edge)
    found = graph.modules.get(module)
    if found is None or not found.path:
        return None
    return Birthplace(found.path, _line(analysis, module, symbol.name if symbol is not None else ""))


def _line(analysis: Analysis, module: str, name: str) -> int:
    facts = analysis.project.graph.facts.get(module)
    definitions = facts.definitions if facts is not None else ()
    return next((one.line for one in definitions if one.name == name), 1)
