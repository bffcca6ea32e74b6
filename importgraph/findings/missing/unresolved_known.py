"""Imports of which the tree does not show the target, though nothing is wrong with them."""

from functools import cached_property, partial
from itertools import chain

from importgraph.facts.model import Guard, StepKind
from importgraph.findings.missing.build_outputs import BuildOutputs
from importgraph.findings.test_code import is_example
from importgraph.graph.edited.since import of_modules
from importgraph.graph.model import Graph, ImportEdge, Kind
from importgraph.graph.resolve import Resolver
from importgraph.names import ancestors, top_level
from importgraph.snapshot import Snapshot

_PROTOCOLS = ("_pb2", "_pb2_grpc")


class Known:
    """Tells which missing targets are accounted for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._graph = snapshot.graph
        scripts = [module.path for module in self._graph.modules.values() if module.path.endswith(".py")]
        self._built = BuildOutputs(self._graph.other, scripts, snapshot.read_text)

    @cached_property
    def _patched(self) -> frozenset[str]:
        graph, since = self._graph, self._snapshot.since
        found = of_modules(since, "patched", tuple[str, ...], graph.facts, partial(_patched_names, graph))
        return frozenset(chain.from_iterable(found.values()))

    def accounts_for(self, edge: ImportEdge, missing: str) -> bool:
        """Tell whether an import succeeds, or is meant to fail, though the tree lacks what it asks for."""
        return (
            edge.name in self._patched
            or self._is_built(edge, missing)
            or _is_put_on_path(edge, self._graph)
            or _is_known_to_type_checkers(edge, self._snapshot.resolver)
            or self._means_a_library(edge)
            or _is_test_of_a_failure(edge, self._graph)
            or self._is_loaded_as_package(edge, missing)
        )

    def _is_built(self, edge: ImportEdge, missing: str) -> bool:
        around = (edge.imported, *reversed(tuple(ancestors(edge.imported))))
        holder = next((self._graph.modules[name] for name in around if name in self._graph.modules), None)
        if holder is None or not holder.holds_modules:
            return False
        folder = holder.path.rpartition("/")[0]
        if holder.kind is Kind.NAMESPACE:
            folder = "/".join(filter(None, (holder.root, holder.importable_as.replace(".", "/"))))
        rest = missing.removeprefix(f"{holder.name}.").removeprefix(f"{holder.importable_as}.")
        wanted = f"{rest}.{edge.name}" if edge.name and edge.name.endswith(_PROTOCOLS) else rest
        return self._built.has_native_sources(folder) or self._built.maker(folder, wanted) != ""

    def _is_loaded_as_package(self, edge: ImportEdge, missing: str) -> bool:
        """Tell whether dots lead from a folder without `__init__.py` to what stands there.

        Whoever wrote them has a loader that makes packages of the folders. Under pytest a test file has none.
        """
        if not missing.startswith("."):
            return False
        importer = self._graph.modules.get(edge.importer)
        level = len(missing) - len(missing.lstrip("."))
        folders = edge.path.split("/")[:-1]
        is_test = importer is not None and importer.kind in {Kind.TEST, Kind.CONFTEST}
        if level > len(folders) or (is_test and level == 1):
            return False
        parts = [*folders[: len(folders) - level + 1], *filter(None, missing.lstrip(".").split("."))]
        return "/".join(parts) in self._places

    @cached_property
    def _places(self) -> frozenset[str]:
        """Folders with Python files somewhere below them, and files without their suffix."""
        found = set()
        for module in self._graph.modules.values():
            place = module.path.removesuffix(".py")
            while place and place not in found:
                found.add(place)
                place = place.rpartition("/")[0]
        return frozenset(found)

    def _means_a_library(self, edge: ImportEdge) -> bool:
        """Tell whether a library is meant that has a namesake in the tree.

        That is a folder of examples, as examples/pydantic/, or a package called like a distribution that the
        project declares and which it does not ship itself.
        """
        item = self._graph.item(edge)
        name = top_level(edge.imported)
        top = self._graph.modules.get(name)
        if item is None or item.level or top is None:
            return False
        is_required = self._snapshot.required(name) != "" and name not in self._shipped
        return is_required or is_example(f"{top.path or top.name}")

    @cached_property
    def _shipped(self) -> frozenset[str]:
        shipped = self._snapshot.distributed
        return frozenset(name for one in shipped for name in (one.name, *one.packages))


def _patched_names(graph: Graph, module: str) -> tuple[str, ...]:
    """Return the attributes that a module sets on another by assignment (`other.name = …`), sorted."""
    facts, found = graph.facts[module], set()
    imported = {item.bound for item in facts.imports}
    for step in facts.body:
        owner, dot, name = step.name.partition(".")
        if dot and step.kind is StepKind.BIND and owner in imported:
            found.add(name)
    return tuple(sorted(found))


def only_for_type_checkers(edge: ImportEdge, resolver: Resolver) -> str:
    """Return the name an import takes at run time from a module that has it for type checkers only."""
    if edge.external or edge.name is None or edge.submodule or Guard.TYPE_CHECKING in edge.guards:
        return ""
    names = resolver.names(edge.imported)
    if names is None or edge.name in names.bindings or edge.name not in names.typed:
        return ""  # the bindings come first: they note what was asked for
    if edge.name in names.listed_lazily or names.has_getattr or names.stars or names.facts.hazards:
        return ""
    return f"{edge.imported}.{edge.name}"


def _is_known_to_type_checkers(edge: ImportEdge, resolver: Resolver) -> bool:
    """Tell whether a type checker finds a name that its module imports under TYPE_CHECKING."""
    names = resolver.names(edge.imported) if edge.imported in resolver.modules else None
    return Guard.TYPE_CHECKING in edge.guards and names is not None and edge.name in names.typed


def _is_put_on_path(edge: ImportEdge, graph: Graph) -> bool:
    """Tell whether the importer changes `sys.path` and a file of the tree fits what it asks for."""
    facts = graph.facts.get(edge.importer) or graph.notebooks[edge.importer]
    item = graph.item(edge)
    if "sys.path" not in facts.path_changes or item is None or item.level:
        return False
    path = edge.missing.replace(".", "/")
    ends = (f"/{path}.py", f"/{path}/__init__.py")
    return any(f"/{module.path}".endswith(ends) for module in graph.modules.values())


def _is_test_of_a_failure(edge: ImportEdge, graph: Graph) -> bool:
    """Tell whether a test expects an import to fail."""
    importer = graph.modules.get(edge.importer)
    return edge.tried and importer is not None and importer.kind in {Kind.TEST, Kind.CONFTEST}
