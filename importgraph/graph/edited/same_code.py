"""Whether the code that an evaluation read of a file is still there, and where its lines are now."""

import ast
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple, TypeVar

from importgraph.evaluation.values.objects import FunctionNode
from importgraph.facts.source.blanking import skim
from importgraph.facts.source.bodies import is_blanked, line_starts
from importgraph.facts.source.syntax import parse_source
from importgraph.graph.edited.additions import IsThere, are_unasked, is_plain_statement, parted_from
from importgraph.graph.edited.headers import (
    Headers,
    IsPlainName,
    is_same,
    put_back,
    says_the_same,
    taken_off,
)
from importgraph.graph.running.definition_texts import cut_out

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class SameCode(NamedTuple):
    """Where the code that was evaluated is now, and what plain statements came and went."""

    lines: dict[int, int]
    """By line of the old text the line of the new, of all that was read."""
    added: tuple[ast.stmt, ...] = ()
    removed: tuple[ast.stmt, ...] = ()


class Known(NamedTuple):
    """What is known of an evaluation and the names that a text uses."""

    bodies: Collection[int]
    """The lines of the functions whose bodies were read, too: all that were called."""
    is_there: IsThere
    """What is known of modules from outside."""
    is_plain: IsPlainName
    """What is known of the names of the module."""
    asks_docstring: bool = False
    """Code of other modules asked for its docstring."""


def same_code(old: bytes, new: bytes, known: Known) -> SameCode | None:
    """Return where what was read of a text is now.

    Args:
        old: The text that was evaluated.
        new: What stands there now.
        known: What else is known of it.

    Returns:
        None where the code says something else, but for plain statements whose names it does not mention and
        parameters of functions that were not called, or where two things that were on one line no longer are,
        or the other way round.
    """
    before, after = (parse_source(skim(text)).tree for text in (old, new))
    if not known.asks_docstring and b"__doc__" not in old:
        before, after = _without_docstrings(before), _without_docstrings(after)
    headers = taken_off(before) | taken_off(after)
    parted = parted_from(before, after)
    for one in (*parted.removed, *parted.added):
        put_back(one, headers)
    if not all(is_plain_statement(one, known.is_there) for one in (*parted.removed, *parted.added)):
        return None
    found = _Pairs(old, new, headers, known).of(parted.before, parted.after)
    lines = _in_order(found.places) if found is not None else None
    if found is None or lines is None:
        return None
    read = [*found.read, *(part for header in headers.values() for part in header.parts())]
    if not all(are_unasked(some, read) for some in (parted.added, parted.removed) if some):
        return None
    return SameCode(lines, parted.added, parted.removed)


class _Pairs:
    """Finds where the parts of one tree are in another that says the same."""

    def __init__(self, old: bytes, new: bytes, headers: Headers, known: Known) -> None:
        self._texts = old, new
        self._starts = line_starts(old), line_starts(new)
        self._headers = headers
        self._known = known
        self._wanted = set(known.bodies)
        self.places: set[tuple[int, int]] = set()
        """Lines that belong together."""
        self.read: list[ast.AST] = []
        """What was read of the old text."""

    def of(self, before: ast.Module, after: ast.Module) -> "_Pairs | None":
        """Look through both; None where something that was read is another."""
        self.read.append(before)
        self.places.update(_places(before, after))
        for one, other in zip(ast.walk(before), ast.walk(after), strict=True):
            if isinstance(one, _FUNCTIONS) and isinstance(other, _FUNCTIONS):
                called = one.lineno in self._wanted
                self._wanted.discard(one.lineno)
                if not self._has_same_header(one, other, called=called):
                    return None
                if called and not self._has_same_body(one, other):
                    return None
        return self if not self._wanted else None

    def _has_same_header(self, one: FunctionNode, other: FunctionNode, *, called: bool) -> bool:
        first, second = self._headers.get(one), self._headers.get(other)
        if first is None or second is None:
            return first is second
        if not is_same(first, second):
            return not called and says_the_same(first, second, self._known.is_plain)
        for part, its in zip(first.parts(), second.parts(), strict=True):
            self.places.update(_places(part, its))
        return True

    def _has_same_body(self, one: FunctionNode, other: FunctionNode) -> bool:
        whole = cut_out(self._texts[0], self._starts[0], one) if is_blanked(one) else one
        now = cut_out(self._texts[1], self._starts[1], other) if is_blanked(other) else other
        if not _is_same(_without_docstrings(whole), _without_docstrings(now)):
            return False
        self.places.update(_places(whole, now))
        self.read.append(whole)
        return True


_Tree = TypeVar("_Tree", bound=ast.AST)


def _without_docstrings(tree: _Tree) -> _Tree:
    """Make all docstrings of a tree the same, on no line: that they are there may decide something."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Module(body=body) | ast.ClassDef(body=body) | ast.FunctionDef(body=body)
                | ast.AsyncFunctionDef(body=body)
            ) if body and ast.get_docstring(node):  # fmt: skip
                body[0] = ast.Expr(ast.Constant("text"))
            case _:
                pass
    return tree


def _is_same(one: ast.AST, other: ast.AST) -> bool:
    return ast.dump(one) == ast.dump(other)


def _places(one: ast.AST, other: ast.AST) -> Iterator[tuple[int, int]]:
    for before, after in zip(ast.walk(one), ast.walk(other), strict=True):
        line = getattr(before, "lineno", 0)
        if line:
            yield line, getattr(after, "lineno", 0)
            yield getattr(before, "end_lineno", 0), getattr(after, "end_lineno", 0)


def _in_order(pairs: set[tuple[int, int]]) -> dict[int, int] | None:
    found = dict(pairs)
    lines = [found[line] for line in sorted(found)]
    rising = all(first < second for first, second in pairwise(lines))
    return found if len(found) == len(pairs) and rising else None
