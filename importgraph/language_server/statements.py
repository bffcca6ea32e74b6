"""Which import stands at a place of a text, also while the text is being edited."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from importgraph.fixes.parsed import parsed
from importgraph.graph.model import ImportEdge


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
    statement = _statement(parsed(text).tree, line + 1)
    if statement is None:
        return None
    whole = _span(lines, statement)
    for alias in statement.names:
        span = _span(lines, alias)
        if (span.line, span.column) <= (line, column) <= (span.end_line, span.end_column):
            found = tuple(edge for edge in edges if _is_of(edge, alias))
            return Found(found, span, is_name=True) if found else None
    found = tuple(edge for edge in edges for alias in statement.names if _is_of(edge, alias))
    return Found(found, whole, is_name=len(found) == 1) if found else None


def _statement(tree: ast.Module, line: int) -> ast.Import | ast.ImportFrom | None:
    """Return the first import statement on a line, counted from 1."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and node.lineno <= line <= (node.end_lineno or 0):
            return node
    return None


def _is_of(edge: ImportEdge, alias: ast.alias) -> bool:
    return (edge.line, edge.column) == (alias.lineno, alias.col_offset + 1)


def _span(lines: Sequence[str], node: ast.stmt | ast.alias) -> Span:
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    end = node.end_col_offset or 0
    return Span(first, characters(lines[first], node.col_offset), last, characters(lines[last], end))


def characters(line: str, count: int) -> int:
    """Return how many characters the first bytes of a line in UTF-8 are."""
    return count if line.isascii() else len(line.encode()[:count].decode("utf-8", "replace"))
