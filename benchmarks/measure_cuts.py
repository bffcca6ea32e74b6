"""Apply cuts in a copy, and compare what they save with what they promise.

    python benchmarks/measure_cuts.py                 table on standard output
    python benchmarks/measure_cuts.py --write         the same, also to results/measure_cuts.md

Needs the environment of `benchmarks/corpora.py --env`. For each entry point a profile is taken in a copy of
the package that stands first on sys.path. The modules that retain most are cut off, each by `importgraph cut
--profile`. The edits go into a second copy; a fresh interpreter that imports the entry must not have MODULE
in sys.modules, and must have it again whenever one of the statements is left as it was: each is needed. Then
both copies are imported in turn (importgraph/measurements/turns.py). A promise is kept if the saving is
within 15 % or 10 ms.

Times are taken with the garbage collector off, and a profile counts its pauses apart: a full collection of
600 modules takes 10 to 80 ms and begins after some number of allocations, so that a cut of a few modules may
save one or none. The saving with the collector on is shown beside, with the full collections that go.

All profiles and cuts come first; then the expected duration is printed, and each row as it is measured.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpora import CORPORA

from importgraph.config import from_options
from importgraph.errors import UsageError
from importgraph.findings.entry_points import EntryPoint
from importgraph.findings.loads import is_candidate, load_of
from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.model import DeferImport
from importgraph.fixes.rewriting.tree_copies import apply_edits
from importgraph.fixes.sets.cut_sets import Cut, cut_off
from importgraph.fixes.sets.entry_cuts import WIDE
from importgraph.measurements.model import ImportProfile
from importgraph.measurements.profile import Settings, profile_target
from importgraph.measurements.target import Target
from importgraph.measurements.turns import (
    COLLECTING,
    NOT_COLLECTING,
    Program,
    Taken,
    in_turn,
    middle,
    noise,
    run,
)
from importgraph.project import open_project

SITE = CORPORA / "env" / "lib" / "python3.11" / "site-packages"
PYTHON = str(CORPORA / "env" / "bin" / "python")
RESULT = Path(__file__).with_name("results") / "measure_cuts.md"
ENTRIES = (
    *("celery.app", "celery.bin.celery", "django.http", "django.core.management"),
    *("pandas", "redis", "pymongo", "openpyxl", "jinja2", "sphinx.application", "asyncpg"),
)
LEAST_US = 2000
"""Cuts that promise less are not tried: 15 % of them is less than a shared machine's noise."""
CANDIDATES = 30


@dataclass(frozen=True)
class Planned:
    """A cut that is to be measured."""

    entry: str
    cut: Cut
    copies: tuple[Path, Path]
    """The package as it is, and the copy that is edited."""

    @property
    def programs(self) -> tuple[Program, Program]:
        """The import before and after, with the garbage collector off."""
        one, other = (Program(PYTHON, self.entry, (copy,), NOT_COLLECTING) for copy in self.copies)
        return one, other


@dataclass(frozen=True)
class Row:
    """One cut, as promised and as it turned out."""

    entry: str
    cut: Cut
    problem: str
    still: bool
    """MODULE is loaded all the same."""
    needless: tuple[str, ...]
    """Statements without which MODULE is kept out too."""
    before: Taken | None = None
    after: Taken | None = None
    collected: float = 0.0
    """The saving with the garbage collector on."""
    collections: int = 0
    """How many full collections less there are then."""

    @property
    def promised(self) -> float:
        """What the cut is said to save, in milliseconds."""
        return (self.cut.gain.before - self.cut.gain.after) / 1000

    @property
    def saved(self) -> float:
        """What it saved."""
        return self.before.best - self.after.best if self.before and self.after else 0.0

    @property
    def kept(self) -> bool:
        """Whether the two are close, and the module is kept out."""
        gap = abs(self.saved - self.promised)
        return not self.problem and not self.still and (gap <= 10 or gap <= 0.15 * self.promised)


def profiled(entry: str, folder: Path, runs: int) -> ImportProfile:
    """Profile an entry whose package stands in a folder."""
    target = Target(PYTHON, "module", entry, (), folder, (("PYTHONPATH", str(folder)),))
    return profile_target(target, Settings(runs=runs))


def offers(entry: str, profile: ImportProfile, folder: Path, most: int) -> Iterator[Cut]:
    """Yield cuts for an entry point, heaviest module first, no set of statements twice."""
    project = open_project(
        folder / entry.partition(".")[0], from_options(python_version=(3, 11)), profile=profile
    )
    snapshot = project.snapshot
    view = snapshot.loading
    load = load_of(snapshot, view, EntryPoint(entry, "asked for"))
    heavy = [
        n
        for n, w in load.retained.items()
        if w >= LEAST_US and n != entry and is_candidate(snapshot, n) and snapshot.may_load(n)
    ]
    heavy.sort(key=lambda node: (-load.retained[node], node))
    deferrals = Deferrals(snapshot, {})
    seen: set[tuple[DeferImport, ...]] = set()
    for module in heavy[:CANDIDATES]:
        found = cut_off(deferrals, view, entry, module, WIDE)
        if found is None or found.edits in seen:
            continue
        if len(seen) == most:
            break
        if found.gain.before - found.gain.after >= LEAST_US:
            seen.add(found.edits)
            yield found


def plan(entries: Sequence[str], options: argparse.Namespace, scratch: Path) -> Iterator[Planned]:
    """Copy each package twice, profile the entry points and yield their cuts."""
    for package in dict.fromkeys(entry.partition(".")[0] for entry in entries):
        one, other = scratch / package / "one", scratch / package / "two"
        for folder in (one, other):
            shutil.copytree(
                SITE / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "tests")
            )
        for entry in [entry for entry in entries if entry.partition(".")[0] == package]:
            profile = profiled(entry, one, options.runs)
            found = list(offers(entry, profile, one, options.most))
            note(f"{entry}: {profile.total_us / 1000:.0f} ms, {len(found)} cuts")
            yield from (Planned(entry, one_cut, (one, other)) for one_cut in found)


def restore(planned: Planned) -> None:
    """Undo edits, and forget their bytecode: a file written twice within a second may look unchanged."""
    original, folder = planned.copies
    for path in {edit.path for edit in planned.cut.edits}:
        shutil.copyfile(original / path, folder / path)
        for stale in (folder / path).parent.glob(f"__pycache__/{Path(path).stem}.*.pyc"):
            stale.unlink()


def needless(planned: Planned) -> Iterator[str]:
    """Yield the statements that the cut could do without."""
    for place in sorted(planned.cut.statements):
        try:
            apply_edits(planned.copies[1], [e for e in planned.cut.edits if (e.path, e.line) != place])
        except UsageError:
            restore(planned)
            continue  # the others cannot be edited without it, so it is needed
        found = run(planned.programs[1], names=True)
        restore(planned)
        if not found.error and planned.cut.module not in found.modules:
            yield f"{place[0]}:{place[1]}"


def measured(planned: Planned, rounds: int) -> Row:
    """Apply one cut to the second copy, look whether it holds, and measure it."""
    superfluous = tuple(needless(planned))
    apply_edits(planned.copies[1], planned.cut.edits)
    before, after = planned.programs
    try:
        found = run(after, names=True)
        still = planned.cut.module in found.modules
        row = Row(planned.entry, planned.cut, found.error, still, superfluous)
        if found.error or still:
            return row
        one, other = replace(before, before=COLLECTING), replace(after, before=COLLECTING)
        programs = {"before": before, "after": after, "before, on": one, "after, on": other}
        taken = in_turn(programs, rounds)
        return replace(
            row,
            before=taken["before"],
            after=taken["after"],
            collected=taken["before, on"].best - taken["after, on"].best,
            collections=run(one).full_collections - run(other).full_collections,
        )
    finally:
        restore(planned)


def rows(planned: Sequence[Planned], rounds: int) -> Iterator[Row]:
    """Measure all cuts; say before how long it takes, and after each what it gave."""
    seconds = 0.0
    for one in planned:
        begun = time.perf_counter()
        run(one.programs[0])
        run(one.programs[0])
        seconds += (time.perf_counter() - begun) / 2 * (4 * rounds + len(one.cut.statements) + 8)
    note(f"{len(planned)} cuts; measuring them takes about {seconds / 60:.0f} minutes")
    for one in planned:
        row = measured(one, rounds)
        note(
            f"  {row.entry} {row.cut.module}: {row.promised:.1f} promised, {row.saved:.1f} saved "
            f"{row.problem}{' STILL' if row.still else ''} {row.needless or ''}"
        )
        yield row


def note(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def table(found: Iterable[Row]) -> Iterator[str]:
    yield (
        "| ENTRY | MODULE | statements | all needed | modules of ours | promised ms | saved ms | noise ms "
        "| gap | median of pairs | median, user time alone | saved, collecting | full collections less "
        "| verdict |"
    )
    yield "| --- | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
    for row in found:
        cells = [f"`{row.entry}`", f"`{row.cut.module}`", str(len(row.cut.statements))]
        cells += ["; ".join(row.needless) or "yes", str(len(row.cut.gain.removed)), f"{row.promised:.1f}"]
        if row.before and row.after:
            pairs, user = middle(row.before.both, row.after.both), middle(row.before.user, row.after.user)
            gap = row.saved - row.promised
            cells += [
                f"{row.saved:.1f}",
                f"{noise(row.before, row.after):.1f}",
                f"{gap:+.1f} ({gap / row.promised:+.0%})",
                f"{pairs:.1f}",
                f"{user:.1f}",
                f"{row.collected:.1f}",
                str(row.collections),
            ]
        else:
            cells += ["-"] * 7
        missed = row.problem or ("still loaded" if row.still else "missed")
        yield f"| {' | '.join([*cells, 'kept' if row.kept else missed])} |"


def report(found: Sequence[Row], rounds: int, runs: int) -> str:
    tried = [row for row in found if row.before]
    packages = {row.entry.partition(".")[0] for row in found}
    within = sum(abs(row.saved - row.promised) <= 0.15 * row.promised for row in tried)
    collecting = sum(abs(row.collected - row.promised) <= max(10, 0.15 * row.promised) for row in tried)
    setting = (
        "`python benchmarks/measure_cuts.py --write`, CPython 3.11, a 2-core machine, "
        f"{rounds} rounds in turn, profiles of {runs} runs, cuts that promise {LEAST_US / 1000:g} ms or "
        "more. User and system CPU time of the import with the garbage collector off, best of the rounds "
        "(`importgraph/measurements/turns.py` says why); medians are of the differences of rounds taken in "
        "turn; noise is what the bests of half the rounds differ by. In asyncpg a compiled module imports "
        "one of its neighbours, which no text shows: `cut` names compiled modules as a doubt there, and "
        "`--verify` refutes the cut."
    )
    outcome = (
        f"{len(found)} cuts over {len(packages)} packages. MODULE stays out of sys.modules for {len(tried)}. "
        f"{sum(row.kept for row in found)} keep their promise within 15 % or 10 ms, {within} within 15 %; "
        f"with the collector on {collecting} do, where {sum(row.collections != 0 for row in tried)} cuts "
        "change how many full collections there are, each 10 to 80 ms. "
        f"{sum(bool(row.needless) for row in found)} hold a statement that could stay."
    )
    lines = [
        "# What cuts promise and what they save",
        "",
        setting,
        "",
        outcome,
        "",
        *table(found),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Apply cuts in a copy and measure what they save.")
    parser.add_argument("entries", nargs="*", metavar="ENTRY", default=ENTRIES)
    parser.add_argument("--rounds", type=int, default=13, help="rounds in turn (default: 13)")
    parser.add_argument("--runs", type=int, default=9, help="runs of each profile (default: 9)")
    parser.add_argument("--most", type=int, default=2, help="cuts for each entry point (default: 2)")
    parser.add_argument("--write", action="store_true", help=f"also write {RESULT.parent.name}/{RESULT.name}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        planned = list(plan(options.entries, options, Path(scratch).resolve()))
        found = list(rows(planned, options.rounds))
    text = report(found, options.rounds, options.runs)
    print(text, end="")
    if options.write:
        RESULT.write_text(text, encoding="utf-8")
    return 0 if all(row.kept for row in found) else 1


if __name__ == "__main__":
    sys.exit(main())
