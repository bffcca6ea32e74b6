"""What a judgement is: a code, a subject, one plain sentence, locations and evidence."""

from dataclasses import dataclass
from enum import StrEnum

from msgspec import Struct


class Severity(StrEnum):
    """How much a finding matters, from the most to the least."""

    ERROR = "error"
    """Code that fails."""
    WARNING = "warning"
    """Code that costs or confuses."""
    NOTE = "note"
    """Worth knowing."""


class Location(Struct, frozen=True, order=True):
    """A place in a file; line and column count from 1."""

    path: str
    line: int
    column: int = 1


def amount(value: int, unit: str, *, estimated: bool = False) -> str:
    """Write a weight with its unit: microseconds as milliseconds, anything else as a number of modules.

    Estimated times are marked `≈`.
    """
    if unit == "us":
        return f"{'≈ ' if estimated else ''}{value / 1000:,.1f} ms"
    return f"{value:,} module{'s' if value != 1 else ''}"


class Evidence(Struct, frozen=True):
    """What proves a finding; each rule has its own kind."""


class EdgeRef(Struct, frozen=True, order=True):
    """One import statement as evidence."""

    importer: str
    imported: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A judgement."""

    code: str
    subject: str
    """The module, package or definition it is about; with the code, its identity over time."""
    message: str
    """One plain sentence with the numbers in it."""
    severity: Severity
    locations: tuple[Location, ...]
    evidence: Evidence
    weight: int = 0
    """How much is at stake, in the unit of the rule (modules, microseconds, statements)."""
