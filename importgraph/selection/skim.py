"""Blank the bodies of functions before parsing: most of a file, and nothing that collection looks at first.

The result has the same lines, so positions stay right, and a body that is needed after all can be found in
the whole
text. A body is left alone where it belongs to a test and holds `yield`, or where anything in it could make this
line-based reading go wrong (a line at the left margin inside a string or bracket).
"""

import re
from collections.abc import Iterator

_PLAIN = rb"[^()\"'#]*+"
_TEXT = rb"\"[^\"\n\\]*+\"|'[^'\n\\]*+'"
_INNER = rb"\(" + _PLAIN + rb"(?:(?:" + _TEXT + rb")" + _PLAIN + rb")*+\)"
_DEF = re.compile(
    rb"\n(?P<indent>[ \t]*+)(?:async[ \t]+)?def[ \t]+(?P<name>\w++)[ \t]*+"
    rb"\(" + _PLAIN + rb"(?:(?:" + _TEXT + rb"|" + _INNER + rb")" + _PLAIN + rb")*+\)"
    rb"[ \t]*+(?:->[^:\n#]*+)?:[ \t]*+(?:#[^\n]*+)?\n"
)
"""Begins with a line end, not `^`: a literal is searched for many times faster."""
SKIMMED = "__skimmed__"
"""The name that stands for a blanked body."""
_TRIPLE = re.compile(rb"\"\"\"|'''")


def skim(source: bytes) -> bytes:
    """Return the source with the bodies of its functions blanked where that is surely harmless."""
    if b"\r" in source or b"\f" in source:
        return source
    pieces: list[bytes] = []
    end = 0
    for start, stop, indent, name in bodies(source):
        if start < end:
            continue
        body = source[start:stop]
        if (name.startswith(b"test") and b"yield" in body) or not _harmless(body):
            continue
        pieces.append(source[end:start])
        pieces.append(indent + b" __skimmed__" + b"\n" * body.count(b"\n"))
        end = stop
    pieces.append(source[end:])
    return b"".join(pieces)


_BEYOND: dict[bytes, "re.Pattern[bytes]"] = {}


def bodies(source: bytes) -> Iterator[tuple[int, int, bytes, bytes]]:
    """Yield start and end of each function's body.

    Up to the next line that is indented no deeper than its `def`.
    """
    lead = b"\n" + source  # so that the first line, too, stands behind a line end
    position = 0
    while (found := _DEF.search(lead, position)) is not None:
        indent = found["indent"]
        pattern = _BEYOND.get(indent)
        if pattern is None:
            inner = b"" if not indent else b"[ \t]{0,%d}+" % len(indent)
            pattern = _BEYOND[indent] = re.compile(rb"\n" + inner + rb"[^ \t\n#]")
        ending = pattern.search(lead, found.end() - 1)
        stop = ending.start() if ending is not None else len(source)
        yield found.end() - 1, stop, indent, found["name"]
        position = stop


_QUOTED = re.compile(
    rb"#[^\n]*|\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'",
    re.DOTALL,
)


def _harmless(body: bytes) -> bool:
    """Tell whether every string that opens in a body closes in it.

    Brackets need no such care: without its opening, a closing one does not parse, and the file is then read
    whole.
    """
    if not body.endswith(b"\n") or body.isspace():
        return False
    if b'"""' not in body and b"'''" not in body:
        return True
    marks = _TRIPLE.findall(body)
    if not marks or (len(marks) % 2 == 0 and len(set(marks)) == 1):
        return True
    return _TRIPLE.search(_QUOTED.sub(b"", body)) is None
