"""What a graph depended on, module by module: so that a later edit can be seen to change nothing else."""

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from msgspec import Struct

from importgraph.graph.answers import ANSWERING, Answers
from importgraph.graph.calls import Place
from importgraph.graph.layout import Layout
from importgraph.graph.nearness import Limits
from importgraph.graph.policy import GraphPolicy
from importgraph.graph.registries import registry_classes
from importgraph.graph.relevance import Relevance
from importgraph.graph.resolve import Resolver
from importgraph.graph.votes import Count

Named = tuple[str, str]
"""A module and a qualified name in it."""


class ModuleTrace(Struct, frozen=True, array_like=True, gc=False, omit_defaults=True):
    """What was asked of one module."""

    names: tuple[str, ...] = ()
    """Names that others or itself asked for, whether or not it binds them, sorted."""
    functions: tuple[str, ...] = ()
    """Functions that were looked for, by qualified names, sorted."""
    reached: tuple[str, ...] = ()
    """Functions whose calls were followed, sorted."""
    followed: tuple[str, ...] = ()
    """Functions whose bodies said what they return or set, sorted."""
    run: tuple[str, ...] = ()
    """Functions that some module runs at import as far as facts tell, sorted."""
    voted: tuple[str, ...] = ()
    """Names that votes on source roots asked for, sorted."""
    walked: bool = False
    """Its imports were followed to see whether a package is half executed."""
    ordered: bool = False
    """The order of its statements was asked."""
    text: bytes = b""
    """Its text, compressed, where an evaluation read it."""
    bodies: tuple[int, ...] = ()
    """The lines of the functions of which an evaluation read the bodies, sorted."""

    def whole_text(self) -> bytes:
        """Return the text that was evaluated."""
        return zlib.decompress(self.text)


class Trace(Struct, frozen=True, array_like=True, gc=False):
    """What was asked of a tree as a whole."""

    counted: dict[str, Count]
    failing: tuple[str, ...]
    opened: tuple[str, ...]
    """Modules whose `__path__` is changed."""
    may_answer: tuple[str, ...]
    """Modules that may answer for names they do not bind."""
    answering: tuple[tuple[Named, ...], tuple[Named, ...]]
    """Methods that answer for attributes and lead to an import, without and with those that ask objects."""
    objects: tuple[tuple[Named, ...], tuple[Named, ...]]
    """Names bound to objects of their classes, the same twice."""
    registries: tuple[Named, ...]
    """Classes with methods that import computed names."""
    room: int
    """Steps that may be added to what was evaluated, and no limit is reached that was not."""
    tight: tuple[str, ...]
    """Modules whose bodies ran in an evaluation that reached a limit."""
    doubtful: tuple[str, ...]
    """Modules whose bodies may have been left before their end."""


@dataclass(frozen=True, slots=True)
class Traced:
    """What was asked of a tree, and of each of its modules."""

    whole: Trace
    module: Callable[[str], ModuleTrace]
    """Writes down what was asked of a module that has facts; it may fail as a file cannot be read again."""


def trace(
    layout: Layout,
    relevance: Relevance,
    policy: GraphPolicy,
    run_at_import: Iterable[str],
    limits: Limits,
) -> Traced:
    """Write down what building a graph asked.

    Args:
        layout: The modules and what the votes on their roots were.
        relevance: Which functions and modules may lead to imports.
        policy: What the evaluation read.
        run_at_import: The nodes of the functions that facts show to run at import.
        limits: How near the evaluation came to its limits.
    """
    resolver = relevance.resolver
    first, last = relevance.first_answers, relevance.answers
    whole = Trace(
        layout.votes.counted,
        tuple(sorted(policy.failing)),
        tuple(sorted(resolver.opened)),
        tuple(sorted(last.modules)),
        (_answering(resolver, first), _answering(resolver, last)),
        (tuple(sorted(first.objects)), tuple(sorted(last.objects))),
        tuple(sorted(registry_classes(resolver))),
        limits.room,
        tuple(sorted(limits.tight)),
        tuple(sorted(limits.doubtful)),
    )
    recorder, votes = _Recorder(relevance, policy, run_at_import), layout.votes.asked

    def module(name: str) -> ModuleTrace:
        voted = votes.get(layout.modules[name].path, ())
        return recorder.of(name, voted)

    return Traced(whole, module)


def _answering(resolver: Resolver, answers: Answers) -> tuple[Named, ...]:
    functions = (place for place in answers.leading if place.function >= 0)
    named = (_named(resolver, place) for place in functions)
    return tuple(sorted((m, q) for m, q in named if q.rpartition(".")[2] in ANSWERING))


def _named(resolver: Resolver, place: Place) -> Named:
    return place.module, resolver.facts[place.module].functions[place.function].qualname


def _by_module(resolver: Resolver, places: Iterable[Place]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    for place in places:
        if place.function >= 0:
            module, qualname = _named(resolver, place)
            found[module].add(qualname)
    return {module: tuple(sorted(names)) for module, names in found.items()}


class _Recorder:
    """Collects what was asked of each module."""

    def __init__(self, relevance: Relevance, policy: GraphPolicy, run_at_import: Iterable[str]) -> None:
        finder, resolver = relevance.finder, relevance.resolver
        self.finder, self.resolver = finder, resolver
        self.reached = _by_module(resolver, relevance.reached)
        self.followed = _by_module(resolver, finder.followed)
        self.policy = policy
        self.bodies: dict[str, list[int]] = defaultdict(list)
        for module, line in policy.bodies_read():
            self.bodies[module].append(line)
        self.run: dict[str, list[str]] = defaultdict(list)
        for node in run_at_import:
            module, _, qualname = node.removesuffix("()").rpartition(":")
            self.run[module].append(qualname)

    def of(self, name: str, voted: Iterable[str]) -> ModuleTrace:
        """Return what was asked of a module."""
        text = self.policy.text_read(name)
        return ModuleTrace(
            tuple(sorted(self.resolver.asked(name))),
            tuple(sorted(self.finder.asked(name))),
            self.reached.get(name, ()),
            self.followed.get(name, ()),
            tuple(sorted(self.run.get(name, ()))),
            tuple(sorted(voted)),
            name in self.resolver.walked,
            name in self.resolver.ordered,
            zlib.compress(text, 1) if text is not None else b"",
            tuple(sorted(self.bodies.get(name, ()))),
        )
