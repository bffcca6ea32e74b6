"""Read the syntax of Python 3.12 to 3.15 with whatever grammar the host has.

The text is patched, at equal length, into what an older grammar accepts; the tree of it is then grafted to be
the tree that a newer interpreter gives. Found here: ``lazy`` imports (PEP 810), ``type`` statements and type
parameters (PEP 695, 696), ``except A, B:`` (PEP 758); in newer_strings: f-strings, t-strings and unpacking.
"""

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from importgraph.facts.source import grafts, host, newer_nodes
from importgraph.facts.source.grafts import Original, Patch, Places
from importgraph.facts.source.host import Broken
from importgraph.facts.source.logical_lines import (
    GAP,
    NAME,
    Line,
    bracketed,
    line_from,
    logical_lines,
    statement_starts,
)
from importgraph.facts.source.newer_strings import string_patches
from importgraph.facts.source.type_parameters import type_parameters

_DEEPEST = 20
"""How deep newer f-strings may nest in each other; each level costs some ten frames of stack."""

_STATEMENT = re.compile(rb"(?:lazy|type|class|def|async|except)\b")
_LAZY = re.compile(rb"lazy" + GAP + rb"+(?:import|from)\b")
_TYPE = re.compile(rb"type" + GAP + rb"+(" + NAME + rb")" + GAP + rb"*(\[|=(?!=))")
_GENERIC = re.compile(rb"(?:class|(?:async" + GAP + rb"+)?def)" + GAP + rb"+" + NAME + GAP + rb"*(\[)")
_EXCEPT = re.compile(rb"except\b" + GAP + rb"*(?:\*" + GAP + rb"*)?")
_AT_LINE_START = re.compile(
    rb"^[ \t]*+(?=lazy" + GAP + rb"+(?:import|from)\b|type" + GAP + rb"+" + NAME
    + rb"|(?:class|(?:async" + GAP + rb"+)?def)" + GAP + rb"+" + NAME + GAP + rb"*\[|except\b[^:\n]*,)",
    re.MULTILINE,
)  # fmt: skip
"""Before statements of newer syntax that begin a line, and before what looks like them within a string."""
_OPEN = re.compile(rb"(?:[ \t\f\n]|\\\n|\#[^\n]*+)*\(")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Levelled:
    """Source that the host can read if it is valid in any Python 3 up to 3.15, and how to mend its tree."""

    source: bytes
    patches: tuple[Patch, ...]
    places: Places

    def graft(self, tree: ast.Module) -> ast.Module:
        """Make a tree of the levelled source one of the original, in place."""
        return grafts.grafted(tree, self.patches, self.places)


def levelled(source: bytes, depth: int = 0) -> Levelled:
    """Patch all newer syntax in UTF-8 source with Unix line ends."""

    def parse(text: bytes) -> ast.Module | Broken:
        return parse_newer(text, depth + 1)

    original = Original(source, Places(source), parse)
    strings = string_patches(original)
    plain = grafts.patched(source, strings)
    statements = tuple(_statement_patches(plain, original))
    return Levelled(grafts.patched(plain, statements), strings + statements, original.places)


def quickly_parsed(source: bytes) -> ast.Module | None:
    """Parse a source whose only newer syntax is statements that begin a line, as nearly all have it.

    Text is not cut into tokens for that: what looks like such a statement is patched. The tree counts only if
    the host takes the patched text and each patch meets the node it was made for, which no patch within a
    string does.

    Returns:
        The same tree as `levelled` leads to; None where it takes more than that.
    """

    def parse(text: bytes) -> ast.Module | Broken:
        return parse_newer(text, 1)

    original = Original(source, Places(source), parse)
    patches: list[Patch] = []
    for found in _AT_LINE_START.finditer(source):
        start = found.end()
        patches += _lazy(source, start)
        patches += _type_alias(source, start, len(source), original)
        patches += _generic(source, start, len(source), original)
        if source.startswith(b"except", start):
            patches += _except(source, start, line_from(source, start), original)
    if not patches:
        return None
    tree = host.parse(grafts.patched(source, patches).decode())
    if isinstance(tree, ast.Module) and grafts.all_grafted(tree, patches, original.places):
        return tree
    return None


def parse_newer(source: bytes, depth: int = 0) -> ast.Module | Broken:
    """Parse a small piece of source, with the host's grammar if that will do."""
    tree = host.parse(source.decode())
    if isinstance(tree, ast.Module) or depth > _DEEPEST:
        return tree
    level = levelled(source, depth)
    if not level.patches:
        return tree
    tree = host.parse(level.source.decode())
    return level.graft(tree) if isinstance(tree, ast.Module) else tree


def _statement_patches(plain: bytes, original: Original) -> Iterator[Patch]:
    """Patch statements; `plain` is the source without newer strings, so that its lines can be told."""
    for line in logical_lines(plain):
        for start in statement_starts(plain, line):
            if _STATEMENT.match(plain, start):
                yield from _lazy(plain, start)
                yield from _type_alias(plain, start, line.end, original)
                yield from _generic(plain, start, line.end, original)
                yield from _except(plain, start, line, original)


def _lazy(plain: bytes, start: int) -> Iterator[Patch]:
    """``lazy import a`` becomes ``000; import a``."""
    if _LAZY.match(plain, start):
        yield Patch(start, grafts.PREFIX, start, ast.Expr, _marked_lazy)


def _marked_lazy(statement: ast.stmt) -> ast.stmt:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        newer_nodes.mark_lazy(statement)
    return statement


def _type_alias(plain: bytes, start: int, last: int, original: Original) -> Iterator[Patch]:
    """``type A[T] = int`` becomes ``000;(A   )= int``."""
    found = _TYPE.match(plain, start)
    closing = bracketed(plain, found.start(2), last) if found and found[2] == b"[" else None
    if not found or (found[2] == b"[" and not closing):
        return
    parameters: list[ast.AST] | None = []
    if closing:
        parameters = type_parameters(original, found.start(2), *closing)
        if parameters is None:
            return
        name = found[1] + grafts.blank(plain[found.end(1) : closing[0]])
        yield Patch(found.start(1) - 1, b"(" + name + b")")

    def alias(statement: ast.stmt) -> ast.AST:
        match statement:
            case ast.Assign(targets=[ast.Name() as name], value=value):
                made = newer_nodes.TypeAlias(name=name, type_params=parameters, value=value)
                copied: ast.AST = ast.copy_location(made, statement)
                return copied
            case _:
                return statement

    yield Patch(start, grafts.PREFIX, start, ast.Expr, alias)


def _generic(plain: bytes, start: int, last: int, original: Original) -> Iterator[Patch]:
    """``class A[T](B):`` becomes ``class A(   B):``; so does ``def``."""
    found = _GENERIC.match(plain, start)
    closing = bracketed(plain, found.start(1), last) if found else None
    if found is None or closing is None:
        return
    opening, end = found.start(1), closing[0]
    parameters = type_parameters(original, opening, *closing)
    if parameters is None:
        return
    brackets = _OPEN.match(plain, end + 1)
    if brackets:
        text = b"(" + grafts.blank(plain[opening + 1 : brackets.end()])
    else:
        text = b"(" + grafts.blank(plain[opening + 1 : end]) + b")"
    yield Patch(
        opening, text, start, _DEFINITIONS, lambda node: newer_nodes.with_type_parameters(node, parameters)
    )


def _except(plain: bytes, start: int, line: Line, original: Original) -> Iterator[Patch]:
    """``except A, B:`` becomes ``except (0 ):``."""
    found = _EXCEPT.match(plain, start)
    if not found:
        return
    first = bisect_right(line.marks, start, key=lambda mark: mark.at)
    colon = next((at for at in range(first, len(line.marks)) if line.marks[at].kind != b","), first)
    if first == colon or line.marks[colon].kind != b":":
        return
    end = found.end() + len(plain[found.end() : line.marks[colon].at].rstrip())
    types = original.expression(found.end(), end)
    if isinstance(types, ast.Tuple):
        grafts.placed(types, original.places(found.end()), original.places(end))
        yield grafts.placeholder(found.end(), end, plain, types)
