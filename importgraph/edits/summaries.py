"""What a verified set of fixes did to a project as a whole: before and after, in two copies of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from importgraph.edits.changes import Plan
from importgraph.edits.questions import Questions, importable_modules
from importgraph.edits.savings import measure_both
from importgraph.findings.entry_points import entry_points
from importgraph.findings.fragmentation import measure_fragmentation
from importgraph.measurements.turns import NOT_COLLECTING, Program, noise, run
from importgraph.project import Project

_ENTRIES = 3
"""Entry points that are measured."""


@dataclass(frozen=True, slots=True)
class EntryChange:
    """An entry point, imported from both copies in turn: CPU, garbage collector off, best of all rounds."""

    name: str
    modules_before: int
    modules_after: int
    """Of any owner, as a run loaded them."""
    gone: tuple[str, ...]
    """Modules that are no longer loaded, sorted."""
    before_us: int
    after_us: int
    noise_us: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Before and after."""

    policy: str
    imported: int
    """Statements that import a definition of the project, before."""
    canonical_before: str
    canonical_after: str
    """Share of statements that use the canonical path, with counts."""
    fragments_before: int
    fragments_after: int
    """Definitions that are imported through several paths."""
    statements: int
    files: tuple[str, ...]
    """Changed or new, sorted."""
    entries: tuple[EntryChange, ...]
    tests_before: str
    tests_after: str
    """How the test command ended, or how many tests pytest collects; empty where neither is known."""


def summarise(project: Project, made: Plan, questions: Questions, pycache: Path) -> Summary:
    """Compare two copies, the second with a plan applied. Executes the code."""
    before, after = (questions.opened(place) for place in (questions.before, questions.after))
    old, new = (measure_fragmentation(one.snapshot) for one in (before, after))
    ended = questions.tests_ended()
    return Summary(
        old.policy,
        old.statements,
        old.share,
        new.share,
        len(old.definitions),
        len(new.definitions),
        sum(one.fix.statements for one in made.fixes),
        tuple(change.path for change in made.changes),
        tuple(_entries(project, made, questions, pycache)),
        *ended,
    )


def _entries(project: Project, made: Plan, questions: Questions, pycache: Path) -> Iterator[EntryChange]:
    """Measure the entry points that the fixes help most, else the most important ones."""
    names = {module.name: module.importable_as for module in importable_modules(project)}
    roots = tuple(dict.fromkeys(module.root for module in importable_modules(project)))
    gains = sorted((gain for one in made.fixes for gain in one.fix.gains), key=lambda gain: -gain.saved)
    wanted = [gain.entry for gain in gains] or [entry.module for entry in entry_points(project.snapshot)]
    for entry in [name for name in dict.fromkeys(wanted) if name in names][:_ENTRIES]:
        one, other = (
            Program(
                questions.how.python, names[entry], tuple(place / r for r in roots), NOT_COLLECTING, pycache
            )
            for place in (questions.before, questions.after)
        )
        loaded = [run(program, names=True) for program in (one, other)]
        if any(done.error for done in loaded):
            continue
        old, new = measure_both(one, other, questions.how.rounds)
        yield EntryChange(
            names[entry],
            len(loaded[0].modules),
            len(loaded[1].modules),
            tuple(sorted(loaded[0].modules - loaded[1].modules)),
            round(old.best * 1000),
            round(new.best * 1000),
            round(noise(old, new) * 1000),
        )
