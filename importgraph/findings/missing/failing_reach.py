"""Who reaches a module: whether it is live, and what fails together with it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from importgraph.facts.model import Origin
from importgraph.findings.entry_points import TESTS, entry_points, tests_of
from importgraph.findings.start_modules import is_aside
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import importing_node, runs_with_body
from importgraph.names import ancestors, top_level
from importgraph.snapshot import Snapshot

_PACKAGES = {"distributed package", "top-level package"}
"""Reasons of entry points that are packages for others to import."""


class FailingReach:
    """Answers for one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._graph = snapshot.graph
        self._tests = frozenset(name for name in tests_of(snapshot) if self._is_collected(name))
        self._entries = {entry.module: entry.title for entry in entry_points(snapshot) if entry.node != TESTS}

    @cached_property
    def live(self) -> frozenset[str]:
        """The modules that an entry point or a test file reaches through any import, in functions too.

        What the project ships can be imported by others, so every module of it counts as reached.
        """
        following: dict[str, set[str]] = defaultdict(set)
        for edge in self._graph.imports:
            if not edge.external and edge.origin is not Origin.MOCK:
                following[edge.importer].add(edge.imported)
        for name in self._graph.modules:
            following[name].update(above for above in ancestors(name) if "/" not in name)
        return reached(following, [*self._tests, *self._entries, *self._shipped()])

    def _shipped(self) -> Iterator[str]:
        packages = {one.module for one in entry_points(self._snapshot) if one.reason in _PACKAGES}
        for module in self._graph.modules.values():
            if top_level(module.name) in packages and not is_aside(module.path):
                yield module.name

    def broken_by(self, edge: ImportEdge) -> tuple[frozenset[str], frozenset[str]]:
        """Return the test files and the entry points whose import runs a statement that fails.

        Nothing is broken by a statement in a function that no import runs, or whose error is caught.
        """
        if edge.importer not in self._graph.modules:
            return frozenset(), frozenset()  # a notebook, which nothing imports
        node = importing_node(self._graph, edge)
        runs = runs_with_body(edge) and (edge.function < 0 or node in self._preceding)
        if not runs or edge.tried or edge.conditional:
            return frozenset(), frozenset()
        if node not in self._known:
            self._known[node] = reached(self._preceding, [node])
        above = self._known[node]
        entries = frozenset(title for module, title in self._entries.items() if module in above)
        return self._tests & above, entries

    @cached_property
    def _known(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def _preceding(self) -> Mapping[str, set[str]]:
        """By node of the runtime view, the nodes that run it."""
        found: dict[str, set[str]] = defaultdict(set)
        for source, arcs in self._snapshot.runtime.arcs.items():
            for arc in arcs:
                found[arc.target].add(source)
        return found

    def _is_collected(self, test: str) -> bool:
        folders = self._graph.test_folders
        path = self._graph.modules[test].path
        return not folders or any(path == place or path.startswith(f"{place}/") for place in folders)

    def path(self, module: str) -> str:
        """Return the file of a module."""
        return self._graph.modules[module].path


def reached(following: Mapping[str, Iterable[str]], starts: Iterable[str]) -> frozenset[str]:
    """Return all nodes that some nodes lead to, themselves included."""
    found: set[str] = set()
    stack = list(starts)
    while stack:
        node = stack.pop()
        if node not in found:
            found.add(node)
            stack.extend(following.get(node, ()))
    return frozenset(found)
