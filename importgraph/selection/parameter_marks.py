"""Marks that parameters which are not wholly known may bring."""

# ruff: noqa: PTH120 -- paths are texts here: there are thousands

import os
import re

from importgraph.selection.conftests import Conftests
from importgraph.selection.frame import Frame
from importgraph.selection.space import Space


def possible_marks(frame: Frame, conftests: Conftests, path: str) -> frozenset[str]:
    """Return the marks that parameters which are not wholly known may bring.

    They bring them in `pytest.param` alone, so only marks count that are named in a file which writes that: the test's own,
    the conftests, or one that those use.
    """
    key = ("possible marks", path)
    memo = frame.space.memo
    if key not in memo:
        memo[key] = _marks_beside_param(frame.space, (path, *conftests.chain(os.path.dirname(path))))
    found: frozenset[str] = memo[key]
    return found


def _marks_beside_param(space: Space, roots: tuple[str, ...]) -> frozenset[str]:
    files = {*roots, *[used for known in roots for used in space.uses.get(known, ())]}
    files |= {used for file in tuple(files) for used in space.uses.get(file, ())}
    texts = [text for file in files if b"pytest" in (text := space.source(file) or b"")]
    if not any(_PARAM.search(text) for text in texts):
        return frozenset()
    return frozenset(name.decode() for text in texts for name in _MARK.findall(text))


_PARAM = re.compile(rb"\bparam\b|\bParameterSet\b|\bmarks\s*=")
_MARK = re.compile(rb"\bmark\.(\w+)")
