"""The text of a file by the positions of its syntax tree, and the changes to it."""

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Change:
    """Put text in the place of a part of a file; offsets count characters."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Text:
    """A file as lines, as the parser counts them (form feeds end none)."""

    source: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines with their ends."""
        return _LINE.findall(self.source)

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line))
        return starts

    @cached_property
    def newline(self) -> str:
        """How the first line ends."""
        found = re.search(r"\r\n|\r|\n", self.source)
        return found.group() if found else "\n"

    def offset(self, line: int, column: int) -> int:
        """Return where a position of the tree is (columns count bytes)."""
        return self._starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())

    def span(self, node: ast.stmt | ast.alias | ast.expr) -> tuple[int, int]:
        """Return where a node begins and ends."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self.offset(node.lineno, node.col_offset), self.offset(end_line, end_column)

    def line_start(self, line: int) -> int:
        """Return where a line begins; one past the last is the end."""
        return self._starts[line - 1]

    def before(self, node: ast.stmt | ast.alias) -> str:
        """Return what stands on the first line of a node before it."""
        return self.source[self.line_start(node.lineno) : self.span(node)[0]]

    def behind(self, node: ast.stmt | ast.alias) -> str:
        """Return what stands on the last line of a node behind it, without the end of the line."""
        line = node.end_lineno or node.lineno
        return self.source[self.span(node)[1] : self.line_start(line + 1)].rstrip("\r\n")

    def stands_alone(self, node: ast.stmt) -> bool:
        """Tell whether a statement shares its lines with nothing but a comment."""
        behind = self.behind(node).strip()
        return not self.before(node).strip() and (not behind or behind.startswith("#"))


def apply_changes(source: str, changes: Iterable[Change]) -> str:
    """Apply changes that do not overlap, from the end backwards; text put in at one place keeps its order."""
    ordered = sorted(enumerate(changes), key=lambda item: (item[1].start, item[1].end, item[0]), reverse=True)
    for _, change in ordered:
        source = source[: change.start] + change.text + source[change.end :]
    return source


@dataclass(frozen=True, slots=True)
class Unusual:
    """A layout that is not handled, in words."""

    reason: str


def drop_names(
    text: Text, node: ast.Import | ast.ImportFrom, dropped: Sequence[int], instead: str = ""
) -> list[Change] | Unusual:
    """Take names out of an import statement.

    Args:
        text: The file.
        node: The statement.
        dropped: Indices of the names.
        instead: Whole lines that stand in its place, or below what is left of it.
    """
    if not text.stands_alone(node):
        return Unusual(f"line {node.lineno} holds more than an import")
    last = node.end_lineno or node.lineno
    start, end = text.span(node)
    if len(dropped) == len(node.names):
        comments = _own_line_comments(text, node)
        return [Change(text.line_start(node.lineno), text.line_start(last + 1), comments + instead)]
    below = [Change(text.line_start(last + 1), text.line_start(last + 1), instead)] if instead else []
    names = text.source[text.span(node.names[0])[0] : text.span(node.names[-1])[1]]
    if "#" not in names and ("\n" not in text.source[start:end] or "\\" in names):
        kept = [text.source[slice(*text.span(a))] for i, a in enumerate(node.names) if i not in dropped]
        first, final = text.span(node.names[0])[0], text.span(node.names[-1])[1]
        return [Change(first, final, ", ".join(kept)), *below]
    found = [_drop_one(text, node.names[index]) for index in dropped]
    changes = [change for change in found if isinstance(change, Change)]
    if len(changes) < len(found):
        return Unusual(f"the import on line {node.lineno} is laid out in a way that is not handled")
    return [*changes, *below]


def _drop_one(text: Text, alias: ast.alias) -> Change | Unusual:
    """Take one name out of a statement in parentheses over several lines."""
    if alias.lineno != (alias.end_lineno or alias.lineno):
        return Unusual("a name over two lines")
    start, end = text.span(alias)
    behind = text.behind(alias)
    comma = re.match(r"[ \t]*,[ \t]*", behind)
    if comma is None and behind.strip() and not behind.strip().startswith(("#", ")")):
        return Unusual("no comma behind a name")
    rest = behind[comma.end() :] if comma else behind
    alone = not text.before(alias).strip()
    if alone and (not rest.strip() or rest.strip().startswith("#")):
        return Change(text.line_start(alias.lineno), text.line_start(alias.lineno + 1), "")
    return Change(start, end + (comma.end() if comma else 0), "")


def comment_of(text: Text, node: ast.Import | ast.ImportFrom, index: int) -> str:
    """Return the comment that belongs to one name, with two spaces before it; empty if none is its own."""
    alias = node.names[index]
    shared = sum(other.lineno == alias.lineno for other in node.names) > 1
    behind = text.behind(alias).lstrip(", \t")
    if node.lineno == node.end_lineno and len(node.names) == 1:
        behind = text.behind(node).strip()
    elif shared or node.lineno == node.end_lineno:
        return ""
    return f"  {behind}" if behind.startswith("#") else ""


def _own_line_comments(text: Text, node: ast.Import | ast.ImportFrom) -> str:
    """Return what is said about a statement as a whole, to stay where it stood."""
    last = node.end_lineno or node.lineno
    inside = text.lines[node.lineno : last - 1]
    kept = [line.lstrip() for line in inside if line.lstrip().startswith("#")]
    behind = text.behind(node).strip()
    if behind and (len(node.names) > 1 or last > node.lineno):
        kept.append(f"{behind}{text.newline}")
    return "".join(text.before(node) + line for line in kept)
