"""Prove fixes in a copy: apply them, look and run again, and withdraw those that fail.

A set of fixes that fails is halved until the fixes that fail stand alone, so one bad fix does not take the
others with it. Of each fix that holds it is then measured whether the cost really fell. This executes code.
"""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from importgraph.edits.changes import Left, Plan, plan
from importgraph.edits.identity import NamedFix
from importgraph.edits.questions import How, Questions
from importgraph.edits.running import Progress
from importgraph.edits.savings import Saving, measure_saving
from importgraph.edits.summaries import Summary, summarise
from importgraph.edits.writing import write_changes
from importgraph.errors import UsageError
from importgraph.fixes.rewriting.tree_copies import Tree, copy_tree
from importgraph.git.copies import share_history
from importgraph.project import Project
from importgraph.storage import stays_below


@dataclass(frozen=True, slots=True)
class Kept:
    """A fix that passed."""

    fix: NamedFix
    saving: Saving | None
    """None where loading is not the point of the fix, or its entry point cannot be imported."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The outcome."""

    kept: tuple[Kept, ...]
    withdrawn: tuple[Left, ...]
    checks: tuple[str, ...]
    """What was asked, in words."""
    python: str
    date: str
    """As `2026-01-31`."""
    summary: Summary | None = None
    """All kept fixes together, before and after, if asked for."""


def verify(project: Project, fixes: Sequence[NamedFix], how: How, progress: Progress) -> Verified:
    """Verify fixes of a project, all together where that holds.

    Args:
        project: As it is.
        fixes: The most wanted first.
        how: The interpreter, and what else to run.
        progress: Is told what is being done, and how much of it is done where that can be counted.

    Raises:
        UsageError: If the interpreter cannot be started, or the copies cannot be made.
    """
    with tempfile.TemporaryDirectory(prefix="importgraph-") as name:
        place = Path(name).resolve()
        tree = Tree(project.root, project.within)
        progress(f"copying {project.root.name}")
        before, after = (copy_tree(tree, place / side) for side in ("before", "after"))
        for side in (before, after):
            _add_analysed(project, side)
            if not project.within:
                share_history(project.root, side)
        trial = _Trial(project, Questions(project, how, before, after, progress), after, progress)
        together = plan(project.root, fixes, project.read_text)
        holding, withdrawn = trial.settle(together.fixes)
        kept: list[Kept] = []
        for fix in holding:
            outcome = trial.measured(fix, before, place / "pycache")
            if isinstance(outcome, Left):
                withdrawn = (*withdrawn, outcome)
            else:
                kept.append(outcome)
        checks = trial.questions.asked
        summary = trial.summary([one.fix for one in kept], place / "pycache") if how.summary else None
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    return Verified(tuple(kept), (*together.left, *withdrawn), checks, how.version, today, summary)


def _add_analysed(project: Project, copy: Path) -> None:
    """Copy the analysed files that stand in hidden folders: fixes may be about them."""
    for file in project.scan.files:
        target, source = copy / file.path, project.root / file.path
        if not target.exists() and source.is_file() and stays_below(copy, target):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


@dataclass(frozen=True, slots=True)
class _Trial:
    """A copy in which sets of fixes are tried."""

    project: Project
    questions: Questions
    place: Path
    progress: Progress

    def settle(self, fixes: Sequence[NamedFix]) -> tuple[tuple[NamedFix, ...], tuple[Left, ...]]:
        """Return the fixes that hold together, and the others with why."""
        if not fixes:
            return (), ()
        reason = self.failure(fixes)
        if reason is None:
            return tuple(fixes), ()
        if len(fixes) == 1:
            return (), (Left(fixes[0], reason),)
        middle = len(fixes) // 2
        first, failed = self.settle(fixes[:middle])
        second, also_failed = self.settle(fixes[middle:])
        joined, left = self._join(first, second)
        return joined, (*failed, *also_failed, *left)

    def _join(
        self, first: tuple[NamedFix, ...], second: tuple[NamedFix, ...]
    ) -> tuple[tuple[NamedFix, ...], tuple[Left, ...]]:
        """Put two sets together that hold alone; what does not hold beside the first set is left."""
        if not first or not second or self.failure([*first, *second]) is None:
            return (*first, *second), ()
        kept, left = list(first), []
        for fix in second:
            reason = self.failure([*kept, fix])
            if reason is None:
                kept.append(fix)
            else:
                left.append(Left(fix, f"beside {kept[0].name} and others: {reason}"))
        return tuple(kept), tuple(left)

    def failure(self, fixes: Sequence[NamedFix]) -> str | None:
        """Apply fixes in the copy, ask everything, and put the copy back. None where all holds."""
        made = plan(self.project.root, fixes, self.project.read_text)
        if made.left:
            return made.left[0].reason
        self._apply(made)
        try:
            return self.questions.first_failure(made)
        finally:
            self._restore(made)

    def measured(self, fix: NamedFix, before: Path, pycache: Path) -> Kept | Left:
        """Measure what a fix saves the entry point that it helps most; leave it if that is nothing."""
        made = plan(self.project.root, [fix], self.project.read_text)
        self._apply(made)
        try:
            self.progress(f"measuring {fix.name}")
            saving = measure_saving(self.project, fix.fix, (before, self.place), self.questions.how, pycache)
        finally:
            self._restore(made)
        if saving is not None and saving.saved_us <= saving.noise_us:
            reason = (
                f"`import {saving.entry}` saves {saving.saved_us / 1000:.1f} ms, "
                f"which is not more than the noise of {saving.noise_us / 1000:.1f} ms"
            )
            return Left(fix, reason)
        return Kept(fix, saving)

    def summary(self, fixes: Sequence[NamedFix], pycache: Path) -> Summary:
        """Compare the project before and after all fixes that hold."""
        self.progress("comparing before and after")
        made = plan(self.project.root, fixes, self.project.read_text)
        self._apply(made)
        try:
            return summarise(self.project, made, self.questions, pycache)
        finally:
            self._restore(made)

    def _apply(self, made: Plan) -> None:
        written = write_changes(self.place, made.changes)
        if written.left:
            path, reason = written.left[0]
            raise UsageError(
                f"The copy of {path} cannot be written: {reason}.", "Set TMPDIR to a folder with space."
            )

    def _restore(self, made: Plan) -> None:
        for change in made.changes:
            if change.before is None:
                (self.place / change.path).unlink()
            else:
                (self.place / change.path).write_bytes(change.before)
