"""SARIF 2.1.0: findings and regressions for code scanning, with fixes where edits are text."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import quote

from importgraph import __version__
from importgraph.findings.model import Location, Severity
from importgraph.findings.rules import RULES
from importgraph.outputs.remarks.gate_texts import text_of
from importgraph.outputs.remarks.remarks import FALLBACK, Remark, numbered
from importgraph.quoting import json_text

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class FileChange:
    """The text of one file before and after a fix."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TextFix:
    """One fix: all its files together, or none."""

    description: str
    files: tuple[FileChange, ...]


Fixes = Mapping[tuple[str, str], Sequence[TextFix]]
"""Fixes by the code and the subject of what they mend."""


def render_sarif(remarks: Iterable[Remark], fixes: Fixes | None = None) -> str:
    """Render remarks as one SARIF run.

    Args:
        remarks: In the order they are to stand in.
        fixes: Text edits by what they resolve.

    Returns:
        JSON, the same bytes for the same input.
    """
    listed = list(remarks)
    codes = {code: number for number, code in enumerate(dict.fromkeys(one.code for one in listed))}
    known = fixes or {}
    run = {
        "tool": {
            "driver": {
                "name": "importgraph",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(code) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The top of the repository."}}},
        "results": [
            _result(one, codes[one.code], f"{name}:{number}", known.get((one.code, one.subject), ()))
            for name, number, one in numbered(listed)
        ],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json_text(document)


def _rule(code: str) -> dict[str, object]:
    known = next((rule for rule in RULES if rule.code == code), None)
    if known is None:
        return {"id": code, "shortDescription": {"text": text_of(code)}}
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in known.name.split("-")),
        "shortDescription": {"text": known.summary},
        "fullDescription": {"text": known.why},
        "help": {"text": f"{known.summary} {known.why}\n\nBad:\n{known.bad}\n\nGood:\n{known.good}"},
    }


def _result(one: Remark, index: int, identity: str, fixes: Sequence[TextFix]) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": one.code,
        "ruleIndex": index,
        "level": _LEVELS[one.severity],
        "message": {"text": one.text},
        "locations": [_location(one.location or FALLBACK)],
        # The name under which GitHub looks for an identity; without it, it hashes lines, which move.
        "partialFingerprints": {"primaryLocationLineHash": identity},
    }
    if one.related:
        result["relatedLocations"] = [
            {"id": number, **_location(place), "message": {"text": message}}
            for number, (place, message) in enumerate(one.related)
        ]
    if fixes:
        result["fixes"] = [_fix(fix) for fix in fixes]
    return result


def _location(place: Location) -> dict[str, object]:
    region = {"startLine": place.line, "startColumn": place.column}
    return {"physicalLocation": {"artifactLocation": _artifact(place.path), "region": region}}


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path, errors="surrogateescape"), "uriBaseId": "SRCROOT"}


def _fix(fix: TextFix) -> dict[str, object]:
    changes = [
        {"artifactLocation": _artifact(change.path), "replacements": list(_replacements(change))}
        for change in fix.files
    ]
    return {"description": {"text": fix.description}, "artifactChanges": changes}


def _replacements(change: FileChange) -> Iterator[dict[str, object]]:
    """Yield replacements of whole lines, which end at the beginning of the next line or of the file's end."""
    before, after = _LINE.findall(change.before), _LINE.findall(change.after)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            first, first_column = _position(before, start)
            last, last_column = _position(before, end)
            region = {"startLine": first, "startColumn": first_column}
            region |= {"endLine": last, "endColumn": last_column}
            yield {"deletedRegion": region, "insertedContent": {"text": "".join(after[new_start:new_end])}}


def _position(lines: Sequence[str], index: int) -> tuple[int, int]:
    """Return where a line begins, or where the text ends if its last line has no end."""
    if index == len(lines) and lines and not lines[-1].endswith("\n"):
        return index, len(lines[-1]) + 1
    return index + 1, 1
