"""The first screen of the page: what imports cost, what to change, what fails, what was read."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from importgraph.edits.identity import NamedFix
from importgraph.findings.heavy_imports import Link
from importgraph.findings.model import Finding
from importgraph.findings.waits import Waiting
from importgraph.fixes.model import NOT_VERIFIED, Applicability, DeferImport, Edit, Fix, Gain, RewriteImport
from importgraph.outputs.report import EntryLoad, Heavy, Report
from importgraph.outputs.screen.first_screen import headline, telling
from importgraph.quoting import visible
from importgraph.report.strings import lines

_LOCATIONS = 60
"""Of one finding; the rest are counted."""
_EXCLUDED = 200


def answers_document(report: Report, fixes: Iterable[NamedFix]) -> dict[str, Any]:
    """Return what the first screen shows, each list in its order.

    Args:
        report: What `analyze` found.
        fixes: Its fixes by name, with a diff where one can be made.
    """
    first = telling(report.entries)
    return {
        "entries": [_entry(entry, like) for entry, like in _with_likes(first)],
        "waits": [_wait(one) for one in report.waits if one.wait.certain],
        "fixes": [_fix(one) for one in fixes],
        "order": report.order,
        "smaller": report.smaller,
        "failing": [_finding(one, report) for one in report.failing],
        "failing_aside": report.failing_aside,
        "counts": _counts(report.findings),
        "ledger": _ledger(report),
    }


def _with_likes(entries: Iterable[EntryLoad]) -> Iterator[tuple[EntryLoad, str]]:
    """Yield entry points with the title of an earlier one that costs the same for the same parts."""
    new: list[EntryLoad] = []
    for entry in entries:
        like = next((other.title for other in new if entry.is_like(other)), "")
        if not like:
            new.append(entry)
        yield entry, like


def _entry(entry: EntryLoad, like: str) -> dict[str, Any]:
    return {
        "node": visible(entry.entry),
        "title": visible(entry.title),
        "like": visible(like),
        "reason": visible(entry.reason),
        "place": visible(entry.place),
        "modules": entry.modules,
        "cost": entry.cost,
        "heavy": [_heavy(one) for one in entry.heavy],
        "unknown": [visible(one.name) for one in entry.unknown],
        "open": [visible(f"{path}:{line}") for path, line in entry.open],
        "files": [
            {"path": visible(one.path), "cost": one.cost, "brings": visible(one.brings)}
            for one in entry.files
        ],
    }


def _heavy(heavy: Heavy) -> dict[str, Any]:
    return {
        "name": visible(heavy.name),
        "distribution": visible(heavy.distribution),
        "cost": heavy.cost,
        "share": round(heavy.share, 4),
        "place": visible(heavy.place),
        "chain": chain_document(heavy.chain),
    }


def chain_document(chain: Iterable[Link]) -> list[list[Any]]:
    """Return the steps of a chain as source, target, path and line, 0 where no statement says so."""
    return [[visible(one.source), visible(one.target), visible(one.path), one.line or 0] for one in chain]


def _wait(one: Waiting) -> dict[str, Any]:
    wait = one.wait
    return {
        "entry": visible(one.entries[0].title if one.entries else wait.module),
        "more": max(0, len(one.entries) - 1),
        "kind": wait.kind,
        "call": visible(wait.call),
        "place": visible(f"{wait.path}:{wait.line}"),
    }


def _fix(one: NamedFix) -> dict[str, Any]:
    fix = one.fix
    places = list(dict.fromkeys(_place(edit) for edit in fix.edits))
    return {
        "id": fix.id,
        "name": visible(one.name),
        "kind": fix.kind,
        "headline": visible(headline(fix)),
        "gains": [_gain(gain) for gain in fix.gains if gain.before > gain.after],
        "risk": fix.risk.level.value if fix.risk is not None else fix.applicability.value,
        "reasons": _reasons(fix),
        "statements": fix.statements,
        "files": len({edit.path for edit in fix.edits}),
        "manual": fix.applicability is Applicability.MANUAL,
        "verdict": _verdict(fix.verification),
        "diff": lines(fix.diff),
        "edits": [] if fix.diff else [visible(place) for place in places[:_LOCATIONS]],
        "findings": [visible(finding) for finding in fix.findings[:_LOCATIONS]],
    }


def _verdict(text: str) -> dict[str, Any] | None:
    """Return what verification found of a fix on these very files; None where it was not verified."""
    if text == NOT_VERIFIED:
        return None
    return {"holds": text.startswith("verified"), "text": visible(text)}


def _place(edit: Edit) -> str:
    line = getattr(edit, "line", 0)
    where = f"{edit.path}:{line}" if line else edit.path
    match edit:
        case DeferImport():
            return f"{where}: {edit.statement}"
        case RewriteImport():
            return f"{where}: {edit.before} → {edit.after}"
        case _:
            return where


def _gain(gain: Gain) -> dict[str, Any]:
    return {
        "title": visible(gain.title),
        "before": gain.before,
        "after": gain.after,
        "share": round(gain.share, 4),
        "estimated": gain.estimated,
        "unit": gain.unit,
        "at_most": bool(gain.at_least),
        "open": gain.open,
        "removed": len(gain.removed),
    }


def _reasons(fix: Fix) -> list[list[str]]:
    """Return why a fix is as risky as it is: each reason with its place."""
    if fix.risk is None:
        return [[visible(reason), ""] for reason in fix.reasons]
    place = f"{fix.risk.path}:{fix.risk.line}" if fix.risk.line else fix.risk.path
    first = [visible(fix.risk.reason), visible(place)]
    return [first, *([visible(one.text), visible(one.place)] for one in fix.risk.more)]


def _finding(finding: Finding, report: Report) -> dict[str, Any]:
    places = [visible(f"{one.path}:{one.line}") for one in finding.locations]
    return {
        "code": finding.code,
        "subject": visible(finding.subject),
        "message": visible(finding.message),
        "severity": finding.severity.value,
        "places": places[:_LOCATIONS],
        "more": max(0, len(places) - _LOCATIONS),
        "fixes": [fix.id for fix in report.fixes_of(finding)],
    }


def _counts(findings: Iterable[Finding]) -> list[list[Any]]:
    """Return each code with its rule's name and how many findings are of it, most first."""
    from importgraph.findings.rules import RULES

    names: Mapping[str, str] = {rule.code: rule.name for rule in RULES}
    counts = Counter(finding.code for finding in findings)
    return [[code, names.get(code, ""), count] for code, count in counts.most_common()]


def _ledger(report: Report) -> dict[str, Any]:
    ledger = report.ledger
    reasons = Counter(one.reason for one in ledger.excluded)
    return {
        "found": ledger.found,
        "analysed": ledger.analysed,
        "broken": [[visible(one.path), one.line or 0, visible(one.reason)] for one in ledger.broken],
        "excluded": len(ledger.excluded),
        "reasons": [[visible(reason), count] for reason, count in reasons.most_common()],
        "examples": [[visible(one.path), visible(one.reason)] for one in ledger.excluded[:_EXCLUDED]],
    }
