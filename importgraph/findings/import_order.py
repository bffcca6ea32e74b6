"""Which modules fail when imported first: simulate the order of statements and the names bound so far.

A cycle crashes when a module takes a name from another that is still being executed and has not bound it yet.
The simulation follows what text shows; where text leaves open whether a name is there, it is taken to be.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from importgraph.findings.name_checks import Failure, ImportFailedError
from importgraph.findings.simulation import Simulation
from importgraph.graph.model import Graph
from importgraph.graph.resolve import Resolver
from importgraph.names import parent

__all__ = ["Failure", "first_import_failures"]

_FRAMES = 50_000
"""Chains of imports in real packages are hundreds of modules long, with several calls of ours for each."""


def first_import_failures(
    graph: Graph, resolver: Resolver, modules: Iterable[str], read_text: Callable[[str], str] | None = None
) -> dict[str, Failure]:
    """Return for each of the given modules why it fails when imported first in a fresh interpreter.

    Args:
        graph: The tree.
        resolver: Its names.
        modules: The modules to try.
        read_text: Returns the text of a file. It is asked for the few files where facts are not enough: those
            that catch a failed import, and functions that run in half-executed modules.

    Returns:
        The failures by module, sorted; modules that do not fail are left out.
    """
    below: dict[str, set[str]] = defaultdict(set)
    wanted = set(modules)
    for name in wanted:
        inner = name
        while inner and inner not in below[parent(inner)]:
            below[parent(inner)].add(inner)
            inner = parent(inner)
    with _deep_recursion():
        found = _try_all(Simulation(graph, resolver, read_text), below, "", wanted)
        return dict(sorted(found))


def _try_all(
    simulation: Simulation, below: Mapping[str, set[str]], package: str, wanted: set[str]
) -> Iterator[tuple[str, Failure]]:
    """Import what stands directly below a package that is imported already, then what stands below that."""
    for name in sorted(below.get(package, ())):
        mark = simulation.mark()
        failure = _failure(simulation, name)
        if failure is None:
            yield from _try_all(simulation, below, name, wanted)
        else:
            yield from ((inner, failure) for inner in _all_below(below, name) if inner in wanted)
        simulation.rollback(mark)


def _all_below(below: Mapping[str, set[str]], name: str) -> Iterator[str]:
    yield name
    for inner in sorted(below.get(name, ())):
        yield from _all_below(below, inner)


def _failure(simulation: Simulation, name: str) -> Failure | None:
    try:
        simulation.load(name)
    except ImportFailedError as error:
        return error.failure
    except RecursionError:
        return None
    return None


@contextmanager
def _deep_recursion() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
