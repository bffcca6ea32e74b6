"""Write down what building a graph asked."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from importgraph.evaluation.interpreter import Machine
from importgraph.graph.calls import Place
from importgraph.graph.layout.layout import Layout
from importgraph.graph.resolve import Resolver
from importgraph.graph.running.answers import ANSWERING, Answers
from importgraph.graph.running.policy import GraphPolicy
from importgraph.graph.running.registries import registry_classes
from importgraph.graph.running.relevance import Relevance
from importgraph.graph.traces import ModuleTrace, Named, Trace, Traced


def trace(
    layout: Layout,
    relevance: Relevance,
    policy: GraphPolicy,
    run_at_import: Iterable[str],
    machine: Machine,
) -> Traced:
    """Write down what building a graph asked.

    Args:
        layout: The modules and what the votes on their roots were.
        relevance: Which functions and modules may lead to imports.
        policy: What the evaluation read.
        run_at_import: The nodes of the functions that facts show to run at import.
        machine: What ran modules.
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
        tuple(sorted(machine.doubtful)),
    )
    recorder, votes = _Recorder(relevance, policy, run_at_import, machine.asked), layout.votes.asked

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

    def __init__(
        self,
        relevance: Relevance,
        policy: GraphPolicy,
        run_at_import: Iterable[str],
        asked: Iterable[tuple[str, str]],
    ) -> None:
        finder, resolver = relevance.finder, relevance.resolver
        self.finder, self.resolver = finder, resolver
        self.reached = _by_module(resolver, relevance.reached)
        self.followed = _by_module(resolver, finder.followed)
        self.policy = policy
        self.bodies: dict[str, list[int]] = defaultdict(list)
        for module, line in policy.bodies_read():
            self.bodies[module].append(line)
        self.asked: dict[str, set[str]] = defaultdict(set)
        for module, name in asked:
            self.asked[module].add(name)
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
            tuple(sorted(self.asked.get(name, ()))),
        )
