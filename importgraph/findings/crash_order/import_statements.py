"""Import statements, step by step, as `importlib._bootstrap` and `ceval.c` run them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from itertools import count

from importgraph.evaluation.statements.import_rules import asks_submodule, public
from importgraph.facts.model import Import, Origin, Step, StepKind
from importgraph.findings.crash_order.import_world import ModuleObject, Value
from importgraph.findings.crash_order.name_checks import Frame, NameChecks
from importgraph.graph.model import Graph, ImportEdge
from importgraph.graph.resolve import Resolver


class ImportStatements(NameChecks, ABC):
    """What import statements load and bind."""

    def __init__(
        self, graph: Graph, resolver: Resolver, read_text: Callable[[str], str] | None = None
    ) -> None:
        super().__init__(graph, resolver, read_text)
        self._edges: dict[str, dict[int, ImportEdge]] = {}

    @abstractmethod
    def load(self, name: str) -> None:
        """Import a module and the packages around it."""

    def _import(self, frame: Frame, step: Step, body: Sequence[Step], position: int) -> None:
        item, edge = self._item(frame, step)
        if item.origin is Origin.MOCK or (edge is not None and edge.lazy):
            self._bind(frame, item.bound, None)
            return
        importer = self.graph.modules[frame.place.module]
        absolute = self.resolver.absolute(importer, item)
        source = self.resolver.finder.find(absolute, importer) if absolute else None
        if source is None:
            self._unfound(frame, step, absolute)
            self._bind(frame, item.bound, None)
            return
        self.load(source)
        if item.name is None:
            self._bind(frame, item.bound, self._top_or_all(item, frame))
            return
        module = self.world.modules[source]
        if item.name == "*":
            self._star(frame, module, step)
            return
        if not _continues(self._previous(frame, body, position), item):
            self._load_submodules(frame, module, body, position)
        self._bind(frame, item.bound, self._take(frame, module, item.name, step, edge))

    def _item(self, frame: Frame, step: Step) -> tuple[Import, ImportEdge | None]:
        """Return the import of a step and its edge."""
        imports = self.resolver.facts[frame.place.module].imports
        if frame.plan is None:
            return imports[step.index], self._edges_in(frame.place.module).get(step.index)
        item = frame.plan.imports[step.index]
        place = item.line, item.column, item.name
        for index, one in enumerate(imports):
            if (one.line, one.column, one.name) == place:
                return item, self._edges_in(frame.place.module).get(index)
        return item, None

    def _edges_in(self, module: str) -> Mapping[int, ImportEdge]:
        """Return the edges of a module by the places of their imports among its facts."""
        if module not in self._edges:
            edges = self.graph.by_importer.get(module, ())
            self._edges[module] = {edge.index: edge for edge in edges if edge.index >= 0}
        return self._edges[module]

    def _previous(self, frame: Frame, body: Sequence[Step], position: int) -> Import | None:
        before = body[position - 1] if position else None
        return self._item(frame, before)[0] if before is not None and before.kind is StepKind.IMPORT else None

    def _unfound(self, frame: Frame, step: Step, absolute: str | None) -> None:
        item, edge = self._item(frame, step)
        if absolute is None:
            message = "attempted relative import beyond top-level package"
            self._fail("ImportError", message, frame.module, step.line, circular=False)
        elif edge is not None and edge.missing:
            self.load(edge.imported)
            message = f"No module named '{absolute or item.module}'"
            self._fail("ModuleNotFoundError", message, frame.module, step.line, circular=False)

    def _top_or_all(self, item: Import, frame: Frame) -> Value:
        """Return what `import a.b` (the first package) or `import a.b as c` binds."""
        importer = self.graph.modules[frame.place.module]
        top, *rest = item.module.split(".")
        first = self.resolver.finder.find(top, importer)
        value: Value = self.world.modules.get(first) if first is not None else None
        if item.origin is not Origin.STATEMENT or item.alias is None:
            return value
        for link in rest:
            if not isinstance(value, ModuleObject):
                return None
            fallback = self.resolver.submodule(value.name, link)
            known = self.world.modules.get(fallback) if fallback is not None else None
            if link not in value.namespace and known is None and not self._may_have(value, link):
                message = f"cannot import name '{link}' from '{value.name}'"
                self._fail("ImportError", message, frame.module, item.line, circular=False)
            value = value.namespace.get(link, known)
        return value

    def _load_submodules(
        self, frame: Frame, source: ModuleObject, body: Sequence[Step], position: int
    ) -> None:
        """Import the submodules a statement names before any name is bound (`_handle_fromlist`)."""
        if not self.names.is_package(source.name):
            return
        previous: Import | None = None
        for index in count(position):
            step = body[index] if index < len(body) else None
            if step is None or step.kind is not StepKind.IMPORT:
                return
            item = self._item(frame, step)[0]
            if index > position and not _continues(previous, item):
                return
            previous = item
            name = item.name or ""
            if asks_submodule(source.namespace, name):
                inner = self.resolver.submodule(source.name, name)
                if inner is not None:
                    self.load(inner)

    def _take(
        self, frame: Frame, source: ModuleObject, name: str, step: Step, edge: ImportEdge | None
    ) -> Value:
        """Take a name from a module as IMPORT_FROM does."""
        if name in source.namespace:
            return source.namespace[name]
        inner = self.resolver.submodule(source.name, name)
        if inner is not None and inner in self.world.modules:
            return self.world.modules[inner]
        if "__getattr__" in source.namespace and source.name in self.resolver.facts:
            answering = self.names.answered_by(source.name, name)
            if answering is not None:
                self.load(answering)
        if self._may_have(source, name, missing=edge is not None and bool(edge.missing)):
            return None
        circular = source in self.world.loading and self.names.appears(source.name, name)
        half = "partially initialized module " if circular else ""
        message = f"cannot import name '{name}' from {half}'{source.name}'"
        return self._fail("ImportError", message, frame.module, step.line, circular=circular)

    def _star(self, frame: Frame, source: ModuleObject, step: Step) -> None:
        namespace = source.namespace
        listed = self.names.exported(source.name) if "__all__" in namespace else None
        self.spend(len(namespace if listed is None else listed))
        if listed is None:
            names = [name for name in namespace if "." not in name]
            shown = [name for name in names if self.resolver.star_exports(source.name, name)]
            for name in shown if "__all__" in namespace else public(names):
                self._bind(frame, name, namespace[name])
            return
        for name in listed:
            inner = self.resolver.submodule(source.name, name) if self.names.is_package(source.name) else None
            if name not in namespace and inner is not None:
                self.load(inner)
            if name not in namespace and not self._may_have(source, name):
                circular = source in self.world.loading
                message = f"module '{source.name}' has no attribute '{name}'"
                self._fail("AttributeError", message, frame.module, step.line, circular=circular)
            self._bind(frame, name, namespace.get(name))


def _continues(previous: Import | None, item: Import) -> bool:
    """Tell whether two imports in a row are names of one statement, by their columns."""
    if previous is None or item.name is None or item.name == "*" or previous.name is None:
        return False
    if (previous.module, previous.level) != (item.module, item.level):
        return False
    if previous.line == item.line:
        return True
    indent = item.column - 1 - len("from  import ") - item.level - len(item.module)
    return indent < 0 or indent % 2 == 1
