"""Compare "crashes when imported first" with fresh interpreters: corpus, random packages, real packages.

    python benchmarks/crash_order.py [--packages 3000] [--first SEED]

The hand-written corpus and the generator are those of tests/findings. Every module of every package is
imported in a fresh fork of a bare interpreter. For real packages the recorded outcomes of
benchmarks/truth.py are used where they are there. Writes benchmarks/results/crash_order.md.
"""

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "findings")]

from crash_corpus import PACKAGES  # noqa: E402 -- found through the path above
from fresh_imports import Files, disagreements  # noqa: E402
from random_packages import random_package  # noqa: E402

from importgraph.config import from_options  # noqa: E402
from importgraph.findings.crash_order.import_order import first_imports  # noqa: E402
from importgraph.project import open_project  # noqa: E402

TRUTH = ROOT / ".corpora" / "truth"
REAL = ("celery", "networkx", "sqlalchemy", "django", "pandas", "sympy")
BATCH = 250


def measured(label: str, packages: Mapping[str, Files]) -> tuple[str, list[str]]:
    """Return a row of the table and the disagreements."""
    modules = failing = 0
    wrong: list[str] = []
    names = list(packages)
    start = time.monotonic()
    for first in range(0, len(names), BATCH):
        with tempfile.TemporaryDirectory() as folder:
            batch = {name: packages[name] for name in names[first : first + BATCH]}
            some, fails, differing = disagreements(Path(folder), batch)
        modules, failing = modules + some, failing + fails
        wrong += differing
        print(f"{label}: {modules} modules, {len(wrong)} disagreements", file=sys.stderr, flush=True)
    seconds = time.monotonic() - start
    return f"| {label} | {len(names):,} | {modules:,} | {failing:,} | {len(wrong)} | {seconds:.0f} |", wrong


def real_row(package: str) -> str:
    """Compare with what benchmarks/truth.py recorded about a real package."""
    truth = json.loads((TRUTH / f"{package}.json").read_text(encoding="utf-8"))
    project = open_project(TRUTH.parent / truth["root"] / package, from_options(workers=2))
    names = [name for name in truth["modules"] if name in project.graph.modules]
    start = time.monotonic()
    said = first_imports(project.graph, project.resolver, names, project.read_text).failures
    seconds = time.monotonic() - start
    errors = {name: truth["modules"][name].get("error", "") for name in names}
    circular = {name for name, error in errors.items() if "circular import" in error}
    false_alarms = sum(not errors[name] for name in said)
    hidden = sum(name not in circular and bool(errors[name]) for name in said)
    missed = len(circular - {name for name, failure in said.items() if failure.circular})
    other = sum(bool(error) for error in errors.values()) - len(circular)
    counts = (len(names), len(circular), false_alarms, missed, hidden, other, round(seconds))
    return f"| {package} | " + " | ".join(str(count) for count in counts) + " |"


def report(packages: int, first: int) -> tuple[str, list[str]]:
    written = measured("written by hand", PACKAGES)
    seeds = range(first, first + packages)
    drawn = measured(
        f"random, seeds {seeds.start} to {seeds.stop - 1}", {f"seed{n}": random_package(n) for n in seeds}
    )
    lines = [
        "# Which modules fail when imported first",
        "",
        f"Python {platform.python_version()}; `python benchmarks/crash_order.py --packages {packages}`.",
        "A disagreement is a module of which we and a fresh interpreter say different things: that it fails,",
        "that it does not, or with which exception. Seconds hold the writing, our part and the interpreters.",
        "",
        "| corpus | packages | modules | fail | disagreements | seconds |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        written[0],
        drawn[0],
        "",
        "## Real packages",
        "",
        "Every module imported first. *False alarms* import well and we say they fail; *missed* fail for a",
        "circular import and we do not say so; *hidden* are predicted to crash and fail earlier for a",
        "missing library or setting; *other failures* are those for a missing library or setting in all.",
        "",
        "| package | modules | crash | false alarms | missed | hidden | other failures | our seconds |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(real_row(package) for package in REAL if (TRUTH / f"{package}.json").exists()),
    ]
    wrong = written[1] + drawn[1]
    if wrong:
        lines += ["", "## Disagreements", "", *(f"- {one}" for one in wrong[:50])]
    return "\n".join(lines) + "\n", wrong


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare predicted crashes with fresh interpreters.")
    parser.add_argument("--packages", type=int, default=3000)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    text, wrong = report(options.packages, options.first)
    target = HERE / "results" / "crash_order.md"
    target.write_text(text, encoding="utf-8")
    print(text)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
