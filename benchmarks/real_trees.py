"""Analyse real repositories and hold the outcome to what can be counted outside.

    python benchmarks/real_trees.py [CORPUS...]     a table on standard output
    python benchmarks/real_trees.py --write         the same, also to benchmarks/results/real_trees.md

For each tree: `analyze` ends with exit code 0; the ledger's sum is the number of `.py` files that `find` sees
(the corpora ignore none); every SVG is well-formed; the report's JSON is the same, byte for byte, in a second
run with one worker and no cache.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path

from corpora import CORPORA

RESULT = Path(__file__).with_name("results") / "real_trees.md"
TREES = ("homeassistant", "django", "sympy", "pandas", "networkx", "rich", "celery", "sqlalchemy")


def analyze(tree: Path, output: Path, *options: str) -> tuple[float, int]:
    """Run `analyze`; return seconds and the exit code."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "importgraph", "analyze", str(tree), "-q", "-o", str(output), *options]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        print(done.stderr.decode(), file=sys.stderr)
    return time.perf_counter() - start, done.returncode


def row(tree: Path, scratch: Path) -> tuple[str, bool]:
    os.environ["IMPORTGRAPH_CACHE_DIR"] = str(scratch / "cache")
    first, second = scratch / "first", scratch / "second"
    seconds, code = analyze(tree, first)
    if code:
        return f"| {tree.name} | exit code {code} | | | | | |", False
    analyze(tree, second, "--no-cache", "--workers", "1")
    report = json.loads((first / "report.json").read_text(encoding="utf-8"))
    ledger = report["ledger"]
    total = ledger["analysed"] + len(ledger["broken"]) + len(ledger["excluded"])
    found = subprocess.run(
        ["find", ".", "-name", "*.py", "-type", "f"], cwd=tree, capture_output=True, check=True
    )
    counted = len(found.stdout.splitlines())
    pictures = sorted(first.glob("*.svg"))
    for picture in pictures:
        ET.fromstring(picture.read_bytes())
    same = (first / "report.json").read_bytes() == (second / "report.json").read_bytes()
    fine = ledger["found"] == total == counted and same
    sums = f"{ledger['analysed']:,} + {len(ledger['broken']):,} + {len(ledger['excluded']):,}"
    cells = (tree.name, f"{counted:,}", sums, str(len(pictures)), "yes" if same else "NO", f"{seconds:.1f}")
    return f"| {' | '.join(cells)} | {report['fixes'][0]['title'] if report['fixes'] else ''} |", fine


def main() -> int:
    parser = argparse.ArgumentParser(description="Analyse real repositories and check what can be counted.")
    parser.add_argument("trees", nargs="*", metavar="CORPUS", help=f"default: {' '.join(TREES)}")
    parser.add_argument("--write", action="store_true", help=f"also write {RESULT.parent.name}/{RESULT.name}")
    options = parser.parse_args()
    lines = ["# Real repositories, analysed", "", "`benchmarks/real_trees.py` says what is checked.", ""]
    lines += ["| tree | files by find | analysed + broken + excluded | SVGs | same twice | s | first fix |"]
    lines += ["| --- | ---: | ---: | ---: | --- | ---: | --- |"]
    all_fine = True
    for name in options.trees or TREES:
        tree = next(CORPORA.glob(f"{name}-*"), None)
        if tree is None:
            print(f"{name} is not there: python benchmarks/corpora.py {name}", file=sys.stderr)
            return 1
        with tempfile.TemporaryDirectory() as scratch:
            line, fine = row(tree, Path(scratch))
        print(line, file=sys.stderr)
        lines.append(line)
        all_fine = all_fine and fine
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    lines += ["", f"Most memory of one process: {most:,.0f} MB."]
    text = "\n".join(lines) + "\n"
    print(text)
    if options.write:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(text, encoding="utf-8")
    return 0 if all_fine else 1


if __name__ == "__main__":
    raise SystemExit(main())
