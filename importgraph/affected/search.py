"""What one test can run: modules it loads, and functions it may call, found forwards from its text.

A function may be called if its module is loaded and its name is used: by its own name where that is bound to
it, and by any attribute or word of a string of that name where the receiver is unknown. A method needs, too,
that its class or a subclass is used. Rapid type analysis (Bacon, Sweeney 1996) with names in place of types.
"""

import re
from collections.abc import Callable, Iterable

from importgraph.affected.groups import Group, Place, short_name
from importgraph.affected.module_names import UNKNOWN
from importgraph.affected.reachability import Reach, Uses, Why
from importgraph.affected.search_state import SearchState
from importgraph.affected.targets import Reached, Targets
from importgraph.graph.views import is_function

WIDENED = "widened"
_TEST = re.compile("test|Test")


def search(world: Reach, test: str, targets: Targets | None = None, only: str | None = None) -> Reached:
    """Return what a test file can run.

    Args:
        world: The tree.
        test: The module of the file.
        targets: Stop as soon as one of these is reached; None goes through to the end.
        only: Of the tests in the file, run this one alone (a qualified name); None runs all.
    """
    one = Search(world, targets or Targets())
    one.test, one.only = test, only
    return one.run(test)


class _Hit(Exception):  # noqa: N818 -- no error: it ends a search
    """A target was reached."""

    def __init__(self, node: str) -> None:
        super().__init__(node)
        self.node = node


class Search(SearchState):
    """One search, or several one after the other that start from what the first has found."""

    def run(self, start: str) -> Reached:
        """Go on from a module until a target is reached or nothing is left to do."""
        try:
            self._load(start, None)
            while self.work:
                self._step(self.work.popleft())
        except _Hit as hit:
            self.found.hit = hit.node
        if self.found.hit is None and self.found.reads_source:
            self.found.hit = min(self.targets.homes & self.found.loaded.keys(), default=None)
        return self.found

    # -- what is there ------------------------------------------------------------------------------

    def _load(self, module: str, why: Why | None) -> None:
        if module in self.found.loaded:
            return
        self.found.loaded[module] = why
        if module in self.targets.modules:
            raise _Hit(module)
        if module not in self.world.texts:
            return
        self._execute(module, why)
        self._offer_all(self.world.group(module))

    def _offer_all(self, group: Group) -> None:
        """Note that the functions and classes of a module, or the methods of a class, are there."""
        home = group.home
        if home.partition(":")[0] == self.test:
            for node in group.nodes:
                self._offer(node, home)
            return
        places = self.places[home] = [(0, self.count)]
        for number in self._asked(group):
            start, first = places[-1]
            self.count = first + number - start
            self._reach_in(group, number)
            places.append((number + 1, self.count))
        start, first = places[-1]
        self.count = first + len(group.nodes) - start

    def _reach_in(self, group: Group, number: int) -> None:
        """Reach a node that came with a group and is asked for."""
        node, name = group.nodes[number], group.names[number]
        why = self.wanted.get(node) or self.names.get(name)
        if why is None and number in self.world.always_in(group):
            why = (group.home, None, "may be called from outside")
        why = why or self.everything or self._fitting(name)
        if why is not None:
            self._reached(node, why)

    def _asked(self, group: Group) -> Iterable[int]:
        """Return which nodes of a group are reached as soon as they are there, in order."""
        if self.everything is not None:
            return range(len(group.nodes))
        found = set(self.world.always_in(group))
        found.update(group.by_node[node] for node in group.by_node.keys() & self.wanted.keys())
        for name in group.by_name.keys() & self.names.keys():
            found.update(group.by_name[name])
        if self.guessing is not None:
            found.update(self.world.unsaid_in(group))
        for pattern in self.patterns:
            found.update(group.fitting(pattern))
        return sorted(found)

    def _offer(self, node: str, home: str) -> None:
        """Note that a function or class of the test file is there, and reach it if somebody asked for it."""
        if node in self.there:
            return
        self.there[node] = None
        self.count += 1
        if self._is_left_out(node):
            return
        name = short_name(node)
        if self.only is None or self._is_chosen(node):
            self._reached(node, (home, None, "part of the test file"))
        elif (why := self.wanted.get(node) or self.names.get(name)) is not None:
            self._reached(node, why)
        elif self.world.always(node) and not self._holds_tests(node):
            self._reached(node, (home, None, "may be called from outside"))
        elif (why := self.everything or self._fitting(name)) is not None:
            self._reached(node, why)
        else:
            self.waiting[name].append((self.count, node))

    def _fitting(self, name: str) -> Why | None:
        if self.guessing is not None and not self.world.texts.uses_word(name):
            return self.guessing
        return next((why for pattern, why in self.patterns.items() if re.fullmatch(pattern, name)), None)

    def _is_chosen(self, node: str) -> bool:
        qualname = node.partition(":")[2].removesuffix("()")
        return self.only == qualname or (self.only or "").startswith(f"{qualname}.")

    def _is_left_out(self, node: str) -> bool:
        """Tell whether a node of the test file is another test than the one that is looked at."""
        is_test = is_function(node) and _TEST.match(short_name(node)) is not None
        return self.only is not None and is_test and not self._is_chosen(node)

    def _holds_tests(self, node: str) -> bool:
        """Tell whether a class has test methods: one that no test in view uses is not set up."""
        return any(_TEST.match(name) for name in self.world.lookup.methods(node))

    def _is_there(self, node: str) -> bool:
        return node in self.there or self.world.home(node) in self.places

    # -- what is reached ----------------------------------------------------------------------------

    def _execute(self, node: str, why: Why | None) -> None:
        """Run a body or function."""
        if node not in self.found.run:
            self.found.run[node] = why
            if node in self.targets.units:
                raise _Hit(node)
            self.work.append(node)

    def _reached(self, node: str, why: Why) -> None:
        if is_function(node):
            self._execute(node, why)
            return
        is_test = self.only is None and node.partition(":")[0] == self.test
        self._use_class(node, why, whole=is_test)
        for one in self.world.lookup.ancestors(node):
            if one not in {UNKNOWN, node}:
                self._use_class(one, (node, None, "base class"), whole=is_test)

    def _use_class(self, node: str, why: Why, *, whole: bool) -> None:
        """Offer the methods of a class that may have instances; of a test class all may run."""
        if node in self.found.used and not whole:
            return
        self.found.used.setdefault(node, why)
        if node in self.targets.units:
            raise _Hit(node)
        if whole:
            for method in self.world.lookup.methods(node).values():
                self.there[method] = None
                self._execute(method, (node, None, "method of a test class"))
        else:
            self._offer_all(self.world.group(node))

    # -- what running leads to ----------------------------------------------------------------------

    def _step(self, node: str) -> None:
        for module, target, why in self.world.links(node):
            if module not in self.found.loaded:
                self._load(module, why)
            self._want(target, why)
        uses = self.world.uses(node)
        for target, line in uses.nodes.items():
            if target not in self.wanted:
                self._want(target, (node, line, "uses"))
        for name, line in uses.names.items():
            if name not in self.names:
                self.names[name] = why = (node, line, "uses")
                self._reach_all(self._named(name), why)
        self._widen(node, uses)
        self.found.reads_source = self.found.reads_source or uses.reads_source

    def _widen(self, node: str, uses: Uses) -> None:
        """Reach what may be asked for by names that text does not say."""
        for pattern, line in uses.patterns.items():
            if pattern not in self.patterns:
                self.patterns[pattern] = why = (node, line, f"{WIDENED}: any name like {_shown(pattern)}")
                self._reach_all(self._left(self.world.fitting(pattern), re.compile(pattern).fullmatch), why)
        if uses.lists and self.everything is None:
            what, line = uses.lists[0]
            self.everything = (node, line, f"{WIDENED}: {what} may reach any name")
            self._reach_all(self._left(self.world.everything, lambda _: True), self.everything)
        if uses.computed is not None and self.guessing is None:
            self.guessing = (node, uses.computed, f"{WIDENED}: a computed name may be one that no text has")
            left = self._left(self.world.unsaid, lambda name: not self.world.texts.uses_word(name))
            self._reach_all(left, self.guessing)

    def _want(self, node: str, why: Why) -> None:
        self.wanted.setdefault(node, why)
        if node in self.world.graph.modules:
            self._load(node, why)
        elif node not in self.found.run and self._is_there(node) and not self._is_left_out(node):
            self._reached(node, why)

    def _reach_all(self, nodes: Iterable[str], why: Why) -> None:
        for node in nodes:
            self._reached(node, why)

    def _named(self, name: str) -> list[str]:
        """Return the nodes of a name that are there, in the order they came."""
        found = self.waiting.pop(name, [])
        for group, number in self.world.by_name.get(name, ()):
            places = self.places.get(group.home)
            if places is not None:
                found.append((_number(places, number), group.nodes[number]))
        found.sort()
        return [node for _, node in found]

    def _left(self, nodes: Iterable[Place], fits: Callable[[str], object]) -> list[str]:
        """Return the nodes that are there and have names that fit, those of a name together.

        Args:
            nodes: All of the tree that fit.
            fits: Tells it for names in the test file.
        """
        found = [(some[0][0], name) for name, some in self.waiting.items() if fits(name)]
        for group, number in nodes:
            places = self.places.get(group.home)
            if places is not None and number not in self.world.always_in(group):
                found.append((_number(places, number), short_name(group.nodes[number])))
        found.sort()
        names = dict.fromkeys(name for _, name in found)
        return [node for name in names if name not in self.names for node in self._named(name)]


def _number(places: list[tuple[int, int]], number: int) -> int:
    """Return the number among all of a node of a group."""
    for start, first in reversed(places):
        if number >= start:
            return first + number - start
    raise AssertionError(places)


def _shown(pattern: str) -> str:
    return pattern.replace(r"\w*", "…").replace("\\", "")
