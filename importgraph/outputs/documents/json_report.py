"""The report as JSON (`importgraph/analyze/1`), and the JSON of the single analyses."""

from collections.abc import Iterable, Mapping

import msgspec

from importgraph.findings.cycles import Cycle
from importgraph.findings.duplicates import Duplicate
from importgraph.findings.fragmentation import Fragmentation
from importgraph.findings.missing.unresolved import Failing
from importgraph.findings.model import EdgeRef, Finding
from importgraph.findings.waits import Waiting
from importgraph.fixes.model import Fix
from importgraph.graph.model import Graph
from importgraph.outputs.documents.json_graph import ledger_document
from importgraph.outputs.report import EntryLoad, Report
from importgraph.quoting import json_text


def dump(document: Mapping[str, object]) -> str:
    """Write a document as JSON text that is the same for the same input."""
    return json_text(document)


def render(report: Report) -> str:
    """Render the report of `analyze`."""
    return dump(
        {
            "schema": "importgraph/analyze/1",
            "ledger": ledger_document(report.ledger),
            "summary": {
                "modules": report.modules,
                "imports": report.imports,
                "external_imports": report.external,
                "python_version": report.python_version,
                "kinds": report.kinds,
                "source_roots": [{"path": path or ".", "reason": reason} for path, reason in report.roots],
                "entry_points": [_entry(entry, report) for entry in report.entries],
                "waits": [_waiting(one) for one in report.waits],
                "smaller_proposals": report.smaller,
                "findings": report.counts,
                "severities": report.severities,
                "canonical_usage": {f.policy: f.canonical_usage for f in report.fragmentation},
                "lazy_fixes_together": {
                    entry: {"before": before, "after": after}
                    for entry, (before, after) in report.joint.items()
                },
                "environment": msgspec.to_builtins(report.environment),
                "undecided_imports": report.undecided,
                "unit": report.unit,
                "weights": report.weights,
                "order": report.order,
            },
            "findings": [finding_document(finding) for finding in report.findings],
            "fixes": [fix_document(fix) for fix in report.fixes],
            "skipped": [msgspec.to_builtins(skipped) for skipped in report.skipped],
        }
    )


def _entry(entry: EntryLoad, report: Report) -> dict[str, object]:
    is_time = report.unit == "us"
    return {
        "entry": entry.entry,
        "title": entry.title,
        "reason": entry.reason,
        "place": entry.place or None,
        "modules": entry.modules,
        "surely": entry.surely,
        "cost_us": entry.cost if is_time else None,
        "files": [msgspec.to_builtins(one) for one in entry.files],
        "estimated": report.estimated,
        "heaviest": [
            {
                "name": heavy.name,
                "distribution": heavy.distribution or None,
                "retained_us": heavy.cost if is_time else None,
                "share": round(heavy.share, 4),
                "place": heavy.place or None,
            }
            for heavy in entry.heavy
        ],
        "unknown": [msgspec.to_builtins(one) for one in entry.unknown],
        "open": [{"path": path, "line": line} for path, line in entry.open],
    }


def _waiting(one: Waiting) -> dict[str, object]:
    found: dict[str, object] = msgspec.to_builtins(one.wait)
    return {**found, "entries": [entry.title for entry in one.entries]}


def finding_document(finding: Finding) -> dict[str, object]:
    """Return one finding."""
    return {
        "code": finding.code,
        "subject": finding.subject,
        "severity": finding.severity.value,
        "message": finding.message,
        "weight": finding.weight,
        "locations": [msgspec.to_builtins(location) for location in finding.locations],
        "evidence": msgspec.to_builtins(finding.evidence),
    }


def fix_document(fix: Fix) -> dict[str, object]:
    """Return one fix; `gain` is the largest of its gains."""
    document: dict[str, object] = msgspec.to_builtins(fix)
    best = fix.gains[0] if fix.gains else None
    document["gain"] = {
        "unit": best.unit if best else "statements",
        "value": best.saved if best and best.saved > 0 else fix.resolves,
        "estimate": bool(best and best.estimated),
        "entries": document.pop("gains"),
    }
    return document


def render_cycles(cycles: Iterable[Cycle], graph: Graph) -> str:
    """Render the cycles."""
    rows = [
        {
            "class": cycle.kind.value,
            "modules": list(cycle.modules),
            "shortest": list(cycle.shortest),
            "crashes_from": [crash.module for crash in cycle.crashes],
            "crashes": [msgspec.to_builtins(crash) for crash in cycle.crashes],
            "break": [_edge(edge) for edge in cycle.breakers],
            "edges": [_edge(edge) for edge in cycle.edges],
            "imports": cycle.imports,
            "is_shortest": cycle.is_shortest,
            "is_smallest": cycle.is_smallest,
            "untried": cycle.untried,
        }
        for cycle in cycles
    ]
    return dump({"schema": "importgraph/cycles/1", "ledger": ledger_document(graph.ledger), "cycles": rows})


def _edge(edge: EdgeRef) -> dict[str, object]:
    found: dict[str, object] = msgspec.to_builtins(edge)
    return found


def render_fragmentation(measured: Fragmentation, others: Iterable[Fragmentation], graph: Graph) -> str:
    """Render the import paths under one policy, with the totals of the others."""
    rows = [
        {
            "module": one.module,
            "name": one.name,
            "kind": one.kind,
            "canonical": one.canonical,
            "paths": dict(one.paths),
            "canonical_usage": one.canonical_usage,
            "stray": [msgspec.to_builtins(place) for place in one.stray],
        }
        for one in measured.definitions
    ]
    totals = {
        "imported": measured.imported,
        "fragmented": len(measured.definitions),
        "statements": measured.statements,
        "canonical": measured.canonical,
        "canonical_usage": measured.canonical_usage,
        "canonical_usage_by_policy": {other.policy: other.canonical_usage for other in (measured, *others)},
    }
    document = {
        "schema": "importgraph/fragmentation/1",
        "ledger": ledger_document(graph.ledger),
        "policy": measured.policy,
        "definitions": rows,
        "totals": totals,
    }
    return dump(document)


def render_duplicates(duplicates: Iterable[Duplicate], graph: Graph) -> str:
    """Render the names that several modules define."""
    rows = [
        {
            "name": one.name,
            "kind": one.kind,
            "definitions": [msgspec.to_builtins(place) for place in one.definitions],
            "similarity": one.similarity,
            "compared": one.compared,
        }
        for one in duplicates
    ]
    return dump(
        {"schema": "importgraph/duplicates/1", "ledger": ledger_document(graph.ledger), "names": rows}
    )


def render_unresolved(found: Failing, graph: Graph) -> str:
    """Render the imports that cannot succeed, and the packages whose source root is probably wrong."""
    return dump(
        {
            "schema": "importgraph/unresolved/1",
            "ledger": ledger_document(graph.ledger),
            "imports": [msgspec.to_builtins(one) for one in found.imports],
            "wrong_roots": [msgspec.to_builtins(one) for one in found.wrong_roots],
        }
    )
