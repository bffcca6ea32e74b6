"""Which modules nobody can load without another one: what that one does to them, nobody sees missing."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from importgraph.graph.views import View, closure, loaded_by
from importgraph.snapshot import Snapshot


@dataclass(frozen=True)
class Privacy:
    """Answers for one deferral, with memory."""

    snapshot: Snapshot
    after: View
    """What loads what once the imports are deferred."""

    def holds(self, module: str, companion: str) -> bool:
        """Tell whether everybody who imports a module loads a companion with it, in any scope."""
        if module == companion:
            return True
        key = (module, companion)
        if key not in self._known:
            self._known[key] = companion in self._loads(module) or all(
                companion in self._loads(importer)
                for importer in self._importers.get(module, ())
                if importer != companion
            )
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[str, str], bool]:
        return {}

    @cached_property
    def _closures(self) -> dict[str, frozenset[str]]:
        return {}

    def _loads(self, module: str) -> frozenset[str]:
        if module not in self._closures:
            self._closures[module] = frozenset(closure(self.after, [module]))
        return self._closures[module]

    @cached_property
    def _importers(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for edge in self.snapshot.graph.imports:
            found[loaded_by(edge)].add(edge.importer)
            found[edge.imported].add(edge.importer)
        for source, arcs in self.after.arcs.items():
            for arc in arcs:
                found[arc.target].add(source.partition(":")[0])
        return {module: frozenset(importers - {module}) for module, importers in found.items()}
