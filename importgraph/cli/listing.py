"""Commands that list one kind of finding. Static: they never import or execute what they read."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from importgraph.cli.options import (
    Color,
    ColorOption,
    FormatOption,
    NoCacheOption,
    OutputOption,
    PathArgument,
    Policy,
    PolicyOption,
    PythonOption,
    QuietOption,
    TextOrJson,
    WorkersOption,
    console,
    load,
    note,
    write,
)

if TYPE_CHECKING:
    from rich.console import Console

    from importgraph.project import Project

HERE = Path()


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    for command in (cycles, fragmentation, duplicates, unresolved):
        app.command()(command)


def _answer(
    project: "Project",
    as_json: Callable[[], str],
    on_screen: "Callable[[Console], None]",
    *,
    answer: TextOrJson,
    output: Path | None,
    color: Color,
    quiet: bool,
) -> None:
    """Write a listing in the format asked for; in text, the ledger goes to standard error."""
    if answer is TextOrJson.JSON:
        write(as_json(), output)
        return
    from importgraph.outputs.report import ledger_line

    with console(color, output) as screen:
        on_screen(screen)
    note(ledger_line(project.graph.ledger), quiet=quiet)


def cycles(
    path: PathArgument = HERE,
    answer: FormatOption = TextOrJson.TEXT,
    output: OutputOption = None,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """List import cycles: crashing, latent, deferred, type-only, each with the smallest edit that ends it."""
    from importgraph.findings.cycles import find_cycles
    from importgraph.outputs.console import show_cycles
    from importgraph.outputs.json_report import render_cycles

    project = load(path, workers=workers, no_cache=no_cache, python_version=python_version, quiet=quiet)
    found = find_cycles(project.snapshot)
    _answer(
        project,
        lambda: render_cycles(found, project.graph),
        lambda screen: show_cycles(found, screen),
        answer=answer,
        output=output,
        color=color,
        quiet=quiet,
    )


def fragmentation(
    path: PathArgument = HERE,
    policy: PolicyOption = None,
    answer: FormatOption = TextOrJson.TEXT,
    output: OutputOption = None,
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """List definitions that are imported through several paths."""
    from importgraph.findings.fragmentation import measure_fragmentation
    from importgraph.outputs.console import show_fragmentation
    from importgraph.outputs.json_report import render_fragmentation

    project = load(path, workers=workers, no_cache=no_cache, policy=policy, quiet=quiet)
    measured = measure_fragmentation(project.snapshot)
    others = [
        measure_fragmentation(project.snapshot, one.value) for one in Policy if one.value != measured.policy
    ]
    _answer(
        project,
        lambda: render_fragmentation(measured, others, project.graph),
        lambda screen: show_fragmentation(measured, others, screen),
        answer=answer,
        output=output,
        color=color,
        quiet=quiet,
    )


def duplicates(
    path: PathArgument = HERE,
    answer: FormatOption = TextOrJson.TEXT,
    output: OutputOption = None,
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """List different definitions that share a name, with how alike their bodies are."""
    from importgraph.findings.duplicates import find_duplicates
    from importgraph.outputs.console import show_duplicates
    from importgraph.outputs.json_report import render_duplicates

    project = load(path, workers=workers, no_cache=no_cache, quiet=quiet)
    found = find_duplicates(project.snapshot)
    _answer(
        project,
        lambda: render_duplicates(found, project.graph),
        lambda screen: show_duplicates(found, screen),
        answer=answer,
        output=output,
        color=color,
        quiet=quiet,
    )


def unresolved(
    path: PathArgument = HERE,
    answer: FormatOption = TextOrJson.TEXT,
    output: OutputOption = None,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """List first-party imports that cannot succeed, with the path that works."""
    from importgraph.findings.unresolved import find_unresolved
    from importgraph.outputs.console import show_unresolved
    from importgraph.outputs.json_report import render_unresolved

    project = load(path, workers=workers, no_cache=no_cache, python_version=python_version, quiet=quiet)
    found = find_unresolved(project.snapshot)
    _answer(
        project,
        lambda: render_unresolved(found, project.graph),
        lambda screen: show_unresolved(found, screen),
        answer=answer,
        output=output,
        color=color,
        quiet=quiet,
    )
