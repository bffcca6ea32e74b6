"""Whether pytest's `filterwarnings` turns a warning about an unknown mark into an error."""

import re
from collections.abc import Sequence

_CATEGORIES = {
    "", "Warning", "UserWarning", "PytestWarning", "PytestUnknownMarkWarning", "pytest.PytestWarning",
    "pytest.PytestUnknownMarkWarning",
}  # fmt: skip
"""Categories that cover the warning."""


def is_error(filters: Sequence[str], message: str, module: str) -> bool:
    """Tell whether a warning about an unknown mark is an error: the last filter that fits it decides.

    Args:
        filters: Lines `action:message:category:module:line`; message and module are patterns.
        message: The text of the warning.
        module: The module that uses the mark.
    """
    for line in reversed(filters):
        action, pattern, category, where, *_ = [*(part.strip() for part in line.split(":")), "", "", "", ""]
        if category in _CATEGORIES and _fits(pattern, message) and _fits(where, module):
            return action == "error"
    return False


def _fits(pattern: str, text: str) -> bool:
    try:
        return re.match(pattern, text, re.IGNORECASE) is not None
    except re.error:
        return False
