"""Findings and regressions in the formats that CI systems read: GitHub, GitLab, JUnit.

All text from analysed code is data: it is escaped for the format it stands in.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape, quoteattr

import msgspec

from importgraph.findings.model import Finding, Location, Severity
from importgraph.regressions.model import Regression, Report, Step

_UNPRINTABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding or regression as CI systems see it."""

    code: str
    """A rule's code, or the gate of a regression."""
    severity: Severity
    message: str
    subject: str
    location: Location | None
    """Where to show it; None where it has no place."""
    related: tuple[tuple[Location, str], ...] = ()
    """Further places, each with what is there."""
    explained: str = ""
    """More lines of text: the chain, the commit."""

    @property
    def fingerprint(self) -> str:
        """Return the identity over time: code and subject, without lines."""
        return hashlib.sha256(f"{self.code}\0{self.subject}".encode()).hexdigest()[:32]


def from_findings(findings: Iterable[Finding]) -> tuple[Remark, ...]:
    """Turn findings into remarks, in their order."""
    return tuple(
        Remark(
            code=one.code,
            severity=one.severity,
            message=one.message,
            subject=one.subject,
            location=one.locations[0] if one.locations else None,
            related=tuple((place, "also here") for place in one.locations[1:]),
        )
        for one in findings
    )


def from_report(report: Report) -> tuple[Remark, ...]:
    """Turn the regressions of a check into remarks, all of them errors, then its stale entries as notes."""
    remarks = [_from_regression(one) for one in report.regressions]
    for stale in report.stale:
        message = f"Stale baseline entry, {stale.kind} {stale.subject}: {stale.message}"
        remarks.append(Remark("stale", Severity.NOTE, message, f"{stale.kind} {stale.subject}", None))
    return tuple(remarks)


def _from_regression(one: Regression) -> Remark:
    edge = f" {one.edge.source} -> {one.edge.target}" if one.edge is not None else ""
    return Remark(
        code=one.gate,
        severity=Severity.ERROR,
        message=one.message,
        subject=f"{one.subject}{edge}",
        location=_location(one.edge) if one.edge is not None else None,
        related=tuple(_related(one.chain)),
        explained="\n".join(_explained(one)),
    )


def _location(step: Step) -> Location | None:
    return Location(step.path, step.line) if step.path and step.line is not None else None


def _related(chain: tuple[Step, ...]) -> Iterator[tuple[Location, str]]:
    for step in chain:
        place = _location(step)
        if place is not None:
            yield place, f"{step.source} -> {step.target}"


def _explained(one: Regression) -> Iterator[str]:
    for step in one.chain:
        place = f" ({step.path}:{step.line})" if step.line is not None else ""
        yield f"{step.source} -> {step.target}{place}"
    if one.commit is not None:
        yield f"since {one.commit.id[:12]} by {one.commit.author}: {one.commit.summary}"


def below(remarks: Iterable[Remark], prefix: str) -> tuple[Remark, ...]:
    """Put a folder before the paths of remarks: CI systems count from the top of the repository."""

    def moved(place: Location) -> Location:
        return Location(f"{prefix}/{place.path}", place.line, place.column)

    if not prefix:
        return tuple(remarks)
    return tuple(
        replace(
            one,
            location=moved(one.location) if one.location is not None else None,
            related=tuple((moved(place), text) for place, text in one.related),
        )
        for one in remarks
    )


# -- GitHub -----------------------------------------------------------------------------------------

_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render_github(remarks: Iterable[Remark]) -> str:
    """Render workflow commands, one a line: `::error file=…,line=…,title=…::message`."""
    return "".join(f"{_github(one)}\n" for one in remarks)


def _github(one: Remark) -> str:
    properties = []
    if one.location is not None:
        properties += [("file", one.location.path), ("line", str(one.location.line))]
        properties += [("col", str(one.location.column))] if one.location.column > 1 else []
    properties.append(("title", f"importgraph {one.code}"))
    shown = ",".join(f"{key}={_github_property(value)}" for key, value in properties)
    text = "\n".join(part for part in (one.message, one.explained) if part)
    return f"::{_GITHUB[one.severity]} {shown}::{_github_data(text)}"


def _github_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _github_property(text: str) -> str:
    return _github_data(text).replace(":", "%3A").replace(",", "%2C")


# -- GitLab -----------------------------------------------------------------------------------------

_GITLAB = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render_gitlab(remarks: Iterable[Remark]) -> str:
    """Render a code quality report: a JSON list in which every fingerprint occurs once."""
    seen: dict[str, int] = {}
    entries = []
    for one in remarks:
        seen[one.fingerprint] = seen.get(one.fingerprint, 0) + 1
        number = seen[one.fingerprint]
        place = one.location or Location("pyproject.toml", 1)
        entries.append(
            {
                "description": one.message,
                "check_name": one.code,
                "fingerprint": one.fingerprint if number == 1 else f"{one.fingerprint}-{number}",
                "severity": _GITLAB[one.severity],
                "location": {"path": place.path, "lines": {"begin": place.line}},
            }
        )
    return msgspec.json.format(msgspec.json.encode(entries), indent=1).decode() + "\n"


# -- JUnit ------------------------------------------------------------------------------------------


def render_junit(remarks: Iterable[Remark], name: str = "importgraph") -> str:
    """Render a JUnit report: a failed case for each error and warning; one that passes if nothing is told."""
    cases = list(remarks)
    failures = sum(one.severity is not Severity.NOTE for one in cases)
    count = max(1, len(cases))
    lines = ['<?xml version="1.0" encoding="utf-8"?>']
    totals = f'tests="{count}" failures="{failures}" errors="0" skipped="0"'
    lines.append(f"<testsuites {totals}><testsuite name={_attribute(name)} {totals}>")
    lines += [_case(one) for one in cases] or [f'<testcase classname={_attribute(name)} name="clean"/>']
    lines.append("</testsuite></testsuites>")
    return "\n".join(lines) + "\n"


def _case(one: Remark) -> str:
    head = f"<testcase classname={_attribute(one.code)} name={_attribute(one.subject)}"
    if one.location is not None:
        head += f" file={_attribute(one.location.path)} line={_attribute(str(one.location.line))}"
    text = "\n".join(part for part in (one.message, one.explained) if part)
    if one.severity is Severity.NOTE:
        return f"{head}><system-out>{_xml(text)}</system-out></testcase>"
    kind = _attribute(one.severity.value)
    return f"{head}><failure type={kind} message={_attribute(one.message)}>{_xml(text)}</failure></testcase>"


def _xml(text: str) -> str:
    return escape(_UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text))


def _attribute(text: str) -> str:
    return quoteattr(_UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text))
