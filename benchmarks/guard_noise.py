"""Does `check` keep its verdict under load, and `check --measure` tell 0 % from 20 %?

    python benchmarks/guard_noise.py [--checks 50] [--measures 20] [--result FILE]

A small package is made whose import computes for about 0.15 s of CPU time; the changed revision does the
same work (0 %) or a fifth more (20 %), the limit is 10 %. While half of the plain checks run, and while all
measurements run, as many busy processes as there are cores compete with them, each switching between
arithmetic, memory traffic and sleep at random.
"""

import argparse
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from importgraph.config import from_options
from importgraph.regressions.check import Request, check
from importgraph.regressions.gates import NO_GATES
from importgraph.regressions.measure import Plan, measure

OPTIONS = from_options(workers=1)
WORK = """
import json, decimal, argparse
total = 0
for number in range({count}):
    total += number * number % 7
"""
COUNT = 1_500_000


def trouble() -> None:
    rng = random.Random(os.getpid())
    while True:
        until = time.monotonic() + rng.uniform(0.05, 0.8)
        kind = rng.random()
        while time.monotonic() < until:
            if kind < 0.45:
                sum(number * number for number in range(2000))
            elif kind < 0.8:
                bytes(bytearray(4_000_000))
            else:
                time.sleep(0.01)


@contextmanager
def load(processes: int) -> Iterator[None]:
    started = [multiprocessing.Process(target=trouble, daemon=True) for _ in range(processes)]
    for process in started:
        process.start()
    try:
        yield
    finally:
        for process in started:
            process.terminate()
            process.join()


def git(folder: Path, *arguments: str) -> None:
    names = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)


def make_repository(folder: Path, count: int) -> Path:
    (folder / "app").mkdir(parents=True)
    (folder / "app/__init__.py").write_text("from app import work\n", encoding="utf-8")
    (folder / "app/work.py").write_text(WORK.format(count=COUNT), encoding="utf-8")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Before")
    (folder / "app/work.py").write_text(WORK.format(count=count) + "# changed\n", encoding="utf-8")
    return folder


def plain(folder: Path, runs: int, cores: int) -> Counter[str]:
    found = Counter[str]()
    request = Request(folder, OPTIONS, against="HEAD")
    for quiet in (True, False):
        with load(0 if quiet else cores):
            for _ in range(runs // 2):
                report = check(request)
                found[f"{report.verdict.value}, {len(report.regressions)} regressions"] += 1
    return found


def timed(folder: Path, runs: int, cores: int, budget: float) -> tuple[Counter[str], list[float], float]:
    found, ratios = Counter[str](), []
    start = time.monotonic()
    plan = Plan(folder, "HEAD", OPTIONS, sys.executable, budget, ("app",))
    with load(cores):
        for _ in range(runs):
            result = measure(plan, NO_GATES)
            found[result.verdict.value] += 1
            ratios += [one.ratio.estimate for one in result.timings]
            print(result.notes[-1], flush=True)
    return found, ratios, (time.monotonic() - start) / max(1, runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checks", type=int, default=50)
    parser.add_argument("--measures", type=int, default=20)
    parser.add_argument("--budget", type=float, default=90.0)
    parser.add_argument("--result", type=Path)
    arguments = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    lines = ["# Verdicts under load", "", (__doc__ or "").split("\n\n")[2], ""]
    with tempfile.TemporaryDirectory() as temporary:
        same = make_repository(Path(temporary) / "same", COUNT)
        more = make_repository(Path(temporary) / "more", COUNT * 6 // 5)
        verdicts = plain(same, arguments.checks, cores)
        lines.append(f"Plain check, {arguments.checks} runs, half of them under load: {dict(verdicts)}.")
        lines += ["", "| true change | runs | clean | regressed | inconclusive | estimates | seconds a run |"]
        lines.append("| ---: | ---: | ---: | ---: | ---: | --- | ---: |")
        for name, folder in (("0 %", same), ("20 %", more)):
            found, ratios, seconds = timed(folder, arguments.measures, cores, arguments.budget)
            counts = " | ".join(str(found[verdict]) for verdict in ("clean", "regressed", "inconclusive"))
            span = f"{min(ratios):.3f} to {max(ratios):.3f}" if ratios else "-"
            lines.append(f"| {name} | {arguments.measures} | {counts} | {span} | {seconds:.0f} |")
    text = "\n".join(lines) + "\n"
    print(text)
    if arguments.result is not None:
        arguments.result.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
