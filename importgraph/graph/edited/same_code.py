"""Whether the code that an evaluation read of a file is still there, and where its lines are now."""

import ast
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple

from importgraph.evaluation.values.objects import FunctionNode
from importgraph.facts.source.blanking import skim
from importgraph.facts.source.bodies import is_blanked, line_starts
from importgraph.facts.source.syntax import parse_source
from importgraph.graph.edited.additions import IsThere, are_unasked, without_additions
from importgraph.graph.running.definition_texts import cut_out

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class SameCode(NamedTuple):
    """Where the code that was evaluated is now, and what plain statements were added to it."""

    lines: dict[int, int]
    """By line of the old text the line of the new, of all that was read."""
    added: tuple[ast.stmt, ...] = ()


def same_code(old: bytes, new: bytes, bodies: Collection[int], is_there: IsThere) -> SameCode | None:
    """Return where what was read of a text is now.

    Args:
        old: The text that was evaluated.
        new: What stands there now.
        bodies: The lines of the functions whose bodies were read, too.
        is_there: What is known of modules from outside.

    Returns:
        None where the code says something else, but for plain statements whose names it does not mention, or
        where two things that were on one line no longer are, or the other way round.
    """
    before, after = (parse_source(skim(text)).tree for text in (old, new))
    added: tuple[ast.stmt, ...] = ()
    if not _is_same(before, after):
        parted = without_additions(before, after, is_there)
        if parted is None:
            return None
        after, added = parted
    pairs = set(_places(before, after))
    read: list[ast.AST] = [before]
    starts = line_starts(old), line_starts(new)
    wanted = set(bodies)
    for one, other in zip(ast.walk(before), ast.walk(after), strict=True):
        if isinstance(one, _FUNCTIONS) and isinstance(other, _FUNCTIONS) and one.lineno in wanted:
            whole: FunctionNode = cut_out(old, starts[0], one) if is_blanked(one) else one
            now: FunctionNode = cut_out(new, starts[1], other) if is_blanked(other) else other
            if not _is_same(whole, now):
                return None
            pairs.update(_places(whole, now))
            read.append(whole)
            wanted.discard(one.lineno)
    lines = _in_order(pairs)
    if wanted or lines is None or (added and not are_unasked(added, read)):
        return None
    return SameCode(lines, added)


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
