"""Entry points of what is installed: what `importlib.metadata.entry_points` gives."""

from collections.abc import Iterator
from configparser import ConfigParser
from configparser import Error as ConfigParserError
from pathlib import Path
from typing import NamedTuple

from importgraph.files import read_text_file


class EntryPoint(NamedTuple):
    """One line of an `entry_points.txt`."""

    name: str
    value: str
    """`module`, or `module:attribute`, without extras."""
    group: str
    distribution: str
    """The normalised name of the distribution that declares it."""


def entry_points_in(text: str, distribution: str = "") -> Iterator[EntryPoint]:
    """Yield the entry points that a text declares, in its order; none where it is no such text."""
    parser = ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text)
    except ConfigParserError:
        return
    for group in parser.sections():
        for name, value in parser.items(group):
            yield EntryPoint(name, value.partition("[")[0].strip(), group, distribution)


def read_entry_points(folder: Path, distribution: str) -> Iterator[EntryPoint]:
    """Yield the entry points of a distribution by its metadata folder; none where there is no such file."""
    try:
        text = read_text_file(folder / "entry_points.txt", "replace")
    except OSError:
        return
    yield from entry_points_in(text, distribution)
