"""`check --measure`: import time of two states, run in turn, compared as a ratio with a stated confidence."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from importgraph.config import Partial
from importgraph.findings.entry_points import TESTS
from importgraph.git.repository import open_repository
from importgraph.graph.model import Kind
from importgraph.project import Project
from importgraph.regressions.analysis import analyse, analysed_revision
from importgraph.regressions.gates import Gates, Growth
from importgraph.regressions.load_gates import entry_title
from importgraph.regressions.model import Regression, Verdict
from importgraph.regressions.revision_tree import project_top
from importgraph.regressions.sequential import ERROR, LOOKS, Interval, decide, error_of, interval
from importgraph.regressions.sides import Side, run_imports, two_sides

_DEFAULT_LIMIT = Growth(0.10, is_share=True)
_ENTRIES = 4
_NANO = 1e9


@dataclass(frozen=True, slots=True)
class Timing:
    """How the import time of one entry point compares."""

    entry: str
    verdict: Verdict
    ratio: Interval
    seconds: float
    """The least CPU time of the present state."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The time part of a check."""

    verdict: Verdict
    regressions: tuple[Regression, ...]
    notes: tuple[str, ...]
    timings: tuple[Timing, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure, and how long."""

    folder: Path
    against: str
    options: Partial
    python: str
    budget: float
    """Seconds for all entry points together."""
    entries: tuple[str, ...] = ()
    """Empty: the test session, conftests and packages, four at most."""
    cache_folder: Path | None = None


def measure(plan: Plan, gates: Gates) -> Measured:
    """Measure a folder against a revision. This executes the project's code.

    Raises:
        UsageError: If there is no such revision, or an import ends the interpreter.
    """
    repository = open_repository(plan.folder)
    commit = repository.resolve(plan.against)
    prefix = repository.relative(project_top(plan.folder))
    head = analyse(plan.folder, plan.options, plan.cache_folder).project
    with analysed_revision(repository, commit, plan.folder, plan.options, plan.cache_folder) as base:
        before = base.project
        imports = (_imports(before, plan.entries), _imports(head, plan.entries))
        roots = (_roots(before), _roots(head))
    shared = [entry for entry in imports[1] if entry in imports[0]][:_ENTRIES]
    limit = gates.max_collection_regression or _DEFAULT_LIMIT
    timings, notes = [], []
    with two_sides(repository, commit, prefix, roots) as sides:
        for entry in shared:
            share = plan.budget / len(shared)
            deadline = time.monotonic() + share
            pair = tuple(_runner(plan.python, sides[i], imports[i][entry]) for i in (0, 1))
            found = _compare(entry, (pair[0], pair[1]), limit, deadline)
            if isinstance(found, str):
                notes.append(found)
            else:
                timings.append(found)
    return _judge(timings, notes, gates, limit)


def _imports(project: Project, chosen: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return what to import for each entry point, in order."""
    from importgraph.findings.entry_points import entry_points, tests_of

    graph = project.graph
    found = {}
    entries = entry_points(project.snapshot)
    for name in chosen or [entry.node for entry in entries]:
        if name == TESTS:
            tests = [graph.modules[test] for test in tests_of(project.snapshot)]
            found[name] = tuple(m.name for m in tests if m.importable_as == m.name)
        elif name in graph.modules and graph.modules[name].kind is not Kind.SCRIPT:
            found[name] = (graph.modules[name].importable_as,)
    return {name: modules for name, modules in found.items() if modules}


def _roots(project: Project) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.root for m in project.graph.modules.values() if m.kind is not Kind.SCRIPT))


_Runner = Callable[[], tuple[int, str]]


def _runner(python: str, side: Side, names: tuple[str, ...]) -> _Runner:
    def run() -> tuple[int, str]:
        found = run_imports(python, side, names)
        return found.nanoseconds, found.error

    return run


def _compare(entry: str, sides: tuple[_Runner, _Runner], limit: Growth, deadline: float) -> Timing | str:
    """Run both sides in turn until the verdict is clear or time is up; text where a side cannot run."""
    for side, name in zip(sides, ("before", "now"), strict=True):
        _, error = side()  # also writes the bytecode that later runs read
        if error and entry != TESTS:
            return f"{entry_title(entry)} was not measured: {name} it fails ({error})."
    logarithms: list[float] = []
    best = math.inf
    most = limit.limit(1.0)
    while len(logarithms) < max(LOOKS) and time.monotonic() < deadline:
        before, now = _pair(sides, reverse=len(logarithms) % 2 == 1)
        best = min(best, now)
        logarithms.append(math.log(now / before))
        if not limit.is_share:
            most = 1 + limit.amount * _NANO / before
        spent = error_of(len(logarithms))
        if spent:
            known = interval(logarithms, spent)
            verdict = decide(known, most)
            if verdict is not Verdict.INCONCLUSIVE:
                return Timing(entry, verdict, known, best / _NANO)
    known = interval(logarithms, error_of(len(logarithms), is_last=True))
    return Timing(entry, decide(known, most), known, best / _NANO)


def _pair(sides: tuple[_Runner, _Runner], *, reverse: bool) -> tuple[int, int]:
    """Run A B, or B A, and return the time of each."""
    spent = [0, 0]
    for side in (1, 0) if reverse else (0, 1):
        spent[side] = max(1, sides[side]()[0])
    return spent[0], spent[1]


def _judge(timings: list[Timing], notes: list[str], gates: Gates, limit: Growth) -> Measured:
    regressions = [_regression(one, limit) for one in timings if one.verdict is Verdict.REGRESSED]
    most = gates.max_collection_seconds
    for one in timings:
        if most is not None and one.entry == TESTS and one.seconds > most:
            message = f"Importing all tests takes {one.seconds:.2f} s of CPU time; {most:g} s are allowed."
            regressions.append(Regression("max-collection-seconds", TESTS, message, None, one.seconds))
    notes = [*notes, *(describe(one) for one in timings)]
    if not timings:
        notes.append("No entry point could be measured.")
    if regressions:
        verdict = Verdict.REGRESSED
    elif not timings or any(one.verdict is Verdict.INCONCLUSIVE for one in timings):
        verdict = Verdict.INCONCLUSIVE
    else:
        verdict = Verdict.CLEAN
    return Measured(verdict, tuple(regressions), tuple(notes), tuple(timings))


def describe(one: Timing) -> str:
    """Say in one line what was measured, with its confidence."""
    known = one.ratio
    bounds = f"{1 - 2 * ERROR:.0%} sure: {known.low:.3f} to {known.high:.3f}, {known.pairs} pairs of runs"
    return (
        f"{entry_title(one.entry)}: {known.estimate:.3f} times the CPU time ({bounds}): {one.verdict.value}."
    )


def _regression(one: Timing, limit: Growth) -> Regression:
    message = f"{describe(one)} At most {limit} more is allowed."
    return Regression("time", one.entry, message, 1.0, round(one.ratio.estimate, 4))
