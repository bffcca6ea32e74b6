"""Take the faithfulness of all packages with a recorded truth on one engine, in parts, and count what holds.

    python benchmarks/faithfulness_table.py ROWS.jsonl [--minutes M] [PACKAGE...]

Compares each package that has no row in the file yet (default: all in `.corpora/truth`), smallest truth
first, appends its row, and begins no other one after so many minutes. Prints the table of all rows, with
counts at its head. A package whose environment is not on this machine gets a line and no figures.
"""

import argparse
import json
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpora import CORPORA
from faithfulness import compare, static_answer
from truth import TRUTH, module_files

MISSES, EXTRAS, EXACT, SURE = 0.005, 0.005, 0.95, 0.001
"""What the goal asks: at most so many misses and extras, at least so many modules right, sure extras."""

Row = Mapping[str, Any]


def engine() -> str:
    """Return the commit of the engine."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def row_of(package: str) -> dict[str, Any]:
    """Compare one package; what is no number there says why."""
    truth = json.loads((TRUTH / f"{package}.json").read_text(encoding="utf-8"))
    root = CORPORA / truth["root"]
    if not (root / package).exists():
        return {"package": package, "absent": truth.get("environment", "env")}
    found = compare("importgraph", truth, frozenset(module_files(root, package)), static_answer(root, truth))
    counts = {
        "misses": found.misses.total(),
        "extras": found.extras.total(),
        "sure": found.sure_extras.total(),
        "unsaid": found.unsaid.total(),
    }
    about = {"package": package, "version": found.version, "modules": found.modules}
    about |= {"not importable": found.not_importable, "pairs": found.pairs, "exact": found.exact}
    return {**about, **counts, "engine": engine()}


def part(row: Row, key: str, whole: str = "pairs") -> float:
    """Return a count as a share."""
    return float(row[key] / row[whole]) if row[whole] else 0.0


def head(rows: Sequence[Row]) -> Iterator[str]:
    """Yield what is counted over all rows."""
    taken = [row for row in rows if "pairs" in row]
    few = [row for row in taken if part(row, "misses") <= MISSES and part(row, "extras") <= EXTRAS]
    right = [row for row in taken if part(row, "exact", "modules") >= EXACT]
    sure = [row for row in taken if part(row, "sure") <= SURE]
    both = [row for row in few if row in right]
    whole = len(taken)
    yield f"- misses at most .5 % and extras at most .5 %: **{len(few)} of {whole}** packages"
    yield f"- at least 95 % of the modules exactly right: **{len(right)} of {whole}**; both: {len(both)}"
    yield f"- extras of the sure part at most .1 %: **{len(sure)} of {whole}**"
    over = [
        f"{row['package']} ({cell(row, 'misses')} / {cell(row, 'extras')})" for row in taken if row not in few
    ]
    yield f"- not so (misses / extras): {', '.join(over) or 'none'}"
    pairs = sum(row["pairs"] for row in taken)
    missed, extra = (sum(row[key] for row in taken) for key in ("misses", "extras"))
    yield f"- of all {pairs:,} pairs, {missed / pairs:.3%} are missed, {extra / pairs:.3%} more are said"
    absent = [f"{row['package']} ({row['absent']})" for row in rows if "absent" in row]
    yield f"- environment not on this machine: {', '.join(absent) or 'none'}"
    yield f"- engine: {', '.join(sorted({row['engine'] for row in taken}))}"


def cell(row: Row, key: str, whole: str = "pairs") -> str:
    """Write a share."""
    return f"{part(row, key, whole):.2%}"


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of the table, by name."""
    titles = ["modules", "not importable", "pairs", "misses", "extras", "exact", "sure extras", "unsaid"]
    yield f"| package | {' | '.join(titles)} |"
    yield f"| --- | {' | '.join('---:' for _ in titles)} |"
    for row in sorted(rows, key=lambda one: str(one["package"]).lower()):
        if "absent" in row:
            continue
        cells = [f"{row['package']} {row['version']}", *(f"{row[key]:,}" for key in titles[:3])]
        cells += [cell(row, "misses"), cell(row, "extras"), cell(row, "exact", "modules")]
        yield f"| {' | '.join([*cells, cell(row, 'sure'), cell(row, 'unsaid')])} |"


def main() -> int:
    parser = argparse.ArgumentParser(description="Take the faithfulness of all packages in parts.")
    parser.add_argument("rows", type=Path, metavar="ROWS.jsonl")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE")
    parser.add_argument("--minutes", type=float, default=1e9)
    options = parser.parse_args()
    known = options.rows.read_text(encoding="utf-8").splitlines() if options.rows.exists() else []
    rows = [json.loads(line) for line in known]
    recorded = sorted(TRUTH.glob("*.json"), key=lambda path: (path.stat().st_size, path.name))
    end = time.monotonic() + options.minutes * 60
    for package in options.packages or [path.stem for path in recorded]:
        if time.monotonic() < end and package not in {row["package"] for row in rows}:
            rows.append(row_of(package))
            with options.rows.open("a", encoding="utf-8") as file:
                file.write(json.dumps(rows[-1]) + "\n")
    print("\n".join(("", *head(rows), "", *table(rows))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
