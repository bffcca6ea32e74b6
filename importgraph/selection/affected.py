"""Tests that a change can reach: everything a test may import when it is collected or run, walked backwards.

All imports count that can run at all: module level, in functions, lazy, optional, by literal name, by
`pytest_plugins`, by `mock.patch`; and importing a module runs the packages around it. What text cannot
follow (computed imports, subprocesses that run modules) widens the selection, and says so.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from importgraph.facts.model import Dynamic, Guard, ModuleFacts
from importgraph.graph.model import Graph, ImportEdge, Kind
from importgraph.graph.views import loaded_by
from importgraph.names import ancestors, is_within
from importgraph.selection.changes import Changed


@dataclass(frozen=True, slots=True)
class Link:
    """One step from a test towards what changed."""

    source: str
    target: str
    path: str
    line: int | None
    reason: str
    """`imports`, `parent package`, `conftest`, `computed import`, `runs`, or what a change of settings is."""


@dataclass(frozen=True, slots=True)
class AffectedTest:
    """A test file that a change can reach."""

    path: str
    """Relative to the analysed root."""
    chain: tuple[Link, ...]
    """From the test to what changed; empty where the test itself changed."""
    cause: str
    """The path of the change."""


@dataclass(frozen=True, slots=True)
class Widened:
    """A place that text cannot follow, and what was selected for it."""

    path: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The outcome, sorted by path."""

    tests: tuple[AffectedTest, ...]
    widened: tuple[Widened, ...]
    total: int
    """Test files there are."""


def select_tests(
    graph: Graph,
    changed: Changed,
    is_test: Mapping[str, bool] | None = None,
    further: Iterable[Link] = (),
) -> Selection:
    """Select the test files of one side that its changes can reach.

    Args:
        graph: The side to look at.
        changed: What changed on it.
        is_test: By module, whether it is a test file; None takes the kind of the module.
        further: Ways from one module to another that are no imports.

    Returns:
        The tests with a shortest chain each. More changes never select fewer tests, and a test file that
        changed is always selected.
    """
    tests = [m.name for m in graph.modules.values() if _is_test(graph, m.name, is_test)]
    if changed.everything:
        path, reason = changed.everything[0]
        return Selection(tuple(_for_all(graph, tests, path, reason)), (), len(tests))
    arcs, widened = reverse_reach(graph, frozenset(changed.modules), further)
    found = _search(arcs, changed.modules)
    selected = [_affected(graph, name, found, changed.modules) for name in tests if name in found]
    used = [one for module, one in widened if module in found]
    ordered = sorted(set(used), key=lambda one: (one.path, one.line))
    return Selection(tuple(sorted(selected, key=lambda test: test.path)), tuple(ordered), len(tests))


def _is_test(graph: Graph, name: str, is_test: Mapping[str, bool] | None) -> bool:
    return graph.modules[name].kind is Kind.TEST if is_test is None else is_test.get(name, False)


def _for_all(graph: Graph, tests: Iterable[str], path: str, reason: str) -> Iterator[AffectedTest]:
    for name in sorted(tests, key=lambda test: graph.modules[test].path):
        link = Link(name, path, path, None, reason)
        yield AffectedTest(graph.modules[name].path, (link,), path)


_Reverse = Mapping[str, Iterable[Link]]
"""By target, the links that lead to it."""


def reverse_reach(
    graph: Graph, changed: frozenset[str], further: Iterable[Link] = ()
) -> tuple[_Reverse, tuple[tuple[str, Widened], ...]]:
    """Return all ways from one module to another, by target, and the places that widen.

    Args:
        graph: The side to look at.
        changed: What computed imports that text cannot follow are taken to reach.
        further: Ways that are no imports.
    """
    arcs: dict[str, list[Link]] = defaultdict(list)
    for link in _imports(graph):
        arcs[link.target].append(link)
    for link in [*_parents(graph), *_conftests(graph), *further]:
        arcs[link.target].append(link)
    widened = []
    for link, place in _computed(graph, changed):
        arcs[link.target].append(link)
        widened.append((link.source, place))
    return arcs, tuple(widened)


def _imports(graph: Graph) -> Iterator[Link]:
    for edge in graph.imports:
        if edge.external or Guard.TYPE_CHECKING in edge.guards:
            continue
        for target in dict.fromkeys((edge.imported, loaded_by(edge), *_packages(graph, edge))):
            if target in graph.modules and target != edge.importer:
                yield Link(edge.importer, target, edge.path, edge.line, "imports")


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


def _computed(graph: Graph, changed: frozenset[str]) -> Iterator[tuple[Link, Widened]]:
    """Yield links from computed imports to each changed module that they may load."""
    for name, facts in graph.facts.items():
        module = graph.modules[name]
        for dynamic in facts.dynamic:
            for target in sorted(changed):
                narrow = _is_lazy_answer(facts, dynamic) and not _may_answer(facts, name, target)
                if target != name and not narrow and _may_load(dynamic.pattern, module.package, target):
                    what = dynamic.pattern or "a computed name"
                    reason = f"{dynamic.call} of {what} may load any module it fits"
                    yield (
                        Link(name, target, module.path, dynamic.line, "computed import"),
                        Widened(module.path, dynamic.line, reason),
                    )


def _is_lazy_answer(facts: ModuleFacts, dynamic: Dynamic) -> bool:
    """Tell whether a computed import stands in a module's `__getattr__` that answers from a literal table."""
    answers = dynamic.function >= 0 and facts.functions[dynamic.function].qualname == "__getattr__"
    return answers and bool(facts.lazy_table)


def _may_answer(facts: ModuleFacts, module: str, target: str) -> bool:
    """Tell whether a lazily answering package may load a module: one of its own, or one of its table."""
    rows = (row.module.lstrip(".") for row in facts.lazy_table)
    return is_within(target, module) or any(is_within(row, target) for row in rows)


def _may_load(pattern: str, package: str, target: str) -> bool:
    """Tell whether a pattern such as `app.plugins.{}` may stand for a module or a package around it."""
    import re

    if pattern.startswith("."):
        level = len(pattern) - len(pattern.lstrip("."))
        parts = package.split(".")[: len(package.split(".")) - level + 1]
        pattern = ".".join([*parts, pattern[level:]])
    if not pattern.strip("{}. "):
        return True
    expression = ".+".join(re.escape(part) for part in pattern.split("{}"))
    if re.fullmatch(expression, target):
        return True
    fixed = pattern.partition("{}")[0].rstrip(".")
    return bool(fixed) and is_within(fixed, target)


def _search(arcs: _Reverse, changed: Mapping[str, str]) -> dict[str, Link | None]:
    """Search backwards, breadth first; map each node reached to the link that leads on from it."""
    found: dict[str, Link | None] = dict.fromkeys(sorted(changed))
    work = deque(found)
    while work:
        node = work.popleft()
        for link in sorted(arcs.get(node, ()), key=lambda link: (link.source, link.line or 0)):
            if link.source not in found:
                found[link.source] = link
                work.append(link.source)
    return found


def _affected(
    graph: Graph, name: str, found: Mapping[str, Link | None], changed: Mapping[str, str]
) -> AffectedTest:
    chain = []
    node = name
    link = found[node]
    while link is not None:
        chain.append(link)
        node = link.target
        link = found[node]
    return AffectedTest(graph.modules[name].path, tuple(chain), changed[node])


def merge(*sides: Selection) -> Selection:
    """Join the selections of several sides; a test of more than one keeps its first chain."""
    tests: dict[str, AffectedTest] = {}
    for side in sides:
        for test in side.tests:
            tests.setdefault(test.path, test)
    widened = {one for side in sides for one in side.widened}
    return Selection(
        tuple(tests[path] for path in sorted(tests)),
        tuple(sorted(widened, key=lambda one: (one.path, one.line, one.reason))),
        max((side.total for side in sides), default=0),
    )
