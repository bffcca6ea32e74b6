"""One definition with its body, cut out of a file and parsed alone: most of a file is never looked into."""

import ast
import re
from typing import Any

from importgraph.facts.host import Broken, parse

_FIRST = re.compile(rb"(?P<indent>[ \t]*)(?:(?:async[ \t]+)?def|class)[ \t]+(?P<name>\w+)")


def definition_at(source: bytes, line: int, name: str) -> Any:
    """Return the function or class that starts on a line, parsed, with its true line numbers.

    Args:
        source: The whole file.
        line: The line of its `def` or `class`, from 1.
        name: Its name.

    Returns:
        The node; None where the cut does not parse alone (a string with a line at the left margin, tabs mixed with blanks),
        or nothing of that name starts there.
    """
    start = _offset(source, line)
    head = _FIRST.match(source, start) if start >= 0 else None
    if head is None or head["name"] != name.encode():
        return None
    text = source[start : _end(source, head.end(), head["indent"])]
    shift = line - 1
    if head["indent"]:
        text, shift = b"if 1:\n" + text, shift - 1
    tree = parse(text)
    if isinstance(tree, Broken):
        return None
    node: Any = tree.body[0]
    if head["indent"]:
        node = node.body[0]
    if shift:
        ast.increment_lineno(node, shift)
    return node


def _offset(source: bytes, line: int) -> int:
    """Return where a line starts; -1 past the end."""
    start = 0
    for _ in range(line - 1):
        start = source.find(b"\n", start) + 1
        if not start:
            return -1
    return start


def _end(source: bytes, position: int, indent: bytes) -> int:
    """Return where the block ends: at the next line that is indented no deeper, past the head's own brackets."""
    inner = b"[ \t]{0,%d}" % len(indent)
    beyond = re.compile(rb"^" + inner + rb"[^ \t\r\n#)\]}]", re.MULTILINE)
    found = beyond.search(source, position)
    return found.start() if found is not None else len(source)
