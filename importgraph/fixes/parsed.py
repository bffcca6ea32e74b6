"""Syntax trees of the texts that edits are planned on, remembered: each text is asked about many times."""

import re
from functools import lru_cache

from importgraph.facts.decoding import declared_encoding
from importgraph.facts.syntax import Syntax, parse_source

_REMEMBERED = 256
_HEAD = 1000
_TWO_LINES = re.compile(r"[^\r\n]*(?:\r\n?|\n)?[^\r\n]*")


def parsed(text: str) -> Syntax:
    """Return the syntax of a text without its byte order mark. The tree is shared: nobody may change it."""
    return _parsed(without_coding(text.removeprefix("\ufeff")))


def without_coding(text: str) -> str:
    """Return a text in which no coding line speaks: it is decoded already. All positions stay."""
    if "coding" not in text[:_HEAD] or declared_encoding(text.encode("utf-8", "replace")) is None:
        return text
    return _TWO_LINES.sub(lambda lines: lines[0].replace("coding", "c0ding"), text, count=1)


@lru_cache(maxsize=_REMEMBERED)
def _parsed(text: str) -> Syntax:
    return parse_source(text.encode("utf-8", "replace"))
