"""All data of the page, and the page itself."""

from typing import Any

from msgspec.structs import replace

from importgraph import __version__
from importgraph.edits.changes import plan
from importgraph.edits.identity import NamedFix, named
from importgraph.edits.verdicts import recall
from importgraph.fixes.model import Applicability
from importgraph.outputs.environment_text import environment_lines
from importgraph.outputs.report import Report
from importgraph.project import Project
from importgraph.quoting import visible
from importgraph.report.answers_data import answers_document
from importgraph.report.graph_data import graph_document
from importgraph.report.page import render
from importgraph.report.strings import Strings
from importgraph.report.tangle_data import cycles_document, fragmentation_document

SCHEMA = "importgraph/html/1"
_LONGEST_DIFF = 60_000
"""Characters; a longer change is shown by its places alone."""


def html_report(project: Project, report: Report) -> str:
    """Return the report of `analyze` as one page."""
    return render(document(project, report), f"{report.name}: imports")


def document(project: Project, report: Report) -> dict[str, Any]:
    """Return what the page reads: plain values, paths relative to the analysed root."""
    strings = Strings()
    nodes, graph = graph_document(project.snapshot, strings)
    fixes = [_with_diff(project, one) for one in named(report.fixes)]
    return {
        "schema": SCHEMA,
        "name": visible(report.name),
        "version": __version__,
        "about": _about(report),
        "answers": answers_document(report, fixes, recall(project)),
        "cycles": cycles_document(report, nodes),
        "fragmentation": fragmentation_document(report),
        **graph,
        "strings": strings.all,
    }


def _about(report: Report) -> dict[str, Any]:
    return {
        "modules": report.modules,
        "imports": report.imports,
        "external": report.external,
        "python": report.python_version,
        "unit": report.unit,
        "estimated": report.estimated,
        "weights": visible(report.weights),
        "environment": [visible(line) for line in environment_lines(report.environment, report.undecided)],
    }


def _with_diff(project: Project, one: NamedFix) -> NamedFix:
    """Return a fix with its change as a diff, where that can be made without a person."""
    if one.fix.diff or one.fix.applicability is Applicability.MANUAL:
        return one
    text = "".join(change.diff for change in plan(project.root, [one], project.read_text).changes)
    return NamedFix(one.name, replace(one.fix, diff=text if len(text) <= _LONGEST_DIFF else ""))
