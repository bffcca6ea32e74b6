"""Run a command and say what it and all its processes took: processor time, wall time, memory at the peak."""

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PERIOD = 0.2
"""Seconds between two looks at the memory of the processes."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a command took."""

    processor: float
    """Seconds, in user and system mode, of the process and all its children."""
    wall: float
    peak_mb: int
    """Sum of the proportional set sizes of its processes; of a short run, the most that one of them had."""
    code: int


def run(
    command: Sequence[str],
    variables: Mapping[str, str] | None = None,
    output: Path | None = None,
    folder: Path | None = None,
) -> Run:
    """Run a command to its end; its messages go where ours do.

    Args:
        command: The program and its arguments.
        variables: Variables of the environment beside our own.
        output: The file for its standard output; None to drop it.
        folder: Where it runs; None for here.
    """
    with Path(output or os.devnull).open("wb") as sink:
        start = time.perf_counter()
        environment = {**os.environ, **(variables or {})}
        process = subprocess.Popen(command, env=environment, stdout=sink, cwd=folder)
        peaks = [0]
        ended = threading.Event()
        watcher = threading.Thread(target=_watch, args=(process.pid, peaks, ended), daemon=True)
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        ended.set()
        watcher.join()
    code = process.returncode = os.waitstatus_to_exitcode(status)
    peak = max(*peaks, usage.ru_maxrss) // 1024
    return Run(usage.ru_utime + usage.ru_stime, wall, peak, code)


def _watch(pid: int, peaks: list[int], ended: threading.Event) -> None:
    while not ended.wait(_PERIOD):
        peaks.append(sum(map(_proportional, _tree(pid))))


def _tree(pid: int) -> list[int]:
    found, left = [], [pid]
    while left:
        one = left.pop()
        found.append(one)
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                left += [int(child) for child in children.read_text(encoding="ascii").split()]
            except (OSError, ValueError):
                continue  # it ended between two looks
    return found


def _proportional(pid: int) -> int:
    """Return the memory of a process in kB, each shared page divided by those who share it."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        return 0
    return 0
