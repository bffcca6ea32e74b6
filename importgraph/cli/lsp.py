"""`importgraph lsp`: a language server on standard input and output."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from importgraph.cli.options import EnvironmentOption, NoCacheOption, ProfileOption, PythonOption, load
from importgraph.errors import UsageError

if TYPE_CHECKING:
    from importgraph.project import Project


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command()(lsp)


def lsp(
    python: EnvironmentOption = None,
    python_version: PythonOption = "",
    profile: ProfileOption = None,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes of the first reading.")] = 1,
    no_cache: NoCacheOption = False,
) -> None:
    """Serve an editor: findings, what an import costs, deferrals that are safe, canonical paths."""
    try:
        from importgraph.language_server.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"pygls", "lsprotocol", "cattrs", "attrs"}:
            raise
        raise UsageError(
            "`importgraph lsp` needs pygls, which is not installed.",
            "Install it with: pip install 'importgraph[lsp]'",
        ) from error
    options: dict[str, object] = {
        "workers": workers,
        "no_cache": no_cache,
        "python": python,
        "python_version": python_version,
    }
    serve(partial(_open, profile=profile, options=options))


def _open(folder: Path, *, profile: Path | None, options: dict[str, object]) -> "Project":
    """Open a folder; with the costs of a profile that was kept while the files are unchanged."""
    from importgraph.cli.measured import with_measurement

    project = load(folder, quiet=True, profile=profile, **options)  # type: ignore[arg-type]
    if profile is not None:
        return project
    python = options["python"]
    named = python if isinstance(python, str) else None
    return with_measurement(project, measure=False, python=named, runs=1, quiet=True)
