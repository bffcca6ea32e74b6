"""`importgraph serve`: the HTML report on a local address, made anew while files change."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from importgraph.cli.options import (
    EnvironmentOption,
    NoCacheOption,
    PathArgument,
    ProfileOption,
    PythonOption,
    QuietOption,
    WorkersOption,
    load,
)
from importgraph.cli.writing import note
from importgraph.errors import UsageError

if TYPE_CHECKING:
    from importgraph.project import Project

HERE = Path()


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command()(serve)


def serve(
    path: PathArgument = HERE,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where; 0: any port that is free.")] = 0,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Print the address, and open no browser.")
    ] = False,
    profile: ProfileOption = None,
    python: EnvironmentOption = None,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
    quiet: QuietOption = False,
) -> None:
    """Open the HTML report of `analyze` in a browser, and refresh it while files change."""
    from importlib.util import find_spec

    from importgraph.serving.live import Hooks
    from importgraph.serving.live import serve as serve_report

    if find_spec("watchfiles") is None:
        hint = "Install it with: pip install 'importgraph[serve]'"
        raise UsageError("`importgraph serve` needs watchfiles, which is not installed.", hint)

    path = path.resolve()  # the current folder may be removed, and another come in its place

    def opened(processes: int, *, silent: bool) -> "Project":
        return load(
            path,
            workers=processes,
            no_cache=no_cache,
            python=python,
            python_version=python_version,
            profile=profile,
            quiet=silent,
        )

    def ready(address: str) -> None:
        note(f"Report at {address}  (Ctrl-C ends it)")
        if not no_open:
            _open_browser(address)

    first = _page(opened(workers, silent=quiet), python)
    hooks = Hooks(ready, lambda line: note(line, quiet=quiet))
    serve_report(path, first, lambda: _page(opened(1, silent=True), python), port, hooks)


def _page(project: "Project", python: str | None) -> bytes:
    """Return the page of a project; with the costs of a kept profile, while its files are the same."""
    from importgraph.cli.measured import with_measurement
    from importgraph.cli.report_files import page_of
    from importgraph.outputs.assemble import make_report

    if project.profile is None:
        project = with_measurement(project, measure=False, python=python, runs=1, quiet=True)
    return page_of(project, make_report(project))


def _open_browser(address: str) -> None:
    """Open a browser that has a window of its own; one in the terminal would take the place of ours."""
    import webbrowser

    if sys.platform in {"darwin", "win32"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(address)
