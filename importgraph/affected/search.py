"""What one test can run: modules it loads, and functions it may call, found forwards from its text.

A function may be called if its module is loaded and its name is used: by its own name where that is bound to
it, and by any attribute or word of a string of that name where the receiver is unknown. A method needs, too,
that its class or a subclass is used. Rapid type analysis (Bacon, Sweeney 1996) with names in place of types.
"""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from importgraph.affected.name_lookup import UNKNOWN
from importgraph.affected.reachability import Reach
from importgraph.graph.views import is_function

WIDENED = "widened"
_TEST = re.compile("test|Test")

Why = tuple[str, int | None, str]
"""What led to a node: the node before it, the line there, and the reason."""


@dataclass(slots=True)
class Reached:
    """What one test can run, each with the link that leads there."""

    loaded: dict[str, Why | None] = field(default_factory=dict)
    run: dict[str, Why | None] = field(default_factory=dict)
    """Bodies (by module) and functions."""
    used: dict[str, Why | None] = field(default_factory=dict)
    """Classes."""
    reads_source: bool = False
    hit: str | None = None
    """The target that was reached first."""

    def chain(self, node: str) -> tuple[tuple[str, "Why"], ...]:
        """Return how a node was reached: from the test on, each node with why it was reached."""
        steps: list[tuple[str, Why]] = []
        seen = set()
        while node not in seen:
            seen.add(node)
            why = self.loaded.get(node) or self.run.get(node) or self.used.get(node)
            if why is None:
                break
            steps.append((node, why))
            node = why[0]
        return tuple(reversed(steps))


@dataclass(frozen=True, slots=True)
class Targets:
    """What changed, each with the path of the change: reaching any of it ends a search."""

    modules: Mapping[str, str] = field(default_factory=dict)
    """Reached when loaded."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Bodies and functions that are reached when they run, classes that are reached when they are used."""
    homes: Mapping[str, str] = field(default_factory=dict)
    """All changed modules: reached when loaded by a test that reads source text."""

    def cause(self, node: str) -> str:
        """Return the path of the change that a node stands for."""
        return self.modules.get(node) or self.units.get(node) or self.homes[node]


def search(world: Reach, test: str, targets: Targets | None = None, only: str | None = None) -> Reached:
    """Return what a test file can run.

    Args:
        world: The tree.
        test: The module of the file.
        targets: Stop as soon as one of these is reached; None goes through to the end.
        only: Of the tests in the file, run this one alone (a qualified name); None runs all.
    """
    return _Search(world, test, only, targets or Targets()).run()


class _Search:
    """The state of one search.

    A function or class is *there* when its module is loaded (for a method: when a class that has it is used,
    too), and is reached when it is there and somebody asks for it.
    """

    def __init__(self, world: Reach, test: str, only: str | None, targets: Targets) -> None:
        self.world = world
        self.test = test
        self.only = only
        self.targets = targets
        self.found = Reached()
        self.work: deque[str] = deque()
        self.there: set[str] = set()
        self.wanted: dict[str, Why] = {}
        self.names: dict[str, Why] = {}
        self.patterns: dict[str, Why] = {}
        self.waiting: dict[str, list[str]] = defaultdict(list)
        self.everything: Why | None = None
        self.guessing: Why | None = None
        """The place that asks for a computed name, which text may not say anywhere."""

    def run(self) -> Reached:
        self.load(self.test, None)
        while self.work and self.found.hit is None:
            self.step(self.work.popleft())
        if self.found.hit is None and self.found.reads_source:
            self.found.hit = min(self.targets.homes & self.found.loaded.keys(), default=None)
        return self.found

    # -- what is there ------------------------------------------------------------------------------

    def load(self, module: str, why: Why | None) -> None:
        if module in self.found.loaded:
            return
        self.found.loaded[module] = why
        if module in self.targets.modules:
            self.found.hit = self.found.hit or module
        if module not in self.world.texts:
            return
        self.execute(module, why)
        for node in self.world.members(module):
            self.offer(node, module)

    def offer(self, node: str, home: str) -> None:
        """Note that a function or class is there, and reach it if somebody asked for it before."""
        if node in self.there:
            return
        self.there.add(node)
        name = short_name(node)
        is_own = node.partition(":")[0] == self.test
        if is_own and self._is_left_out(node):
            return
        if is_own and (self.only is None or self._is_chosen(node)):
            self.reached(node, (home, None, "part of the test file"))
        elif (why := self.wanted.get(node) or self.names.get(name)) is not None:
            self.reached(node, why)
        elif self.world.always(node) and not (is_own and self._holds_tests(node)):
            self.reached(node, (home, None, "may be called from outside"))
        elif (why := self.everything or self._fitting(name)) is not None:
            self.reached(node, why)
        else:
            self.waiting[name].append(node)

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

    # -- what is reached ----------------------------------------------------------------------------

    def execute(self, node: str, why: Why | None) -> None:
        """Run a body or function."""
        if node not in self.found.run:
            self.found.run[node] = why
            if node in self.targets.units:
                self.found.hit = self.found.hit or node
            self.work.append(node)

    def reached(self, node: str, why: Why) -> None:
        if is_function(node):
            self.execute(node, why)
            return
        is_test = self.only is None and node.partition(":")[0] == self.test
        self.use_class(node, why, whole=is_test)
        for one in self.world.lookup.ancestors(node):
            if one not in {UNKNOWN, node}:
                self.use_class(one, (node, None, "base class"), whole=is_test)

    def use_class(self, node: str, why: Why, *, whole: bool) -> None:
        """Offer the methods of a class that may have instances; of a test class all may run."""
        if node in self.found.used and not whole:
            return
        if node in self.targets.units:
            self.found.hit = self.found.hit or node
        self.found.used.setdefault(node, why)
        for method in self.world.lookup.methods(node).values():
            if whole:
                self.there.add(method)
                self.execute(method, (node, None, "method of a test class"))
            else:
                self.offer(method, node)

    # -- what running leads to ----------------------------------------------------------------------

    def step(self, node: str) -> None:
        for link in self.world.links.get(node, ()):
            why = (node, link.line, link.reason)
            self.load(link.target.partition(":")[0], why)
            self.want(link.target, why)
        uses = self.world.uses(node)
        for target, line in uses.nodes.items():
            if target not in self.wanted:
                self.want(target, (node, line, "uses"))
        for name, line in uses.names.items():
            if name not in self.names:
                self.names[name] = why = (node, line, "uses")
                self._ask_all((name,), why)
        for pattern, line in uses.patterns.items():
            if pattern not in self.patterns:
                self.patterns[pattern] = why = (node, line, f"{WIDENED}: any name like {_shown(pattern)}")
                self._ask_all([name for name in self.waiting if re.fullmatch(pattern, name)], why)
        if uses.lists and self.everything is None:
            what, line = uses.lists[0]
            self.everything = (node, line, f"{WIDENED}: {what} may reach any name")
            self._ask_all(list(self.waiting), self.everything)
        if uses.computed is not None and self.guessing is None:
            self.guessing = (node, uses.computed, f"{WIDENED}: a computed name may be one that no text has")
            self._ask_all([one for one in self.waiting if not self.world.texts.uses_word(one)], self.guessing)
        self.found.reads_source = self.found.reads_source or uses.reads_source

    def want(self, node: str, why: Why) -> None:
        self.wanted.setdefault(node, why)
        if node in self.world.graph.modules:
            self.load(node, why)
        elif node in self.there and node not in self.found.run and not self._is_left_out(node):
            self.reached(node, why)

    def _ask_all(self, names: Iterable[str], why: Why) -> None:
        for name in names:
            for node in self.waiting.pop(name, ()):
                self.reached(node, why)


@cache
def short_name(node: str) -> str:
    """Return the name of a function or class without what is around it."""
    return node.removesuffix("()").rpartition(":")[2].rpartition(".")[2]


def _shown(pattern: str) -> str:
    return pattern.replace(r"\w*", "…").replace("\\", "")
