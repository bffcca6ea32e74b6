"""Attribute what an entry point newly loads to the new edges that bring it."""

import sys
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from importgraph.findings.entry_points import TESTS
from importgraph.graph.algorithms import shortest_chain
from importgraph.graph.views import Arc, View, closure, without
from importgraph.names import is_within
from importgraph.regressions.loading import EXTERNAL, is_module

HEAVY_STANDARD = frozenset(
    [
        "asyncio",
        "cgi",
        "distutils",
        "doctest",
        "ensurepip",
        "ftplib",
        "idlelib",
        "imaplib",
        "lib2to3",
        "multiprocessing",
        "nntplib",
        "pdb",
        "pydoc",
        "smtplib",
        "tkinter",
        "turtle",
        "unittest",
        "venv",
        "webbrowser",
        "wsgiref",
        "xmlrpc",
    ]
)
"""Standard modules whose import loads some 35 others or more (counted on CPython 3.11), and that few need."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What one new edge brings to an entry point."""

    chain: tuple[str, ...]
    """Nodes from the entry point through the edge to the nearest of what is added."""
    edge: tuple[str, str]
    added: tuple[str, ...]
    """Nodes, sorted."""


@dataclass(frozen=True, slots=True)
class Loads:
    """What an entry point loads before and after."""

    entry: str
    view: View
    """The view after."""
    before: frozenset[str]
    after: frozenset[str]
    """Nodes of the loading view."""

    def count_before(self) -> int:
        """Count the modules of ours before."""
        return sum(map(is_module, self.before))

    def count_after(self) -> int:
        """Count the modules of ours after."""
        return sum(map(is_module, self.after))

    def new_modules(self, known: Mapping[str, str]) -> frozenset[str]:
        """Return the newly loaded modules of ours that were there before (`known`), unloaded."""
        return frozenset(node for node in self.after - self.before if node in known and is_module(node))

    def new_external(self, known: Mapping[str, str]) -> frozenset[str]:
        """Return the newly loaded external modules worth a word; what was ours before (`known`) is none."""
        nodes = (node for node in self.after - self.before if node.startswith(EXTERNAL))
        return frozenset(node for node in nodes if is_notable(node.removeprefix(EXTERNAL), known))


def is_notable(name: str, known: Mapping[str, str]) -> bool:
    """Tell whether an external module is third-party, or a heavy part of the standard library."""
    if name in known or any(is_within(module, name) for module in known):
        return False
    return name in HEAVY_STANDARD or name not in sys.stdlib_module_names


def compare_loads(before: View, after: View, entry: str, *, new_tests: bool = True) -> Loads:
    """Compare what an entry point loads.

    Args:
        before: The loading view before.
        after: The loading view after.
        entry: A node of both.
        new_tests: Count what test files import that were not there before. A new test of old code is no
            growth of that code.
    """
    view = after if new_tests or entry != TESTS else _without_new_tests(before, after)
    return Loads(entry, view, closure(before, [entry]), closure(view, [entry]))


def _without_new_tests(before: View, after: View) -> View:
    known = set(before.targets(TESTS))

    def is_new_test(arc: Arc) -> bool:
        return arc.source == TESTS and arc.target not in known and not _is_conftest(arc.target)

    return without(after, is_new_test)


def _is_conftest(module: str) -> bool:
    return module.rpartition(".")[2] == "conftest"


def is_light_test_import(loads: Loads, growth: Growth) -> bool:
    """Tell whether a test file itself imports some few modules more, as a new test of old code does."""
    tests = set(loads.view.targets(TESTS)) if loads.entry == TESTS else set()
    module = growth.edge[0].partition(":")[0]
    return module in tests and not _is_conftest(module) and len(growth.added) < _FEW


_FEW = 5
"""So many modules a test file may newly load without a word."""


def attribute(loads: Loads, nodes: Iterable[str]) -> tuple[Growth, ...]:
    """Say for newly loaded nodes which new edges bring them.

    Every chain to such a node leaves what was loaded before by some edge, and that edge is new: each node is
    put down to the one on a shortest way from there.

    Returns:
        One growth for each such edge, most nodes first.
    """
    wanted = set(nodes)
    previous = _search(loads)
    brought: dict[tuple[str, str], list[str]] = defaultdict(list)
    for node in sorted(wanted & set(previous)):
        brought[_leaving_edge(previous, node)].append(node)
    found = [_growth(loads, previous, edge, added) for edge, added in brought.items()]
    return tuple(sorted(found, key=lambda growth: (-len(growth.added), growth.edge)))


def _search(loads: Loads) -> dict[str, str]:
    """Search breadth first from all that was loaded before; map each node to the one it was found from."""
    old = sorted((loads.before & loads.after) | {loads.entry})
    previous = dict.fromkeys(old, "")
    work = deque(old)
    while work:
        node = work.popleft()
        for target in sorted(loads.view.targets(node)):
            if target not in previous:
                previous[target] = node
                work.append(target)
    return previous


def _leaving_edge(previous: Mapping[str, str], node: str) -> tuple[str, str]:
    target, source = node, previous[node]
    while previous[source]:
        target, source = source, previous[source]
    return source, target


def _growth(loads: Loads, previous: Mapping[str, str], edge: tuple[str, str], added: list[str]) -> Growth:
    tails = [_tail(previous, edge[1], node) for node in added]
    head = shortest_chain(loads.view, loads.entry, edge[0]) or (edge[0],)
    return Growth((*head, *min(tails, key=lambda tail: (len(tail), tail))), edge, tuple(sorted(added)))


def _tail(previous: Mapping[str, str], start: str, node: str) -> tuple[str, ...]:
    tail = [node]
    while tail[-1] != start:
        tail.append(previous[tail[-1]])
    return tuple(reversed(tail))
