"""Measure processes in turn, A B A B, so that whatever else the machine does hits all of them alike.

Times are CPU times of the import alone, taken in the process itself with `getrusage`: waiting for a disk or
for other programs does not count. User and system time are added: Linux counts the sum exactly and splits it
by timer ticks, so that the user time alone of an import of 60 ms is spread over 25 ms. The best of many
rounds is compared, since noise only ever adds, and a profile keeps the best self times too.
"""

import os
import random
import subprocess
from ast import literal_eval
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

IMPORT = """
import sys
from resource import RUSAGE_SELF, getrusage
{before}
begun = getrusage(RUSAGE_SELF)
error = ""
try:
    import {entry}
except BaseException as failure:
    error = type(failure).__name__ + ": " + str(failure)[:200]
ended = getrusage(RUSAGE_SELF)
user = ended.ru_utime - begun.ru_utime
both = user + ended.ru_stime - begun.ru_stime
print("\\n" + repr([user, both, error, list(sys.modules) if {names} else []]))
"""
"""Loads next to nothing itself: what is there already cannot be saved."""


@dataclass(frozen=True)
class Program:
    """One way to import an entry."""

    python: str
    entry: str
    path: tuple[Path, ...]
    """First on sys.path."""
    before: str = ""
    """Python source that runs first and is not measured."""

    def run(self, *, names: bool = False) -> tuple[float, float, str, list[str]]:
        """Import once: user and all CPU seconds, the error, and the names in sys.modules if asked for."""
        source = IMPORT.format(before=self.before, entry=self.entry, names=names)
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"PYTHONPATH": os.pathsep.join(map(str, self.path)), "PYTHONHASHSEED": "0"}
        done = subprocess.run(
            [self.python, "-W", "ignore", "-c", source],
            cwd=self.path[0],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        lines = done.stdout.strip().splitlines()
        if done.returncode or not lines:
            return 0.0, 0.0, (done.stderr.strip().splitlines() or ["died"])[-1][:200], []
        user, both, error, loaded = literal_eval(lines[-1])
        return user, both, error, loaded


@dataclass(frozen=True)
class Taken:
    """What the rounds of one program took, in milliseconds."""

    user: tuple[float, ...]
    both: tuple[float, ...]

    @property
    def best(self) -> float:
        """The least CPU time."""
        return min(self.both)


def in_turn(programs: Mapping[str, Program], rounds: int) -> dict[str, Taken]:
    """Run each program once for warmth, then all of them in turn."""
    for program in programs.values():
        program.run()
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
    for number in range(rounds):
        order = list(programs)
        random.Random(number).shuffle(order)
        for name in order:
            user, both, _, _ = programs[name].run()
            found[name].append((user * 1000, both * 1000))
    return {name: Taken(*map(tuple, zip(*rows, strict=True))) for name, rows in found.items()}


def noise(first: Taken, second: Taken) -> float:
    """Return how uncertain the difference of two bests is: how much the bests of half the rounds differ."""
    spread = [abs(min(taken.both[::2]) - min(taken.both[1::2])) for taken in (first, second)]
    return float(max(spread[0] + spread[1], 0.1))


def middle(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the median difference of rounds taken in turn."""
    return float(median(a - b for a, b in zip(first, second, strict=True)))
