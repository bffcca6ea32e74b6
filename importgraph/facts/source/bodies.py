"""One definition with its body, cut out of a file and parsed alone: most of a file is never looked into."""

import ast
import re
from typing import Any

from importgraph.facts.source.blanking import SKIMMED, outside_strings
from importgraph.facts.source.host import Broken, parse

_FIRST = re.compile(rb"(?P<indent>[ \t]*)(?:(?:async[ \t]+)?def|class)[ \t]+(?P<name>\w+)")


def is_blanked(node: Any) -> bool:
    """Tell whether the body of a function or class was blanked."""
    body = getattr(node, "body", None)
    first = body[0] if isinstance(body, list) and body else None
    return type(first) is ast.Expr and type(first.value) is ast.Name and first.value.id == SKIMMED


def definition_at(source: bytes, start: int, line: int, name: str) -> Any:
    """Return the function or class that starts on a line, parsed, with its true line numbers.

    Args:
        source: The whole file.
        start: Where the line of its `def` or `class` starts; -1 where there is no such line.
        line: The number of the line, from 1.
        name: Its name.

    Returns:
        The node; None where the cut does not parse alone (a string with a line at the left margin, tabs
        mixed with blanks), or nothing of that name starts there.
    """
    head = _head(source, start, name)
    if head is None:
        return None
    indent = head["indent"]
    text = source[start : _end(source, head.end(), _pattern(_BEYOND, indent, rb"[^ \t\r\n#)\]}]"))]
    nested = bool(indent) and line > 1
    lead = b"\n" * (line - 2) + b"if 1:\n" if nested else b"\n" * (line - 1)
    tree = parse(lead + text)
    if isinstance(tree, Broken):
        return None
    node: Any = tree.body[0]
    return node.body[0] if nested else node


def text_around(source: bytes, start: int, name: str) -> bytes | None:
    """Return a text that surely holds the whole function or class at an offset, without its decorators.

    It ends at the next definition that is indented no deeper; None where nothing of that name starts there.
    """
    head = _head(source, start, name)
    if head is None:
        return None
    pattern = _pattern(_NEXT, head["indent"], rb"(?:async[ \t]+def|def|class)\b")
    return source[start : _end(source, head.end(), pattern)]


def _head(source: bytes, start: int, name: str) -> "re.Match[bytes] | None":
    head = _FIRST.match(source, start) if start >= 0 else None
    return head if head is not None and head["name"] == name.encode() else None


def line_starts(source: bytes) -> list[int]:
    """Return the offset at which each line starts."""
    return [0, *[found.end() for found in _LINE_END.finditer(source)]]


_LINE_END = re.compile(rb"\n")
_BEYOND: dict[bytes, "re.Pattern[bytes]"] = {}
_NEXT: dict[bytes, "re.Pattern[bytes]"] = {}


def _pattern(known: dict[bytes, "re.Pattern[bytes]"], indent: bytes, ending: bytes) -> "re.Pattern[bytes]":
    """Return what finds a line that is indented no deeper and begins with something."""
    found = known.get(indent)
    if found is None:
        inner = b"[ \t]{0,%d}+" % len(indent) if indent else b""
        found = known[indent] = re.compile(rb"\n" + inner + ending)
    return found


def _end(source: bytes, position: int, pattern: "re.Pattern[bytes]") -> int:
    """Return where the first line begins that a pattern finds outside of strings, or the end of the text."""
    found = pattern.search(source, position)
    if found is not None:
        found = outside_strings(source, position, found, pattern)
    return found.start() + 1 if found is not None else len(source)
