"""Whether tests reach what changed, one after the other, what they have in common being searched once.

Whatever a module reaches when it is loaded, every test that loads it reaches, too. So a search from a module
that many tests import answers for all of them where it ends at a change, and where it ends without one, each
of these tests goes on from what it has found.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from importgraph.affected.links import Link
from importgraph.affected.plain_ways import PlainWays
from importgraph.affected.reachability import Reach
from importgraph.affected.search import Search
from importgraph.affected.search_state import Mark
from importgraph.affected.targets import Targets
from importgraph.graph.model import Graph
from importgraph.graph.views import is_function

_MANY = 4
"""So many tests load a module that is searched once for them."""


@dataclass(frozen=True, slots=True)
class Way:
    """How something reaches what changed."""

    links: tuple[Link, ...]
    cause: str
    """The path of the change."""


@dataclass(frozen=True, slots=True)
class _Base:
    """A search that ended without a change."""

    search: Search
    end: Mark


class SharedWays:
    """Finds ways from the tests of one tree to what changed in it.

    Args:
        reach: What tests can run.
        targets: What changed.
    """

    def __init__(self, reach: Reach, targets: Targets) -> None:
        self._reach = reach
        self._targets = targets
        self._plain = PlainWays(reach.graph, reach.module_links, reach.texts.__contains__)
        self._ends: dict[str, Way] = {}
        """By module what is known to be reached from it, for those that plain ways end at."""
        self._bases: dict[str, _Base] = {}
        for module, path in targets.modules.items():
            self._ends[module] = Way((), path)
        for node, path in targets.units.items():
            links = tuple(self._run_by_loading(node))
            if links or ":" not in node:
                self._ends.setdefault(node.partition(":")[0], Way(links, path))
        self._plain.add(self._ends)

    @property
    def ends(self) -> Mapping[str, str]:
        """The modules that are known to reach a change, each with nothing: no search goes beyond one."""
        return self._plain.ends

    def plain(self, module: str, only: str | None = None) -> Way | None:
        """Return the way that loading a module makes for sure; None where none is known.

        Args:
            module: The module.
            only: Of this test file, one test alone is run (a qualified name).
        """
        if module not in self._plain or (only is not None and self._differs_inside(module)):
            return None
        links = self._plain.way(module)
        end = self._ends[links[-1].target if links else module]
        return replace(end, links=(*links, *end.links))

    def share(self, tests: Iterable[str]) -> None:
        """Search from the modules that many of some tests load."""
        loading: dict[str, list[str]] = defaultdict(list)
        for test in tests:
            for name in self._reach.module_links.loaded_with(test):
                loading[name].append(test)
        for name in sorted(loading, key=lambda one: (-len(loading[one]), one)):
            left = sum(test not in self._plain for test in loading[name])
            if left >= _MANY and name not in self._plain and not self._is_passed(name):
                self._search_from(name)

    def search(self, test: str, only: str | None) -> Way | None:
        """Search from a test file, or from one test of it; None where nothing is reached that changed."""
        if only is not None and self._differs_inside(test):
            alone = Search(self._reach, self._targets)
            alone.test, alone.only = test, only
            return self._way_of(alone, test)
        loads = {link.target: link for link in reversed([*self._plain.leaving(test)])}
        usable = [name for name in loads.keys() & self._bases.keys() if not self._passes(name, test)]
        if not usable:
            fresh = self._new_search()
            fresh.test, fresh.only = test, only
            return self._way_of(fresh, test)
        root = max(usable, key=lambda one: (len(self._bases[one].search.found.loaded), one))
        base, link = self._bases[root], loads[root]
        search = base.search
        search.test, search.only, search.targets = test, only, self._stops
        search.found.loaded[root] = (test, link.line, link.reason)
        try:
            return self._way_of(search, test)
        finally:
            search.back_to(base.end)
            search.test, search.only = "", None
            search.found.loaded[root] = None

    def _differs_inside(self, test: str) -> bool:
        """Tell whether functions of a test file changed: what running all of it reaches, one test may not."""
        return test in self._targets.homes and test not in self._targets.modules

    # -- what is shared -----------------------------------------------------------------------------

    def _passes(self, root: str, module: str) -> bool:
        return module in self._bases[root].search.found.loaded

    def _is_passed(self, module: str) -> bool:
        """Tell whether all that a module reaches was found already, without a change."""
        return any(self._passes(root, module) for root in self._bases)

    def _search_from(self, module: str) -> None:
        search = self._new_search()
        try:
            way = self._way_of(search, module)
        except Exception:  # noqa: BLE001 -- each test that loads it meets the same failure, and says so
            return
        if way is None:
            self._bases[module] = _Base(search, search.mark())
        else:
            self._ends[module] = way
            self._plain.add((module,))

    @property
    def _stops(self) -> Targets:
        """The targets, and all modules that are known to reach one."""
        return replace(self._targets, modules=self.ends)

    def _new_search(self) -> Search:
        return Search(self._reach, self._stops)

    def _way_of(self, search: Search, start: str) -> Way | None:
        found = search.run(start)
        if found.hit is None:
            return None
        links = tuple(links_to(self._reach.graph, found.chain(found.hit)))
        rest = self.plain(found.hit) if found.hit in search.targets.modules else None
        if rest is None:
            return Way(links, self._targets.cause(found.hit))
        return replace(rest, links=(*links, *rest.links))

    # -- units that loading reaches -----------------------------------------------------------------

    def _run_by_loading(self, node: str) -> Iterator[Link]:
        """Yield the links from a module to a function or class that is reached as soon as it is loaded."""
        reach = self._reach
        module = node.partition(":")[0]
        home = reach.home(node)
        if module == node or module not in reach.texts or not self._is_known(node):
            return
        steps = [node] if home == module else [home, node]
        if all(self._is_known(one) and reach.always(one) for one in steps):
            for source, one in zip((module, *steps), steps, strict=False):
                yield Link(source, one, reach.graph.modules[module].path, None, "may be called from outside")

    def _is_known(self, node: str) -> bool:
        lookup = self._reach.lookup
        return lookup.has(node) if is_function(node) else lookup.class_text(node) is not None


def links_to(graph: Graph, chain: Iterable[tuple[str, tuple[str, int | None, str]]]) -> Iterator[Link]:
    """Yield the links of a chain that a search has found."""
    for node, (source, line, reason) in chain:
        yield Link(source, node, graph.modules[source.partition(":")[0]].path, line, reason)
