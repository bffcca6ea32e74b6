"""Cut source into logical lines, also where it is broken.

The scanner knows strings, comments and brackets and nothing else. Where a bracket is never closed, it stops
at the first line that no expression can contain (``import``, ``def``, ...), so that one missing bracket costs
one statement. Time is linear in the text.
"""

import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

# Possessive repeats of groups, `(…)*+`, match wrongly before Python 3.11.5 (gh-106052); those of a set work.
NAME = rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*+"
GAP = rb"(?:[ \t\f]|\\\n)"
"""White space within a logical line, outside brackets."""

_LONG = (
    rb'"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*"""|'
    rb"'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*'''|"
)
_REST = (
    rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*(?:"|(?=\n)|\\?\Z)|'
    rb"'[^'\\\n]*+(?:\\.[^'\\\n]*+)*(?:'|(?=\n)|\\?\Z)|"
    rb"\\\n|(?P<comment>\#[^\n]*+)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<newline>\n)|(?P<mark>[:;,])"
)
_TOKEN = re.compile(_LONG + _REST, re.DOTALL)
_TOKEN_WITHOUT_LONG = re.compile(_REST, re.DOTALL)
_STATEMENT_LINE = re.compile(
    rb"[ \t\f]*(?:(?:import|def|class|return|with|try|raise|while|del|global|nonlocal|pass|assert|break"
    rb"|continue|except|finally|elif)\b|from[ \t]+[\w.]+[ \t]+import\b|async[ \t]+(?:def|with)\b"
    rb"|lazy[ \t]+(?:import|from)\b)"
)
_OPEN_IMPORT = re.compile(
    rb"([ \t\f]*+)(?:lazy[ \t]+)?from\b[^\n]*\bimport[ \t]*\([^\n]*+(?:\n(?=\1[ \t]|[ \t]*\n)[^\n]*+)*"
)
_CODE = re.compile(rb"[ \t\f]*+")
_TAB = 8
_EMPTY = (b'""', b"''")
_TRIPLE = (b'"""', b"'''")


class Mark(NamedTuple):
    """A ``:``, ``;`` or ``,`` outside brackets."""

    kind: bytes
    at: int


class Line(NamedTuple):
    """A logical line; offsets are into the bytes it was cut from."""

    row: int
    """1-based number of the physical line it starts on."""
    start: int
    """Where that physical line starts."""
    code: int
    """Where the first token starts."""
    end: int
    """After the last token, comments left out."""
    indent: int
    """Width of the indentation, tabs counted to multiples of eight."""
    marks: tuple[Mark, ...]


def tokens(source: bytes, start: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[bytes]]:
    """Give brackets, marks, comments, line ends (each a named group) and strings (no group), in order.

    A triple quote that is never closed is read as a string that ends with its line.
    """
    pattern, at = _TOKEN, start
    while found := pattern.search(source, at, end):
        if pattern is _TOKEN and found[0] in _EMPTY and source.startswith(_TRIPLE, found.start()):
            pattern = _TOKEN_WITHOUT_LONG
        yield found
        at = found.end()


def logical_lines(source: bytes) -> list[Line]:
    """Cut source with Unix line ends into its logical lines, without blank ones."""
    lines: list[Line] = []
    row, start, depth, end = 1, 0, 0, -1
    marks: list[Mark] = []
    for token in tokens(source):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "mark" and depth == 0:
            marks.append(Mark(token[0], token.start()))
        elif kind == "comment" and depth == 0:
            end = token.start()
        elif kind == "newline" and (depth == 0 or _STATEMENT_LINE.match(source, token.end())):
            stop = token.start() if end < 0 else end
            lines += (
                _line(source, row, start, stop, tuple(marks))
                if depth == 0
                else _cut(source, row, start, stop)
            )
            row += source.count(b"\n", start, token.end())
            start, depth, end, marks = token.end(), 0, -1, []
    stop = len(source) if end < 0 else end
    return lines + (
        _line(source, row, start, stop, tuple(marks)) if depth == 0 else _cut(source, row, start, stop)
    )


def line_from(source: bytes, start: int) -> Line:
    """Give the logical line whose first token is at an offset; its row is not counted."""
    depth, marks = 0, list[Mark]()
    end = len(source)
    for token in tokens(source, start):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif depth == 0 and kind == "mark":
            marks.append(Mark(token[0], token.start()))
        elif depth == 0 and kind in {"comment", "newline"}:
            end = token.start()
            break
    return Line(0, start, start, end, 0, tuple(marks))


def bracketed(source: bytes, opening: int, end: int) -> tuple[int, list[int]] | None:
    """Give the offset of the bracket that closes the one at `opening`, before `end`, and of its commas."""
    depth, commas = 0, list[int]()
    for token in tokens(source, opening, end):
        if token.lastgroup == "open":
            depth += 1
        elif token.lastgroup == "close":
            depth -= 1
            if depth == 0:
                return token.start(), commas
        elif depth == 1 and token[0] == b",":
            commas.append(token.start())
    return None


def statement_starts(source: bytes, line: Line) -> Iterator[int]:
    """Give every offset in a line where a statement may begin: its first token, and after ``;`` and ``:``."""
    yield line.code
    for mark in line.marks:
        if mark.kind != b",":
            yield _skip_gap(source, mark.at + 1)


def _skip_gap(source: bytes, at: int) -> int:
    found = re.compile(GAP + rb"*").match(source, at)
    return found.end() if found else at


def _line(source: bytes, row: int, start: int, end: int, marks: tuple[Mark, ...]) -> list[Line]:
    """Give the line in a list, or nothing when there is no code on it."""
    found = _CODE.match(source, start, end)
    code = found.end() if found else start
    if code >= end or source[code : code + 1] == b"#":
        return []
    return [Line(row, start, code, end, _width(source[start:code]), marks)]


def _cut(source: bytes, row: int, start: int, end: int) -> list[Line]:
    """Give each physical line as a line of its own: what is left of a bracket that never closes.

    The names of an import stay together as long as they are indented.
    """
    lines: list[Line] = []
    if names := _OPEN_IMPORT.match(source, start, end):
        lines = _line(source, row, start, names.end(), ())
        row, start = row + names[0].count(b"\n") + 1, names.end() + 1
    for text in source[start:end].split(b"\n") if start < end else ():
        lines += _line(source, row, start, start + len(text), ())
        row, start = row + 1, start + len(text) + 1
    return lines


def _width(blanks: bytes) -> int:
    """Measure indentation as CPython does: tabs go to multiples of eight, a form feed starts over."""
    return len(blanks.rpartition(b"\f")[2].expandtabs(_TAB))
