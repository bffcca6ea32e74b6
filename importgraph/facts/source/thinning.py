"""Leave out most elements of very long displays of literals, which say nothing of imports and cost the most.

Each element of a syntax tree takes about a kilobyte. In a large file, a list, tuple, set, dict or call keeps
the first thousand elements of a run of plain literals; the others become blanks of the same extent, so that
every line and column stays true. What the pattern takes for a literal is one in every Python, so a file that
is broken stays broken.
"""

import re
from functools import cache

LARGE = 1 << 18
"""Files up to this many bytes are read whole."""
_KEPT = 1000
_BETWEEN = rb"(?:[ \t\f\n]|\\\n|\#[^\n]*\n)*"
_NUMBER = (
    rb"-?(?:0[xX][0-9a-fA-F]{1,4000}|[0-9]{1,4000}\.[0-9]{1,4000}(?:[eE][-+]?[0-9]{1,4})?"
    rb"|0|[1-9][0-9]{0,4000})(?![\w.])"
)
_STRING = rb"""(?:'[^'\\\n]*'|"[^"\\\n]*"|[bB]'[\x20-&(-\[\]-~]*'|[bB]"[\x20!#-\[\]-~]*")(?!["'])"""
_PLAIN = rb"(?:" + _NUMBER + rb"|" + _STRING + rb"|(?:None|True|False)\b)"
_AND = _BETWEEN + rb"," + _BETWEEN
_SOME = _BETWEEN + rb"(?:" + _PLAIN + _AND + rb"){0,50}(?:" + _PLAIN + _BETWEEN + rb")?"
_ONE = rb"(?:" + _PLAIN + rb"|\[" + _SOME + rb"\]|\(" + _PLAIN + rb"," + _SOME + rb"\))"
_ELEMENT = (
    _BETWEEN + rb"(?:" + _ONE + rb"|" + _PLAIN + _BETWEEN + rb":" + _BETWEEN + _ONE + rb")" + _BETWEEN + rb","
)
_OPENING = re.compile(rb"[\[({]")
_TELLING = re.compile(rb"(?:__\w+__|pytest_plugins)[^\n]{0,60}\Z")
"""What stands before a display whose elements are names of modules or exports."""
_BEFORE = 120


def thinned(source: bytes) -> bytes:
    """Return a source of the same extent without the later elements of long displays."""
    if len(source) <= LARGE:
        return source
    pieces: list[bytes] = []
    done = at = 0
    while opening := _OPENING.search(source, at):
        start = at = opening.end()
        count = 0
        element = _element()
        while found := element.match(source, at):
            count, at = count + 1, found.end()
            if count == _KEPT:
                start = at
        if count > _KEPT and not _TELLING.search(source, max(0, opening.start() - _BEFORE), opening.start()):
            pieces += [source[done:start], _blank(source, start, at)]
            done = at
    return b"".join([*pieces, source[done:]]) if pieces else source


@cache
def _element() -> "re.Pattern[bytes]":
    """Compile the pattern of an element, which takes longer than to read most files that are not large."""
    return re.compile(_ELEMENT)


def _blank(source: bytes, start: int, end: int) -> bytes:
    lines = source[start:end].split(b"\n")
    return b"\n".join([b" " * len(line) for line in lines])
