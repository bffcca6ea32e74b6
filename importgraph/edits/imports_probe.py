"""Import modules one by one, each first in a process of its own, and write down what became of them.

Run by the target's interpreter: `python imports_probe.py NAMES ANSWERS`, two files. Standard library only,
CPython 3.9 on. A line of the names is a module and the names to ask it for. Each line of the answers is the
`repr` of (name, error, names of the module, its `__all__`, which of the names asked for it gives). A forked
process is as fresh as a new one, since the parent imports none of the modules; where there is no fork, one
process has them all.
"""

from __future__ import annotations

import os
import sys

TIMEOUT = 60
"""Seconds for one module."""
NOT_DONE = "it was not done after"


Answer = tuple[str, str, "list[str]", "list[str] | None", "list[str]"]


def attempt(name: str, asked: list[str]) -> Answer:
    """Import a module and describe it."""
    try:
        __import__(name)
        module = sys.modules[name]
        names = sorted({str(found) for found in dir(module)})
        exported = getattr(module, "__all__", None)
    except BaseException as error:  # noqa: BLE001 -- whatever a module raises is its result
        return name, f"{type(error).__name__}: {str(error)[:300]}", [], None, []
    given = [one for one in asked if gives(module, one)]
    return name, "", names, sorted(map(str, exported)) if isinstance(exported, (list, tuple)) else None, given


def gives(module: object, name: str) -> bool:
    """Tell whether a module gives a name; one that is imported when it is asked for may fail in any way."""
    try:
        getattr(module, name)
    except BaseException:  # noqa: BLE001 -- whatever a module raises is its result
        return False
    return True


def in_fork(name: str, asked: list[str]) -> str:
    """Return the line for one module; a child that dies or hangs is an error like any other."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(null, standard)
        left = ascii(attempt(name, asked)).encode() + b"\n"
        while left:
            left = left[os.write(writing, left) :]
        os._exit(0)
    os.close(writing)
    line = answer_of(reading)
    os.close(reading)
    if line is None:
        os.kill(child, 9)
    status = os.waitpid(child, 0)[1]
    if line:
        return line
    how = f"{NOT_DONE} {TIMEOUT} s" if line is None else f"it ended the interpreter (status {status})"
    return ascii((name, how, [], None, []))


def answer_of(reading: int) -> str | None:
    """Return the line that a child writes, empty where it ends without one; None where time is over.

    What the child leaves running may hold its end of the pipe open.
    """
    import select
    import time

    read, end = b"", time.monotonic() + TIMEOUT
    while not read.endswith(b"\n"):
        left = end - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            return None
        part = os.read(reading, 1 << 16)
        if not part:
            return ""
        read += part
    return read.decode().rstrip("\n")


def main() -> None:
    """Answer for every name."""
    names, answers = sys.argv[1:3]
    del sys.path[0]  # the folder of this file, which holds no module of the project
    with open(names, encoding="utf-8") as file:  # noqa: PTH123 -- pathlib would be loaded before the modules
        wanted = [line.split() for line in file.read().splitlines()]
    with open(answers, "w", encoding="utf-8") as file:  # noqa: PTH123
        for name, *asked in wanted:
            line = in_fork(name, asked) if hasattr(os, "fork") else ascii(attempt(name, asked))
            file.write(line + "\n")
            file.flush()


if __name__ == "__main__":
    main()
