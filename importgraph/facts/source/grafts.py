"""Patches that let an older grammar read newer syntax, and grafts that put the real nodes into its tree.

A patch replaces a stretch of text by one of the same length, so that every line and column stays true. Where
it loses something, it carries a graft: a function from the node that the host made of the patched text to the
node that a newer interpreter gives.
"""

import ast
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from importgraph.facts.source.host import Broken

PLACEHOLDER = b"0"
"""What stands, in parentheses, for an expression that is grafted in later."""
PREFIX = b"000;"
"""What stands for a soft keyword of four letters before a statement."""


@dataclass(frozen=True, slots=True)
class Patch:
    """Bytes to write at an offset, and the graft for the node at another offset."""

    start: int
    text: bytes
    anchor: int = -1
    kind: type[ast.AST] | tuple[type[ast.AST], ...] = ()
    """The class of node to graft; with ast.Expr, the statement that follows it is grafted instead."""
    graft: Callable[[Any], ast.AST] | None = None


def blank(text: bytes) -> bytes:
    """Replace all but line ends by spaces."""
    return re.sub(rb"[^\n]", b" ", text)


def placeholder(start: int, end: int, source: bytes, value: ast.expr) -> Patch:
    """Replace the expression between two offsets, at least three bytes long, by a given one."""
    text = b"(" + PLACEHOLDER + blank(source[start + 2 : end - 1]) + b")"
    return Patch(start, text, start + 1, ast.Constant, lambda _: value)


def apart(patches: Iterable[Patch]) -> Iterator[Patch]:
    """Leave out patches that start within an earlier one."""
    end = -1
    for patch in sorted(patches, key=lambda patch: patch.start):
        if patch.start >= end:
            end = patch.start + len(patch.text)
            yield patch


def patched(source: bytes, patches: Iterable[Patch]) -> bytes:
    """Write the patches over the source; they must not overlap."""
    pieces, at = [], 0
    for patch in sorted(patches, key=lambda patch: patch.start):
        pieces += [source[at : patch.start], patch.text]
        at = patch.start + len(patch.text)
    return b"".join([*pieces, source[at:]])


class Places:
    """Offsets of a text as (line, column) pairs, the way ast counts them."""

    def __init__(self, source: bytes) -> None:
        self._starts = [0, *(found.end() for found in re.finditer(rb"\n", source))]

    def __call__(self, offset: int) -> tuple[int, int]:
        """Give the place of an offset."""
        row = bisect_left(self._starts, offset + 1)
        return row, offset - self._starts[row - 1]


@dataclass(frozen=True, slots=True)
class Original:
    """Source as it was, and the means to make nodes from parts of it."""

    source: bytes
    places: Places
    parse: Callable[[bytes], ast.Module | Broken]
    """Parses a piece of source that may itself hold newer syntax."""

    def text(self, start: int, end: int) -> str:
        """Give a stretch of the source."""
        return self.source[start:end].decode()

    def expression(self, start: int, end: int) -> ast.expr | None:
        """Parse a stretch of the source; None where it is not an expression."""
        match self.parse(b"(" + self.source[start:end] + b")"):
            case ast.Module(body=[ast.Expr(value=value)]):
                row, column = self.places(start)
                moved(value, row, column - 1)
                return value
            case _:
                return None


def moved(tree: ast.AST, line: int, column: int) -> None:
    """Shift a tree that was parsed on its own to where its text starts."""
    place: Any
    for place in ast.walk(tree):
        if getattr(place, "lineno", None) is not None:
            place.col_offset += column if place.lineno == 1 else 0
            place.end_col_offset += column if place.end_lineno == 1 else 0
            place.lineno += line - 1
            place.end_lineno += line - 1


def placed(node: ast.AST, start: tuple[int, int], end: tuple[int, int]) -> Any:
    """Set the extent of one node and hand it back."""
    place: Any = node
    (place.lineno, place.col_offset), (place.end_lineno, place.end_col_offset) = start, end
    return place


def grafted(tree: ast.Module, patches: Sequence[Patch], places: Places) -> ast.Module:
    """Carry out the grafts of the patches on a tree parsed from the patched text, in place."""
    all_grafted(tree, patches, places)
    return tree


def all_grafted(tree: ast.Module, patches: Sequence[Patch], places: Places) -> bool:
    """Carry out the grafts of the patches as `grafted` does; tell whether each met its node."""
    due = {places(patch.anchor): patch for patch in patches if patch.graft}
    if not due:
        return True
    lines = sorted({line for line, _ in due})
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                value[:] = _grafted_list(value, due)
                stack += [child for child in value if _touched(child, lines)]
            elif isinstance(value, ast.AST):
                child = _grafted_node(value, due)
                setattr(node, name, child)
                stack += [child] if _touched(child, lines) else []
    return not due


def _touched(node: object, lines: list[int]) -> bool:
    """Say whether a node spans a line on which a graft is due."""
    if not isinstance(node, ast.AST):
        return False
    last = getattr(node, "end_lineno", None)
    if last is None:
        return True
    decorators = getattr(node, "decorator_list", ())
    first = min([node.lineno, *(each.lineno for each in decorators)])  # type: ignore[attr-defined]
    at = bisect_left(lines, first)
    return at < len(lines) and lines[at] <= last


def _grafted_node(node: ast.AST, due: dict[tuple[int, int], Patch]) -> ast.AST:
    place = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
    patch = due.get(place)
    if patch is None or patch.graft is None or not isinstance(node, patch.kind):
        return node
    del due[place]
    return patch.graft(node)


def _grafted_list(nodes: list[Any], due: dict[tuple[int, int], Patch]) -> list[Any]:
    """Graft the members of a list; a prefix disappears and its statement starts where the prefix stood."""
    kept: list[Any] = []
    pending: tuple[ast.Expr, Patch] | None = None
    for node in nodes:
        if not isinstance(node, ast.AST):
            kept.append(node)
        elif pending is not None:
            prefix, patch = pending
            node.lineno, node.col_offset = prefix.lineno, prefix.col_offset  # type: ignore[attr-defined]
            kept.append(patch.graft(node) if patch.graft else node)
            pending = None
        elif isinstance(node, ast.Expr) and _is_prefix(node, due):
            pending = node, due.pop((node.lineno, node.col_offset))
        else:
            kept.append(_grafted_node(node, due))
    return kept


def _is_prefix(node: ast.Expr, due: dict[tuple[int, int], Patch]) -> bool:
    patch = due.get((node.lineno, node.col_offset))
    return patch is not None and patch.kind is ast.Expr
