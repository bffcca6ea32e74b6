"""The difference of two texts as replacements of whole lines."""

import io
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Replacement:
    """Lines to replace, from 0; the end is exclusive. An empty stretch is an insertion."""

    line: int
    end_line: int
    text: str


def protocol_lines(text: str) -> list[str]:
    r"""Return the lines of a text, with their ends, as the protocol counts them.

    They end in `\n`, `\r\n` or `\r`; `str.splitlines` would end one at a form feed, too.
    """
    return list(io.StringIO(text, newline=""))


def replacements(before: str, after: str) -> tuple[Replacement, ...]:
    """Return the fewest stretches of lines that turn one text into another, in the order of the text."""
    old, new = protocol_lines(before), protocol_lines(after)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return tuple(Replacement(i, j, "".join(new[k:m])) for tag, i, j, k, m in steps if tag != "equal")
