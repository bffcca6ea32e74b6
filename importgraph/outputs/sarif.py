"""SARIF 2.1.0: findings and regressions for code scanning, with fixes where edits are text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import quote

import msgspec

from importgraph import __version__
from importgraph.findings.model import Location, Severity
from importgraph.findings.rules import RULES
from importgraph.outputs.annotations import Remark

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


@dataclass(frozen=True, slots=True)
class TextFix:
    """The text of one file before and after a fix."""

    description: str
    path: str
    before: str
    after: str


def render_sarif(remarks: Iterable[Remark], fixes: Mapping[str, Sequence[TextFix]] | None = None) -> str:
    """Render remarks as one SARIF run.

    Args:
        remarks: In the order they are to stand in.
        fixes: Text edits by the fingerprint of the remark they resolve.

    Returns:
        JSON, the same bytes for the same input.
    """
    listed = list(remarks)
    codes = list(dict.fromkeys(one.code for one in listed))
    run = {
        "tool": {
            "driver": {
                "name": "importgraph",
                "version": __version__,
                "semanticVersion": __version__,
                "informationUri": "https://pypi.org/project/importgraph/",
                "rules": [_rule(code) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The analysed root."}}},
        "results": [
            _result(one, codes.index(one.code), (fixes or {}).get(one.fingerprint, ())) for one in listed
        ],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n"


def _rule(code: str) -> dict[str, Any]:
    known = next((rule for rule in RULES if rule.code == code), None)
    if known is None:
        return {"id": code, "shortDescription": {"text": f"importgraph {code}"}}
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in known.name.split("-")),
        "shortDescription": {"text": known.summary},
        "fullDescription": {"text": known.why},
        "help": {"text": f"{known.summary} {known.why}\n\nBad:\n{known.bad}\n\nGood:\n{known.good}"},
    }


def _result(one: Remark, index: int, fixes: Sequence[TextFix]) -> dict[str, Any]:
    text = "\n".join(part for part in (one.message, one.explained) if part)
    result: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": index,
        "level": _LEVELS[one.severity],
        "message": {"text": text},
        "locations": [_location(one.location)] if one.location is not None else [],
        "partialFingerprints": {"importgraph/v1": one.fingerprint},
    }
    if one.related:
        result["relatedLocations"] = [
            {"id": number, **_location(place), "message": {"text": message}}
            for number, (place, message) in enumerate(one.related)
        ]
    if fixes:
        result["fixes"] = [_fix(fix) for fix in fixes]
    return result


def _location(place: Location) -> dict[str, Any]:
    region = {"startLine": place.line, "startColumn": place.column}
    return {"physicalLocation": {"artifactLocation": _artifact(place.path), "region": region}}


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path), "uriBaseId": "SRCROOT"}


def _fix(fix: TextFix) -> dict[str, Any]:
    changes = {"artifactLocation": _artifact(fix.path), "replacements": list(_replacements(fix))}
    return {"description": {"text": fix.description}, "artifactChanges": [changes]}


def _replacements(fix: TextFix) -> Iterator[dict[str, Any]]:
    """Yield whole-line replacements; a region without end column ends where its line does."""
    before = fix.before.splitlines(keepends=True)
    after = fix.after.splitlines(keepends=True)
    for tag, start, end, new_start, new_end in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            region = {"startLine": start + 1, "startColumn": 1, "endLine": end + 1, "endColumn": 1}
            yield {"deletedRegion": region, "insertedContent": {"text": "".join(after[new_start:new_end])}}
