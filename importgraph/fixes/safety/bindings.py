"""Whether a name of a module may mean something else by the time a deferred import takes it."""

from dataclasses import dataclass
from functools import cached_property

from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.safety.constants import Constants
from importgraph.fixes.safety.replacements import Replacements
from importgraph.graph.model import ImportEdge


@dataclass(frozen=True)
class Bindings:
    """Answers for one tree, with memory."""

    deferrals: Deferrals

    @cached_property
    def replacements(self) -> Replacements:
        """Who puts something else in the place of names of other modules."""
        return Replacements(self.deferrals.snapshot)

    @cached_property
    def _constants(self) -> Constants:
        return Constants(self.deferrals, self.replacements)

    def is_only_read(self, module: str, name: str) -> bool:
        """Tell whether nobody changes what a module binds to a name."""
        return self._constants.is_only_read(module, name)

    def may_change(self, edge: ImportEdge, bound: str) -> bool:
        """Tell whether what an import binds is a value of ours that functions of its module bind anew."""
        snapshot = self.deferrals.snapshot
        symbol = snapshot.resolver.lookup(edge.importer, bound)
        if symbol is None or symbol.kind != "value":
            return False
        return f"global {symbol.name}" in snapshot.graph.facts[symbol.module].hazards

    def unsteady(self, module: str, name: str) -> str:
        """Say why a name of a module may mean something else later; nothing where it does not."""
        snapshot = self.deferrals.snapshot
        resolver = snapshot.outside.outside.resolver if snapshot.outside is not None else snapshot.resolver
        symbol = resolver.lookup(module, name) if module in resolver.modules else None
        places = [(module, name)]
        if (
            symbol is not None
            and symbol.kind not in {"external", "missing"}
            and symbol.module in resolver.facts
        ):
            if f"global {symbol.name}" in resolver.facts[symbol.module].hazards:
                return "which a function binds anew"
            places.append((symbol.module, symbol.name))
        setter = next((who for home, what in places if (who := self.replacements.of(home, what))), "")
        return f"which `{setter}` replaces" if setter else ""
