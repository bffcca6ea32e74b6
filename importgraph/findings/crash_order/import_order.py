"""Which modules fail when imported first: simulate the order of statements and the names bound so far.

A cycle crashes when a module takes a name from another that is still being executed and has not bound it yet.
The simulation follows what text shows; where text leaves open whether a name is there, it is taken to be.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from importgraph.findings.crash_order.name_checks import Failure, ImportFailedError, TooManyStepsError
from importgraph.findings.crash_order.simulation import Simulation
from importgraph.graph.model import Graph
from importgraph.graph.resolve import Resolver
from importgraph.names import parent

__all__ = ["Failure", "FirstImports", "first_imports", "import_in_turn"]

_FRAMES = 50_000
"""Chains of imports in real packages are hundreds of modules long, with several calls of ours for each."""
_STEPS = 300_000
"""What a component of 500 modules that import each other takes: three seconds."""


class FirstImports(NamedTuple):
    """What becomes of modules that are imported first."""

    failures: dict[str, Failure]
    """Why each fails that does, sorted by module."""
    untried: frozenset[str]
    """Modules of which nothing is known, because the budget was spent."""


def first_imports(
    graph: Graph,
    resolver: Resolver,
    modules: Iterable[str],
    read_text: Callable[[str], str] | None = None,
    *,
    steps: int = _STEPS,
) -> FirstImports:
    """Return for each of the given modules why it fails when imported first in a fresh interpreter.

    Args:
        graph: The tree.
        resolver: Its names.
        modules: The modules to try.
        read_text: Returns the text of a file. It is asked for the few files where facts are not enough: those
            that catch a failed import, and functions that run in half-executed modules.
        steps: How many steps of bodies may be run; once that many are, no further module is tried.
    """
    below: dict[str, set[str]] = defaultdict(set)
    wanted = set(modules)
    for name in wanted:
        inner = name
        while inner and inner not in below[parent(inner)]:
            below[parent(inner)].add(inner)
            inner = parent(inner)
    with _deep_recursion():
        attempt = _Attempt(Simulation(graph, resolver, read_text), below, wanted, steps)
        return FirstImports(dict(sorted(_try_all(attempt, ""))), frozenset(attempt.untried))


def import_in_turn(
    graph: Graph,
    resolver: Resolver,
    rows: Iterable[Sequence[str]],
    read_text: Callable[[str], str] | None = None,
    *,
    steps: int = _STEPS,
) -> list[Failure | None]:
    """Return for each row of modules, imported one after the other in a fresh interpreter, what fails.

    Args:
        graph: The tree.
        resolver: Its names.
        rows: What is imported; the first failure ends a row.
        read_text: As for `first_imports`.
        steps: How many steps of bodies may be run; rows that are not reached by then are left out at the end.
    """
    found: list[Failure | None] = []
    with _deep_recursion():
        simulation = Simulation(graph, resolver, read_text)
        simulation.most = steps
        for row in rows:
            mark = simulation.mark()
            try:
                failures = (_failure(simulation, name) for name in row)
                found.append(next((failure for failure in failures if failure is not None), None))
            except TooManyStepsError:
                break
            simulation.rollback(mark)
    return found


class _Attempt:
    """What trying all modules needs."""

    def __init__(
        self, simulation: Simulation, below: Mapping[str, set[str]], wanted: set[str], steps: int
    ) -> None:
        self.simulation = simulation
        self.below = below
        self.wanted = wanted
        self.steps = steps
        simulation.most = 2 * steps  # one module alone may take more than there are
        self.untried: set[str] = set()


def _try_all(attempt: _Attempt, package: str) -> Iterator[tuple[str, Failure]]:
    """Import what stands directly below a package that is imported already, then what stands below that."""
    simulation, below, wanted = attempt.simulation, attempt.below, attempt.wanted
    for name in sorted(below.get(package, ())):
        if simulation.steps > attempt.steps:
            attempt.untried.update(wanted.intersection(_all_below(below, name)))
            continue
        mark = simulation.mark()
        try:
            failure = _failure(simulation, name)
        except TooManyStepsError:
            attempt.untried.update(wanted.intersection(_all_below(below, name)))
            simulation.rollback(mark)
            continue
        if failure is None:
            yield from _try_all(attempt, name)
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
