"""Lines of text for people: wrapped, put in columns, shortened. Widths are those of a terminal."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from importgraph.quoting import visible


@dataclass(frozen=True, slots=True)
class Line:
    """One line, and how it looks where there are colours."""

    text: str
    style: str = ""


BLANK = Line("")
WIDE = 120
"""Beyond it, what stands at the end of lines is too far from their beginning."""
_ALL = 10**9


def width_of(text: str) -> int:
    """Return how many columns a text takes; wide letters take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def clipped(text: str, width: int) -> str:
    """Shorten text in the middle, where names differ least, to at most a number of columns."""
    shown = visible(text)
    if width_of(shown) <= width:
        return shown
    tail = max(0, (width - 1) * 2 // 3)
    head = shown[: max(0, width - 1 - tail)]
    end = shown[len(shown) - tail :]
    while width_of(head) + width_of(end) + 1 > width and end:
        end = end[1:]
    return f"{head}…{end}"


def cut_off(text: str, width: int) -> str:
    """Shorten text at its end to at most a number of columns."""
    shown = visible(text)
    if width_of(shown) <= width:
        return shown
    while width_of(shown) > width - 1:
        shown = shown[:-1]
    return f"{shown}…"


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Fill text with blanks, at its end or, to the right, at its beginning."""
    blanks = " " * max(0, width - width_of(text))
    return f"{blanks}{text}" if right else f"{text}{blanks}"


def wrapped(text: str, width: int, first: str = "", rest: str = "", style: str = "") -> Iterator[Line]:
    """Wrap a sentence.

    Args:
        text: One line of any length; long words are broken only where they do not fit a line.
        width: Columns.
        first: What the first line begins with.
        rest: What the others begin with.
        style: Of all lines.
    """
    lines = textwrap.wrap(
        visible(text),
        max(width, 20),
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
    )
    yield from (Line(line, style) for line in lines or [first])


def both_ends(left: str, right: str, width: int, style: str = "") -> Line:
    """Put one text at the beginning of a line and one at its end; the first is shortened to make room."""
    room = width - width_of(right) - 2
    return Line(f"{padded(clipped(left, room), room)}  {right}" if right else clipped(left, width), style)


@dataclass(frozen=True, slots=True)
class Screen:
    """How much is shown, and how wide."""

    width: int = 80
    show_all: bool = False
    folder: str = ""
    """Where the report was written; empty for nowhere."""

    @property
    def edge(self) -> int:
        """Where what stands at the end of lines ends: not too far from their beginning."""
        return min(self.width, WIDE)

    def most(self, count: int) -> int:
        """Return how many rows of a section are shown."""
        return _ALL if self.show_all else count


def heading(text: str, note: str, screen: Screen) -> Line:
    """Return the head of a section."""
    return Line(clipped(f"{text}{f' ({note})' if note else ''}", screen.width), "bold")
