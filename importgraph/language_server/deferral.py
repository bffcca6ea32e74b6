"""Defer one import statement where that is shown to change nothing but time."""

from collections.abc import Sequence
from dataclasses import dataclass

from importgraph.costs.cost import Cost
from importgraph.fixes.deferring.import_verdicts import key_of
from importgraph.fixes.model import DeferImport, RiskLevel
from importgraph.fixes.sets.cut_sets import edits_of, stands_up
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import closure, modules_of
from importgraph.language_server.analysis import Analysis
from importgraph.language_server.loads import load_of


@dataclass(frozen=True, slots=True)
class Deferred:
    """How to defer a statement."""

    edits: tuple[DeferImport, ...]
    saves: Cost
    """What importing the importer costs less."""


@dataclass(frozen=True, slots=True)
class NotDeferred:
    """Why a statement is not deferred."""

    reason: str


def defer(analysis: Analysis, edges: Sequence[ImportEdge]) -> Deferred | NotDeferred:
    """Work out how to defer a statement, all its names together.

    What would run later counts as seen from the importer: an entry point above it runs no less later.

    Args:
        analysis: The project.
        edges: All names of one import statement.
    """
    with analysis.changing:
        return _defer(analysis, edges)


def _defer(analysis: Analysis, edges: Sequence[ImportEdge]) -> Deferred | NotDeferred:
    deferrals, view = analysis.deferrals, analysis.view
    for edge in edges:
        verdict = deferrals.verdict(edge)
        if not verdict.possible or not stands_up(deferrals, edge):
            return NotDeferred(verdict.reason or deferrals.refused[key_of(edge)])
    importer = edges[0].importer
    before = closure(view, [importer])
    after = deferrals.after(view, {key_of(edge) for edge in edges})
    gone = modules_of(before - closure(after, [importer]))
    if not gone:
        return NotDeferred("it saves nothing alone: other imports load the same")
    alone = deferrals.left_alone(view, after, gone, edges)
    if alone:
        return NotDeferred(alone)
    risk = analysis.safety.risk(edges, gone, before)
    if risk.level is not RiskLevel.SAFE:
        return NotDeferred(risk.text)
    edits = edits_of(deferrals, edges)
    if edits is None:
        return NotDeferred("the statement cannot be taken apart")
    return Deferred(edits, load_of(analysis.snapshot, gone).cost)
