"""Apply every proposal that the first screens of the trees of benchmarks/answer.py show, and measure it.

    python benchmarks/answer_fixes.py [NAME...]       table on standard output
    python benchmarks/answer_fixes.py --write         the same, also to benchmarks/results/answer_fixes.md

The diff of each proposal to import lazily is applied with `git apply` to a copy of the tree; the copy and the
tree are imported in fresh interpreters in turn (importgraph.measurements.turns). Saved is the difference of
the best processor times; the noise is how much the bests of half the rounds differ. A proposal is measured
for the entry point that it helps most, test sessions aside; of one that is run, what running it imports is
imported. The trees' code is executed.

The first measurement of each proposal is kept in benchmarks/results/answer_fixes_first.json.
"""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from answer import RESULTS, analysed
from answer_trees import CORPORA, HELD_OUT, Tree, chosen

from importgraph.findings.entry_points import (
    EntryKind,
    EntryPoint,
    entry_points,
    imported_by,
    with_entries,
)
from importgraph.fixes.model import Fix, Gain
from importgraph.measurements.turns import NOT_COLLECTING, Program, in_turn, noise, run
from importgraph.outputs.assemble import make_report
from importgraph.project import Project

FIRST = RESULTS / "answer_fixes_first.json"
LATEST = CORPORA / "answer-latest-fixes.json"
SHOWN = 5
"""How many proposals a first screen shows at most."""
ROUNDS = 9


@dataclass(frozen=True)
class Outcome:
    """What one proposal saved."""

    tree: str
    fix: str
    risk: str
    entry: str
    promised_ms: float
    saved_ms: float
    noise_ms: float
    before_ms: float
    problem: str = ""

    @property
    def verdict(self) -> str:
        """`kept`: half of the promise and more than the noise; `little`: less than half; `nothing`: noise.

        `undecided`: half of the promise, and the machine was so busy that the noise is larger.
        """
        if self.problem:
            return self.problem
        half = self.saved_ms >= self.promised_ms / 2
        if self.saved_ms <= self.noise_ms:
            return "undecided" if half else "nothing"
        return "kept" if half else "little"


def shown(project: Project) -> list[Fix]:
    """Return the proposals to import lazily that stand on the first screen."""
    report = make_report(project)
    return [fix for fix in report.gaining[:SHOWN] if fix.kind == "lazy-imports"]


def best_gain(fix: Fix, project: Project) -> tuple[Gain, EntryPoint] | None:
    """Return the largest gain at an entry point that an import stands for.

    That is no test session, and no script that is edited itself: importing what it imports would not meet the
    edit.
    """
    edited = {getattr(edit, "path", "") for edit in fix.edits}
    paths = {module.name: module.path for module in project.graph.modules.values()}
    known = {
        entry.node: entry
        for entry in entry_points(project.snapshot)
        if entry.kind is not EntryKind.TESTS
        and not (entry.kind is EntryKind.SCRIPT and paths.get(entry.module, "") in edited)
    }
    gains = [gain for gain in fix.gains if gain.entry in known and gain.unit == "us"]
    best = max(gains, key=lambda gain: gain.saved, default=None)
    return (best, known[best.entry]) if best is not None else None


def to_import(project: Project, entry: EntryPoint) -> str:
    """Return what to import for an entry point: for one that is run, the modules that running it imports."""
    if entry.kind is EntryKind.MODULE:
        return entry.module
    view = with_entries(project.snapshot, project.snapshot.loading)
    return ", ".join(imported_by(view, entry))


def program(tree: Tree, project: Project, folder: Path, entry: str, pycache: Path) -> Program:
    roots = [folder / root for root, _ in project.graph.roots] or [folder]
    return Program(
        str(tree.python), entry, tuple(dict.fromkeys(roots)), NOT_COLLECTING, pycache, timeout=120.0
    )


def measured(tree: Tree, project: Project, fix: Fix, found: tuple[Gain, EntryPoint], rounds: int) -> Outcome:
    """Apply one proposal to a copy and import both in turn."""
    gain, entry = found
    promised = gain.saved / 1000
    names = to_import(project, entry)
    title = f"{fix.id} {fix.title}"
    risk = fix.risk.level.value if fix.risk is not None else fix.applicability.value
    with tempfile.TemporaryDirectory() as scratch:
        copy, plain = Path(scratch, "copy"), Path(scratch, "plain")
        for folder in (copy, plain):
            shutil.copytree(tree.folder, folder, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        applied = subprocess.run(
            ["git", "apply", "-"],
            input=fix.diff,
            text=True,
            capture_output=True,
            cwd=copy,
            check=False,
            env={**os.environ, "GIT_CEILING_DIRECTORIES": scratch},
        )
        if applied.returncode:
            problem = f"does not apply: {applied.stderr.strip().splitlines()[0][:80]}"
            return Outcome(tree.name, title, risk, entry.title, promised, 0, 0, 0, problem)
        programs = {
            "before": program(tree, project, plain, names, Path(scratch, "pyc-before")),
            "after": program(tree, project, copy, names, Path(scratch, "pyc-after")),
        }
        failed = [run(one).error for one in programs.values()]
        if failed[1] and not failed[0]:
            return Outcome(
                tree.name, title, risk, entry.title, promised, 0, 0, 0, f"BREAKS: {failed[1][:80]}"
            )
        if failed[0]:
            problem = f"not importable: {failed[0][:80]}"
            return Outcome(tree.name, title, risk, entry.title, promised, 0, 0, 0, problem)
        taken = in_turn(programs, rounds)
    before, after = taken["before"], taken["after"]
    return Outcome(
        tree.name,
        title,
        risk,
        entry.title,
        round(promised, 1),
        round(before.best - after.best, 1),
        round(noise(before, after), 1),
        round(before.best, 1),
    )


def outcomes(tree: Tree, rounds: int) -> Iterator[Outcome]:
    project = analysed(tree)
    for fix in shown(project):
        found = best_gain(fix, project)
        if found is not None:
            yield measured(tree, project, fix, found, rounds)


def summary(rows: Sequence[Outcome]) -> str:
    tried = [row for row in rows if not row.problem.startswith("not importable")]
    kept = sum(row.verdict == "kept" for row in tried)
    nothing = sum(row.verdict == "nothing" for row in tried)
    share = f" ({kept / len(tried):.0%})" if tried else ""
    undecided = sum(row.verdict == "undecided" for row in tried)
    return (
        f"{len(tried)} proposals: {kept}{share} save half of their promise and more than the noise, "
        f"{undecided} half of it within the noise, {nothing} save nothing"
    )


def table(rows: Iterable[Outcome]) -> Iterator[str]:
    yield "| tree | proposal | risk | entry point | before ms | promised | saved | noise | verdict |"
    yield "| --- | --- | --- | --- | ---: | ---: | ---: | ---: | --- |"
    for row in rows:
        times = f"{row.before_ms:.1f} | {row.promised_ms:.1f} | {row.saved_ms:.1f} | {row.noise_ms:.1f}"
        title = row.fix.replace("|", "/")[:90]
        yield f"| {row.tree} | {title} | {row.risk} | `{row.entry}` | {times} | {row.verdict} |"


def with_first(rows: Sequence[Outcome]) -> list[Outcome]:
    """Keep what was measured first of each tree, and return that of these trees."""
    known = json.loads(FIRST.read_text(encoding="utf-8")) if FIRST.exists() else {}
    for tree in dict.fromkeys(row.tree for row in rows):
        known.setdefault(tree, [asdict(row) for row in rows if row.tree == tree])
    FIRST.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return [Outcome(**one) for tree in dict.fromkeys(row.tree for row in rows) for one in known[tree]]


def with_latest(rows: Sequence[Outcome], names: Iterable[str]) -> list[Outcome]:
    """Put rows in the place of what was measured before of these trees, and return those of all trees."""
    known = json.loads(LATEST.read_text(encoding="utf-8")) if LATEST.exists() else {}
    for name in names:
        known[name] = [asdict(row) for row in rows if row.tree == name]
    LATEST.write_text(json.dumps(known, indent=1), encoding="utf-8")
    return [Outcome(**one) for tree in chosen([]) for one in known.get(tree.name, ())]


def report(rows: Sequence[Outcome], first: Sequence[Outcome]) -> str:
    held = {tree.name for tree in chosen([HELD_OUT])}
    parts = {
        "Held out, first run": [row for row in first if row.tree in held],
        "Held out, latest": [row for row in rows if row.tree in held],
        "Development, first run": [row for row in first if row.tree not in held],
        "Development, latest (a development score)": [row for row in rows if row.tree not in held],
    }
    lines = ["# Proposals of the first screens, applied and measured", ""]
    lines += ["The machine was shared and busy, which the noise shows. In the first run F4 of geekcomputers"]
    lines += ["edits the script itself, which that measurement did not meet: it says nothing of F4.", ""]
    lines += ["Python 3.11. `benchmarks/answer_fixes.py` says how it is done.", ""]
    lines += [f"- {title}: {summary(found)}." for title, found in parts.items()]
    for title, found in parts.items():
        lines += ["", f"## {title}", "", *table(found)]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Apply the proposals of the first screens, and measure them."
    )
    parser.add_argument("names", nargs="*")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    rows = []
    for tree in chosen(options.names):
        for row in outcomes(tree, options.rounds) if tree.python.exists() else ():
            print(f"{row.tree} {row.fix[:60]} {row.entry}: {row.verdict} {row.saved_ms}", flush=True)
            rows.append(row)
        if options.write:
            with_first([row for row in rows if row.tree == tree.name])
            with_latest(rows, [tree.name])
    print("\n".join(table(rows)))
    print(summary(rows))
    if options.write:
        latest = with_latest(rows, ())
        (RESULTS / "answer_fixes.md").write_text(report(latest, with_first(latest)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
