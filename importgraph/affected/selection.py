"""Tests that a change can reach: everything a test may load and run, searched forwards from its text.

Where text cannot follow (computed imports, names that code lists or puts together) the search takes
everything that may be meant, and the selection says so.
"""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from importgraph import failures
from importgraph.affected.changes import Changed
from importgraph.affected.dead_functions import DeadFunctions
from importgraph.affected.links import COMPUTED, Link, outer_function
from importgraph.affected.reachability import Reach
from importgraph.affected.search import WIDENED
from importgraph.affected.shared_ways import SharedWays
from importgraph.affected.targets import Targets
from importgraph.graph.model import Graph, Kind

_FEW = 50
"""Up to so many tests are looked at one by one before anything is found out of the whole tree."""
_AT_ONCE = 5_000
"""Up to so many files are read before the searches; of more only those that searches come to."""

__all__ = ["AffectedTest", "Link", "Selection", "Widened", "merge", "select_tests"]


@dataclass(frozen=True, slots=True)
class AffectedTest:
    """A test file, or one test of it, that a change can reach."""

    path: str
    """Relative to the analysed root."""
    chain: tuple[Link, ...]
    """From the test to what changed; empty where the test file itself changed."""
    cause: str
    """The path of the change."""
    id: str = ""
    """The node id, without parameters; empty for a whole file."""


@dataclass(frozen=True, slots=True)
class Widened:
    """A place that text cannot follow, through which something was selected."""

    path: str
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The outcome, sorted by path."""

    tests: tuple[AffectedTest, ...]
    widened: tuple[Widened, ...]
    total: int
    """Test files there are."""


def select_tests(
    reach: Reach,
    changed: Changed,
    is_test: Mapping[str, bool] | None = None,
    settled: Container[str] = frozenset(),
) -> Selection:
    """Select the test files of one side that its changes can reach.

    Args:
        reach: What tests of that side can run.
        changed: What changed on it.
        is_test: By module, whether it is a test file; None takes the kind of the module.
        settled: Paths of test files that need no answer: another side has selected them.

    Returns:
        The tests with one chain each. A test file that changed is always selected.
    """
    graph = reach.graph
    modules = graph.modules.values()
    tests = [
        m.name for m in modules if (m.kind is Kind.TEST if is_test is None else is_test.get(m.name, False))
    ]
    if changed.everything:
        path, reason = changed.everything[0]
        return Selection(tuple(_for_all(graph, tests, path, reason)), (), len(tests))
    targets = make_targets(graph, changed)
    asked = [name for name in tests if graph.modules[name].path not in settled]
    if len(asked) <= _FEW:
        asked = alive(reach, asked, targets)
    if not asked:
        return Selection((), (), len(tests))
    ways = SharedWays(reach, targets)
    known = {name: one for name in asked if (one := plainly_affected(graph, name, ways, targets))}
    left = between(reach, [name for name in asked if name not in known], targets, ways.ends)
    ways.share(left)
    found = (known.get(name) or affected_by(reach.graph, name, ways) for name in (*known, *left))
    selected = sorted((one for one in found if one is not None), key=lambda test: test.path)
    return Selection(tuple(selected), widened_in(selected), len(tests))


def between(
    reach: Reach, tests: Sequence[str], targets: Targets, ends: Collection[str] = frozenset()
) -> list[str]:
    """Return the tests that may reach what changed; the files that their searches may read are split.

    Args:
        reach: What tests can run.
        tests: The tests that are asked about.
        targets: What changed.
        ends: Modules that no search goes beyond.
    """
    found = alive(reach, tests, targets, ends) if len(tests) <= _FEW else list(tests)
    if not targets.aims or not found:
        return []
    leading = reach.arcs.leading_to(targets.aims)
    found = [name for name in found if name in leading]
    if found:
        dead = DeadFunctions(reach.graph, reach.texts, reach.entries, found)
        living = reach.arcs.leading_alive((*targets.aims, *dead.asking), dead)
        found = [name for name in found if name in living]
    needed = reach.arcs.reached_from(found, ends) - {*ends}
    reach.texts.split(needed)
    if len(needed) <= _AT_ONCE:
        reach.texts.load(sorted(needed))
    return found


def alive(
    reach: Reach, tests: Sequence[str], targets: Targets, ends: Collection[str] = frozenset()
) -> list[str]:
    """Return the tests from which something may lead to what changed, each searched forwards through modules.

    Args:
        reach: What tests can run.
        tests: Few tests.
        targets: What changed.
        ends: Modules that are known to lead there.
    """
    reach.texts.outline_all()
    dead = DeadFunctions(reach.graph, reach.texts, reach.entries, tests)
    goals = {*targets.aims, *ends}
    without: set[str] = set()
    return [name for name in tests if reach.arcs.leads(name, goals, dead, without)]


def _for_all(graph: Graph, tests: Iterable[str], path: str, reason: str) -> Iterator[AffectedTest]:
    for name in sorted(tests, key=lambda test: graph.modules[test].path):
        link = Link(name, path, path, None, reason)
        yield AffectedTest(graph.modules[name].path, (link,), path)


def make_targets(graph: Graph, changed: Changed) -> Targets:
    """Return what a test must reach to be affected.

    A module that changed as a whole is reached when it is loaded; one that changed inside functions alone,
    when one of them runs. A function that came or went is reached by every import of its name, too.
    """
    whole = {module: path for module, path in changed.modules.items() if module not in changed.inside}
    units: dict[str, str] = {}
    for module, inside in changed.inside.items():
        units.update(dict.fromkeys(inside.nodes, changed.modules[module]))
        for edge in graph.imports if inside.names else ():
            if edge.name in inside.names:
                units.setdefault(outer_function(graph, edge.importer, edge.function), changed.modules[module])
    return Targets(whole, units, changed.modules)


def plainly_affected(graph: Graph, test: str, ways: SharedWays, targets: Targets) -> AffectedTest | None:
    """Say how a test file reaches what changed where that shows without a search; else None."""
    path = graph.modules[test].path
    if test in targets.homes:
        return AffectedTest(path, (), targets.homes[test])
    found = ways.plain(test)
    return AffectedTest(path, found.links, found.cause) if found is not None else None


def affected_by(graph: Graph, test: str, ways: SharedWays, only: str | None = None) -> AffectedTest | None:
    """Say how a test file (or one test of it) reaches what changed; None where it does not."""
    path = graph.modules[test].path
    try:
        found = ways.plain(test, only) or ways.search(test, only)
    except Exception as error:  # noqa: BLE001 -- a test that we fail on is one that may be affected
        return AffectedTest(path, (Link(test, path, path, None, failures.reason(error)),), path)
    return AffectedTest(path, found.links, found.cause) if found is not None else None


def widened_in(tests: Iterable[AffectedTest]) -> tuple[Widened, ...]:
    """Return the places that widened a selection: those that its chains go through."""
    found = {
        Widened(link.path, link.line, link.reason.removeprefix(f"{WIDENED}: "))
        for test in tests
        for link in test.chain
        if link.reason.startswith((WIDENED, COMPUTED))
    }
    return tuple(sorted(found, key=lambda one: (one.path, one.line or 0, one.reason)))


def merge(*sides: Selection) -> Selection:
    """Join the selections of several sides; a test of more than one keeps its first chain."""
    tests: dict[str, AffectedTest] = {}
    for side in sides:
        for test in side.tests:
            tests.setdefault(test.path, test)
    ordered = tuple(tests[path] for path in sorted(tests))
    return Selection(ordered, widened_in(ordered), max((side.total for side in sides), default=0))
