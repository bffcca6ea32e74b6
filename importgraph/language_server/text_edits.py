"""The difference of two texts as replacements of whole lines."""

from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Replacement:
    """Lines to replace, from 0; the end is exclusive. An empty stretch is an insertion."""

    line: int
    end_line: int
    text: str


def replacements(before: str, after: str) -> tuple[Replacement, ...]:
    """Return the fewest stretches of lines that turn one text into another, in the order of the text."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return tuple(Replacement(i, j, "".join(new[k:m])) for tag, i, j, k, m in steps if tag != "equal")
