"""What no distribution holds below a namespace package of the tree, where the environment shows that."""

from importgraph.facts.model import Origin
from importgraph.graph.model import ImportEdge, Kind
from importgraph.names import ancestors
from importgraph.snapshot import Snapshot


class LoneNamespaces:
    """Answers for one snapshot.

    An environment shows what nobody has only if all that the project requires is installed in it.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._graph = snapshot.graph
        self._finder = None
        if snapshot.outside is not None and snapshot.requirements:
            outside = snapshot.outside.outside
            is_whole = snapshot.requirements <= set(outside.environment.distributions)
            self._finder = outside.finder if is_whole else None

    @property
    def are_known(self) -> bool:
        """Tell whether anything can be said."""
        return self._finder is not None

    def lacks(self, edge: ImportEdge) -> str:
        """Return the module below a namespace package of ours that an import asks for and nobody has."""
        if self._finder is None or edge.origin is not Origin.STATEMENT:
            return ""
        target = edge.imported
        if not edge.external:
            is_part = self._kind(target) is Kind.NAMESPACE and not edge.submodule
            target = f"{target}.{edge.name}" if is_part and edge.name not in {None, "*"} else ""
        holders = [name for name in ancestors(target) if self._kind(name) is Kind.NAMESPACE]
        if not holders:
            return ""
        first = ".".join(target.split(".")[: holders[-1].count(".") + 2])
        return target if self._finder.find(first) is None else ""

    def _kind(self, name: str) -> Kind | None:
        module = self._graph.modules.get(name)
        return module.kind if module is not None else None
