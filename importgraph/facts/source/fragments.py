"""What one wrong line still says: the imports it makes and the names it defines."""

import ast
import re
from collections.abc import Iterator

from importgraph.facts.source import grafts, host
from importgraph.facts.source.logical_lines import GAP, NAME, Line

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

_IMPORT = re.compile(rb"(?:lazy" + GAP + rb"+)?import" + GAP + rb"+")
_FROM = re.compile(
    rb"(?:lazy"
    + GAP
    + rb"+)?from"
    + GAP
    + rb"*([.]*)"
    + GAP
    + rb"*((?:(?!import\b)"
    + NAME
    + rb"(?:\."
    + NAME
    + rb")*)?)"
    + GAP
    + rb"*import\b"
    + GAP
    + rb"*\(?"
)
_BETWEEN = re.compile(rb"(?<=[ \t\f\n])|(?:[ \t\f]|\\\n)*,(?:[ \t\f]|\\\n)*")
_BETWEEN_IN_BRACKETS = re.compile(rb"(?<=\()(?:\s|\#[^\n]*+)*|[^,\n#]*+(?:,|\#[^\n]*+|\n)(?:\s|\#[^\n]*+|,)*")
_ALIAS = re.compile(
    rb"(\*|" + NAME + rb"(?:\." + NAME + rb")*)(?:" + GAP + rb"+as" + GAP + rb"+(" + NAME + rb"))?"
)
_TARGETS = re.compile(rb"(" + NAME + rb"(?:[ \t]*,[ \t]*" + NAME + rb")*)[ \t]*(?::[^=]*+)?=(?!=)")
_STATEMENT_OF_2 = re.compile(rb"(?:print|exec|raise)\b(?:[ \t]*>>)?")
_DEFINITION = re.compile(rb"(?:async[ \t]+)?(def|class)[ \t]+(" + NAME + rb")")


def fragments(source: bytes, line: Line, start: int | None = None) -> list[ast.stmt]:
    """Read the simple statements of a line, or of the rest of it from an offset on, one by one."""
    at = line.code if start is None else start
    cuts = [mark.at for mark in line.marks if mark.kind == b";" and mark.at >= at]
    pieces = zip([at, *(cut + 1 for cut in cuts)], [*cuts, line.end], strict=True)
    return [statement for first, last in pieces for statement in _fragment(source, line, first, last)]


def expression(source: bytes, line: Line, start: int, end: int | None = None) -> list[ast.expr]:
    """Parse a stretch of a line as an expression; an empty list where it is none."""
    match host.parse(
        (b"(" + source[start : line.end if end is None else end] + b")").decode("utf-8", "replace")
    ):
        case ast.Module(body=[ast.Expr(value=value)]):
            row, column = _place(source, line, start)
            grafts.moved(value, row, column - 1)
            return [value]
        case _:
            return []


def named_definition(source: bytes, line: Line) -> Definition | None:
    """Give a function or class of which nothing but the name is known."""
    found = _DEFINITION.match(source, line.code)
    if not found:
        return None
    name = found[2].decode("utf-8", "replace")
    nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    node: Definition = ast.FunctionDef(name=name, args=nothing, body=[], decorator_list=[], returns=None)
    if found[1] == b"class":
        node = ast.ClassDef(name=name, bases=[], keywords=[], body=[], decorator_list=[])
    node.lineno = node.end_lineno = line.row
    node.col_offset, node.end_col_offset = line.code - line.start, found.end() - line.start
    return node


def unknown(line: Line) -> ast.Constant:
    """Stand for an expression that cannot be read: an ellipsis."""
    place = line.row, line.code - line.start
    placed: ast.Constant = grafts.placed(ast.Constant(value=...), place, place)
    return placed


def _place(source: bytes, line: Line, at: int) -> tuple[int, int]:
    """Give line and column of an offset in a logical line."""
    before = source[line.start : at]
    return line.row + before.count(b"\n"), len(before) - before.rfind(b"\n") - 1


def _fragment(source: bytes, line: Line, start: int, end: int) -> list[ast.stmt]:
    """Read one simple statement, whole or in part."""
    while start < end and source[start : start + 1].isspace():
        start += 1
    tree = host.parse(source[start:end].decode("utf-8", "replace"))
    row, column = _place(source, line, start)
    if isinstance(tree, ast.Module):
        grafts.moved(tree, row, column)
        return tree.body
    node = _import(source, line, start, end) or _assignment(source, line, start, end)
    if node is None and (found := _STATEMENT_OF_2.match(source, start, end)):
        values = expression(source, line, found.end(), end)
        node = ast.Expr(value=values[0]) if values else None
    return [grafts.placed(node, (row, column), _place(source, line, end))] if node else []


def _import(source: bytes, line: Line, start: int, end: int) -> ast.stmt | None:
    """Read an import that something is wrong with, up to there."""
    if found := _IMPORT.match(source, start, end):
        names = list(_aliases(source, line, found.end(), end))
        return ast.Import(names=names) if names else None
    found = _FROM.match(source, start, end)
    if not found or not (found[1] or found[2]):
        return None
    names = list(_aliases(source, line, found.end(), end))
    return (
        ast.ImportFrom(module=found[2].decode() or None, names=names, level=len(found[1])) if names else None
    )


def _aliases(source: bytes, line: Line, at: int, end: int) -> Iterator[ast.alias]:
    """Give the names that follow each other after ``import``; in brackets, wrong ones are left out."""
    separator = _BETWEEN_IN_BRACKETS if source.startswith(b"(", at - 1) else _BETWEEN
    while found := separator.match(source, at, end):
        if name := _ALIAS.match(source, found.end(), end):
            extent = _place(source, line, name.start()), _place(source, line, name.end())
            alias = ast.alias(name=name[1].decode(), asname=name[2].decode() if name[2] else None)
            yield grafts.placed(alias, *extent)
        elif separator is _BETWEEN or found.end() == end:
            return
        at = name.end() if name else max(found.end(), at + 1)


def _assignment(source: bytes, line: Line, start: int, end: int) -> ast.stmt | None:
    """Keep the plain names that a wrong assignment would bind."""
    found = _TARGETS.match(source, start, end)
    if not found:
        return None
    names: list[ast.expr] = []
    for name in re.finditer(NAME, found[1]):
        extent = [_place(source, line, start + at) for at in name.span()]
        names.append(grafts.placed(ast.Name(id=name[0].decode(), ctx=ast.Store()), *extent))
    target = names[0]
    if len(names) > 1:
        target = ast.Tuple(elts=names, ctx=ast.Store())
        grafts.placed(target, _place(source, line, start), _place(source, line, found.end(1)))
    return ast.Assign(targets=[target], value=unknown(line))
