"""Of the first screen: what fails, and what is tangled."""

from collections.abc import Iterator

from importgraph.findings.cycles import Cycle
from importgraph.findings.duplicates import Duplicate
from importgraph.findings.model import Finding
from importgraph.outputs.report import Report
from importgraph.outputs.screen.text_layout import Line, Screen, both_ends, heading, width_of, wrapped

_FAILING = 4


# -- what fails -------------------------------------------------------------------------------------


def failures(report: Report, screen: Screen) -> Iterator[Line]:
    """Show what fails when it is imported: what is live, by cause."""
    failing = report.failing
    shown = failing[: screen.most(_FAILING)]
    yield heading("What fails", "", screen)
    if not shown:
        yield Line(f" {_no_failure(report)}")
    for finding in shown:
        yield from _failure(finding, report, screen)
    left = len(failing) - len(shown)
    if left:
        yield Line(f" {left:,} more: importgraph unresolved, importgraph doctor", "dim")
    if report.failing_aside:
        text = f"{report.failing_aside:,} more in loose scripts, fixtures and copies: importgraph unresolved"
        yield from wrapped(text, screen.width, " ", "   ", "dim")


def _no_failure(report: Report) -> str:
    """Say that nothing is missing, without denying the cycles that crash, which stand below."""
    if any(finding.code == "IG201" for finding in report.findings):
        return "No module or name of the tree is missing. A cycle that crashes stands below."
    return "Nothing found: each import of the tree's own modules works."


def _failure(finding: Finding, report: Report, screen: Screen) -> Iterator[Line]:
    place = (
        f"{finding.locations[0].path}:{finding.locations[0].line}" if finding.locations else finding.subject
    )
    more = f" and {len(finding.locations) - 1:,} more" if len(finding.locations) > 1 else ""
    fixes = report.fixes_of(finding)
    fix = f" ({fixes[0].id})" if fixes else ""
    message = finding.message.replace("`", "").removeprefix(f"{place.rpartition(':')[0]} ")
    sentence = f"{place}{more}: {message}{fix}"
    yield from wrapped(sentence, screen.width, " ", "   ")


# -- what is tangled --------------------------------------------------------------------------------


def tangles(report: Report, screen: Screen) -> Iterator[Line]:
    """Show cycles, fragmentation and duplicates in a line each, with the command that tells more."""
    rows = [row for row in (_cycles(report), _fragmentation(report), _duplicates(report)) if row]
    if not rows:
        return
    yield heading("What is tangled", "", screen)
    for text, command in rows:
        room = screen.edge - width_of(command) - 4
        first, *more = wrapped(text, room, " ", "   ")
        yield both_ends(first.text, command, screen.edge)
        yield from more


def _cycles(report: Report) -> tuple[str, str] | None:
    found = [f.evidence for f in report.findings if f.code == "IG201" and isinstance(f.evidence, Cycle)]
    latent = sum(finding.code == "IG202" for finding in report.findings)
    command = "importgraph cycles"
    if not found:
        plural = "s" if latent != 1 else ""
        return (f"{latent} cycle{plural} at module level; none fails today", command) if latent else None
    crash = found[0].crashes[0] if found[0].crashes else None
    such = f": `import {crash.module}` fails first ({crash.path}:{crash.line})" if crash else ""
    more = f"; {latent} more {'does' if latent == 1 else 'do'} not today" if latent else ""
    verb = "cycle crashes" if len(found) == 1 else "cycles crash"
    return f"{len(found)} {verb}{such.replace('`', '')}{more}", command


def _fragmentation(report: Report) -> tuple[str, str] | None:
    measured = report.fragmentation[0]
    if not any(finding.code == "IG301" for finding in report.findings):
        return None
    count = len(measured.definitions)
    several = f"{count:,} names have several" if count != 1 else "1 name has several"
    return (
        f"{measured.share} use the canonical path ({measured.policy}); {several}",
        "importgraph fragmentation",
    )


def _duplicates(report: Report) -> tuple[str, str] | None:
    found = [f.evidence for f in report.findings if f.code == "IG302" and isinstance(f.evidence, Duplicate)]
    if not found:
        return None
    one = found[0]
    such = f"{one.name}, {len(one.definitions)} times, {one.similarity:.0%} alike"
    verb = "definition is" if len(found) == 1 else "definitions are"
    return f"{len(found):,} {verb} repeated, such as {such}", "importgraph duplicates"
