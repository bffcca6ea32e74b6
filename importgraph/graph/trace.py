"""What a graph depended on, module by module: so that a later edit can be seen to change nothing else."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from importgraph.graph.answers import ANSWERING, Answers
from importgraph.graph.calls import CallFinder, Place
from importgraph.graph.evaluated import Evaluation
from importgraph.graph.layout import Layout
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
    evaluated: bool = False
    """Its body was run."""
    text: bytes = b""
    """Its text, compressed, where an evaluation read it."""
    bodies: tuple[int, ...] = ()
    """The lines of the functions of which an evaluation read the bodies, sorted."""


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


def trace(
    layout: Layout, relevance: Relevance, policy: GraphPolicy, evaluation: Evaluation, asked: Iterable[str]
) -> tuple[Trace, dict[str, ModuleTrace]]:
    """Write down what building a graph asked.

    Args:
        layout: The modules and what the votes on their roots were.
        relevance: Which functions and modules may lead to imports.
        policy: What the evaluation read.
        evaluation: What it ran.
        asked: The modules whose bodies it was to run.

    Returns:
        What was asked of the tree, and of each module.
    """
    finder, resolver = relevance.finder, relevance.resolver
    first, last = relevance.answers
    whole = Trace(
        layout.votes.counted,
        tuple(sorted(policy.failing)),
        tuple(sorted(resolver.opened)),
        tuple(sorted(last.modules)),
        (_answering(resolver, first), _answering(resolver, last)),
        (tuple(sorted(first.objects)), tuple(sorted(last.objects))),
        tuple(sorted(registry_classes(resolver))),
    )
    return whole, dict(_modules(layout, relevance, finder, policy, frozenset(asked)))
