"""Syntax trees of the texts that edits are planned on, remembered: each text is asked about many times."""

from functools import lru_cache

from importgraph.facts.syntax import Syntax, parse_source

_REMEMBERED = 256


def parsed(text: str) -> Syntax:
    """Return the syntax of a text without its byte order mark. The tree is shared: nobody may change it."""
    return _parsed(text.removeprefix("\ufeff"))


@lru_cache(maxsize=_REMEMBERED)
def _parsed(text: str) -> Syntax:
    return parse_source(text.encode())
