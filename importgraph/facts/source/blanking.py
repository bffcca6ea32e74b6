"""Blank the bodies of functions before parsing: most of a file, and nothing that collection looks at first.

The result has the same lines, so positions stay right, and a body that is needed after all can be found in
the whole text. A body is left alone where it belongs to a test and holds `yield`.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

_PLAIN = rb"[^()\"'#]*+"
_TEXT = rb"\"[^\"\n\\]*+\"|'[^'\n\\]*+'"
_INNER = rb"\(" + _PLAIN + rb"(?:(?:" + _TEXT + rb")" + _PLAIN + rb")*\)"
_DEF = re.compile(
    rb"\n(?P<indent>[ \t]*+)(?:async[ \t]+)?def[ \t]+(?P<name>\w++)[ \t]*+"
    rb"\(" + _PLAIN + rb"(?:(?:" + _TEXT + rb"|" + _INNER + rb")" + _PLAIN + rb")*\)"
    rb"[ \t]*+(?:->[^:\n#]*+)?:[ \t]*+(?:#[^\n]*+)?\n"
)
"""Begins with a line end, not `^`: a literal is searched for many times faster."""
SKIMMED = "__skimmed__"
"""The name that stands for a blanked body."""


def skim(source: bytes) -> bytes:
    """Return the source with the bodies of its functions blanked where that is surely harmless."""
    if b"\r" in source or b"\f" in source:
        return source
    pieces: list[bytes] = []
    end = 0
    for start, stop, indent, name in bodies(source):
        body = source[start:stop]
        if (name.startswith(b"test") and b"yield" in body) or body.isspace() or not body.endswith(b"\n"):
            continue
        pieces.append(source[end:start])
        pieces.append(indent + b" __skimmed__" + b"\n" * body.count(b"\n"))
        end = stop
    pieces.append(source[end:])
    return b"".join(pieces)


_BEYOND: dict[bytes, "re.Pattern[bytes]"] = {}


def bodies(source: bytes) -> Iterator[tuple[int, int, bytes, bytes]]:
    """Yield start and end of each function's body, the indentation of its `def`, and its name.

    A body goes up to the next line that is indented no deeper than its `def` and does not stand in a
    string. Brackets need no such care: without its opening, a closing one does not parse, and the file is
    then read whole.
    """
    lead = b"\n" + source  # so that the first line, too, stands behind a line end
    position = 0
    strings = _Strings(lead)
    while (found := _DEF.search(lead, position)) is not None:
        if strings.hold(found.start()):
            position = found.end() - 1
            continue
        indent = found["indent"]
        pattern = _BEYOND.get(indent)
        if pattern is None:
            inner = b"" if not indent else b"[ \t]{0,%d}+" % len(indent)
            pattern = _BEYOND[indent] = re.compile(rb"\n" + inner + rb"[^ \t\n#]")
        start = found.end() - 1
        ending = pattern.search(lead, start)
        if ending is not None:
            ending = outside_strings(lead, start, ending, pattern)
        position = ending.start() if ending is not None else len(source)
        yield start, position, indent, found["name"]


class _Strings:
    """Tells of growing offsets of a text whether they stand in a string over several lines.

    Quotes are counted; only where their number leaves a doubt are strings told from comments and each other.
    """

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._counted = self._double = self._single = 0
        self._spans: list[tuple[int, int]] | None = None

    def hold(self, offset: int) -> bool:
        """Tell whether an offset, no smaller than the one before, stands in a string."""
        text = self._text
        self._double += text.count(b'"""', self._counted, offset)
        self._single += text.count(b"'''", self._counted, offset)
        self._counted = offset
        if not (self._double % 2 or self._single % 2 or (self._double and self._single)):
            return False
        if self._spans is None:
            self._spans = [found.span() for found in TOKEN.finditer(text) if found[0][:1] != b"#"]
        position = bisect_right(self._spans, (offset, len(text)))
        return position > 0 and offset < self._spans[position - 1][1]


TOKEN = re.compile(
    rb"#[^\n]*+"
    rb"|\"\"\"[^\\\"]*+(?:(?:\\.|\"(?!\"\"))[^\\\"]*+)*(?:\"\"\"|\Z)|'''[^\\']*+(?:(?:\\.|'(?!''))[^\\']*+)*(?:'''|\Z)"
    rb"|\"[^\"\\\n]*+(?:\\.[^\"\\\n]*+)*\"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*'",
    re.DOTALL,
)
"""A comment or string, where reading starts outside of one."""


def outside_strings(
    text: bytes, start: int, ending: "re.Match[bytes]", pattern: "re.Pattern[bytes]"
) -> "re.Match[bytes] | None":
    """Return the first match of a pattern, from `ending` on, that is in no string opened after `start`."""
    found: re.Match[bytes] | None = ending
    while found is not None and _may_be_open(text, start, found.start()):
        for token in TOKEN.finditer(text, start):
            if token.start() > found.start():
                return found
            if token.end() > found.start() + 1:
                start = token.end()
                found = pattern.search(text, start)
                break
        else:
            return found
    return found


def _may_be_open(text: bytes, start: int, end: int) -> bool:
    """Tell whether a string may be open: the number of triple quotes is odd, or both kinds occur."""
    double, single = text.count(b'"""', start, end), text.count(b"'''", start, end)
    return bool(double % 2 or single % 2 or (double and single))
