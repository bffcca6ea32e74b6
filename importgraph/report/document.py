"""All data of the page, and the page itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import replace as dataclass_replace
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from importgraph import __version__
from importgraph.collection_errors.model import Prediction
from importgraph.collection_errors.predict import predict
from importgraph.edits.changes import plan
from importgraph.edits.identity import NamedFix, named
from importgraph.errors import UsageError
from importgraph.fixes.model import Applicability
from importgraph.graph.model import Kind
from importgraph.measurements.model import ImportProfile
from importgraph.outputs.report import Report
from importgraph.outputs.screen.environment_text import environment_lines
from importgraph.project import Project
from importgraph.quoting import visible
from importgraph.regressions.history import Numbers, project_history
from importgraph.report.answers_data import answers_document
from importgraph.report.extras_data import collection_document, comparison_document, trend_document
from importgraph.report.graph_data import graph_document
from importgraph.report.links import source_link
from importgraph.report.page import render
from importgraph.report.strings import Strings
from importgraph.report.tangle_data import cycles_document, fragmentation_document

SCHEMA = "importgraph/html/1"
_LONGEST_DIFF = 60_000
"""Characters; a longer change is shown by its places alone."""
_STATEMENTS = 60
"""A fix of more statements is shown by its places."""
_ALL_STATEMENTS = 400
"""When fixes have this many together, those that follow are: each file of each is parsed for its diff."""


@dataclass(frozen=True, slots=True)
class Extras:
    """What the page shows besides what `analyze` found, where it is there."""

    before: ImportProfile | None = None
    """An earlier profile of what the report was measured with."""
    prediction: Prediction | None = None
    """Which test files would fail to collect."""
    history: tuple[Numbers, ...] = ()
    """Of baselines, oldest first."""
    notes: tuple[str, ...] = ()
    """What could not be had, and why."""


def html_report(project: Project, report: Report, extras: Extras = Extras()) -> str:
    """Return the report of `analyze` as one page."""
    return render(document(project, report, extras), f"{report.name}: imports")


def extras_of(project: Project, before: ImportProfile | None = None) -> Extras:
    """Return what is there of a project: its predicted collection errors, and its history.

    What cannot be had, say because pytest's settings cannot be read, is a note with the reason.
    """
    found = Extras(before)
    python = Path(project.config.python) if project.config.python else None
    try:
        if any(module.kind is Kind.TEST for module in project.graph.modules.values()):
            found = dataclass_replace(found, prediction=predict(project, python=python))
    except UsageError as error:
        found = dataclass_replace(found, notes=(f"Collection was not predicted: {error.message}",))
    try:
        return dataclass_replace(found, history=project_history(project.root))
    except UsageError as error:
        return dataclass_replace(found, notes=(*found.notes, f"The history was not read: {error.message}"))


def document(project: Project, report: Report, extras: Extras = Extras()) -> dict[str, Any]:
    """Return what the page reads: plain values, paths relative to the analysed root."""
    strings = Strings()
    nodes, graph = graph_document(project.snapshot, strings)
    fixes = _with_diffs(project, named(report.fixes))
    return {
        "schema": SCHEMA,
        "name": visible(report.name),
        "version": __version__,
        "about": _about(report),
        "source_link": source_link(project.config.source_link, project.root),
        "notes": [visible(note) for note in extras.notes],
        "answers": answers_document(report, fixes),
        "cycles": cycles_document(report, nodes),
        "fragmentation": fragmentation_document(report),
        "comparison": _comparison(extras.before, report.profile),
        "collection": collection_document(extras.prediction) if extras.prediction is not None else None,
        "trend": trend_document(extras.history),
        **graph,
        "strings": strings.all,
    }


def _comparison(before: ImportProfile | None, after: ImportProfile | None) -> dict[str, Any] | None:
    return comparison_document(before, after) if before is not None and after is not None else None


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


def _with_diffs(project: Project, fixes: Iterable[NamedFix]) -> list[NamedFix]:
    """Return fixes with their changes as diffs, where those can be made without a person and are short."""
    found, left = [], _ALL_STATEMENTS
    for one in fixes:
        has_diff = bool(one.fix.diff) or one.fix.applicability is Applicability.MANUAL
        if has_diff or one.fix.statements > min(_STATEMENTS, left):
            found.append(one)
            continue
        left -= one.fix.statements
        text = "".join(change.diff for change in plan(project.root, [one], project.read_text).changes)
        found.append(NamedFix(one.name, replace(one.fix, diff=text if len(text) <= _LONGEST_DIFF else "")))
    return found
