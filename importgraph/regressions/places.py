"""Where the edges of a comparison stand in the text."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import pairwise

from importgraph.collection_errors.model import Cause
from importgraph.graph.model import BrokenFile, Call, Graph, ImportEdge
from importgraph.graph.views import View
from importgraph.regressions.loading import EXTERNAL, title
from importgraph.regressions.model import Step


class Places:
    """Looks up the statements and calls behind edges, when asked. Without a graph it knows names alone."""

    def __init__(
        self, graph: Graph | None = None, view: View | None = None, causes: Mapping[str, Cause] | None = None
    ) -> None:
        self.causes: Mapping[str, Cause] = causes or {}
        self._graph, self._view = graph, view

    @cached_property
    def _paths(self) -> Mapping[str, str]:
        modules = self._graph.modules if self._graph is not None else {}
        return {name: module.path for name, module in modules.items()}

    @cached_property
    def _imports(self) -> Mapping[tuple[str, str], Step]:
        found: dict[tuple[str, str], Step] = {}
        for edge in self._graph.imports if self._graph is not None else ():
            step = Step(edge.importer, edge.imported, edge.path, edge.line)
            found.setdefault((edge.importer, edge.imported), step)
            if edge.missing:
                found.setdefault((edge.importer, edge.missing), step)
        return found

    @cached_property
    def _runs(self) -> Mapping[tuple[str, str], Step]:
        found: dict[tuple[str, str], Step] = {}
        for arcs in self._view.arcs.values() if self._view is not None else ():
            for arc in arcs:
                if isinstance(arc.cause, ImportEdge | Call):
                    step = Step(title(arc.source), title(arc.target), arc.cause.path, arc.cause.line)
                    found.setdefault((arc.source, arc.target), step)
        return found

    def step(self, source: str, target: str) -> Step:
        """Return the step between two nodes of the loading view; the first in the text of several."""
        found = self._runs.get((source, target))
        return found or Step(title(source), title(target), self._paths.get(source, ""), None)

    def imported(self, importer: str, imported: str) -> Step:
        """Return the first statement by which one module imports another, or asks for what is missing."""
        found = self._runs.get((importer, imported)) or self._imports.get((importer, imported))
        return found or self.step(importer, imported)

    def along(self, chain: Iterable[str]) -> tuple[Step, ...]:
        """Return the steps of a chain of nodes of the loading view."""
        return tuple(self.step(source, target) for source, target in pairwise(chain))

    def module(self, name: str) -> Step:
        """Return the first line of a module, or the one for which it is broken."""
        path, broken = self._paths.get(name, ""), self.broken(name)
        line = broken.line if broken is not None else None
        return Step(name, name, path, line or 1 if path else None)

    def broken(self, name: str) -> BrokenFile | None:
        """Return why the file of a module is broken; None where it is not, or nothing is known."""
        files = self._graph.ledger.broken if self._graph is not None else ()
        path = self._paths.get(name, name)
        return next((one for one in files if one.path == path), None)


def external(name: str) -> str:
    """Return the node of an external module."""
    return EXTERNAL + name
