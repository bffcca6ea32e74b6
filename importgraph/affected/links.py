"""Ways from the text that runs to the modules it loads: imports, parent packages, conftests.

All imports count that can run at all: module level, in functions, lazy, optional, by literal name, by
`pytest_plugins`, by `mock.patch`. A computed import leads to every module that its text may stand for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from importgraph.affected.lazy_names import answering_node, asked
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


def module_links(graph: Graph) -> Iterator[Link]:
    """Yield all links of a tree whose target is a module, each from the body or function that must run."""
    yield from _imports(graph)
    yield from _parents(graph)
    yield from _conftests(graph)
    yield from _computed(graph)


def outer_function(graph: Graph, module: str, function: int) -> str:
    """Return the node of the outermost function around a place; the module where there is none."""
    if function < 0:
        return module
    qualname = graph.facts[module].functions[function].qualname.partition(".<locals>")[0]
    return module if "<" in qualname else function_node(module, qualname)


def _imports(graph: Graph) -> Iterator[Link]:
    for edge in graph.imports:
        if edge.external or Guard.TYPE_CHECKING in edge.guards:
            continue
        source = answering_node(edge) or outer_function(graph, edge.importer, edge.function)
        for target in dict.fromkeys((edge.imported, loaded_by(edge), *_packages(graph, edge))):
            if target in graph.modules and target != edge.importer:
                yield Link(source, target, edge.path, edge.line, "imports")
    for edge, node in asked(graph):
        source = outer_function(graph, edge.importer, edge.function)
        yield Link(source, node, edge.path, edge.line, "imports")


def _packages(graph: Graph, edge: ImportEdge) -> Iterator[str]:
    """Yield the packages on the way to what is imported, also where its last part is missing."""
    wanted = edge.missing if edge.missing and not edge.missing.startswith(".") else edge.imported
    for name in ancestors(wanted):
        if name in graph.modules:
            yield name


def _parents(graph: Graph) -> Iterator[Link]:
    for module in graph.modules.values():
        if "/" not in module.name:
            for name in ancestors(module.name):
                if name in graph.modules:
                    yield Link(module.name, name, module.path, None, "parent package")


def _conftests(graph: Graph) -> Iterator[Link]:
    """Yield links from tests to the conftests that pytest loads for them: those of all folders above."""
    conftests = {m.path.rpartition("/")[0]: m.name for m in graph.modules.values() if m.kind is Kind.CONFTEST}
    for module in graph.modules.values():
        if not module.path or module.kind is Kind.NAMESPACE:
            continue
        folder = module.path.rpartition("/")[0]
        while True:
            name = conftests.get(folder)
            if name is not None and name != module.name:
                yield Link(module.name, name, module.path, None, "conftest")
            if not folder:
                break
            folder = folder.rpartition("/")[0]


def _computed(graph: Graph) -> Iterator[Link]:
    for name, facts in graph.facts.items():
        module = graph.modules[name]
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
