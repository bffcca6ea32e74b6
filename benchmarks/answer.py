"""Ask `analyze` about twenty trees, and hold its answer against what is measured.

    python benchmarks/answer_trees.py            first: fetch and install (needs the network)
    python benchmarks/answer_truth.py            then: profile every entry point
    python benchmarks/answer.py [NAME...]        score, tables on standard output
    python benchmarks/answer.py --write          the same, also to benchmarks/results/answer.md

For every entry point that the product names: is the thing (distribution, part of the standard library, or
module of the tree) that holds most by measured retained cost among the first three of the static answer; the
rank correlation of estimated and measured retained cost over all things (and over those that hold a
millisecond or more in either); and the estimated total over the measured one. The garbage collector's pauses
are in neither total. Entry points that take less than five milliseconds are listed and not counted.

The first score of each entry point is kept in benchmarks/results/answer_first.json and never written again.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from math import log
from pathlib import Path
from statistics import median
from typing import Any

from answer_trees import CORPORA, HELD_OUT, Tree, chosen
from answer_truth import Truth, truth_of

from importgraph.config import from_options
from importgraph.findings.entry_points import EntryPoint
from importgraph.findings.groups import groups_by_entry
from importgraph.findings.heavy_imports import find_heavy_imports
from importgraph.findings.loads import Load, loads
from importgraph.graph.views import is_function
from importgraph.names import top_level
from importgraph.project import Project, open_project

RESULTS = Path(__file__).resolve().parent / "results"
FIRST = RESULTS / "answer_first.json"
LATEST = CORPORA / "answer-latest.json"
LEAST_US = 1000
"""What a large thing holds."""
LEAST_MS = 5.0
"""Entry points that take less are not counted."""
CACHE = Path.home() / ".cache" / "importgraph"


@dataclass(frozen=True)
class Row:
    """The score of one entry point."""

    tree: str
    entry: str
    measured_ms: float
    estimated_ms: float
    heaviest: str
    """By measured retained cost."""
    named: tuple[str, ...]
    """The first three of the answer."""
    hit: bool
    rank: float | None
    """Over all things; None where fewer than four are ranked."""
    rank_large: float | None
    """The same over things that hold a millisecond or more in either."""
    day: str = ""

    @property
    def ratio(self) -> float:
        """Estimated over measured."""
        return self.estimated_ms / max(self.measured_ms, 0.001)


@dataclass(frozen=True)
class Unmeasured:
    """An entry point without truth, and why."""

    tree: str
    entry: str
    reason: str


def analysed(tree: Tree) -> Project:
    """Open a tree as `analyze --python ENVIRONMENT` does."""
    options = from_options(python=str(tree.python.parent.parent))
    return open_project(tree.folder, options, cache_folder=CACHE)


def thing_of(node: str, project: Project, truth: Truth) -> str:
    """Return the thing that a node of the static view belongs to, by the names that truth uses."""
    if is_function(node) or node in project.graph.modules or node[:1] in "<([":
        return node
    if node in truth.groups:
        return truth.groups[node]
    top = top_level(node)
    if top in truth.groups:
        return truth.groups[top]
    return f"({top})" if top in sys.stdlib_module_names else f"[{top}]"


def estimated_retained(project: Project, load: Load, truth: Truth) -> Mapping[str, int]:
    """Return by thing what the static answer says it retains."""
    found = groups_by_entry(project.snapshot)[load.entry.node].retained
    return {
        thing_of(key, project, truth): cost
        for key, cost in found.items()
        if cost and not is_function(key) and key != load.entry.node
    }


def ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for position in order[start : end + 1]:
            found[position] = (start + end) / 2
        start = end + 1
    return found


def rank_correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Return Spearman's coefficient; None for fewer than four pairs."""
    if len(pairs) < 4:
        return None
    one, two = (ranks([pair[side] for pair in pairs]) for side in (0, 1))
    mean = (len(pairs) - 1) / 2
    above = sum((a - mean) * (b - mean) for a, b in zip(one, two, strict=True))
    below = (sum((a - mean) ** 2 for a in one) * sum((b - mean) ** 2 for b in two)) ** 0.5
    return above / below if below else None


def score_entry(tree: Tree, project: Project, load: Load) -> Row | Unmeasured:
    entry: EntryPoint = load.entry
    truth = truth_of(tree, entry)
    if isinstance(truth, str):
        return Unmeasured(tree.name, entry.title, truth)
    estimated = estimated_retained(project, load, truth)
    measured = truth.retained_us
    own = thing_of(entry.node, project, truth)
    runner = {truth.groups[name] for name in truth.of_runner} - set(measured)
    things = [
        thing
        for thing in sorted({*estimated, *measured} - {own, entry.module} - runner)
        if not thing.startswith("<")
    ]
    pairs = [(float(estimated.get(t, 0)), float(measured.get(t, 0))) for t in things]
    large = [pair for pair in pairs if max(pair) >= LEAST_US]
    heavy = [one.module for one in find_heavy_imports(project.snapshot) if one.entry == entry.node]
    named = tuple(dict.fromkeys(thing_of(module, project, truth) for module in heavy))[:3]
    heaviest = truth.heaviest(entry)
    return Row(
        tree.name,
        entry.title,
        round(truth.total_us / 1000, 1),
        round(load.total / 1000, 1),
        heaviest,
        named,
        not heaviest or heaviest in named,
        rank_correlation(pairs),
        rank_correlation(large),
        datetime.now(UTC).date().isoformat(),
    )


def score(tree: Tree) -> Iterator[Row | Unmeasured]:
    """Score every entry point of a tree."""
    project = analysed(tree)
    for _, load in loads(project.snapshot):
        yield score_entry(tree, project, load)


def without_paths(reason: str) -> str:
    """Return the first part of a reason, which names no place of this machine."""
    return reason.partition(". ")[0].replace(str(CORPORA), ".corpora")


def summary(found: Sequence[Row]) -> str:
    rows = [row for row in found if row.measured_ms >= LEAST_MS]
    if not rows:
        return "no entry points"
    known = [row.rank for row in rows if row.rank is not None]
    large = [row.rank_large for row in rows if row.rank_large is not None]
    close = sum(abs(log(max(row.ratio, 1e-6))) <= log(1.5) for row in rows)
    hits = sum(row.hit for row in rows)
    high = sum(rank >= 0.8 for rank in known)
    return (
        f"{len(rows)} entry points: heaviest among the first three {hits} ({hits / len(rows):.0%}); "
        f"rank correlation in the median {median(known) if known else 0:.2f}, at least .8 in {high} of "
        f"{len(known)} (large things alone {median(large) if large else 0:.2f}); total within 1.5 "
        f"{close} ({close / len(rows):.0%})"
    )


def table(rows: Iterable[Row]) -> Iterator[str]:
    titles = "tree | entry point | measured ms | estimated | ratio | rank | of large | heaviest | named first"
    yield f"| {titles} | |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | --- | --- | --- |"
    for row in rows:
        large = "" if row.rank_large is None else f"{row.rank_large:.2f}"
        rank = "" if row.rank is None else f"{row.rank:.2f}"
        cells = (
            row.tree,
            row.entry,
            f"{row.measured_ms:,.1f}",
            f"{row.estimated_ms:,.1f}",
            f"{row.ratio:.2f}",
            rank,
            large,
            f"`{row.heaviest}`" if row.heaviest else "",
            ", ".join(f"`{name}`" for name in row.named),
            "" if row.measured_ms < LEAST_MS else "hit" if row.hit else "MISS",
        )
        yield f"| {' | '.join(cells)} |"


def with_first(rows: Sequence[Row]) -> list[Row]:
    """Keep the first score of each entry point, and return all first scores.

    Among them are some whose measurement was found unfit later: runs that ended with an error.
    """
    known = json.loads(FIRST.read_text(encoding="utf-8")) if FIRST.exists() else {}
    for row in rows:
        known.setdefault(f"{row.tree}: {row.entry}", asdict(row))
    FIRST.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return [Row(**{**one, "named": tuple(one["named"])}) for one in known.values()]


def with_latest(found: Sequence[Row | Unmeasured], names: Iterable[str]) -> list[Row | Unmeasured]:
    """Put rows in the place of the earlier ones of these trees, and return those of all trees."""
    known = json.loads(LATEST.read_text(encoding="utf-8")) if LATEST.exists() else {}
    for name in names:
        known[name] = [asdict(one) for one in found if one.tree == name]
    LATEST.write_text(json.dumps(known, indent=1), encoding="utf-8")
    return [_row(one) for tree in chosen([]) for one in known.get(tree.name, ())]


def _row(one: dict[str, Any]) -> Row | Unmeasured:
    return Row(**{**one, "named": tuple(one["named"])}) if "named" in one else Unmeasured(**one)


def report(rows: Sequence[Row], missing: Sequence[Unmeasured], first: Sequence[Row]) -> str:
    held = {tree.name for tree in chosen([HELD_OUT])}
    parts = {
        "Held out, first run": [row for row in first if row.tree in held],
        "Held out, latest": [row for row in rows if row.tree in held],
        "Development, first run": [row for row in first if row.tree not in held],
        "Development, latest (a development score)": [row for row in rows if row.tree not in held],
    }
    lines = [
        "# The static answer against measured imports",
        "",
        "Python 3.11. `benchmarks/answer.py` says how it is done, `benchmarks/answer_trees.py` which trees.",
        "",
        *(f"- {title}: {summary(found)}." for title, found in parts.items()),
    ]
    for title, found in parts.items():
        lines += ["", f"## {title}", "", *table(found)]
    if missing:
        lines += ["", "## Not measured", ""]
        lines += [f"- {one.tree}, {one.entry}: {without_paths(one.reason)}" for one in missing]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Hold the static answer against measured imports.")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = [one for tree in chosen(options.names) if tree.python.exists() for one in score(tree)]
    rows = [one for one in found if isinstance(one, Row)]
    missing = [one for one in found if isinstance(one, Unmeasured)]
    print("\n".join(table(rows)))
    print(summary(rows))
    for one in missing:
        print(f"{one.tree}, {one.entry}: {one.reason}")
    if options.write:
        latest = with_latest(found, [tree.name for tree in chosen(options.names)])
        rows = [one for one in latest if isinstance(one, Row)]
        missing = [one for one in latest if isinstance(one, Unmeasured)]
        (RESULTS / "answer.md").write_text(report(rows, missing, with_first(rows)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
