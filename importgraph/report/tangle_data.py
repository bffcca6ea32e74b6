"""Cycles and fragmentation for the page, each with the edit that ends it."""

from typing import Any

from importgraph.findings.cycles import Cycle
from importgraph.findings.duplicates import Duplicate
from importgraph.findings.fragmentation import Fragment
from importgraph.findings.model import EdgeRef
from importgraph.outputs.report import Report
from importgraph.quoting import visible
from importgraph.report.graph_data import Nodes

_STRAY = 200
"""Statements of one definition that are listed; the rest are counted."""
_DEFINITIONS = 2000
_DUPLICATES = 500


def cycles_document(report: Report, nodes: Nodes) -> list[dict[str, Any]]:
    """Return the cycles that no comment accepts, worst first, with the fixes that end them."""
    return [
        _cycle(finding.evidence, [fix.id for fix in report.fixes_of(finding)], nodes)
        for finding in report.findings
        if isinstance(finding.evidence, Cycle)
    ]


def _cycle(cycle: Cycle, fixes: list[str], nodes: Nodes) -> dict[str, Any]:
    return {
        "class": cycle.kind.value,
        "modules": [nodes.places[name] for name in cycle.modules],
        "shortest": [nodes.places[name] for name in cycle.shortest],
        "edges": [_edge(edge, nodes) for edge in cycle.edges],
        "breakers": [_edge(edge, nodes) for edge in cycle.breakers],
        "imports": cycle.imports,
        "is_smallest": cycle.is_smallest,
        "is_shortest": cycle.is_shortest,
        "untried": cycle.untried,
        "crashes": [
            {
                "module": visible(one.module),
                "error": visible(one.error),
                "place": visible(f"{one.path}:{one.line}"),
                "chain": [visible(step) for step in one.chain],
            }
            for one in cycle.crashes
        ],
        "fixes": fixes,
    }


def _edge(edge: EdgeRef, nodes: Nodes) -> list[Any]:
    return [nodes.places[edge.importer], nodes.places[edge.imported], visible(f"{edge.path}:{edge.line}")]


def fragmentation_document(report: Report) -> dict[str, Any]:
    """Return by which paths each definition is imported, most stray statements first."""
    measured = report.fragmentation[0]
    fixes = {finding: fix.id for fix in reversed(report.fixes) for finding in fix.findings}
    return {
        "policy": measured.policy,
        "statements": measured.statements,
        "canonical": measured.canonical,
        "usage": measured.canonical_usage,
        "others": [[other.policy, other.canonical_usage] for other in report.fragmentation[1:]],
        "count": len(measured.definitions),
        "definitions": [
            _fragment(one, fixes.get(f"IG301 {one.module}.{one.name}", ""))
            for one in measured.definitions[:_DEFINITIONS]
        ],
        "duplicates": _duplicates(report),
    }


def _fragment(one: Fragment, fix: str) -> dict[str, Any]:
    return {
        "module": visible(one.module),
        "name": visible(one.name),
        "kind": one.kind,
        "canonical": visible(one.canonical),
        "usage": one.canonical_usage,
        "paths": [[visible(path), count] for path, count in one.paths.items()],
        "stray": [visible(f"{place.path}:{place.line}") for place in one.stray[:_STRAY]],
        "strays": len(one.stray),
        "fix": fix,
    }


def _duplicates(report: Report) -> list[dict[str, Any]]:
    found = [one.evidence for one in report.findings if isinstance(one.evidence, Duplicate)]
    return [
        {
            "name": visible(one.name),
            "kind": one.kind,
            "places": [[visible(place.module), place.line] for place in one.definitions],
            "similarity": one.similarity,
        }
        for one in found[:_DUPLICATES]
    ]
