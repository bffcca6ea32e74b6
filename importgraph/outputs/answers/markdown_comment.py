"""A stable markdown comment for a pull request."""

from collections.abc import Iterable, Iterator

import msgspec

from importgraph.findings.entry_points import TESTS
from importgraph.outputs.answers.regression_text import by_edge
from importgraph.quoting import code, escape, json_text, page, prose
from importgraph.regressions.difference import Difference, LoadChange
from importgraph.regressions.model import Regression, Report, Step
from importgraph.regressions.revisions import RevisionDiff

MARKER = "<!-- importgraph -->"
"""Lets a bot find its earlier comment and replace it."""
_SHOWN = 10


def render_diff(diff: RevisionDiff) -> str:
    """Render what changed between two revisions."""
    parts = [MARKER, f"### Imports: {code(diff.base)} to {code(diff.head)}", ""]
    if diff.difference.is_empty:
        parts.append("No import, cycle or load changed.")
    parts += _regressions(diff.regressions)
    parts += _difference(diff.difference)
    return "\n".join(parts).rstrip() + "\n"


def render_report(report: Report) -> str:
    """Render the result of a check."""
    against = f" against {code(report.against)}" if report.against else ""
    parts = [MARKER, f"### Imports: {report.verdict.value}{against}", ""]
    parts += [f"> {prose(note)}\n" for note in report.notes]
    parts += _regressions(report.regressions)
    if report.stale:
        lines = [f"{one.kind} {code(one.subject)}: {prose(one.message)}" for one in report.stale]
        parts += _section("Stale baseline entries", lines)
    return "\n".join(parts).rstrip() + "\n"


def render_diff_json(diff: RevisionDiff) -> str:
    """Render what changed as `importgraph/diff/1`."""
    document = {
        "schema": "importgraph/diff/1",
        "base": diff.base,
        "head": diff.head,
        "modules": {"before": diff.modules[0], "after": diff.modules[1]},
        **msgspec.to_builtins(diff.difference),
        "regressions": msgspec.to_builtins(diff.regressions),
    }
    return json_text(document)


def render_diff_text(diff: RevisionDiff) -> str:
    """Render what changed for a terminal, plain."""
    found = diff.difference
    lines = [f"{diff.base} -> {diff.head}: {diff.modules[0]:,} -> {diff.modules[1]:,} modules"]
    for load in found.loads:
        lines.append(f"loads {load.entry}: {load.before:,} -> {load.after:,}")
        lines += [f"  + {name}" for name in load.added[:_SHOWN]]
        lines += [f"  - {name}" for name in load.removed[:_SHOWN]]
    lines += [f"+ import {_edge(edge)}" for edge in found.edges_added]
    lines += [f"- import {_edge(edge)}" for edge in found.edges_removed]
    lines += [f"+ cycle ({one.kind}): {', '.join(one.modules)}" for one in found.cycles_added]
    lines += [f"- cycle ({one.kind}): {', '.join(one.modules)}" for one in found.cycles_removed]
    lines += [f"+ {mark.code} {mark.subject}" for mark in found.findings_added]
    lines += [f"- {mark.code} {mark.subject}" for mark in found.findings_removed]
    lines += [f"~ import paths of {one.definition}" for one in found.fragmentation]
    lines += [f"worse: {one.gate}: {one.message}" for one in diff.regressions]
    return page(lines)


def _edge(edge: tuple[str, str, str]) -> str:
    importer, imported, name = edge
    return f"{importer} -> {imported}" + (f" ({name})" if name else "")


def _regressions(regressions: tuple[Regression, ...]) -> Iterator[str]:
    if not regressions:
        return
    yield f"**{len(regressions)} worse**\n"
    groups = by_edge(regressions)
    for one, *others in groups[:_SHOWN]:
        commit = f" (since {code(one.commit.id[:12])}: {escape(one.commit.summary)})" if one.commit else ""
        yield f"- **{one.gate}**: {prose(one.message)}{commit}"
        if one.chain:
            yield f"  {_chain(one.chain, one.edge)}"
        if others:
            yield f"  The same edge grows {', '.join(code(other.subject) for other in others)}, too."
    if len(groups) > _SHOWN:
        yield f"- and {len(groups) - _SHOWN} more"
    yield ""


def _chain(chain: tuple[Step, ...], edge: Step | None) -> str:
    parts = [code(chain[0].source)]
    for step in chain:
        place = f" ({code(f'{step.path}:{step.line}')})" if step.line is not None else ""
        arrow = "**=>**" if step == edge else "->"
        parts.append(f"{arrow} {code(step.target)}{place}")
    return " ".join(parts)


def _difference(found: Difference) -> Iterator[str]:
    if found.loads:
        yield "| entry point | modules before | after | newly loaded |"
        yield "| --- | ---: | ---: | --- |"
        yield from (_load_row(load) for load in found.loads[:_SHOWN])
        yield ""
    yield from _section("New imports", [code(_edge(edge)) for edge in found.edges_added])
    yield from _section("Removed imports", [code(_edge(edge)) for edge in found.edges_removed])
    yield from _section("New cycles", [f"{c.kind}: {code(', '.join(c.modules))}" for c in found.cycles_added])
    yield from _section(
        "Ended cycles", [f"{c.kind}: {code(', '.join(c.modules))}" for c in found.cycles_removed]
    )
    yield from _section("New findings", [f"{m.code} {code(m.subject)}" for m in found.findings_added])
    yield from _section("Ended findings", [f"{m.code} {code(m.subject)}" for m in found.findings_removed])
    yield from _section("Changed import paths", [code(one.definition) for one in found.fragmentation])


def _load_row(load: LoadChange) -> str:
    names = ", ".join(code(name) for name in load.added[:5]) + (" …" if len(load.added) > 5 else "")  # noqa: PLR2004
    entry = "all tests" if load.entry == TESTS else code(load.entry)
    return f"| {entry} | {load.before:,} | {load.after:,} | {names} |"


def _section(name: str, lines: Iterable[str]) -> Iterator[str]:
    items = list(lines)
    if not items:
        return
    yield f"<details><summary>{name}: {len(items):,}</summary>\n"
    yield from (f"- {item}" for item in items[: 5 * _SHOWN])
    if len(items) > 5 * _SHOWN:
        yield f"- and {len(items) - 5 * _SHOWN:,} more"
    yield "\n</details>\n"
