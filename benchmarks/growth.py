"""How time and memory grow with a repository: the generated tree at several sizes, command by command.

    python benchmarks/growth.py FOLDER SIZE... [--steps make,graph-cold,...] [--limit SECONDS]
    python benchmarks/growth.py --table

Each step is a run of its own and is noted in `benchmarks/results/growth.jsonl` as it ends, so that a long
series can be taken in parts; FOLDER keeps the trees and what was cached. Steps in their order:

- make: write the tree (`benchmarks/monorepo.py`) and commit it
- analyze-cold and graph-cold: with an empty cache; graph-more: goes on where `--limit` interrupted that
- graph-warm: nothing changed; graph-known: facts known, no answer and no graph kept
- analyze-known and analyze-warm, cycles-known, baseline, check-known, check-warm: the same for those
- affected: ten files changed since the commit; affected-warm: asked again
- graph-edited, analyze-edited, check-edited, affected-edited: the ten files changed once more since

Times are processor seconds of all processes of a command, memory is the most they held together
(`process_tree.py`). A step that is not done after `--limit` seconds of wall time is noted as such.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]

from monorepo import make  # noqa: E402
from process_tree import run  # noqa: E402

RESULT = HERE / "results" / "growth.jsonl"
_IDENTITY = ("-c", "user.name=growth", "-c", "user.email=growth@example.com")
STEPS = {
    "make": (),
    "analyze-cold": ("analyze", "{tree}", "-q", "--no-report"),
    "graph-cold": ("graph", "{tree}", "-q"),
    "graph-more": ("graph", "{tree}", "-q"),
    "graph-warm": ("graph", "{tree}", "-q"),
    "graph-known": ("graph", "{tree}", "-q"),
    "analyze-known": ("analyze", "{tree}", "-q", "--no-report"),
    "analyze-warm": ("analyze", "{tree}", "-q", "--no-report"),
    "cycles-known": ("cycles", "{tree}", "-q"),
    "baseline": ("baseline", "{tree}", "-o", "{folder}/baseline.json", "-q"),
    "check-known": ("check", "{tree}", "--baseline", "{folder}/baseline.json"),
    "check-warm": ("check", "{tree}", "--baseline", "{folder}/baseline.json"),
    "affected": ("affected", "{tree}", "--since", "HEAD", "-q"),
    "affected-warm": ("affected", "{tree}", "--since", "HEAD", "-q"),
    "graph-edited": ("graph", "{tree}", "-q"),
    "analyze-edited": ("analyze", "{tree}", "-q", "--no-report"),
    "check-edited": ("check", "{tree}", "--baseline", "{folder}/baseline.json"),
    "affected-edited": ("affected", "{tree}", "--since", "HEAD", "-q"),
}


def made(tree: Path, size: int) -> None:
    """Write the tree and commit it."""
    make(tree, size)
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    subprocess.run(["git", "add", "-A"], cwd=tree, check=True)
    subprocess.run(["git", *_IDENTITY, "commit", "-q", "-m", "A generated tree"], cwd=tree, check=True)


def edit(tree: Path) -> None:
    """Change ten files of ten packages, as an afternoon does."""
    files = sorted(tree.glob("area*/pkg*/mod12.py"))
    for number, path in enumerate(files[:: max(len(files) // 10, 1)][:10]):
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\nCHANGED = {number}, {time.time_ns()}\n")


def measured(folder: Path, step: str, limit: float) -> dict[str, float | int | str]:
    """Run a step; returns what is noted of it."""
    tree, cache = folder / "tree", folder / "cache"
    if step.endswith("-cold"):
        shutil.rmtree(cache, ignore_errors=True)
    if step.endswith("-known"):
        for kept in cache.iterdir() if cache.exists() else ():
            if kept.is_dir():  # answers and graphs; facts are a file
                shutil.rmtree(kept)
    if step == "affected" or step.endswith("-edited"):
        edit(tree)
    words = [word.format(tree=tree, folder=folder) for word in STEPS[step]]
    command = ["timeout", "-s", "INT", str(limit), sys.executable, "-m", "importgraph", *words]
    took = run(command, {"IMPORTGRAPH_CACHE_DIR": str(cache)}, folder=HERE.parent)
    found = {"processor": round(took.processor, 2), "wall": round(took.wall, 1), "peak_mb": took.peak_mb}
    return found if took.code in {0, 1} else {**found, "ended": f"exit code {took.code}"}


def series(folder: Path, size: int, steps: list[str], limit: float) -> Iterator[dict[str, object]]:
    """Take the steps of one size."""
    folder.mkdir(parents=True, exist_ok=True)
    for step in steps:
        if step == "make":
            made(folder / "tree", size)
            continue
        yield {"size": size, "step": step, "commit": commit(), **measured(folder, step, limit)}


def commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=HERE, capture_output=True, check=True)
    return done.stdout.decode().strip()


def table() -> str:
    """Return the last run of each step as a table: processor seconds and MB, by size."""
    rows = [json.loads(line) for line in RESULT.read_text(encoding="utf-8").splitlines()]
    latest = {(row["size"], row["step"]): row for row in rows}
    sizes = sorted({size for size, _ in latest})
    lines = ["| step | " + " | ".join(f"{size:,} files" for size in sizes) + " |"]
    lines.append("| --- |" + " ---: |" * len(sizes))
    for step in STEPS:
        if any((size, step) in latest for size in sizes):
            cells = [cell(latest.get((size, step)), size) for size in sizes]
            lines.append(f"| {step} | {' | '.join(cells)} |")
    return "\n".join(lines)


def cell(row: dict[str, float | int | str] | None, size: int) -> str:
    if row is None:
        return ""
    each = 1000 * float(row["processor"]) / size
    ended = f" ({row['ended']})" if "ended" in row else ""
    return f"{row['processor']} s, {row['peak_mb']} MB, {each:.2f} ms a file{ended}"


def main() -> int:
    """Measure what the command line asks for, or print the table."""
    parser = argparse.ArgumentParser(description="Measure how time and memory grow.")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("sizes", type=int, nargs="*")
    usual = ",".join(step for step in STEPS if step != "graph-more")
    parser.add_argument("--steps", default=usual)
    parser.add_argument("--limit", type=float, default=1800)
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    if options.table or options.folder is None:
        print(table())
        return 0
    for size in options.sizes:
        for row in series(options.folder / str(size), size, options.steps.split(","), options.limit):
            with RESULT.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
            print(row, flush=True)
    return 0


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    raise SystemExit(main())
