"""Remarks in the formats that CI systems read: GitHub, GitLab, JUnit.

All text from analysed code is data: it is escaped for the format it stands in.
"""

from collections.abc import Iterable

from importgraph.findings.model import Severity
from importgraph.outputs.remarks.remarks import FALLBACK, Remark, numbered
from importgraph.quoting import github_data, github_property, json_text, visible, xml_attribute, xml_text

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
    shown = ",".join(f"{key}={github_property(value)}" for key, value in properties)
    return f"::{_GITHUB[one.severity]} {shown}::{github_data(one.text)}"


# -- GitLab -----------------------------------------------------------------------------------------

_GITLAB = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render_gitlab(remarks: Iterable[Remark]) -> str:
    """Render a code quality report: a JSON list in which every fingerprint occurs once."""
    entries = []
    for fingerprint, number, one in numbered(remarks):
        place = one.location or FALLBACK
        entries.append(
            {
                "type": "issue",
                "description": one.lines[0],
                "check_name": one.code,
                "fingerprint": fingerprint if number == 1 else f"{fingerprint}-{number}",
                "severity": _GITLAB[one.severity],
                "location": {"path": place.path, "lines": {"begin": place.line}},
            }
        )
    return json_text(entries)


# -- JUnit ------------------------------------------------------------------------------------------


def render_junit(remarks: Iterable[Remark], name: str = "importgraph") -> str:
    """Render a JUnit report: a failed case for each error and warning; one that passes if nothing is told.

    Only what the schema of Jenkins' xUnit plugin knows is written; places stand in the text.
    """
    cases = list(remarks)
    failures = sum(one.severity is not Severity.NOTE for one in cases)
    count = max(1, len(cases))
    totals = f'tests="{count}" failures="{failures}" errors="0"'
    lines = ['<?xml version="1.0" encoding="utf-8"?>']
    lines.append(f"<testsuites {totals}><testsuite name={xml_attribute(name)} {totals}>")
    lines += [_case(one) for one in cases] or [f'<testcase classname={xml_attribute(name)} name="clean"/>']
    lines.append("</testsuite></testsuites>")
    return "\n".join(lines) + "\n"


def _case(one: Remark) -> str:
    head = f"<testcase classname={xml_attribute(f'importgraph.{one.code}')} name={xml_attribute(one.subject)}"
    place = f"{one.location.path}:{one.location.line}: " if one.location is not None else ""
    if one.severity is Severity.NOTE:
        return f"{head}><system-out>{xml_text(visible(place) + one.text)}</system-out></testcase>"
    kind = xml_attribute(one.severity.value)
    message = xml_attribute(place + one.lines[0])
    text = xml_text(visible(place) + one.text)
    return f"{head}><failure type={kind} message={message}>{text}</failure></testcase>"
