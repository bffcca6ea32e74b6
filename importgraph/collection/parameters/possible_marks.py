"""Marks that parameters which are not wholly known may bring."""

# ruff: noqa: PTH120 -- paths are texts here: there are thousands

import os
import re

from importgraph.namespaces.protocol import Frame, Interpreter
from importgraph.session.conftests import Conftests


def possible_marks(frame: Frame, conftests: Conftests, path: str) -> frozenset[str]:
    """Return the marks that parameters which are not wholly known may bring.

    They bring them in `pytest.param` alone, so only marks count that are named in a file which writes that:
    the test's own, the conftests, or one that those use.
    """
    key = ("possible marks", path)
    memo = frame.space.memo
    if key not in memo:
        memo[key] = _marks_beside_param(frame.space, (path, *conftests.chain(os.path.dirname(path))))
    found: frozenset[str] = memo[key]
    return found


def _marks_beside_param(space: Interpreter, roots: tuple[str, ...]) -> frozenset[str]:
    files = {*roots, *[used for known in roots for used in space.uses.get(known, ())]}
    files |= {used for file in tuple(files) for used in space.uses.get(file, ())}
    return frozenset[str]().union(*[_given_by(space, file) for file in files])


def _given_by(space: Interpreter, path: str) -> frozenset[str]:
    """Return the marks that a file may give to parameters; looked for once in each."""
    if path not in space.given_marks:
        text = space.source(path) or b""
        given = _given_marks(text) if b"pytest" in text else ()
        space.given_marks[path] = frozenset(name.decode() for name in given)
    return space.given_marks[path]


def _given_marks(text: bytes) -> set[bytes]:
    """Return the marks that a file may give to parameters, by the keyword `marks` or a hidden one."""
    found: set[bytes] = set()
    if b"marks" not in text and b"**" not in text:
        return found
    for keyword in _KEYWORD.finditer(text):
        if keyword["plain"] is None:
            return set(_MARK.findall(text))
        found.update(_MARK.findall(text, keyword.start(), keyword.end() + _REACH))
    return found


_KEYWORD = re.compile(rb"\bmarks\s*=\s*(?P<plain>[\[(]?\s*(?:pytest\.)?mark\.)?|\bparam\([^()\n]*\*\*")
_MARK = re.compile(rb"\bmark\.(\w+)")
_REACH = 400
"""How far behind the keyword its marks may stand; what follows beyond them only widens the answer."""
