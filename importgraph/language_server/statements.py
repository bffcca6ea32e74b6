"""Which import stands at a place of a text, also while the text is being edited."""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from importgraph.graph.model import ImportEdge

_KEYWORD = re.compile(r"(?:^|[;:])\s*(?:lazy\s+)?(?P<key>from\b|import\b)")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text: lines and columns from 0, columns in characters; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Found:
    """An import statement, or one name of it."""

    edges: tuple[ImportEdge, ...]
    """One for each name; of the name at the place alone, if there is one."""
    span: Span
    is_name: bool
    """A single name is meant, not the whole statement."""


def analysed_line(analysed: str, text: str, line: int) -> int | None:
    """Return where a line of an edited text stands in the text that was analysed.

    The nearest line that reads the same; None if there is none. Lines count from 0.
    """
    if analysed == text:
        return line
    old, new = analysed.split("\n"), text.split("\n")
    if line >= len(new):
        return None
    same = [number for number, content in enumerate(old) if content == new[line]]
    return min(same, key=lambda number: abs(number - line), default=None)


def import_at(text: str, edges: Sequence[ImportEdge], line: int, column: int) -> Found | None:
    """Return the import at a place of an analysed text, or None.

    Args:
        text: The whole file, with line breaks as the analysis has them.
        edges: The imports of the file.
        line: From 0.
        column: From 0, in characters.
    """
    lines = text.split("\n")
    if not edges or line >= len(lines):
        return None
    statement = _statement(lines, line + 1)
    if statement is None:
        return None
    for name in statement.names:
        if (name.span.line, name.span.column) <= (line, column) <= (name.span.end_line, name.span.end_column):
            found = tuple(edge for edge in edges if (edge.line, edge.column) == name.place)
            return Found(found, name.span, is_name=True) if found else None
    places = {name.place for name in statement.names}
    found = tuple(edge for edge in edges if (edge.line, edge.column) in places)
    return Found(found, statement.span, is_name=len(found) == 1) if found else None


@dataclass(frozen=True, slots=True)
class _Name:
    place: tuple[int, int]
    """As an edge has it: line and column from 1, the column in bytes."""
    span: Span


@dataclass(frozen=True, slots=True)
class _Statement:
    span: Span
    names: tuple[_Name, ...]


def _statement(lines: Sequence[str], line: int) -> _Statement | None:
    """Return the import statement that covers a line, from 1: the last one that begins there or above.

    The statement alone is parsed: files are long, and may have syntax that this Python lacks.
    """
    code = (number for number in range(line, 0, -1) if _KEYWORD.search(lines[number - 1].partition("#")[0]))
    first = next(code, 0)
    begin = _KEYWORD.search(lines[first - 1]) if first else None
    if begin is None:
        return None
    last = _last_line(lines, first, begin.start("key"))
    if last < line:
        return None
    start = begin.start("key")
    body = "\n".join([lines[first - 1][start:], *lines[first:last]])
    try:
        found = ast.parse(body).body[0]
    except SyntaxError:
        return None  # more than the import stands on its last line
    if not isinstance(found, ast.Import | ast.ImportFrom):
        return None
    offset = len(lines[first - 1][:start].encode("utf-8", "surrogatepass"))
    names = (_Name(_place(alias, first, offset), _span(lines, alias, first, offset)) for alias in found.names)
    return _Statement(_span(lines, found, first, offset), tuple(names))


def _last_line(lines: Sequence[str], first: int, start: int) -> int:
    """Return the last line of a statement; it holds no strings, so that `#` begins a comment."""
    code = lines[first - 1][start:].partition("#")[0]
    number = first
    if "(" in code:
        while ")" not in code and number < len(lines):
            number += 1
            code = lines[number - 1].partition("#")[0]
    while code.endswith("\\") and number < len(lines):
        number += 1
        code = lines[number - 1]
    return number


def _place(alias: ast.alias, first: int, offset: int) -> tuple[int, int]:
    return alias.lineno + first - 1, alias.col_offset + 1 + (offset if alias.lineno == 1 else 0)


def _span(lines: Sequence[str], node: ast.stmt | ast.alias, first: int, offset: int) -> Span:
    """Return where a node stands whose text was parsed from a line and a byte of it on."""
    above, end = node.lineno + first - 2, (node.end_lineno or node.lineno) + first - 2
    begins = node.col_offset + (offset if above == first - 1 else 0)
    ends = (node.end_col_offset or 0) + (offset if end == first - 1 else 0)
    return Span(above, characters(lines[above], begins), end, characters(lines[end], ends))


def characters(line: str, count: int) -> int:
    """Return how many characters the first bytes of a line in UTF-8 are."""
    return count if line.isascii() else len(line.encode()[:count].decode("utf-8", "replace"))
