"""Findings and regressions as CI systems see them: a code, a place, a message, an identity."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

from importgraph.collection_errors.model import Cause, Prediction
from importgraph.findings.model import Finding, Location, Severity
from importgraph.findings.own_rules.model import Violation
from importgraph.quoting import visible
from importgraph.regressions.model import Regression, Report, Stale, Step

_ALSO = "also here"
_NAMED = 5
FALLBACK = Location("pyproject.toml", 1)
"""Where formats that demand a place show what has none: the file that holds the settings."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding or regression as CI systems see it."""

    code: str
    """A rule's code, or the gate of a regression."""
    severity: Severity
    message: str
    subject: str
    """With the code its identity over time."""
    location: Location | None
    """Where to show it; None where it has no place."""
    related: tuple[tuple[Location, str], ...] = ()
    """Further places, each with what is there."""
    explained: tuple[str, ...] = ()
    """More lines of text: the chain, the commit."""
    within: str = ""
    """The module, where one subject is found in several."""

    @property
    def fingerprint(self) -> str:
        """Return the identity over time: code, subject and module, without lines and numbers."""
        parts = (self.code, self.subject, self.within)
        return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:32]

    @property
    def lines(self) -> tuple[str, ...]:
        """The message, then all that explains it and the other places where the same is found."""
        parts = (self.message, *self.explained, self._elsewhere)
        return tuple(visible(part) for part in parts if part)

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)

    @property
    def _elsewhere(self) -> str:
        places = [f"{place.path}:{place.line}" for place, message in self.related if message == _ALSO]
        more = f" and {len(places) - _NAMED:,} more places" if len(places) > _NAMED else ""
        return f"Also {', '.join(places[:_NAMED])}{more}." if places else ""


def from_findings(findings: Iterable[Finding]) -> tuple[Remark, ...]:
    """Turn findings into remarks, in their order."""
    return tuple(
        Remark(
            code=one.code,
            severity=one.severity,
            message=one.message,
            subject=one.subject,
            location=one.locations[0] if one.locations else None,
            related=tuple((place, _ALSO) for place in one.locations[1:]),
            within=one.evidence.importer if isinstance(one.evidence, Violation) else "",
        )
        for one in findings
    )


def from_report(report: Report) -> tuple[Remark, ...]:
    """Turn the regressions of a check into remarks, all of them errors, then its stale entries as notes."""
    return (*from_regressions(report.regressions), *(_from_stale(stale) for stale in report.stale))


def from_regressions(regressions: Iterable[Regression]) -> tuple[Remark, ...]:
    """Turn regressions into remarks, all of them errors, in their order."""
    return tuple(_from_regression(one) for one in regressions)


def _from_stale(stale: Stale) -> Remark:
    message = f"Stale baseline entry, {stale.kind} {stale.subject}: {stale.message}"
    return Remark("stale", Severity.NOTE, message, f"{stale.kind} {stale.subject}", None)


def numbered(remarks: Iterable[Remark]) -> Iterator[tuple[str, int, Remark]]:
    """Yield remarks with their fingerprint and its number: the second of one identity has 2."""
    seen: dict[str, int] = {}
    for one in remarks:
        name = one.fingerprint
        seen[name] = seen.get(name, 0) + 1
        yield name, seen[name], one


def from_prediction(found: Prediction) -> tuple[Remark, ...]:
    """Turn predicted collection errors into remarks, one for each cause, in their order."""
    return tuple(_from_cause(cause) for cause in found.causes)


def _from_cause(one: Cause) -> Remark:
    count = f"{len(one.files):,} test file{'s' if len(one.files) != 1 else ''}"
    chain = " -> ".join(f"{step.path}:{step.line}" for step in one.chain)
    places = [(step.path, step.line) for step in one.chain if not PurePath(step.path).is_absolute()]
    return Remark(
        code=one.kind.value,
        severity=Severity.ERROR,
        message=f"{one.message} {count} would fail to collect.",
        subject=one.key,
        location=None if PurePath(one.path).is_absolute() else Location(one.path, max(1, one.line)),
        related=tuple((Location(path, max(1, line)), "on the way") for path, line in places),
        explained=(chain, one.edit),
    )


def _from_regression(one: Regression) -> Remark:
    edge = f" {one.edge.source} -> {one.edge.target}" if one.edge is not None else ""
    return Remark(
        code=one.gate,
        severity=Severity.ERROR,
        message=one.message,
        subject=f"{one.subject}{edge}",
        location=_location(one.edge) if one.edge is not None else None,
        related=tuple(_related(one.chain)),
        explained=tuple(_explained(one)),
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
