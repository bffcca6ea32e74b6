"""A tree of what can still be read in a file that is broken.

The logical lines are arranged in blocks by their indentation. Each statement is parsed on its own; one that
fails is taken apart into headers and blocks, down to the lines that are really wrong, of which fragments.py
keeps imports and names. A line is parsed at most once per level of indentation, so time stays linear.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from importgraph.facts.source import grafts, host
from importgraph.facts.source.fragments import Definition, expression, fragments, named_definition, unknown
from importgraph.facts.source.logical_lines import Line, logical_lines

_CONFLICT = re.compile(rb"^<{7} ", re.MULTILINE)
_CONFLICT_MARK = re.compile(rb"^(?:<{7}|={7}|>{7}|\|{7})(?: [^\n]*)?$", re.MULTILINE)
_WORD = re.compile(rb"(?:async\b[ \t]*)?(\w+)")
_CLAUSE = re.compile(rb"(?:elif|else|except|finally)\b")
_COMPOUND = {b"elif", b"else", b"except", b"finally", b"for", b"while", b"with"}
_DEEPEST = 100
"""CPython allows no deeper indentation."""


@dataclass(frozen=True, slots=True)
class _Text:
    source: bytes
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class _Clause:
    """A line and the block below it, which may be empty."""

    head: Line
    word: bytes
    """The keyword it starts with, ``async`` left out; or any other first word."""
    first: int
    """Index of the first line of the block."""
    last: int


def recovered(source: bytes) -> ast.Module:
    """Read what can be read of source, with Unix line ends, that the host rejects as a whole."""
    if _CONFLICT.search(source):
        source = _CONFLICT_MARK.sub(lambda found: grafts.blank(found[0]), source)
    text = _Text(source, logical_lines(source))
    try:
        body = _block(text, 0, len(text.lines), 0)
    except RecursionError:  # little stack is left to us: read each line for itself
        body = _block(text, 0, len(text.lines), _DEEPEST)
    return ast.Module(body=body, type_ignores=[])


def _block(text: _Text, first: int, last: int, depth: int) -> list[ast.stmt]:
    """Give the statements of a range of lines."""
    body: list[ast.stmt] = []
    while first < last:
        end = _statement_end(text, first, last) if depth < _DEEPEST else first + 1
        whole = _parsed(text, first, end)
        body += _taken_apart(text, first, end, depth) if whole is None else whole
        first = end
    return body


def _statement_end(text: _Text, first: int, last: int) -> int:
    """Find where a statement ends: after its decorators, its block and the clauses that continue it."""
    indent, end = text.lines[first].indent, _definition_line(text, first, last)
    end = _block_end(text, end, last)
    while (
        end < last and text.lines[end].indent == indent and _CLAUSE.match(text.source, text.lines[end].code)
    ):
        end = _block_end(text, end, last)
    return end


def _definition_line(text: _Text, first: int, last: int) -> int:
    """Skip decorators."""
    at = first
    while at < last - 1 and text.source.startswith(b"@", text.lines[at].code):
        if text.lines[at + 1].indent != text.lines[first].indent:
            break
        at += 1
    return at


def _block_end(text: _Text, head: int, last: int) -> int:
    end = head + 1
    while end < last and text.lines[end].indent > text.lines[head].indent:
        end += 1
    return end


def _parsed(text: _Text, first: int, last: int) -> list[ast.stmt] | None:
    """Parse a range of lines as it stands, None where the host rejects it."""
    head = text.lines[first]
    is_indented = head.code > head.start
    source = text.source[head.start : text.lines[last - 1].end].decode()
    tree = host.parse("if 1:\n" + source if is_indented else source)
    if isinstance(tree, host.Broken):
        return None
    ast.increment_lineno(tree, head.row - (2 if is_indented else 1))
    match tree.body:
        case [ast.If(body=body)] if is_indented:
            return body
    return tree.body


def _taken_apart(text: _Text, first: int, last: int, depth: int) -> list[ast.stmt]:
    """Read a statement that does not parse as a whole, part by part."""
    start = _definition_line(text, first, last)
    head, *others = _clauses(text, start, last)
    if head.word in {b"def", b"class"} and (definition := named_definition(text.source, head.head)):
        decorators = [
            each for line in text.lines[first:start] for each in expression(text.source, line, line.code + 1)
        ]
        return [_definition(text, head, definition, decorators, depth), *_spliced(text, others, depth)]
    if _has_block(head) and head.word == b"if":
        return [_if(text, [head, *others], depth)]
    if _has_block(head) and head.word == b"try":
        return [_try(text, head, others, depth)]
    if _has_block(head) and head.word in _COMPOUND:
        return [_compound(text, head, depth), *_spliced(text, others, depth)]
    below = _block(text, head.first, head.last, depth + 1)
    return [*fragments(text.source, head.head), *below, *_spliced(text, others, depth)]


def _clauses(text: _Text, first: int, last: int) -> Iterator[_Clause]:
    while first < last:
        end, line = _block_end(text, first, last), text.lines[first]
        found = _WORD.match(text.source, line.code)
        yield _Clause(line, found[1] if found else b"", first + 1, end)
        first = end


def _has_block(clause: _Clause) -> bool:
    return clause.first < clause.last or _colon(clause.head) < clause.head.end


def _colon(line: Line) -> int:
    """Give the first colon outside brackets, the end of the line where there is none."""
    return next((mark.at for mark in line.marks if mark.kind == b":"), line.end)


def _spliced(text: _Text, clauses: Sequence[_Clause], depth: int) -> list[ast.stmt]:
    """Give what the blocks of clauses hold, where the clauses themselves cannot be kept."""
    return [statement for clause in clauses for statement in _suite(text, clause, _colon(clause.head), depth)]


def _suite(text: _Text, clause: _Clause, colon: int, depth: int) -> list[ast.stmt]:
    """Give the statements of a clause, on its line after the colon and in the block below."""
    inline = fragments(text.source, clause.head, colon + 1) if colon + 1 < clause.head.end else []
    return [*inline, *_block(text, clause.first, clause.last, depth + 1)]


def _body(text: _Text, clause: _Clause, colon: int, depth: int) -> list[ast.stmt]:
    """Give the statements of a clause, at least one, as all tools expect."""
    place = clause.head.row, clause.head.code - clause.head.start
    return _suite(text, clause, colon, depth) or [grafts.placed(ast.Pass(), place, place)]


def _header(text: _Text, head: Line, word: bytes, skipped: int = 0) -> tuple[ast.stmt | None, int]:
    """Parse the header of a clause alone, with another keyword if need be; give its node and its colon."""
    start = head.code + skipped
    for mark in head.marks or [None]:
        end = mark.at if mark else head.end
        tree = host.parse((word + text.source[start + len(word) : end] + b": pass").decode())
        if isinstance(tree, ast.Module) and len(tree.body) == 1:
            grafts.moved(tree, head.row, start - head.start)
            return tree.body[0], end
    return None, _colon(head)


def _definition(
    text: _Text, clause: _Clause, named: Definition, decorators: list[ast.expr], depth: int
) -> ast.stmt:
    """Give a function or class with what can be read of its header, at least its name."""
    start = text.source[clause.head.code : clause.head.code + 1]
    found, colon = _header(text, clause.head, start)
    node = found if isinstance(found, Definition) else named
    node.body = _body(text, clause, colon, depth)
    node.decorator_list = decorators
    return _ended(node)


def _if(text: _Text, clauses: Sequence[_Clause], depth: int) -> ast.stmt:
    """Give an ``if`` with its ``elif`` and ``else`` clauses, the last first, as they nest in each other."""
    count = next((at for at, each in enumerate(clauses) if at and each.word != b"elif"), len(clauses))
    count = min(count, _DEEPEST)
    orelse = _spliced(text, clauses[count:], depth)
    for clause in reversed(clauses[:count]):
        found, colon = _header(text, clause.head, b"if", len(clause.word) - len(b"if"))
        node = found if isinstance(found, ast.If) else _unknown_if(clause.head)
        node.body, node.orelse = _body(text, clause, colon, depth), orelse
        orelse = [_ended(node)]
    return orelse[0]


def _unknown_if(head: Line) -> ast.If:
    """Stand for any compound statement whose header cannot be read: its block may run or not."""
    node = ast.If(test=unknown(head), body=[], orelse=[])
    place = head.row, head.code - head.start
    placed: ast.If = grafts.placed(node, place, place)
    return placed


def _try(text: _Text, clause: _Clause, others: Sequence[_Clause], depth: int) -> ast.stmt:
    """Give a ``try`` with its handlers."""
    place = clause.head.row, clause.head.code - clause.head.start
    handlers = [_handler(text, each, depth) for each in others if each.word == b"except"]
    node = ast.Try(
        body=_body(text, clause, _colon(clause.head), depth),
        handlers=handlers,
        orelse=_spliced(text, [each for each in others if each.word in {b"else", b"elif"}], depth),
        finalbody=_spliced(text, [each for each in others if each.word == b"finally"], depth),
    )
    return _ended(grafts.placed(node, place, place))


def _handler(text: _Text, clause: _Clause, depth: int) -> ast.ExceptHandler:
    """Give an ``except`` clause; what follows the keyword reads like the items of a ``with``."""
    head = clause.head
    found, colon = _header(text, head, b"with", len(b"except") - len(b"with"))
    kinds = [item.context_expr for item in found.items] if isinstance(found, ast.With) else []
    names = [item.optional_vars for item in found.items] if isinstance(found, ast.With) else []
    kind = kinds[0] if kinds else None
    name = next((each.id for each in names if isinstance(each, ast.Name)), None)
    if len(kinds) > 1:
        kind = ast.copy_location(ast.Tuple(elts=kinds, ctx=ast.Load()), kinds[0])
    node = ast.ExceptHandler(type=kind, name=name, body=_body(text, clause, colon, depth))
    start, last = (head.row, head.code - head.start), node.body[-1]
    end = last.end_lineno or head.row, last.end_col_offset or 0
    placed: ast.ExceptHandler = grafts.placed(node, start, end)
    return placed


def _compound(text: _Text, clause: _Clause, depth: int) -> ast.stmt:
    """Give a loop or ``with``, or a clause whose first half is missing."""
    start = text.source[clause.head.code : clause.head.code + 1]
    found, colon = _header(text, clause.head, start)
    node = found or _unknown_if(clause.head)
    node.body = _body(text, clause, colon, depth)  # type: ignore[attr-defined]
    return _ended(node)


def _ended(node: ast.stmt) -> ast.stmt:
    """Stretch a compound statement to the end of the last statement in it."""
    ends = [
        (each.end_lineno or 0, each.end_col_offset or 0)
        for each in ast.iter_child_nodes(node)
        if isinstance(each, ast.stmt | ast.excepthandler)
    ]
    node.end_lineno, node.end_col_offset = max([*ends, (node.end_lineno or 0, node.end_col_offset or 0)])
    return node
