"""`collect` and `doctor`: what pytest would collect, and what would fail."""

from pathlib import Path
from typing import Annotated

import typer

from importgraph.cli.options import DaskOption, helpers_of


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    settings = {"allow_extra_args": True, "ignore_unknown_options": True}
    app.command(context_settings=settings)(collect)


def collect(
    context: typer.Context,
    keyword: Annotated[str | None, typer.Option("-k", metavar="EXPR", help="As pytest's -k.")] = None,
    markers: Annotated[str | None, typer.Option("-m", metavar="EXPR", help="As pytest's -m.")] = None,
    pattern: Annotated[str, typer.Option(metavar="GLOB", help="Only node ids that match.")] = "",
    count: Annotated[bool, typer.Option("--count", help="Print the number of tests alone.")] = False,
    workers: Annotated[int, typer.Option(help="Processes; 0: as many as processors.")] = 0,
    timeout: Annotated[float, typer.Option(help="Give up after so many seconds; 0: never.")] = 0,
    format: Annotated[str, typer.Option(help="text or json.")] = "text",
    exact: Annotated[
        bool, typer.Option("--exact", help="Ask pytest about what text cannot decide. Executes code.")
    ] = False,
    dynamic: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the files text cannot decide here.")
    ] = None,
    shard: Annotated[str, typer.Option(metavar="I/N", help="Only this part of the tests.")] = "",
    durations: Annotated[
        Path | None, typer.Option(metavar="FILE", help="JSON of seconds by node id, to balance shards.")
    ] = None,
    python: Annotated[
        Path | None, typer.Option(help="The interpreter or environment that runs the tests.")
    ] = None,
    dask: DaskOption = "",
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Read everything again.")] = False,
) -> None:
    """List the tests pytest would collect, importing nothing. Takes pytest's own paths.

    Node ids and options.
    """
    from importgraph.cli.options import cache_folder
    from importgraph.collection.command import Options, run

    folder = cache_folder(no_cache=no_cache)

    words = [*context.args]
    words += ["-k", keyword] if keyword is not None else []
    words += ["-m", markers] if markers is not None else []
    store = folder / "collect" if folder is not None else None
    options = Options(
        Path.cwd(),
        tuple(words),
        python,
        workers,
        timeout,
        pattern,
        format,
        count,
        exact,
        dynamic,
        shard,
        durations,
        store,
        helpers_of(dask),
    )
    raise typer.Exit(run(options))
