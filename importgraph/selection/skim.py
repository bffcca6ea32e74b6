"""Blank the bodies of test functions before parsing: most of a test file, and nothing that collection looks at.

The result has the same lines, so positions stay right. A body is left alone where it holds `yield`, where anything in
it could make this line-based reading go wrong (a line at the left margin inside a string or bracket), or where the
blanked source does not parse.
"""

import re
from collections.abc import Iterator

_DEF = re.compile(
    rb"^(?P<indent>[ \t]*)(?:async[ \t]+)?def[ \t]+test\w*[ \t]*\((?P<head>[^()#\"'\n]*)\)[ \t]*(?:->[^:\n#]*)?:[ \t]*(?:#[^\n]*)?\n",
    re.MULTILINE,
)
_MARGINAL = re.compile(rb"\"\"\"|'''|\\\n")
_TRIPLE = re.compile(rb"\"\"\"|'''")


def skim(source: bytes) -> bytes:
    """Return the source with the bodies of its test functions blanked where that is surely harmless."""
    if b"\r" in source or b"\f" in source:
        return source
    pieces: list[bytes] = []
    end = 0
    for start, stop, indent in _bodies(source):
        if start < end:
            continue
        body = source[start:stop]
        if not _harmless(body):
            continue
        pieces.append(source[end:start])
        pieces.append(indent + b" pass" + b"\n" * body.count(b"\n"))
        end = stop
    pieces.append(source[end:])
    return b"".join(pieces)


_BEYOND: dict[bytes, "re.Pattern[bytes]"] = {}


def _bodies(source: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield start and end of each test function's body: up to the next line that is indented no deeper than its `def`."""
    position = 0
    while (found := _DEF.search(source, position)) is not None:
        indent = found["indent"]
        pattern = _BEYOND.get(indent)
        if pattern is None:
            inner = b"" if not indent else b"[ \t]{0,%d}" % len(indent)
            pattern = _BEYOND[indent] = re.compile(rb"^" + inner + rb"[^ \t\n#]", re.MULTILINE)
        ending = pattern.search(source, found.end())
        stop = ending.start() if ending is not None else len(source)
        yield found.end(), stop, indent
        position = stop


def _harmless(body: bytes) -> bool:
    if b"yield" in body or not body.strip() or not body.endswith(b"\n"):
        return False
    if _MARGINAL.search(body) is None:
        return _balanced(body)
    return _triples_close(body) and _balanced(body)


def _triples_close(body: bytes) -> bool:
    """Tell whether triple quotes open and close within the body, with no other quotes or comments to confuse them."""
    if b"\\\n" in body:
        return False
    marks = _TRIPLE.findall(body)
    return len(marks) % 2 == 0 and len(set(marks)) == 1


def _balanced(body: bytes) -> bool:
    return (
        body.count(b"(") == body.count(b")")
        and body.count(b"[") == body.count(b"]")
        and body.count(b"{") == body.count(b"}")
    )
