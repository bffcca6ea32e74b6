"""Time building the import graph, side by side with peers, in one run.

    python benchmarks/speed.py [CORPUS...] [--rounds N]     a table on standard output
    python benchmarks/speed.py --write                      the same, also to benchmarks/results/speed.md

Every round runs every contender once, in turn, each in a process of its own; the best of the rounds counts,
and the median stands beside it. The files are in the page cache from the first round on. Contenders:

- ast.parse: the same files parsed and nothing else, over as many processes as we use
- graph cold / warm: `importgraph graph` with an empty cache, and with one that knows every file
- ruff: `ruff analyze graph`, which keeps no cache
- grimp: `grimp.build_graph` with external packages, without its cache; it reads the package alone
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from corpora import CORPORA

RESULT = Path(__file__).with_name("results") / "speed.md"
PACKAGES = {"homeassistant": "homeassistant", "django": "django"}

PARSE = """
import ast, sys, warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
warnings.simplefilter("ignore")
def parse(paths):
    for path in paths:
        try:
            ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            pass
if __name__ == "__main__":
    files = sorted(Path(sys.argv[1]).rglob("*.py"))
    parts = [files[i:i + 40] for i in range(0, len(files), 40)]
    with ProcessPoolExecutor(int(sys.argv[2])) as pool:
        list(pool.map(parse, parts))
"""
GRIMP = """
import sys
sys.path.insert(0, sys.argv[1])
import grimp
graph = grimp.build_graph(sys.argv[2], include_external_packages=True, cache_dir=None)
"""


def _processors() -> int:
    return len(os.sched_getaffinity(0))


def contenders(folder: Path, package: str, scratch: Path) -> dict[str, Callable[[], list[str]]]:
    workers = str(_processors())
    cold, warm = scratch / "cold", scratch / "warm"
    parse, grimp = scratch / "parse.py", scratch / "grimp_graph.py"
    parse.write_text(PARSE, encoding="utf-8")
    grimp.write_text(GRIMP, encoding="utf-8")
    ours = [
        sys.executable,
        "-m",
        "importgraph",
        "graph",
        str(folder),
        "-q",
        "-o",
        str(scratch / "graph.json"),
    ]

    def with_cache(path: Path, *, empty: bool) -> list[str]:
        if empty:
            shutil.rmtree(path, ignore_errors=True)
        return ["env", f"IMPORTGRAPH_CACHE_DIR={path}", *ours]

    return {
        "ast.parse": lambda: [sys.executable, str(parse), str(folder), workers],
        "graph cold": lambda: with_cache(cold, empty=True),
        "graph warm": lambda: with_cache(warm, empty=False),
        "ruff": lambda: ["ruff", "analyze", "graph", "-q", "--isolated", str(folder)],
        "grimp": lambda: [sys.executable, str(grimp), str(folder), package],
    }


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:4])} failed: {done.stderr.decode()[-500:]}")
    return time.perf_counter() - start


def measured(folder: Path, package: str, rounds: int) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory() as scratch:
        runs = contenders(folder, package, Path(scratch))
        seconds(runs["graph warm"]())  # fills the warm cache and the page cache
        times: dict[str, list[float]] = {name: [] for name in runs}
        for number in range(rounds):
            for name, command in runs.items():
                times[name].append(seconds(command()))
                print(f"{package} {number + 1}/{rounds} {name} {times[name][-1]:.2f} s", file=sys.stderr)
    return times


def table(corpus: str, files: int, times: dict[str, list[float]]) -> Iterator[str]:
    yield f"{corpus}: {files:,} files"
    yield ""
    yield "| contender | best s | median s | times ast.parse | times ruff |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    best = {name: min(found) for name, found in times.items()}
    for name, found in times.items():
        ratio, ruff = best[name] / best["ast.parse"], best[name] / best["ruff"]
        yield f"| {name} | {best[name]:.2f} | {statistics.median(found):.2f} | {ratio:.2f} | {ruff:.2f} |"
    yield ""


def main() -> int:
    parser = argparse.ArgumentParser(description="Time building the import graph, side by side with peers.")
    parser.add_argument("corpora", nargs="*", metavar="CORPUS", help=f"default: {' '.join(PACKAGES)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help=f"also write {RESULT.parent.name}/{RESULT.name}")
    options = parser.parse_args()
    lines = ["# Speed of building the graph", ""]
    lines += [f"{_processors()} processors, Python {sys.version.split()[0]}, {options.rounds} rounds."]
    lines += ["`benchmarks/speed.py` says what the contenders do.", ""]
    for corpus in options.corpora or PACKAGES:
        folder = next(CORPORA.glob(f"{corpus}-*"), None)
        if folder is None:
            print(f"{corpus} is not there: python benchmarks/corpora.py {corpus}", file=sys.stderr)
            return 1
        files = sum(1 for _ in folder.rglob("*.py"))
        lines += table(folder.name, files, measured(folder, PACKAGES[corpus], options.rounds))
    text = "\n".join(lines)
    print(text)
    if options.write:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
