"""Commands that list one kind of finding. Static: they never import or execute what they read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from importgraph.cli.options import (
    ColorOption,
    EnvironmentOption,
    FindingFormatOption,
    Format,
    NoCacheOption,
    OutputOption,
    PathArgument,
    Policy,
    PolicyOption,
    PythonOption,
    QuietOption,
    WorkersOption,
    load,
)
from importgraph.cli.screen import Color, rendered
from importgraph.cli.writing import note, write, write_findings

if TYPE_CHECKING:
    from rich.console import Console

    from importgraph.findings.rules import Check
    from importgraph.fixes.model import Fix, SkippedFix
    from importgraph.project import Project
    from importgraph.snapshot import Snapshot

HERE = Path()


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    for command in (cycles, fragmentation, duplicates, unresolved):
        app.command()(command)


@dataclass(frozen=True, slots=True)
class _Listing:
    """One kind of finding, in each form it can be written in."""

    title: str
    as_json: Callable[[], str]
    on_screen: "Callable[[Console], None]"
    check: "Check"
    """The rule whose findings CI systems get."""
    propose: "Callable[[Snapshot], Iterable[Fix | SkippedFix]]" = lambda _: ()


def _answer(
    project: "Project", listing: _Listing, answer: Format, output: Path | None, color: Color, *, quiet: bool
) -> None:
    """Write a listing in the format asked for; in text, the ledger goes to standard error."""
    if answer is Format.JSON:
        write(listing.as_json(), output)
    elif answer is Format.TEXT:
        from importgraph.outputs.report import ledger_line

        write(rendered(listing.on_screen, color, to_file=output is not None), output)
        note(ledger_line(project.graph.ledger), quiet=quiet)
    else:
        from importgraph.fixes.accepted import without_accepted
        from importgraph.fixes.model import Fix
        from importgraph.fixes.propose import Proposals

        made = listing.propose(project.snapshot) if answer is Format.SARIF else ()
        fixes = Proposals(tuple(one for one in made if isinstance(one, Fix)), ())
        kept = without_accepted(fixes, project.ignores).fixes
        write_findings(project.check(listing.check), answer, output, project.root, listing.title, kept)


def cycles(
    path: PathArgument = HERE,
    answer: FindingFormatOption = Format.TEXT,
    output: OutputOption = None,
    python: EnvironmentOption = None,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """List import cycles: crashing, latent, deferred, type-only, each with the smallest edit that ends it."""
    from importgraph.findings.cycles import check_cycles, find_cycles

    def in_json() -> str:
        from importgraph.outputs.documents.json_report import render_cycles

        return render_cycles(found, project.graph)

    def on_screen(screen: "Console") -> None:
        from importgraph.outputs.screen.console import show_cycles

        show_cycles(found, screen)

    def propose(snapshot: "Snapshot") -> "Iterable[Fix | SkippedFix]":
        from importgraph.fixes.proposals.cycle_breaks import propose_cycle_breaks

        return propose_cycle_breaks(snapshot)

    project = load(
        path, workers=workers, no_cache=no_cache, python=python, python_version=python_version, quiet=quiet
    )
    found = find_cycles(project.snapshot)
    listing = _Listing("cycles", in_json, on_screen, check_cycles, propose)
    _answer(project, listing, answer, output, color, quiet=quiet)


def fragmentation(
    path: PathArgument = HERE,
    policy: PolicyOption = None,
    answer: FindingFormatOption = Format.TEXT,
    output: OutputOption = None,
    python: EnvironmentOption = None,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """List definitions that are imported through several paths."""
    from importgraph.findings.fragmentation import check_fragmentation, measure_fragmentation
    from importgraph.fixes.proposals.canonical_imports import propose_canonical_imports
    from importgraph.outputs.documents.json_report import render_fragmentation
    from importgraph.outputs.screen.console import show_fragmentation

    project = load(
        path,
        workers=workers,
        no_cache=no_cache,
        python=python,
        python_version=python_version,
        policy=policy,
        quiet=quiet,
    )
    measured = measure_fragmentation(project.snapshot)
    others = [
        measure_fragmentation(project.snapshot, one.value) for one in Policy if one.value != measured.policy
    ]
    listing = _Listing(
        "fragmentation",
        lambda: render_fragmentation(measured, others, project.graph),
        lambda screen: show_fragmentation(measured, others, screen),
        check_fragmentation,
        propose_canonical_imports,
    )
    _answer(project, listing, answer, output, color, quiet=quiet)


def duplicates(
    path: PathArgument = HERE,
    answer: FindingFormatOption = Format.TEXT,
    output: OutputOption = None,
    python: EnvironmentOption = None,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """List different definitions that share a name, with how alike their bodies are."""
    from importgraph.findings.duplicates import check_duplicates, find_duplicates
    from importgraph.outputs.documents.json_report import render_duplicates
    from importgraph.outputs.screen.console import show_duplicates

    project = load(
        path, workers=workers, no_cache=no_cache, python=python, python_version=python_version, quiet=quiet
    )
    found = find_duplicates(project.snapshot)
    listing = _Listing(
        "duplicates",
        lambda: render_duplicates(found, project.graph),
        lambda screen: show_duplicates(found, screen),
        check_duplicates,
    )
    _answer(project, listing, answer, output, color, quiet=quiet)


def unresolved(
    path: PathArgument = HERE,
    answer: FindingFormatOption = Format.TEXT,
    output: OutputOption = None,
    python: EnvironmentOption = None,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """List first-party imports that cannot succeed, by root cause, and where the names went."""
    from importgraph.findings.missing.failing_imports import check_unresolved
    from importgraph.findings.missing.unresolved import find_failing
    from importgraph.fixes.proposals.missing_imports import propose_missing_imports
    from importgraph.outputs.answers.failing_text import show_failing
    from importgraph.outputs.documents.json_report import render_unresolved

    project = load(
        path, workers=workers, no_cache=no_cache, python=python, python_version=python_version, quiet=quiet
    )
    found = find_failing(project.snapshot)
    listing = _Listing(
        "unresolved",
        lambda: render_unresolved(found, project.graph),
        lambda screen: show_failing(project.check(check_unresolved), screen),
        check_unresolved,
        propose_missing_imports,
    )
    _answer(project, listing, answer, output, color, quiet=quiet)
