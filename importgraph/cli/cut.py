"""`importgraph cut`: the smallest edits that keep a module from loading. Nothing is executed."""

from pathlib import Path
from typing import Annotated

import typer

from importgraph.cli.options import (
    FormatOption,
    NoCacheOption,
    PathOption,
    ProfileOption,
    PythonOption,
    QuietOption,
    TextOrJson,
    WorkersOption,
    load,
    write,
)
from importgraph.errors import UsageError

HERE = Path()


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command()(cut)


def cut(
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="The module that is imported.")],
    module: Annotated[
        str, typer.Argument(metavar="[MODULE]", help="The module, ours or a library, that should not load.")
    ] = "",
    budget: Annotated[
        int,
        typer.Option("--budget", metavar="N", min=0, help="Instead of MODULE: the N edits that save most."),
    ] = 0,
    path: PathOption = HERE,
    profile: ProfileOption = None,
    answer: FormatOption = TextOrJson.TEXT,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
    quiet: QuietOption = False,
) -> None:
    """Find the fewest import statements to put off so that importing ENTRY does not load MODULE."""
    from importgraph.findings.entry_points import EntryPoint
    from importgraph.findings.heavy_imports import load_of
    from importgraph.fixes import entry_cuts
    from importgraph.fixes.deferral import Deferrals
    from importgraph.graph.views import closure, with_externals
    from importgraph.outputs import cut_text

    if bool(module) == bool(budget):
        raise UsageError("cut takes a MODULE or a --budget.", "Example: importgraph cut app.main pandas")
    project = load(
        path,
        workers=workers,
        no_cache=no_cache,
        python_version=python_version,
        quiet=quiet,
        profile=profile,
        entry=entry,
    )
    project.known_module(entry)
    snapshot = project.snapshot
    deferrals = Deferrals(snapshot, {})
    view = snapshot.loading if profile else with_externals(project.graph, project.runtime)
    unmeasured = entry_cuts.unmeasured(deferrals, view, entry)
    if budget:
        start = load_of(snapshot, view, EntryPoint(entry, "asked for"))
        spent = entry_cuts.spend(deferrals, view, start, budget)
        render = cut_text.budget_json if answer is TextOrJson.JSON else cut_text.budget_text
        write(render(spent, unmeasured), None)
        return
    if module not in view.nodes:
        project.known_module(module)
    if module not in closure(view, [entry]):
        raise UsageError(f"Importing {entry} does not load {module}.", "There is nothing to cut.")
    found = entry_cuts.cut(deferrals, view, entry, module)
    render_cut = cut_text.cut_json if answer is TextOrJson.JSON else cut_text.cut_text
    write(render_cut(entry, module, found, unmeasured), None)
