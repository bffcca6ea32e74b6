"""Nodes of f-strings and t-strings, made from what tree-sitter finds in them.

The host parses the expressions one by one; literal text is decoded here. None stands for a string that no
Python allows.
"""

import ast
import re
from dataclasses import dataclass
from itertools import pairwise

from tree_sitter import Node

from importgraph.facts.source import grafts, host, newer_nodes
from importgraph.facts.source.grafts import Original

_PREFIX = re.compile(rb"[A-Za-z]*")
_ESCAPE = re.compile(
    r"\\(?:[0-7]{1,3}|x[0-9a-fA-F]{2}|N\{[^}]*\}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL
)
_FIELDS = {"interpolation", "format_expression"}
_BREAK = re.compile(r"(?<!\\)\r?\n")
_MARKS = ("=", "type_conversion", "format_specifier")


@dataclass(frozen=True, slots=True)
class _Part:
    """One string of an implicit concatenation."""

    node: Node
    prefix: str
    original: Original

    def is_broken_off(self, start: int, end: int) -> bool:
        """Tell whether literal text has a line break that a string in single quotes cannot hold."""
        opening = self.node.children[0]
        quotes = self.original.text(opening.start_byte, opening.end_byte)
        return not quotes.endswith(('"""', "'''")) and bool(_BREAK.search(self.original.text(start, end)))

    def decoded(self, start: int, end: int) -> ast.expr:
        """Give what the text between two offsets stands for."""
        text = self.original.text(start, end)
        if "f" in self.prefix or "t" in self.prefix:
            text = re.sub(r"\{\{|\}\}", lambda found: found[0][0], text)
        plain = "r" in self.prefix or "\\" not in text
        return ast.Constant(text if plain else _ESCAPE.sub(_unescaped, text))


def string_node(node: Node, original: Original) -> ast.expr | None:
    """Build the JoinedStr or TemplateStr of a string or an implicit concatenation."""
    nodes = node.children if node.type == "concatenated_string" else [node]
    parts = [_part(each, original) for each in nodes if each.type != "comment"]
    values: list[ast.expr] = []
    for part in parts:
        inner = None if "b" in part.prefix or part.node.has_error else _values(part)
        if inner is None:
            return None
        values += inner
    kind = newer_nodes.TemplateStr if any("t" in part.prefix for part in parts) else ast.JoinedStr
    return _placed(kind(values=_merged(values)), node, original)


def _part(node: Node, original: Original) -> _Part:
    found = _PREFIX.match(original.source, node.start_byte)
    return _Part(node, found[0].decode().lower() if found else "", original)


def _placed(made: ast.expr, node: Node, original: Original) -> ast.expr:
    """Give a new node, and the literal text in it, the extent of the string it was made from."""
    extent = original.places(node.start_byte), original.places(node.end_byte)
    for value in [made, *getattr(made, "values", [])]:
        if isinstance(value, ast.Constant) or value is made:
            grafts.placed(value, *extent)
    return made


def _merged(values: list[ast.expr]) -> list[ast.expr]:
    """Join literal text that stands side by side and drop what is empty."""
    merged: list[ast.expr] = []
    for value in values:
        last = merged[-1] if merged else None
        if isinstance(value, ast.Constant) and isinstance(last, ast.Constant):
            last.value = str(last.value) + str(value.value)
        elif not isinstance(value, ast.Constant) or value.value:
            merged.append(value)
    return merged


def _values(part: _Part) -> list[ast.expr] | None:
    """Give the literal text and the fields of one string, in order."""
    if len(part.node.children) < 2:  # noqa: PLR2004 -- a string without its quotes is none
        return None
    first, last = part.node.children[0], part.node.children[-1]
    fields = [each for each in part.node.children if each.type in _FIELDS]
    if not {"f", "t"} & {*part.prefix}:
        fields = []
    values: list[ast.expr] = []
    for before, after in pairwise([first, *fields, last]):
        values.append(part.decoded(before.end_byte, after.start_byte))
        if after is not last:
            field = _field(after, part)
            if field is None:
                return None
            values += field
    return values


def _unescaped(escape: re.Match[str]) -> str:
    quote = "'" if escape[0] == '\\"' else '"'
    match host.parse(f"{quote}{escape[0]}{quote}"):
        case ast.Module(body=[ast.Expr(value=ast.Constant(value=str(value)))]):
            return value
        case _:
            return escape[0]


def _field(node: Node, part: _Part) -> list[ast.expr] | None:
    """Give the node of one ``{...}``, after the text that ``=`` adds."""
    inner = [each for each in node.children if each.type not in {"{", "}", "comment"}]
    if not inner or inner[0].type == "lambda":
        return None
    if inner[0].type == "named_expression":
        return _field_with_walrus(node, inner[0], part)
    marks = {each.type: each for each in inner if each.type in _MARKS}
    start, last = node.start_byte + 1, node.end_byte - 1
    end = min([last, *(mark.start_byte for mark in marks.values())])
    spec = _spec(marks["format_specifier"], part, last) if "format_specifier" in marks else []
    value = part.original.expression(start, end)
    if value is None or spec is None:
        return None
    conversion = (
        part.original.source[marks["type_conversion"].start_byte + 1] if "type_conversion" in marks else -1
    )
    shown: list[ast.expr] = []
    if "=" in marks:
        until = min([last, *(mark.start_byte for mark in marks.values() if mark.type != "=")])
        comments = [each for each in node.children if each.type == "comment" and each.start_byte < until]
        shown = [ast.Constant(_without(comments, part.original, start, until))]
        conversion = ord("r") if conversion == -1 and not spec else conversion
    text = part.original.text(start, end).strip()
    return [*shown, _placed(_made(part, value, text, conversion, spec), node, part.original)]


def _without(comments: list[Node], original: Original, start: int, end: int) -> str:
    """Give the text between two offsets without the comments in it."""
    starts = [start, *(comment.end_byte for comment in comments)]
    ends = [*(comment.start_byte for comment in comments), end]
    return "".join(original.text(first, last) for first, last in zip(starts, ends, strict=True))


def _field_with_walrus(node: Node, walrus: Node, part: _Part) -> list[ast.expr] | None:
    """Read ``{a:=5}``, which is a with the format ``=5``."""
    start, end = node.start_byte + 1, walrus.children[0].end_byte
    value = part.original.expression(start, end)
    if value is None:
        return None
    colon = part.original.source.index(b":", end)
    spec = ast.JoinedStr(values=[ast.Constant(part.original.text(colon + 1, node.end_byte - 1))])
    made = _made(
        part, value, part.original.text(start, end).strip(), -1, [_placed(spec, walrus, part.original)]
    )
    return [_placed(made, node, part.original)]


def _made(part: _Part, value: ast.expr, text: str, conversion: int, spec: list[ast.expr]) -> ast.expr:
    """Make the node of a field from its parts; `spec` has one member or none."""
    one = spec[0] if spec else None
    if "t" in part.prefix:
        made: ast.expr = newer_nodes.Interpolation(
            value=value, str=text, conversion=conversion, format_spec=one
        )
        return made
    return ast.FormattedValue(value=value, conversion=conversion, format_spec=one)


def _spec(node: Node, part: _Part, end: int) -> list[ast.expr] | None:
    """Give the node of a format specifier, with the fields nested in it, as a list of one.

    `end` is where the field ends. None where no Python takes it: in single quotes it holds no line break
    (Parser/lexer/lexer.c).
    """
    values: list[ast.expr] = []
    at = node.start_byte + 1
    for each in node.children:
        if each.type in _FIELDS:
            field = _field(each, part)
            if field is None or part.is_broken_off(at, each.start_byte):
                return None
            values += [part.decoded(at, each.start_byte), *field]
            at = each.end_byte
    if part.is_broken_off(at, end):
        return None
    values.append(part.decoded(at, node.end_byte))
    return [_placed(ast.JoinedStr(values=_merged(values)), node, part.original)]
