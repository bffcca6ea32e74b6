"""Fit the model of import cost in importgraph/costs/model.py, and test it on distributions it has not seen.

    python benchmarks/cost_measure.py fit test        first: install and measure (needs the network)
    python benchmarks/cost_fit.py                     fit, test, tables on standard output
    python benchmarks/cost_fit.py --write             the same, also to benchmarks/results/cost_model.md
    python benchmarks/cost_fit.py --kept              test the weights that the product has, fit nothing

A row is one module of one import: the best self time of several runs (the lesser of wall and processor time,
since other programs run meanwhile), and the features that its text gives. Where several entries load the same
module the least counts. Weights are never negative; the loss is that of the logarithm, softened (a module
whose import does something that text does not show counts little), with one more factor for all weights so
that sums of modules come out right. A module is unseen in the test where its file's distribution is in no row
of the fit and it is not of the standard library. The first run of the test is kept in
benchmarks/results/cost_model_first.json and never written again.

Needs numpy and scipy.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from math import exp, log
from pathlib import Path
from statistics import median

import numpy as np
from cost_measure import TIMES
from scipy.optimize import minimize
from scipy.stats import spearmanr

from importgraph.costs.features import BUILTIN, NAMESPACE, CostFeatures, compiled_features, features_of
from importgraph.costs.model import WEIGHTS_NS
from importgraph.facts.parse import parse_module

RESULTS = Path(__file__).resolve().parent / "results"
FIRST = RESULTS / "cost_model_first.json"
NAMES = [field.name for field in fields(CostFeatures)]
LEAST_SHARE = 0.15
"""Of wall time. Where a module is loaded twice, its processor time is that of the first load alone."""
FLOOR_US = 20.0
"""Added to both sides of a logarithm: below it, times are noise."""


@dataclass(frozen=True)
class Row:
    """One module: what it cost and what its text says."""

    module: str
    owner: str
    measured_us: float
    features: CostFeatures


@dataclass(frozen=True)
class Entry:
    """The import of one entry: its modules."""

    distribution: str
    entry: str
    rows: tuple[Row, ...]


def features_at(path: str | None, how: str, known: dict[str, CostFeatures]) -> CostFeatures | None:
    """Read the features of a module; None where it was loaded by means that no model describes."""
    if how in {"builtin", "frozen"}:
        return BUILTIN
    if how == "namespace":
        return NAMESPACE
    if path is None or not Path(path).is_file():
        return None
    if path not in known:
        file = Path(path)
        known[path] = (
            compiled_features(file.stat().st_size)
            if how == "extension"
            else features_of(parse_module(file.read_bytes()).facts, package=file.name == "__init__.py")
        )
    return known[path]


def lesser(wall_us: int, cpu_us: int) -> float:
    """Return processor time where it is less, unless it is too little to be all of it."""
    return float(min(wall_us, cpu_us) if cpu_us > wall_us * LEAST_SHARE else wall_us)


def read_entries(name: str) -> list[Entry]:
    """Read what was measured for one list, with the features of each module."""
    data = json.loads((TIMES / f"{name}.json").read_text(encoding="utf-8"))
    known: dict[str, CostFeatures] = {}
    found = []
    for item in data["entries"]:
        rows = []
        for module, wall, cpu, how, path, group, owner in item["modules"]:
            features = features_at(path, how, known)
            if features is not None:
                name_of = "standard" if group == "standard" else owner or module.partition(".")[0]
                rows.append(Row(module, name_of, lesser(wall, cpu), features))
        found.append(Entry(item["distribution"], item["entry"], tuple(rows)))
    return found


def each_module_once(entries: Iterable[Entry]) -> list[Row]:
    """Keep of each module the row with the least time."""
    best: dict[str, Row] = {}
    for row in (row for entry in entries for row in entry.rows):
        if row.module not in best or row.measured_us < best[row.module].measured_us:
            best[row.module] = row
    return list(best.values())


def matrix(rows: Sequence[Row]) -> "np.ndarray":
    return np.array([astuple(row.features) for row in rows], dtype=float)


def times(rows: Sequence[Row]) -> "np.ndarray":
    return np.array([row.measured_us for row in rows])


def fit(rows: Sequence[Row]) -> "np.ndarray":
    """Return a weight in microseconds for each feature."""
    parts, wanted = matrix(rows), np.log(times(rows) + FLOOR_US)
    scale = np.maximum(parts.std(axis=0), 1e-9)

    def loss(values: "np.ndarray") -> tuple[float, "np.ndarray"]:
        weights = values / scale
        predicted = parts @ weights + FLOOR_US
        difference = np.log(predicted) - wanted
        softened = np.sqrt(1 + (difference / 0.3) ** 2)
        slope = difference / 0.09 / softened / predicted
        return float(np.sum(softened - 1)), (parts.T @ slope) / scale

    start = np.full(len(NAMES), 5.0)
    answer = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(NAMES), options={"maxiter": 3000}
    )
    return np.asarray(answer.x / scale)


def predicted(rows: Sequence[Row], weights: "np.ndarray") -> "np.ndarray":
    return matrix(rows) @ weights


def balance(entries: Sequence[Entry], weights: "np.ndarray") -> float:
    """Return the factor that makes the estimated total of the median entry the measured one."""
    return median(float(times(e.rows).sum() / predicted(e.rows, weights).sum()) for e in entries if e.rows)


@dataclass(frozen=True)
class Score:
    """How well estimates fit."""

    modules: int
    typical_factor: float
    """Half of the modules are estimated within this factor."""
    within_two: float
    rank: float
    entries: int
    totals_within: float
    """The share of entries whose estimated total is within a factor of 1.5."""
    worst: tuple[tuple[str, float], ...]


def score(rows: Sequence[Row], entries: Sequence[Entry], weights: "np.ndarray") -> Score:
    estimate, measured = predicted(rows, weights), times(rows)
    off = np.abs(np.log((estimate + 1) / (measured + 1)))
    totals = [
        (e.distribution, float(predicted(e.rows, weights).sum() / times(e.rows).sum())) for e in entries
    ]
    return Score(
        modules=len(rows),
        typical_factor=exp(float(np.median(off))),
        within_two=float(np.mean(off <= log(2))),
        rank=float(spearmanr(estimate, measured).statistic),
        entries=len(entries),
        totals_within=sum(abs(log(ratio)) <= log(1.5) for _, ratio in totals) / max(len(totals), 1),
        worst=tuple(sorted(totals, key=lambda pair: -abs(log(pair[1])))[:8]),
    )


def owners(rows: Sequence[Row], weights: "np.ndarray") -> Score:
    """Score the sums over the modules of each distribution, as if each were an entry."""
    by_owner: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_owner[row.owner].append(row)
    sums = [Entry(owner, owner, tuple(found)) for owner, found in sorted(by_owner.items())]
    return score(rows, sums, weights)


def as_line(title: str, found: Score) -> str:
    modules = f"{found.modules:,} | {found.typical_factor:.2f} | {found.within_two:.0%} | {found.rank:.3f}"
    return f"| {title} | {modules} | {found.entries} | {found.totals_within:.0%} |"


def report(weights: "np.ndarray", scores: dict[str, Score], fitted: int) -> str:
    lines = [
        "# The model of import cost",
        "",
        f"Python {sys.version.split()[0]}, {fitted} distributions fitted.",
        "`benchmarks/cost_fit.py` says how it is done.",
        "",
        "| what | modules | half within a factor of | within 2 | rank correlation | sums | sums within 1.5 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for title, found in scores.items():
        lines.append(as_line(title, found))
    lines += ["", "Sums that are furthest off (estimated over measured):", ""]
    for title, found in scores.items():
        listed = ", ".join(f"{name} {ratio:.2f}" for name, ratio in found.worst)
        lines.append(f"- {title}: {listed}")
    lines += ["", "| feature | nanoseconds each |", "| --- | ---: |"]
    lines += [f"| {name} | {weight * 1000:,.1f} |" for name, weight in zip(NAMES, weights, strict=True)]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Fit the model of import cost, and test it.")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--kept", action="store_true", help="test the weights that the product has")
    options = parser.parse_args()
    entries = read_entries("fit")
    rows = each_module_once(entries)
    if options.kept:
        weights = np.array([WEIGHTS_NS[name] / 1000 for name in NAMES])
    else:
        weights = fit(rows)
        weights = weights * balance(entries, weights)
    scores = {
        "fitted on: modules and entries": score(rows, entries, weights),
        "fitted on: distributions": owners(rows, weights),
    }
    if (TIMES / "test.json").exists():
        test = read_entries("test")
        seen = {row.owner for row in rows} | {"standard"}
        unseen = [row for row in each_module_once(test) if row.owner not in seen]
        scores["held out: modules unseen, whole entries"] = score(unseen, test, weights)
        scores["held out: distributions unseen"] = owners(unseen, weights)
    text = report(weights, scores, len(entries))
    print(text)
    if options.write:
        (RESULTS / "cost_model.md").write_text(text, encoding="utf-8")
        if not FIRST.exists() and (TIMES / "test.json").exists():
            kept = {title: found.__dict__ for title, found in scores.items()}
            FIRST.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
