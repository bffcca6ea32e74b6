"""Regressions as text: what, where, by which chain, brought by whom."""

from collections.abc import Iterable, Iterator

import msgspec

from importgraph.quoting import json_text, page
from importgraph.regressions.model import Regression, Report, Stale, Step, Verdict

_SHOWN = 25


def render_text(report: Report) -> str:
    """Render a report for a terminal, plain."""
    lines = [f"note: {note}" for note in report.notes]
    groups = by_edge(report.regressions)
    for one, *others in groups[:_SHOWN]:
        lines += _regression(one)
        if others:
            lines.append(f"    the same edge grows {', '.join(other.subject for other in others)}, too")
    if len(groups) > _SHOWN:
        lines.append(f"and {len(groups) - _SHOWN} more (see --format json)")
    lines += [_stale(one) for one in report.stale[:_SHOWN]]
    if len(report.stale) > _SHOWN:
        lines.append(f"and {len(report.stale) - _SHOWN} more stale entries")
    lines.append(summary(report))
    return page(lines)


def by_edge(regressions: Iterable[Regression]) -> list[list[Regression]]:
    """Group the regressions of one gate that one edge causes; groups in the order of their first."""
    groups: dict[object, list[Regression]] = {}
    for number, one in enumerate(regressions):
        key = (one.gate, one.edge) if one.edge is not None else number
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def summary(report: Report) -> str:
    """Say the verdict in one line."""
    against = f" against {report.against}" if report.against else ""
    counts = f"{len(report.regressions)} regression{'s' if len(report.regressions) != 1 else ''}"
    stale = f", {len(report.stale)} stale baseline entries" if report.stale else ""
    match report.verdict:
        case Verdict.CLEAN:
            return f"Clean{against}{stale}."
        case Verdict.REGRESSED:
            return f"Regressed{against}: {counts}{stale}."
        case Verdict.INCONCLUSIVE:
            return f"Inconclusive{against}: {counts}{stale}."


def _regression(one: Regression) -> Iterator[str]:
    yield f"{one.gate}: {one.message}"
    for step in one.chain:
        mark = ">" if step == one.edge else " "
        yield f"  {mark} {step.source} -> {step.target}{_place(step)}"
    if one.edge is not None and one.edge not in one.chain:
        itself = one.edge.source == one.edge.target
        cause = one.edge.source if itself else f"{one.edge.source} -> {one.edge.target}"
        yield f"  > {cause}{_place(one.edge)}"
    if one.commit is not None:
        yield f"    since {one.commit.id[:12]} ({one.commit.date}, {one.commit.author}): {one.commit.summary}"


def _place(step: Step) -> str:
    return f"  {step.path}:{step.line}" if step.path and step.line is not None else ""


def _stale(one: Stale) -> str:
    return f"stale {one.kind}: {one.subject}: {one.message}"


def render_json(report: Report) -> str:
    """Render a report as `importgraph/check/1`."""
    document = {"schema": "importgraph/check/1", **msgspec.to_builtins(report)}
    return json_text(document)
