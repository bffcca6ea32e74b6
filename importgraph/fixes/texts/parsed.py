"""Syntax trees of the texts that edits are planned on, remembered: each text is asked about many times."""

import re

from importgraph.facts.source.decoding import declared_encoding
from importgraph.facts.source.syntax import Syntax, parse_source

_REMEMBERED = 3 << 20
"""Characters of the texts whose trees are kept: a tree takes some fifty times the memory of its text."""
_HEAD = 1000
_TWO_LINES = re.compile(r"[^\r\n]*(?:\r\n?|\n)?[^\r\n]*")


def parsed(text: str) -> Syntax:
    """Return the syntax of a text without its byte order mark. The tree is shared: nobody may change it."""
    return _TREES.get(without_coding(text.removeprefix("\ufeff")))


def without_coding(text: str) -> str:
    """Return a text in which no coding line speaks: it is decoded already. All positions stay."""
    if "coding" not in text[:_HEAD] or declared_encoding(text.encode("utf-8", "replace")) is None:
        return text
    return _TWO_LINES.sub(lambda lines: lines[0].replace("coding", "c0ding"), text, count=1)


class _RecentTrees:
    """The trees that were asked for last, as many as their texts are not too large together."""

    def __init__(self) -> None:
        self._kept: dict[str, Syntax] = {}
        self._size = 0

    def get(self, text: str) -> Syntax:
        syntax = self._kept.pop(text, None)
        if syntax is None:
            syntax = parse_source(text.encode("utf-8", "replace"))
            self._size += len(text)
        self._kept[text] = syntax  # at the end: the last to go
        while self._size > _REMEMBERED and len(self._kept) > 1:
            oldest = next(iter(self._kept))
            del self._kept[oldest]
            self._size -= len(oldest)
        return syntax


_TREES = _RecentTrees()
