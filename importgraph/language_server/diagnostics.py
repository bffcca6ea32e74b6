"""Findings by file, as an editor marks them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from importgraph.findings.model import Finding, Location, Severity
from importgraph.quoting import visible

_MOST_RELATED = 10


@dataclass(frozen=True, slots=True)
class Mark:
    """One finding at one of its places."""

    line: int
    column: int
    """Both from 1; the column counts bytes of UTF-8."""
    code: str
    severity: Severity
    message: str
    related: tuple[Location, ...]
    """The first other places of the finding."""


def marks_by_path(findings: Iterable[Finding], known: Iterable[str]) -> Mapping[str, tuple[Mark, ...]]:
    """Return what to mark in each file that has something to mark.

    Args:
        findings: In any order.
        known: Paths of the files that can be opened; findings elsewhere are left out.
    """
    files = frozenset(known)
    found: dict[str, list[Mark]] = defaultdict(list)
    for finding in findings:
        for place in finding.locations:
            if place.path in files:
                others = tuple(other for other in finding.locations if other != place)[:_MOST_RELATED]
                found[place.path].append(
                    Mark(
                        max(1, place.line),
                        place.column,
                        finding.code,
                        finding.severity,
                        visible(finding.message),
                        others,
                    )
                )
    return {path: tuple(marks) for path, marks in found.items()}
