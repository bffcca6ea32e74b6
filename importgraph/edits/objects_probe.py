"""Tell for pairs of dotted paths whether they give the same object.

Run by the target's interpreter: `python objects_probe.py PAIRS ANSWERS`, two files. A line of the first is a
module, a name, another module and a name; the answer's line is `same`, `other`, or why it cannot be told.
Standard library only, CPython 3.9 on.
"""

from __future__ import annotations

import sys


def answer(old: str, name: str, new: str, other: str) -> str:
    """Compare what two modules give."""
    try:
        __import__(old)
        __import__(new)
        one, two = (getattr(sys.modules[m], n) for m, n in ((old, name), (new, other)))
    except BaseException as error:  # noqa: BLE001 -- whatever a module raises is its result
        return f"unknown: {type(error).__name__}"
    return "same" if one is two else "other"


def main() -> None:
    """Answer for every pair."""
    pairs, answers = sys.argv[1:3]
    del sys.path[0]  # the folder of this file, which holds no module of the project
    with open(pairs, encoding="utf-8") as file:  # noqa: PTH123 -- pathlib would be loaded before the modules
        wanted = [line.split() for line in file.read().splitlines()]
    with open(answers, "w", encoding="utf-8") as file:  # noqa: PTH123
        for row in wanted:
            file.write(answer(*row) + "\n")
            file.flush()


if __name__ == "__main__":
    main()
