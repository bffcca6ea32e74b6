"""Which pytest marks are known, and whether `filterwarnings` turns a warning of pytest into an error."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from importgraph.evaluation.values.quick_patterns import is_quick

_ABOVE = {"", "Warning", "UserWarning", "PytestWarning"}
"""Categories that cover every warning of pytest."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Which pytest marks are known, where others are errors."""

    strict: bool
    known: frozenset[str]
    may_exist: Callable[[str], bool]
    """Tells whether a plugin may register a mark."""
    filters: tuple[str, ...] = ()
    """`filterwarnings`, which may turn the warning about an unknown mark into an error."""


def is_error(filters: Sequence[str], message: str, module: str, warning: str) -> bool:
    """Tell whether a warning of pytest is an error: the last filter that fits it decides.

    Args:
        filters: Lines `action:message:category:module:line`; message and module are patterns.
        message: The text of the warning.
        module: The module that it is about.
        warning: Its class.
    """
    for line in reversed(filters):
        action, pattern, category, where, *_ = [*(part.strip() for part in line.split(":")), "", "", "", ""]
        known = category.removeprefix("pytest.") in {*_ABOVE, warning}
        if known and fits(pattern, message) and fits(where, module):
            return action == "error"
    return False


def fits(pattern: str, text: str) -> bool:
    """Tell whether a pattern of a filter fits the beginning of a text."""
    try:
        return is_quick(pattern, len(text)) and re.match(pattern, text, re.IGNORECASE) is not None
    except (re.error, OverflowError, RecursionError):
        return False
