"""Tell whether an edit of some files changes the edges of these files alone.

The rest of a graph stays as it was where nothing that was asked of the edited modules says anything else now:
neither the names that were asked for, nor what is said of them as a whole, nor what they add to the questions
asked of the whole tree, nor the code that was evaluated, nor the votes on where modules are named from.
Whatever is not known to be the same is refused, with the reason; the graph is then built anew.
"""

import ast
import builtins
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeVar

from importgraph.facts.model import ModuleFacts, Parsed, Scope
from importgraph.graph.edited.additions import names_of
from importgraph.graph.edited.contributions import SomeFacts, World, contribution
from importgraph.graph.edited.packing import KeptGraph
from importgraph.graph.edited.same_code import Known, SameCode, same_code
from importgraph.graph.edited.shapes import (
    Shape,
    body_shape,
    function_shape,
    import_shape,
    name_shape,
    outer_shape,
    relative_shape,
    vote_shape,
    whole_shape,
)
from importgraph.graph.layout.finder import finder_of
from importgraph.graph.layout.votes import Count, may_bind
from importgraph.graph.model import Kind, Module
from importgraph.graph.namespaces import Names
from importgraph.graph.running.policy import GraphPolicy
from importgraph.graph.traces import ModuleTrace

Vote = TypeVar("Vote")


@dataclass(frozen=True)
class Edits:
    """A kept graph and what its edited files say now."""

    kept: KeptGraph
    parsed: Mapping[str, Parsed]
    """By module."""
    texts: Mapping[str, bytes]
    """By module."""
    policy_of: Callable[[World], GraphPolicy]
    """Returns what an evaluation of a tree asks."""

    @cached_property
    def worlds(self) -> tuple[World, World]:
        """The tree before and after."""
        finder = finder_of(self.kept)
        now = {name: one.facts for name, one in self.parsed.items()}

        def world(changed: Mapping[str, ModuleFacts]) -> World:
            facts = SomeFacts(self.kept.facts, changed, tuple(self.parsed))
            return World(self.kept.modules, facts, finder, self.kept.target, self.kept.trace)

        return world({}), world(now)

    def refusal(self) -> str:
        """Return why more than the edges of the edited files may change; empty where nothing else does."""
        if self.kept.package_folders:
            return "a package computes where modules below it are looked for"
        return next((f"{name}: {reason}" for name in self.parsed for reason in self._reasons(name)), "")

    def _reasons(self, name: str) -> Iterator[str]:
        parsed, trace, module = self.parsed[name], self.kept.traced(name), self.kept.modules[name]
        if parsed.broken is not None or parsed.late is not None or module.broken:
            yield "it cannot be read whole"
        elif name in self.kept.trace.failing:
            yield "it fails as a library is missing"
        elif f"{module.path}i" in self.kept.other.compiled:
            yield "a stub stands beside it"
        elif module.path in self.policy.compiled_too:
            yield "something compiled stands for it"
        else:
            yield from self._of_names(name, trace)
            yield from self._of_votes(module, trace)
            yield from self._of_tree(name, trace)
            if trace.text:
                yield from self._of_code(name)

    # -- what others asked ----------------------------------------------------------------------

    def _of_names(self, name: str, trace: ModuleTrace) -> Iterator[str]:
        old, new = (world.resolver.names(name) for world in self.worlds)
        if old is None or new is None:
            yield "it has no text"
            return
        if whole_shape(old.facts, old) != whole_shape(new.facts, new):
            yield "what it says as a whole changed"
        if any("__path__" in path for path in new.facts.path_changes):
            yield "it changes a __path__"
        for one in trace.names:
            if name_shape(old, one) != name_shape(new, one):
                yield f"{one} is asked for and changed"
        if _functions(old, trace.functions) != _functions(new, trace.functions):
            yield "a function that is looked for changed"
        if _bodies(old, trace.followed) != _bodies(new, trace.followed):
            yield "a function changed whose result is followed"
        if trace.ordered and body_shape(old, old.facts.body) != body_shape(new, new.facts.body):
            yield "the order of its statements is asked for"

    def _of_tree(self, name: str, trace: ModuleTrace) -> Iterator[str]:
        old, new = self.worlds
        if contribution(old, name, trace) != contribution(new, name, trace):
            yield "its calls lead elsewhere"
        if name in old.registered or name in new.registered:
            yield "it registers modules by name"
        taken = [tuple(_taken(world, name)) for world in (old, new)]
        if trace.walked and taken[0] != taken[1]:
            yield "its imports decide what is half executed"
        sources = [{source for names in some for source in names[:2]} for some in taken]
        for source in sources[0] ^ sources[1]:
            facts = new.facts.get(source)
            if facts is not None and "f_globals" in facts.hazards:
                yield f"{source} changes the names of who calls it"

    # -- where modules are named from -----------------------------------------------------------

    def _of_votes(self, module: Module, trace: ModuleTrace) -> Iterator[str]:
        old, new = (world.facts[module.name] for world in self.worlds)
        if any(may_bind(old, one) != may_bind(new, one) for one in trace.voted):
            yield "a name that votes on source roots ask for changed"
        if self._scripts & (_dotted(old) ^ _dotted(new)):
            yield "it imports other scripts than before"
        asks = _changed(Counter(vote_shape(old)), Counter(vote_shape(new)))
        relative = _changed(Counter(relative_shape(old)), Counter(relative_shape(new))).total()
        folder = module.path.rpartition("/")[0]
        for base, count in self.kept.trace.counted.items() if asks or relative else ():
            more = sum(number for (name, _), number in asks.items() if name.partition(".")[0] in count.tops)
            more += relative if base == folder else 0
            if more and not _stands(count, more):
                yield f"its imports may move the source root of {base}"

    @cached_property
    def _scripts(self) -> frozenset[str]:
        """The modules that are scripts unless somebody imports them."""
        kinds = {Kind.MODULE, Kind.SCRIPT}
        modules = self.kept.modules.values()
        return frozenset(one.importable_as for one in modules if one.kind in kinds and not one.package)

    # -- what was evaluated ---------------------------------------------------------------------

    @cached_property
    def policies(self) -> tuple[GraphPolicy, GraphPolicy]:
        """What an evaluation of the tree asks, before and after."""
        return self.policy_of(self.worlds[0]), self.policy_of(self.worlds[1])

    @property
    def policy(self) -> GraphPolicy:
        """What an evaluation of the tree of now asks."""
        return self.policies[1]

    @cached_property
    def same(self) -> Mapping[str, SameCode]:
        """By module that was evaluated and says the same, where what was read is now, and what was added."""
        found: dict[str, SameCode] = {}
        for name, text in self.texts.items():
            trace = self.kept.traced(name)
            known = Known(
                frozenset(trace.bodies),
                partial(self.policy.is_outside, importer=name),
                partial(self._is_plain, name),
                "__doc__" in trace.asked,
            )
            same = same_code(trace.whole_text(), text, known) if trace.text else None
            if same is not None:
                found[name] = same
        return found

    def _is_plain(self, module: str, name: str) -> bool:
        """Tell whether a name of a module is built in or taken from outside, before and after."""
        for world in self.worlds:
            names, symbol = world.resolver.names(module), world.resolver.lookup(module, name)
            if names is None or names.stars or names.is_filled:
                return False
            if symbol.kind != "external" if symbol is not None else not hasattr(builtins, name):
                return False
        return True

    def _of_code(self, name: str) -> Iterator[str]:
        same, now = self.same.get(name), self.worlds[1]
        if same is None:
            yield "its evaluated code changed"
        elif same.added or same.removed:
            facts, names = now.facts[name], now.resolver.names(name)
            lists = facts.exports is not None and not facts.exports.exact
            if facts.hazards or lists or names is None or names.stars:
                yield "its evaluated code was added to, and may list its names"
            if name in now.relevance.asking_entry_points:
                yield "its evaluated code was added to, and asks for entry points"
            if name in self.kept.trace.doubtful:
                yield "its evaluated code was added to, and may not run to its end"
            yield from self._of_statements(name, same)

    def _of_statements(self, name: str, same: SameCode) -> Iterator[str]:
        """Refuse statements that do not wait, and that bind what was asked for."""
        for some, policy in zip((same.removed, same.added), self.policies, strict=True):
            if not all(isinstance(one, _IMPORTS) or policy.waits(name, one) for one in some):
                yield "its evaluated code changed, and not all of that waits"
        if not set(names_of(same.removed)).isdisjoint(self.kept.traced(name).asked):
            yield "what an evaluation asked for changed"
        names = names_of((*same.removed, *same.added))
        if any(self.worlds[1].resolver.submodule(name, one) for one in names):
            yield "its evaluated code binds what stands for a module, too"


_IMPORTS = (ast.Import, ast.ImportFrom)


def _functions(names: Names, wanted: tuple[str, ...]) -> list[object]:
    by_name = {function.qualname: function for function in names.facts.functions}
    return [outer_shape(by_name[one]) if one in by_name else None for one in wanted]


def _bodies(names: Names, wanted: tuple[str, ...]) -> list[object]:
    """Return what functions do, those around them included."""
    around = {one.rpartition(".<locals>.")[0] for one in wanted}
    more = {one.rpartition(".<locals>.")[0] for one in around}
    kept = {*wanted, *around, *more}
    return [
        (function_shape(function), body_shape(names, function.body))
        for function in names.facts.functions
        if function.qualname in kept
        or any(function.qualname.startswith(f"{one}.<locals>.") for one in kept if one)
    ]


def _taken(world: World, name: str) -> Iterator[tuple[str, str, Shape]]:
    """Yield the imports of the tree in a body: from which module, which one is imported, what is said."""
    resolver = world.resolver
    names = resolver.names(name)
    for item in world.facts[name].imports:
        source = resolver.module_of(name, item) if item.scope is Scope.MODULE else None
        if source is not None and names is not None:
            inner = resolver.submodule(source, item.name) if item.name else None
            yield source, inner or source, import_shape(names, item)


def _changed(old: "Counter[Vote]", new: "Counter[Vote]") -> "Counter[Vote]":
    return (old - new) + (new - old)


def _dotted(facts: ModuleFacts) -> frozenset[str]:
    """Return the dotted names that the absolute imports of a file ask for, with what stands above them."""
    found: set[str] = set()
    for module, name in vote_shape(facts):
        dotted = f"{module}.{name}" if name and name != "*" else module
        while dotted and dotted not in found:
            found.add(dotted)
            dotted = dotted.rpartition(".")[0]
    return frozenset(found)


def _stands(count: Count, more: int) -> bool:
    """Tell whether a choice stays whatever so many statements vote."""
    sums = {root: near + far for root, near, far in count.votes}
    far = {root: others for root, _, others in count.votes}[count.chosen]
    lead = min(
        (sums[count.chosen] - votes for root, votes in sums.items() if root != count.chosen), default=None
    )
    is_safe = sums[count.chosen] > more and (lead is None or lead > 2 * more)
    return is_safe and (not count.told or far > more)
