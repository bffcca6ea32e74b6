"""Predict what sets of imports save, and knock them out on Python 3.15 without an edit.

    python benchmarks/measure_knockout.py PYTHON315 SITE            table on standard output
    python benchmarks/measure_knockout.py PYTHON315 SITE --write    also to results/measure_knockout.md

PYTHON315 is an interpreter of CPython 3.15, SITE a folder with packages for it (`pip install --target SITE
...`; pure Python is enough): django, httpx, jinja2, networkx, openpyxl, pymongo, redis, rich, sphinx,
sqlalchemy and sympy. Entry points whose package is not there are named and left out.

A set is the smallest one that separates an entry point from a heavy module. *Offered*: what `importgraph
cut` would propose; *lazy*: any import at module level may go unless its name is used at import; *naive*: any
import at module level may go. The prediction is the difference of two closures, weighted by a profile; an
import whose name is used at import loads its module at once and is not counted as gone.

A set is knocked out as `importgraph cut --verify` does it (importgraph/measurements/knockout.py); the run it
is compared with has a filter that is never true. All runs take turns. The noise of an entry point is what
two identical programs differ by. An effect, predicted or measured, counts from three times the noise on. A
prediction is right within 15 %, or within three times the noise. For the wrong ones the modules that were
loaded all the same, or were freed besides, say why. The garbage collector is off, as profiles count its
pauses apart.

All profiles and sets come first; then the expected duration is printed, and each row as it is measured.
"""

import argparse
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from importgraph.config import from_options
from importgraph.facts.model import Origin, Scope
from importgraph.findings.entry_points import EntryPoint
from importgraph.findings.loads import is_candidate, load_of
from importgraph.fixes.deferring.cuts import openings, smallest_set
from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.deferring.import_verdicts import key_of
from importgraph.fixes.sets.cut_sets import cost, cut_off
from importgraph.fixes.sets.entry_cuts import WIDE
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import View, closure, modules_of
from importgraph.measurements.knockout import Statement, knock_out
from importgraph.measurements.profile import Settings, profile_target
from importgraph.measurements.target import Target
from importgraph.measurements.turns import NOT_COLLECTING, Program, in_turn, noise, run
from importgraph.names import parent
from importgraph.project import open_project

RESULT = Path(__file__).with_name("results") / "measure_knockout.md"
ENTRIES = (
    *("django.http", "django.forms", "django.core.management", "django.db.models"),
    *("httpx", "rich.progress", "redis", "pymongo", "openpyxl", "jinja2", "sphinx.application"),
    *("networkx", "sqlalchemy.orm", "sympy"),
)
LEAST_US = 500
START = 0.06
"""Seconds that starting and ending an interpreter take besides the import."""
MOST_STATEMENTS = 60
CANDIDATES = 40
HEAVIEST = 12
"""For so many, sets of the other kinds are looked for too."""
NAIVE = 2
LAZY = 3
"""Of these, so many for each entry point: the rest is what `importgraph cut` offers. Most naive ones predict
nothing."""


@dataclass(frozen=True)
class Knocked:
    """A set of statements and what it is predicted to save."""

    entry: str
    kind: str
    module: str
    statements: frozenset[Statement]
    predicted: float
    freed: frozenset[str]


@dataclass(frozen=True)
class Row:
    """A prediction and its test."""

    knocked: Knocked
    saved: float
    noise: float
    error: str
    still: frozenset[str]
    """Modules that were to be freed and are loaded."""
    more: frozenset[str]
    """Modules that were freed without being predicted."""

    @property
    def counts(self) -> bool:
        """Whether there is an effect beyond the noise."""
        return max(self.knocked.predicted, self.saved) >= 3 * self.noise and not self.error

    @property
    def right(self) -> bool:
        """Whether the prediction is close."""
        gap = abs(self.saved - self.knocked.predicted)
        return gap <= 0.15 * self.knocked.predicted or gap <= 3 * self.noise

    @property
    def verdict(self) -> str:
        """How it turned out, with the cause where it is wrong."""
        if self.error:
            return f"fails when put off: {self.error[:90]}"
        cause = ""
        if self.still:
            cause = f"loaded at once: {_some(self.still)}"
        elif self.more:
            cause = f"freed too: {_some(self.more)}"
        if not self.counts:
            return f"below the noise{'; ' + cause if cause else ''}"
        return "right" if self.right else f"wrong; {cause or 'the same modules, another time'}"


def _some(names: Collection[str]) -> str:
    shown = sorted(names)
    return f"`{shown[0]}`" + (f" and {len(shown) - 1} more" if len(shown) > 1 else "")


class Entry:
    """One entry point with its profile and graph."""

    def __init__(self, python: str, site: Path, name: str, runs: int) -> None:
        self.python, self.site, self.name = python, site, name
        target = Target(python, "module", name, (), site, (("PYTHONPATH", str(site)),))
        profile = profile_target(target, Settings(runs=runs))
        folder = site / name.partition(".")[0]
        project = open_project(folder, from_options(python_version=(3, 15)), profile=profile)
        self.snapshot = project.snapshot
        self.view: View = self.snapshot.loading
        self.deferrals = Deferrals(self.snapshot, {})
        self.before = closure(self.view, [name])
        self.measured = {module.name for module in profile.modules if module.error is None}
        self.seconds = profile.total_us / 1e6

    def sets(self, most: int) -> Iterator[Knocked]:
        """Yield sets for the heaviest modules, none twice."""
        load = load_of(self.snapshot, self.view, EntryPoint(self.name, "asked for"))
        heavy = [
            n
            for n, w in load.retained.items()
            if w >= LEAST_US and is_candidate(self.snapshot, n) and n in self.measured
        ]
        heavy.sort(key=lambda node: (-load.retained[node], node))
        found: dict[frozenset[Statement], Knocked] = {}
        for rank, module in enumerate([node for node in heavy[:CANDIDATES] if node != self.name]):
            for kind, edges in self.separating(module, offered_alone=rank >= HEAVIEST):
                if edges:
                    knocked = self.knocked(kind, module, edges)
                    found.setdefault(knocked.statements, knocked)
        order = sorted(found.values(), key=lambda one: (-one.predicted, one.module))
        naive = [one for one in order if one.kind == "naive"][:NAIVE]
        lazy = [one for one in order if one.kind == "lazy"][:LAZY]
        offered = [one for one in order if one.kind == "offered"]
        yield from [*offered[: most - len(lazy) - len(naive)], *lazy, *naive]

    def separating(self, module: str, *, offered_alone: bool) -> Iterator[tuple[str, Sequence[ImportEdge]]]:
        """Yield a smallest set of each kind."""
        offered = cut_off(self.deferrals, self.view, self.name, module, WIDE)
        yield "offered", offered.edges if offered is not None else ()
        if offered_alone:
            return
        for kind, allowed in (("lazy", self.stays_lazy), ("naive", _at_module_level)):
            yield (
                kind,
                smallest_set(
                    openings(self.view, self.name, allowed),
                    module,
                    MOST_STATEMENTS,
                    line_of=self.deferrals.statement_line,
                ),
            )

    def stays_lazy(self, edge: ImportEdge) -> bool:
        """Tell whether nothing uses the name of an import at module level while its module is imported."""
        if not _at_module_level(edge) or "is used while" in self.deferrals.verdict(edge).reason:
            return False
        return not self.deferrals.use_sites(edge).at_import

    def place(self, edge: ImportEdge) -> Statement:
        """Return what identifies the statement of an imported name: importer, first line, module named."""
        return edge.importer, self.deferrals.statement_line(edge), _base(edge)

    def knocked(self, kind: str, module: str, edges: Iterable[ImportEdge]) -> Knocked:
        """Predict for whole statements: the filter cannot tell the names of one statement apart."""
        places = frozenset(self.place(edge) for edge in edges)
        importers = {place[0] for place in places}
        inside = (e for e in self.snapshot.graph.imports if e.importer in importers and e.index >= 0)
        lazy = {key_of(e) for e in inside if self.place(e) in places and self.stays_lazy(e)}
        after = closure(self.deferrals.after(self.view, lazy), [self.name])
        predicted = (cost(self.snapshot, self.before) - cost(self.snapshot, after)) / 1000
        freed = modules_of(self.before - after) & self.measured
        return Knocked(self.name, kind, module, places, predicted, frozenset(freed))

    def program(self, statements: Collection[Statement]) -> Program:
        """Return the import of the entry with some statements knocked out."""
        source = NOT_COLLECTING + knock_out(statements)
        return Program(self.python, self.name, (self.site,), source)


def _base(edge: ImportEdge) -> str:
    """Return the module that a statement names."""
    return parent(edge.imported) if edge.submodule else edge.imported


def _at_module_level(edge: ImportEdge) -> bool:
    stands = edge.origin is Origin.STATEMENT and edge.scope is Scope.MODULE and edge.function < 0
    return stands and edge.name != "*" and not edge.tried and not edge.fallback


def rows(entry: Entry, sets: Sequence[Knocked], rounds: int) -> Iterator[Row]:
    programs = {f"set {number}": entry.program(one.statements) for number, one in enumerate(sets)}
    programs |= {"plain": entry.program(()), "again": entry.program(())}
    plain = run(programs["plain"], names=True).modules
    taken = in_turn(programs, rounds)
    alike = abs(taken["plain"].best - taken["again"].best)
    base = (taken["plain"].best + taken["again"].best) / 2
    for number, one in enumerate(sets):
        name = f"set {number}"
        changed = run(programs[name], names=True)
        gone = plain - changed.modules
        still = one.freed & changed.modules
        more = frozenset((gone - one.freed) & entry.measured)
        doubt = max(alike, noise(taken["plain"], taken["again"]) / 2)
        yield Row(one, base - taken[name].best, doubt, changed.error, still, more)


def table(found: Iterable[Row]) -> Iterator[str]:
    yield "| ENTRY | set | keeps out | statements | predicted ms | saved ms | noise ms | verdict |"
    yield "| --- | --- | --- | ---: | ---: | ---: | ---: | --- |"
    for row in found:
        one = row.knocked
        numbers = f"{len(one.statements)} | {one.predicted:.1f} | {row.saved:.1f} | {row.noise:.1f}"
        yield f"| `{one.entry}` | {one.kind} | `{one.module}` | {numbers} | {row.verdict} |"


def summary(found: Sequence[Row], kind: str) -> str:
    mine = [row for row in found if row.knocked.kind == kind]
    counted = [row for row in mine if row.counts]
    right = sum(row.right for row in counted)
    held = sum(not row.still and not row.error for row in mine)
    failing = sum(bool(row.error) for row in mine)
    return (
        f"| {kind} | {len(mine)} | {held} | {failing} | {len(counted)} | {right} "
        f"| {sum(abs(row.saved - row.knocked.predicted) for row in counted) / max(len(counted), 1):.1f} |"
    )


def report(found: Sequence[Row], options: argparse.Namespace) -> str:
    packages = {row.knocked.entry.partition(".")[0] for row in found}
    setting = (
        "`python benchmarks/measure_knockout.py PYTHON315 SITE --write`, CPython 3.15, a 2-core machine, "
        f"{options.rounds} rounds in turn, profiles of {options.runs} runs, garbage collector off, user and "
        f"system CPU time of the import, best of the rounds. {len(found)} sets over {len(packages)} packages."
    )
    kinds = (
        "*Offered* sets are what `importgraph cut` proposes. *Lazy* ones may hold any import at module level "
        "whose name is not used at import, and *naive* ones any import at module level: most of what they "
        "put off is loaded at once, so they predict little."
    )
    lines = [
        "# Predictions against knock-outs on Python 3.15",
        "",
        setting,
        "",
        "| sets | tried | all predicted stay out | fail when put off | above noise | right | mean error ms |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(summary(found, kind) for kind in ("offered", "lazy", "naive")),
        "",
        kinds,
        "",
        *table(found),
    ]
    return "\n".join(lines) + "\n"


def note(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Predict what sets of imports save, and knock them out.")
    parser.add_argument("python", help="an interpreter of CPython 3.15")
    parser.add_argument("site", type=Path, help="a folder with the packages")
    parser.add_argument("entries", nargs="*", metavar="ENTRY", default=ENTRIES)
    parser.add_argument("--rounds", type=int, default=11, help="rounds in turn (default: 11)")
    parser.add_argument("--runs", type=int, default=9, help="runs of each profile (default: 9)")
    parser.add_argument("--most", type=int, default=8, help="sets for each entry point (default: 8)")
    parser.add_argument("--write", action="store_true", help=f"also write {RESULT.parent.name}/{RESULT.name}")
    options = parser.parse_args()
    site = options.site.resolve()
    planned: list[tuple[Entry, list[Knocked]]] = []
    for name in options.entries:
        if not (site / name.partition(".")[0]).is_dir():
            note(f"{name}: its package is not in {options.site}")
            continue
        entry = Entry(options.python, site, name, options.runs)
        planned.append((entry, list(entry.sets(options.most))))
        note(f"{name}: {entry.seconds * 1000:.0f} ms, {len(planned[-1][1])} sets")
    seconds = sum((e.seconds + START) * ((len(sets) + 2) * (options.rounds + 2)) for e, sets in planned)
    note(f"{sum(len(sets) for _, sets in planned)} sets; measuring takes about {seconds / 60:.0f} minutes")
    found: list[Row] = []
    for entry, sets in planned:
        for row in rows(entry, sets, options.rounds):
            one = row.knocked
            numbers = f"{one.predicted:.1f} {row.saved:.1f} ({row.noise:.1f})"
            note(f"{one.entry} {one.kind} {one.module}: {numbers} {row.verdict}")
            found.append(row)
    text = report(found, options)
    print(text, end="")
    if options.write:
        RESULT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
