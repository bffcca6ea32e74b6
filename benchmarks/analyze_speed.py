"""Compare the processor time of `analyze` with that of a cold `graph` on the same trees, in turns.

    python benchmarks/analyze_speed.py TREE=ENVIRONMENT... [--rounds N]     a table on standard output
    python benchmarks/analyze_speed.py TREE=ENVIRONMENT... --write          also to benchmarks/results/

Each round runs, one after the other, each with one worker in a process of its own:

- graph, cold: `importgraph graph` with nothing stored, neither the tree nor the environment
- analyze, tree new: `importgraph analyze` where the environment is stored and no file of the tree is
- analyze, again: `importgraph analyze` where both are stored

Times are user and system time of a process and its children, the least of the rounds: a busy machine makes
wall time long, and processor time hardly. `--version` stands in for start-up.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

RESULT = Path(__file__).with_name("results") / "analyze_speed.md"
_TITLE = "# Processor time of `analyze` beside a cold `graph`"
_NOTES = "## What is in the way"
"""What is written by hand from here on stays."""
_BOUND = 2.0
"""`analyze` may take this many times as long as a cold `graph`."""


def processor_time(command: Sequence[str], cache: Path) -> float:
    """Run a command and return the processor time of it and its children, in seconds.

    Raises:
        RuntimeError: If it ends with anything but 0 or 1.
    """
    environment = {**os.environ, "IMPORTGRAPH_CACHE_DIR": str(cache)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    code = process.returncode = os.waitstatus_to_exitcode(status)
    if code not in {0, 1}:
        raise RuntimeError(f"{' '.join(command)}: exit code {code}")
    return usage.ru_utime + usage.ru_stime


def renew(tree: Path, number: int) -> int:
    """End every Python file of a copy with another comment, so that none is stored; return how many."""
    files = [path for path in tree.rglob("*.py") if path.is_file() and not path.is_symlink()]
    for path in files:
        with path.open("ab") as file:
            file.write(f"\n# round {number}\n".encode())
    return len(files)


def measure(tree: Path, environment: Path, scratch: Path, rounds: int) -> str:
    """Return the row of a tree, from the least times of several rounds."""
    copy = scratch / tree.name
    shutil.copytree(tree, copy, symlinks=True)
    shared = [str(copy), "--python", str(environment), "-q", "--workers", "1"]
    ours = [sys.executable, "-m", "importgraph"]
    graph = [*ours, "graph", *shared, "--no-cache", "-o", str(scratch / "graph.json")]
    analyze = [*ours, "analyze", *shared, "--format", "json"]
    stored = scratch / f"{tree.name}-cache"
    processor_time(analyze, stored)
    times: list[tuple[float, float, float]] = []
    files = 0
    for number in range(rounds):
        files = renew(copy, number)
        cold = processor_time(graph, stored)
        times.append((cold, processor_time(analyze, stored), processor_time(analyze, stored)))
    cold, new, again = map(min, zip(*times, strict=True))
    holds = "yes" if new <= _BOUND * cold else "**no**"
    return (
        f"| {tree.name} | {files:,} | {cold:.1f} | {new:.1f} | {new / cold:.2f} | {again:.1f} "
        f"| {again / cold:.2f} | {holds} |"
    )


def start_up(scratch: Path, rounds: int) -> float:
    """Return the least processor time of `--version`, in seconds."""
    command = [sys.executable, "-m", "importgraph", "--version"]
    return min(processor_time(command, scratch) for _ in range(rounds))


def main() -> None:
    """Measure the trees that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pairs", nargs="+", metavar="TREE=ENVIRONMENT")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    lines = [
        "| tree | files | graph, cold s | analyze, tree new | ratio | analyze, again s | ratio | within 2 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for pair in options.pairs:
            tree, _, environment = pair.partition("=")
            lines.append(measure(Path(tree), Path(environment).absolute(), Path(folder), options.rounds))
            print(lines[-1], flush=True)
        started = f"`--version` takes {start_up(Path(folder), 5):.2f} s."
    print(started)
    if options.write:
        head = f"Python {sys.version.split()[0]}, least of {options.rounds} round(s); {started}"
        written = RESULT.read_text(encoding="utf-8") if RESULT.exists() else ""
        notes = written[written.find(_NOTES) :] if _NOTES in written else ""
        RESULT.write_text("\n".join([_TITLE, "", head, "", *lines, "", notes]), encoding="utf-8")


if __name__ == "__main__":
    main()
