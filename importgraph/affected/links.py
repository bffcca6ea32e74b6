"""Ways from the text that runs to the modules it loads: imports, parent packages, conftests.

All imports count that can run at all: module level, in functions, lazy, optional, by literal name, by
`pytest_plugins`, by `mock.patch`. A computed import leads to every module that its text may stand for.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from importgraph.affected.lazy_names import answering_node, answers_of, asked
from importgraph.facts.model import Dynamic, Guard, ModuleFacts
from importgraph.graph.calls import function_node
from importgraph.graph.model import Graph, ImportEdge, Kind
from importgraph.graph.views import loaded_by
from importgraph.names import ancestors, is_within

COMPUTED = "computed import"


@dataclass(frozen=True, slots=True)
class Link:
    """One step from a test towards what changed."""

    source: str
    """A module, function (`module:name()`) or class (`module:Name`); so is the target."""
    target: str
    path: str
    line: int | None
    reason: str
    """`imports`, `parent package`, `conftest`, `computed import`, `runs`, `uses`, or what else leads
    there."""


def outer_function(graph: Graph, module: str, function: int) -> str:
    """Return the node of the outermost function around a place; the module where there is none."""
    if function < 0:
        return module
    qualname = graph.facts[module].functions[function].qualname.partition(".<locals>")[0]
    return module if "<" in qualname else function_node(module, qualname)


class ModuleLinks:
    """Gives the links of one module after the other; their targets are modules, or lazily answered names."""

    def __init__(self, graph: Graph) -> None:
        """Take the tree."""
        self._graph = graph
        self._edges: dict[str, Sequence[ImportEdge]] = {}

    def edges(self, module: str) -> Sequence[ImportEdge]:
        """Return the imports of a module, in the order of the text."""
        found = self._edges.get(module)
        if found is None:
            found = self._graph.imports_of(module) if module in self._graph.modules else ()
            self._edges[module] = found
        return found

    def of(self, module: str) -> Iterator[Link]:
        """Yield the links of a module, each from the body or function that must run."""
        yield from self._imports(module)
        yield from self.around(module)
        yield from self.computed(module)

    def of_body(self, module: str) -> Iterator[Link]:
        """Yield the links that a module follows whenever it runs: plain imports, and what is around."""
        for edge in self._at_top(module):
            yield from self._of(edge, module)
        yield from self.around(module)

    def loaded_with(self, module: str) -> set[str]:
        """Return the modules that the links of `of_body` lead to."""
        modules = self._graph.modules
        found = {one for edge in self._at_top(module) for one in _loaded(self._graph, edge)}
        found.update(link.target for link in self.around(module))
        return {one for one in found if one in modules and one != module}

    def _at_top(self, module: str) -> Iterator[ImportEdge]:
        for edge in self.edges(module):
            is_plain = edge.function < 0 and not edge.external and Guard.TYPE_CHECKING not in edge.guards
            if is_plain and answering_node(edge) is None:
                yield edge

    def around(self, module: str) -> Iterator[Link]:
        """Yield the links to what is loaded before a module: packages and conftests above it."""
        yield from self._parents(module)
        yield from self._conftests_above(module)

    @cached_property
    def answers(self) -> Mapping[str, Mapping[str, int]]:
        """By package the names that it answers lazily."""
        return answers_of(self._graph)

    def _imports(self, module: str) -> Iterator[Link]:
        graph = self._graph
        edges = self.edges(module)
        for edge in edges:
            if not edge.external:
                yield from self._of(
                    edge, answering_node(edge) or outer_function(graph, module, edge.function)
                )
        for edge, node in asked(edges, self.answers):
            yield Link(outer_function(graph, module, edge.function), node, edge.path, edge.line, "imports")

    def _of(self, edge: ImportEdge, source: str) -> Iterator[Link]:
        """Yield the links of an import from where it stands."""
        modules = self._graph.modules
        if Guard.TYPE_CHECKING not in edge.guards:
            for target in dict.fromkeys(_loaded(self._graph, edge)):
                if target in modules and target != edge.importer:
                    yield Link(source, target, edge.path, edge.line, "imports")

    def _parents(self, name: str) -> Iterator[Link]:
        modules = self._graph.modules
        for above in ancestors(name) if "/" not in name else ():
            if above in modules:
                yield Link(name, above, modules[name].path, None, "parent package")

    @cached_property
    def _conftests(self) -> Mapping[str, str]:
        modules = self._graph.modules.values()
        return {one.path.rpartition("/")[0]: one.name for one in modules if one.kind is Kind.CONFTEST}

    def _conftests_above(self, name: str) -> Iterator[Link]:
        """Yield links to the conftests that pytest loads for a test: those of all folders above."""
        module = self._graph.modules[name]
        if not module.path or module.kind is Kind.NAMESPACE:
            return
        folder = module.path.rpartition("/")[0]
        while True:
            conftest = self._conftests.get(folder)
            if conftest is not None and conftest != name:
                yield Link(name, conftest, module.path, None, "conftest")
            if not folder:
                break
            folder = folder.rpartition("/")[0]

    def computed(self, name: str) -> Iterator[Link]:
        """Yield the links of imports by computed names."""
        graph = self._graph
        module, facts = graph.modules[name], graph.facts.get(name)
        if facts is None:
            return
        for dynamic in facts.dynamic:
            source = outer_function(graph, name, dynamic.function)
            fits = _fitting(dynamic.pattern, module.package)
            answers = _is_lazy_answer(facts, dynamic)
            for target, other in graph.modules.items():
                if target == name or (answers and not _may_answer(facts, name, target)):
                    continue
                if other.kind is not Kind.TEST if fits is None else fits.fullmatch(target):
                    what = dynamic.pattern or "a computed name"
                    reason = f"{COMPUTED}: {dynamic.call} of {what} may load any module it fits"
                    yield Link(source, target, module.path, dynamic.line, reason)


def _loaded(graph: Graph, edge: ImportEdge) -> tuple[str, ...]:
    return (edge.imported, loaded_by(edge), *_packages(graph, edge))


def _packages(graph: Graph, edge: ImportEdge) -> Iterator[str]:
    """Yield the packages on the way to what is imported, also where its last part is missing."""
    wanted = edge.missing if edge.missing and not edge.missing.startswith(".") else edge.imported
    for name in ancestors(wanted):
        if name in graph.modules:
            yield name


def _is_lazy_answer(facts: ModuleFacts, dynamic: Dynamic) -> bool:
    """Tell whether a computed import stands in a module's `__getattr__` that answers from a literal table."""
    answers = dynamic.function >= 0 and facts.functions[dynamic.function].qualname == "__getattr__"
    return answers and bool(facts.lazy_table)


def _may_answer(facts: ModuleFacts, module: str, target: str) -> bool:
    """Tell whether a lazily answering package may load a module: one of its own, or one of its table."""
    rows = (row.module.lstrip(".") for row in facts.lazy_table)
    return is_within(target, module) or any(is_within(row, target) for row in rows)


def _fitting(pattern: str, package: str) -> "re.Pattern[str] | None":
    """Return what the modules are called that `app.plugins.{}` may stand for; None for any name at all.

    A module below one that fits counts, too, and so do the packages around it.
    """
    if pattern.startswith("."):
        level = len(pattern) - len(pattern.lstrip("."))
        parts = package.split(".")[: len(package.split(".")) - level + 1]
        pattern = ".".join([*parts, pattern[level:]])
    if not pattern.strip("{}. "):
        return None
    fixed = pattern.partition("{}")[0].rstrip(".")
    wanted = [".+".join(re.escape(part) for part in pattern.split("{}"))]
    if fixed:
        wanted.append(re.escape(fixed) + r"(\..+)?")
    return re.compile("|".join(wanted))
