"""Import statements as text, and the lines they stand on."""

import re
from collections.abc import Sequence

from importgraph.facts.model import Import

_BEGINS = re.compile(r"(?:^|[;:])\s*(?:lazy\s+)?(?:from|import)\b")


def statement_of(item: Import) -> str:
    """Return the statement that imports one name alone."""
    alias = f" as {item.alias}" if item.alias else ""
    if item.name is None:
        return f"import {item.module}{alias}"
    return f"from {'.' * item.level}{item.module} import {item.name}{alias}"


def first_line(lines: Sequence[str], line: int) -> int:
    """Return the first line of the import statement that imports a name.

    Between the two there are names, commas, brackets and comments alone: `from` and `import` are keywords.

    Args:
        lines: The file.
        line: Where the name stands, from 1.
    """
    for number in range(min(line, len(lines)), 0, -1):
        if _BEGINS.search(lines[number - 1].partition("#")[0]):
            return number
    return line
