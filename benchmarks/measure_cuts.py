"""Apply cuts in a copy, and compare what they save with what they promise.

    python benchmarks/measure_cuts.py                 table on standard output
    python benchmarks/measure_cuts.py --write         the same, also to results/measure_cuts.md

Needs the environment of `benchmarks/corpora.py --env`. For each entry point a profile is taken in a copy of
the package that stands first on sys.path. The modules that retain most are cut off, each by `importgraph cut
--profile`. The edits go into a second copy; a fresh interpreter that imports the entry must not have MODULE
in sys.modules, and must have it again whenever one of the statements is left as it was: each is needed. Then
both copies are imported in turn (benchmarks/turns.py). A promise is kept if the saving is within 15 % or 10
ms.

The garbage collector is off, in the profile too. A full collection takes 20 to 80 ms and begins after some
number of allocations: it is charged to whichever module is running, and a cut moves it into another one. The
saving with the collector on is shown beside.
"""

import argparse
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpora import CORPORA
from turns import Program, Taken, in_turn, middle

from importgraph.config import from_options
from importgraph.findings.entry_points import EntryPoint
from importgraph.findings.heavy_imports import is_candidate, load_of
from importgraph.fixes.deferral import Deferrals
from importgraph.fixes.entry_cuts import cut
from importgraph.fixes.lazy_imports import Cut
from importgraph.fixes.model import DeferImport
from importgraph.fixes.rewrite import Refused, rewrite
from importgraph.measurements.model import ImportProfile
from importgraph.measurements.profile import Settings, profile_target
from importgraph.measurements.target import Target
from importgraph.project import open_project

SITE = CORPORA / "env" / "lib" / "python3.11" / "site-packages"
PYTHON = str(CORPORA / "env" / "bin" / "python")
RESULT = Path(__file__).with_name("results") / "measure_cuts.md"
ENTRIES = (
    *("celery.app", "celery.bin.celery", "django.http", "django.core.management"),
    *("networkx", "pandas", "sqlalchemy"),
)
LEAST_US = 1000
"""Cuts that promise less are not tried: the machine's noise is of that size."""
CANDIDATES = 30
NOT_COLLECTING = "import gc\ngc.disable()\n"
COLLECTING = "import gc\ngc.enable()\n"


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
        n for n, w in load.retained.items() if w >= LEAST_US and n != entry and is_candidate(snapshot, n)
    ]
    heavy.sort(key=lambda node: (-load.retained[node], node))
    deferrals = Deferrals(snapshot, {})
    seen: set[tuple[DeferImport, ...]] = set()
    for module in heavy[:CANDIDATES]:
        found = cut(deferrals, view, entry, module)
        if not isinstance(found, Cut) or found.edits in seen or len(seen) == most:
            continue
        if found.gain.before - found.gain.after >= LEAST_US:
            seen.add(found.edits)
            yield found


def apply(folder: Path, edits: Iterable[DeferImport], original: Path) -> str:
    """Apply edits to a fresh state of the files they touch; return why not, if they cannot be."""
    by_path: dict[str, list[DeferImport]] = defaultdict(list)
    for edit in edits:
        by_path[edit.path].append(edit)
    for path, found in by_path.items():
        text = rewrite((original / path).read_text(encoding="utf-8"), found)
        if isinstance(text, Refused):
            return f"{path}: {text.reason}"
        (folder / path).write_text(text, encoding="utf-8")
    return ""


def restore(folder: Path, edits: Iterable[DeferImport], original: Path) -> None:
    """Undo edits, and forget their bytecode: a file written twice within a second may look unchanged."""
    for path in {edit.path for edit in edits}:
        shutil.copyfile(original / path, folder / path)
        for stale in (folder / path).parent.glob(f"__pycache__/{Path(path).stem}.*.pyc"):
            stale.unlink()


def needless(found: Cut, program: Program, folder: Path, original: Path) -> Iterator[str]:
    """Yield the statements that the cut could do without."""
    for place in sorted({(edit.path, edit.line) for edit in found.edits}):
        others = [edit for edit in found.edits if (edit.path, edit.line) != place]
        restore(folder, found.edits, original)
        if not apply(folder, others, original):
            _, _, error, loaded = program.run(names=True)
            if not error and found.module not in loaded:
                yield f"{place[0]}:{place[1]}"
    restore(folder, found.edits, original)


def measured(entry: str, found: Cut, one: Path, other: Path, rounds: int) -> Row:
    """Apply one cut to the second copy, look whether it holds, and measure it."""
    before, after = Program(PYTHON, entry, (one,)), Program(PYTHON, entry, (other,))
    superfluous = tuple(needless(found, after, other, one))
    problem = apply(other, found.edits, one)
    try:
        if problem:
            return Row(entry, found, problem, still=True, needless=superfluous)
        _, _, error, loaded = after.run(names=True)
        if error or found.module in loaded:
            return Row(entry, found, error, still=found.module in loaded, needless=superfluous)
        programs = {
            "before": before,
            "after": after,
            "before, collected": replace(before, before=COLLECTING),
            "after, collected": replace(after, before=COLLECTING),
        }
        taken = in_turn(programs, rounds)
        return Row(
            entry,
            found,
            "",
            still=False,
            needless=superfluous,
            before=taken["before"],
            after=taken["after"],
            collected=taken["before, collected"].best - taken["after, collected"].best,
        )
    finally:
        restore(other, found.edits, one)


def rows(entries: Sequence[str], options: argparse.Namespace) -> Iterator[Row]:
    for package in dict.fromkeys(entry.partition(".")[0] for entry in entries):
        with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
            one, other = Path(first).resolve(), Path(second).resolve()
            for folder in (one, other):
                shutil.copytree(
                    SITE / package, folder / package, ignore=shutil.ignore_patterns("__pycache__")
                )
            for entry in [entry for entry in entries if entry.partition(".")[0] == package]:
                profile = profiled(entry, one, options.runs)
                print(f"{entry}: {profile.total_us / 1000:.0f} ms", file=sys.stderr)
                for found in offers(entry, profile, one, options.most):
                    row = measured(entry, found, one, other, options.rounds)
                    print(
                        f"  {found.module}: {row.promised:.1f} promised, {row.saved:.1f} saved {row.problem}"
                        f"{' STILL' if row.still else ''} {row.needless}",
                        file=sys.stderr,
                    )
                    yield row


def table(found: Iterable[Row]) -> Iterator[str]:
    yield (
        "| ENTRY | MODULE | statements | all needed | modules of ours | promised ms | saved ms | gap "
        "| median of pairs | median, user time alone | saved, collecting | verdict |"
    )
    yield "| --- | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
    for row in found:
        statements = len({(edit.path, edit.line) for edit in row.cut.edits})
        cells = [f"`{row.entry}`", f"`{row.cut.module}`", str(statements)]
        cells += ["; ".join(row.needless) or "yes", str(len(row.cut.gain.removed)), f"{row.promised:.1f}"]
        if row.before and row.after:
            pairs, user = middle(row.before.both, row.after.both), middle(row.before.user, row.after.user)
            gap = row.saved - row.promised
            cells += [
                f"{row.saved:.1f}",
                f"{gap:+.1f} ({gap / row.promised:+.0%})",
                f"{pairs:.1f}",
                f"{user:.1f}",
                f"{row.collected:.1f}",
            ]
        else:
            cells += ["-", "-", "-", "-", "-"]
        missed = row.problem or ("still loaded" if row.still else "missed")
        yield f"| {' | '.join([*cells, 'kept' if row.kept else missed])} |"


def report(found: Sequence[Row], rounds: int, runs: int) -> str:
    tried = [row for row in found if row.before]
    packages = {row.entry.partition(".")[0] for row in found}
    within = sum(abs(row.saved - row.promised) <= 0.15 * row.promised for row in tried)
    collecting = sum(abs(row.collected - row.promised) <= max(10, 0.15 * row.promised) for row in tried)
    setting = (
        "`benchmarks/measure_cuts.py`, CPython 3.11, 2 cores shared with other work, "
        f"{rounds} rounds in turn, profiles of {runs} runs, garbage collector off. User and system CPU "
        "time of the import, best of the rounds (`benchmarks/turns.py` says why); medians are of the "
        "differences of rounds taken in turn."
    )
    outcome = (
        f"{len(found)} cuts over {len(packages)} packages. MODULE stays out of sys.modules for {len(tried)}. "
        f"{sum(row.kept for row in found)} keep their promise within 15 % or 10 ms, {within} within 15 %; "
        f"with the collector on {collecting} do, since a cut moves its full collections. "
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
    parser.add_argument("--rounds", type=int, default=21, help="rounds in turn (default: 21)")
    parser.add_argument("--runs", type=int, default=11, help="runs of each profile (default: 11)")
    parser.add_argument("--most", type=int, default=3, help="cuts for each entry point (default: 3)")
    parser.add_argument("--write", action="store_true", help=f"also write {RESULT.parent.name}/{RESULT.name}")
    options = parser.parse_args()
    found = list(rows(options.entries, options))
    text = report(found, options.rounds, options.runs)
    print(text, end="")
    if options.write:
        RESULT.write_text(text, encoding="utf-8")
    return 0 if all(row.kept for row in found) else 1


if __name__ == "__main__":
    sys.exit(main())
