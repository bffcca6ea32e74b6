"""What the pytest plugin costs a session that asks nothing of it, beside `-p no:importgraph`.

    python benchmarks/plugin_cost.py [ROUNDS]      writes the result file; needs importgraph installed

Sessions are run in turn, with and without, and the other way around in the next round: a busy machine weighs
on both.
"""

import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROUNDS = 60
RESULTS = Path(__file__).parent / "results" / "plugin_cost.md"
RECORDER = """
import sys

def pytest_unconfigure(config):
    with open("modules.txt", "w") as stream:
        stream.write("\\n".join(sys.modules))
"""
LINE = re.compile(r"import time:\s*(\d+) \|\s*(\d+) \| +importgraph\.pytest_plugin$", re.MULTILINE)
WITHOUT = ("-p", "no:importgraph")


def session(folder: Path, words: Sequence[str]) -> None:
    dropped = ("PYTEST_", "PYTHONDONTWRITE")
    env = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
    subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True)


def timed(folder: Path, words: Sequence[str]) -> tuple[float, float]:
    """Return processor and wall milliseconds of one session."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    session(folder, words)
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used * 1000, wall * 1000


def modules(folder: Path, words: Sequence[str]) -> set[str]:
    (folder / "recorder.py").write_text(RECORDER, encoding="utf-8")
    session(folder, ["-p", "recorder", *words])
    return set((folder / "modules.txt").read_text(encoding="utf-8").splitlines())


def import_times(folder: Path) -> list[int]:
    """Return what importing the plugin takes where pytest is loaded, with all it loads, in microseconds.

    Sessions load plugins by a call, which ``-X importtime`` does not see, so a statement does it here.
    """
    found = []
    for _ in range(9):
        command = [
            sys.executable,
            "-X",
            "importtime",
            "-c",
            "import pytest; import importgraph.pytest_plugin",
        ]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        found += [int(match.group(2)) for match in LINE.finditer(done.stderr)]
    return found


def spread(numbers: list[float]) -> str:
    quarters = statistics.quantiles(numbers, n=4)
    return f"{statistics.median(numbers):.1f} ({quarters[0]:.1f} to {quarters[2]:.1f})"


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_one.py").write_text("def test_one():\n    assert True\n", encoding="utf-8")
        (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        loaded = modules(folder, [])
        if "importgraph.pytest_plugin" not in loaded:
            raise SystemExit("The plugin was not loaded: install importgraph beside this interpreter.")
        added = sorted(loaded - modules(folder, WITHOUT))
        imports = import_times(folder)
        with_it: list[tuple[float, float]] = []
        without: list[tuple[float, float]] = []
        for number in range(rounds):
            order = [(with_it, ()), (without, WITHOUT)]
            for times, words in order if number % 2 else reversed(order):
                times.append(timed(folder, words))
    version = sys.version.partition(" ")[0]
    version = sys.version.partition(" ")[0]
    rows = []
    for title, index in (("processor time", 0), ("wall time", 1)):
        costs = [one[index] - other[index] for one, other in zip(with_it, without, strict=True)]
        sides = [spread([times[index] for times in side]) for side in (with_it, without)]
        rows.append(f"| {title} | {sides[0]} | {sides[1]} | {spread(costs)} |")
    best = min(one[0] for one in with_it) - min(one[0] for one in without)
    importing = f"best {min(imports) / 1000:.2f} ms, median {statistics.median(imports) / 1000:.2f} ms"
    lines = [
        "# What the plugin costs a session that asks nothing of it",
        "",
        "`python benchmarks/plugin_cost.py`: a session of one test, with the plugin and with",
        f"`-p no:importgraph`, {rounds} times each in turn, CPython {version}, no other plugin installed,",
        f"on a busy machine with {os.cpu_count()} processors.",
        "Milliseconds: median (first to third quarter).",
        "",
        "| | with | without | difference, pair by pair |",
        "|---|---|---|---|",
        *rows,
        "",
        f"Difference of the best processor times: {best:.1f} ms. Importing the plugin where pytest is",
        f"loaded, by `-X importtime`, cumulative: {importing} of {len(imports)} processes.",
        "",
        f"Modules that are loaded because of it: {', '.join(f'`{module}`' for module in added)}.",
    ]
    text = "\n".join(lines) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
