"""Text for people: how wide it is, whether it has colours, and what becomes of it on the way out."""

import os
import shutil
import sys
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console


class Color(StrEnum):
    """Whether text output is coloured."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def columns() -> int:
    """Return how wide text is: as wide as the terminal; elsewhere `COLUMNS`, or 80."""
    if sys.stdout.isatty():
        return shutil.get_terminal_size().columns
    said = os.environ.get("COLUMNS", "")
    return int(said) if said.isdecimal() and int(said) else 80


def rendered(show: "Callable[[Console], None]", color: Color = Color.AUTO, *, to_file: bool = False) -> str:
    """Return what a function prints to a rich console, without blanks at the ends of lines.

    Args:
        show: Prints to the console that it is given.
        color: Whether there are codes for colours; `AUTO`: in a terminal.
        to_file: The text is for a file, which holds no codes.
    """
    from io import StringIO

    from rich.console import Console

    from importgraph.quoting import settled

    forced = {Color.ALWAYS: True, Color.NEVER: False, Color.AUTO: sys.stdout.isatty()}[color]
    text = StringIO()
    show(
        Console(
            file=text,
            force_terminal=forced and not to_file,
            no_color=color is Color.NEVER or None,
            width=columns(),
            highlight=False,
        )
    )
    return settled(text.getvalue())
