"""What importing each module of the graph costs, estimated from its text or its file."""

# ruff: noqa: PTH116 -- paths are texts here: there are thousands

import os
from collections.abc import Collection, Mapping

from importgraph.costs.cost import NOTHING, Cost
from importgraph.costs.features import BUILTIN, NAMESPACE, CostFeatures, compiled_features, features_of
from importgraph.costs.model import estimate_us
from importgraph.environment.finder import FileKind, ModuleFile
from importgraph.graph.model import Graph, Kind
from importgraph.graph.outside.outside import Outside


class ModuleCosts:
    """Costs by node, with memory.

    Args:
        graph: The tree.
        outside: Its environment, where one is known.
        started: Nodes that the interpreter has loaded when it starts: they cost nothing.
    """

    def __init__(self, graph: Graph, outside: Outside | None = None, started: Collection[str] = ()) -> None:
        self.graph = graph
        self.outside = outside
        self.started = started
        self._known: dict[str, Cost | None] = {}

    def of(self, node: str) -> Cost | None:
        """Return what importing a node costs without what it imports; None where nothing says.

        A function costs nothing: what it imports does.
        """
        if node not in self._known:
            self._known[node] = self._estimate(node)
        return self._known[node]

    def _estimate(self, node: str) -> Cost | None:
        if node in self.started or node.endswith("()") or node.startswith("<"):
            return NOTHING
        file = self.outside.file_of(node) if self.outside is not None else None
        if file is not None and self.outside is not None:
            features = self._of_file(file, self.outside)
        else:
            features = self._of_tree(node)
        return Cost(estimate_us(features), measured=False) if features is not None else None

    def _of_tree(self, node: str) -> CostFeatures | None:
        module = self.graph.modules.get(node)
        if module is None:
            return None
        if module.kind is Kind.NAMESPACE:
            return NAMESPACE
        facts = self.graph.facts.get(node)
        package = module.path.endswith("__init__.py")
        return features_of(facts, package=package) if facts is not None else None

    def _of_file(self, file: ModuleFile, outside: Outside) -> CostFeatures | None:
        if file.kind in {FileKind.PACKAGE, FileKind.SOURCE}:
            return features_of(outside.reader.facts(file), package=file.kind is FileKind.PACKAGE)
        simple: Mapping[FileKind, CostFeatures] = {
            FileKind.NAMESPACE: NAMESPACE,
            FileKind.BUILT_IN: BUILTIN,
            FileKind.MADE: CostFeatures(),
        }
        if file.kind is FileKind.COMPILED:
            return compiled_features(_size(file.path))
        return simple.get(file.kind)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
