"""What one module adds to the questions that are asked of a whole tree: which functions lead to imports.

A tree with some modules changed is looked at twice, as it was and as it is, and only these modules are looked
through; whatever they add that is the same both times leaves the answers for the tree as they were. Each pass
of `relevance`, `answers`, `registries` and `calls` that looks through all modules has its part here
(`tests/graph/test_local_edits.py` counts them).
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from importgraph.facts.model import ModuleFacts
from importgraph.graph.calls import CallFinder, Place
from importgraph.graph.layout.finder import Finder
from importgraph.graph.model import Module, Target
from importgraph.graph.resolve import Resolver
from importgraph.graph.running.answers import ANSWERING, Answers
from importgraph.graph.running.registries import importing_methods, literal_calls, registry_classes
from importgraph.graph.running.relevance import Relevance
from importgraph.graph.traces import ModuleTrace, Named, Trace

Part = tuple[Any, ...]


class SomeFacts(Mapping[str, ModuleFacts]):
    """The facts of all modules, of which only some are looked through."""

    def __init__(
        self,
        known: Mapping[str, ModuleFacts],
        changed: Mapping[str, ModuleFacts],
        some: Collection[str],
    ) -> None:
        """Take the facts as they were kept, those that changed, and the modules that are looked through."""
        self._known = known
        self._changed = changed
        self._some = some

    def __getitem__(self, name: str) -> ModuleFacts:
        """Return the facts of any module."""
        return self._changed[name] if name in self._changed else self._known[name]

    def __iter__(self) -> Iterator[str]:
        """Yield those that are looked through."""
        return iter(self._some)

    def __len__(self) -> int:
        """Return how many are looked through."""
        return len(self._some)

    def __contains__(self, name: object) -> bool:
        """Tell whether there are facts of a module."""
        return name in self._known


class World:
    """A tree at one moment."""

    def __init__(
        self, modules: Mapping[str, Module], facts: SomeFacts, finder: Finder, target: Target, whole: Trace
    ) -> None:
        """Take what resolves names, and what was asked of the whole tree when its graph was built."""
        self.facts = facts
        self.resolver = Resolver(modules, facts, finder, target)
        vars(self.resolver)["opened"] = frozenset(whole.opened)
        self.finder = CallFinder(self.resolver)
        self.relevance = Relevance(self.finder)
        asked = Answers(self.finder, frozenset())
        vars(asked).update(modules=frozenset(whole.may_answer), objects=frozenset(whole.objects[1]))
        vars(self.relevance)["answers"] = asked
        first = Answers(self.finder, frozenset())
        vars(first).update(modules=frozenset(whole.may_answer), objects=frozenset(whole.objects[0]))
        self.leading = frozenset(self.relevance.importing()) | frozenset(first.asking_functions())
        self.own_answers = tuple(Answers(self.finder, self._places(named)) for named in whole.answering)
        self.importing = importing_methods(self.resolver)
        self.registries = frozenset(whole.registries) | registry_classes(self.resolver)
        self.registered = tuple(self._registered())

    def _places(self, named: Collection[Named]) -> frozenset[Place]:
        wanted = set(named)
        modules = {module for module, _ in wanted}
        return frozenset(
            Place(module, index)
            for module in modules
            for index, function in enumerate(self.facts[module].functions)
            if (module, function.qualname) in wanted
        )

    def _registered(self) -> Iterator[str]:
        """Yield the modules that give literal names to registries."""
        for place, step in literal_calls(self.resolver) if self.registries else ():
            value = self.finder.evaluate(place, step.name)
            if value is not None and value.symbol.kind == "function":
                owner = value.symbol.name.rpartition(".")[0]
                if (value.symbol.module, owner) in self.registries:
                    yield place.module

    def named(self, place: Place) -> Named:
        """Return a function by its names."""
        if place.function < 0:
            return place.module, ""
        return place.module, self.facts[place.module].functions[place.function].qualname


class Contribution(NamedTuple):
    """What a module adds; equal for two texts that add the same."""

    calls: dict[str, Part]
    """By function that may run, empty for the body: whom it calls, whether it imports or asks objects."""
    run: dict[str, Part]
    """By function that runs at import as facts tell, whom it runs then."""
    leading: frozenset[str]
    """Functions that import or ask, where it matters whether or not they are called."""
    importing: frozenset[Named]
    flags: Part
    answers: Part


def contribution(world: World, module: str, trace: ModuleTrace) -> Contribution:
    """Return what a module adds to what is known of a tree.

    Args:
        world: The tree.
        module: One of the modules that are looked through.
        trace: What was asked of it when the graph was built.
    """
    facts, relevance = world.facts[module], world.relevance
    implicit = {world.named(place)[1] for place in relevance.implicit() if place.module == module}
    reached = {"", *trace.reached, *implicit}
    asks = tuple(frozenset(one for one in some.objects if one[0] == module) for some in world.own_answers)
    return Contribution(
        _parts(world, module, reached, _calls_of),
        _parts(world, module, {"", *trace.run}, _run_by),
        _leading(world, module, is_read=bool(trace.text)),
        frozenset(one for one in world.importing if one[0] == module),
        (
            relevance.is_undecided(facts),
            bool(relevance.asking_lines(module)),
            module in relevance.asking_entry_points,
        ),
        (module in world.own_answers[0].modules, asks),
    )


def _parts(world: World, module: str, wanted: Collection[str], part: "Any") -> dict[str, Part]:
    """Return by qualified name what functions add; those of one name in their order, silent ones left out."""
    found: dict[str, Part] = {}
    places = [(Place(module), "")]
    places += [(Place(module, n), one.qualname) for n, one in enumerate(world.facts[module].functions)]
    for place, qualname in places:
        added = part(world, place) if qualname in wanted else ()
        if added:
            found[qualname] = (*found.get(qualname, ()), added)
    return found


def _calls_of(world: World, place: Place) -> Part:
    run_by = world.finder.run_by
    called = [world.named(callee) for step in world.relevance.steps(place) for callee in run_by(place, step)]
    leads = place in world.leading
    return (leads, *called) if called or leads else ()


def _run_by(world: World, place: Place) -> Part:
    return tuple(world.named(callee) for callee, _ in world.finder.calls(place))


def _leading(world: World, module: str, *, is_read: bool) -> frozenset[str]:
    named = (world.named(place)[1] for place in world.leading if place.module == module)
    return frozenset(name for name in named if is_read or name.rpartition(".")[2] in ANSWERING)
