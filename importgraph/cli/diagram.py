"""`importgraph diagram`: the architecture, a module with its neighbours, a chain or a cycle, drawn."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from importgraph.cli.options import (
    EnvironmentOption,
    NoCacheOption,
    PathArgument,
    PythonOption,
    QuietOption,
    WorkersOption,
    load,
)
from importgraph.cli.writing import note, write_file
from importgraph.errors import UsageError

if TYPE_CHECKING:
    from importgraph.outputs.pictures.rendering import Format as PictureKind
    from importgraph.project import Project

HERE = Path()


class PictureFormat(StrEnum):
    """What `diagram` draws."""

    SVG = "svg"
    PNG = "png"
    PDF = "pdf"
    DOT = "dot"


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command()(diagram)


def diagram(
    path: PathArgument = HERE,
    answer: Annotated[
        PictureFormat | None,
        typer.Option("--format", help="What is drawn; default: what --output ends in, else svg."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here; default: diagram.svg and so on.")
    ] = None,
    focus: Annotated[
        str, typer.Option("--focus", metavar="MODULE", help="One module with its neighbours.")
    ] = "",
    chain: Annotated[
        tuple[str, str] | None, typer.Option("--chain", metavar="A B", help="The chain from A to B.")
    ] = None,
    cycle: Annotated[
        int, typer.Option("--cycle", metavar="N", min=0, help="The N-th cycle of `importgraph cycles`.")
    ] = 0,
    python: EnvironmentOption = None,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
    quiet: QuietOption = False,
) -> None:
    """Draw the architecture, a module with its neighbours, a chain or a cycle."""
    from importgraph.outputs.pictures.rendering import render

    kind = _picture_format(answer, output)
    project = load(
        path, workers=workers, no_cache=no_cache, python=python, python_version=python_version, quiet=quiet
    )
    target = output or Path(f"diagram.{kind}")
    write_file(target, render(_dot(project, focus, chain, cycle), kind))
    note(f"{target} written", quiet=quiet)


def _picture_format(answer: PictureFormat | None, output: Path | None) -> "PictureKind":
    """Return what is drawn; a file whose name says something else is refused before any work."""
    from importgraph.outputs.pictures.rendering import check_format, picture_format

    said: PictureKind | None = answer.value if answer is not None else None
    kind: PictureKind = said or "svg"
    if output is not None and output.suffix:
        kind = picture_format(output)
        if said not in {None, kind}:
            raise UsageError(f"{output} is no name for {said}.", f"End it in .{said}, or leave --format out.")
    check_format(kind)
    return kind


def _dot(project: "Project", focus: str, chain: tuple[str, str] | None, cycle: int) -> str:
    from importgraph.module_queries import chain as shortest
    from importgraph.module_queries import known_module

    if focus:
        from importgraph.outputs.pictures.diagram_focus import focus as draw_focus

        return draw_focus(project.graph, known_module(project, focus))
    if chain is not None:
        from importgraph.findings.entry_points import EntryPoint
        from importgraph.findings.loads import load_of
        from importgraph.outputs.pictures.load_pictures import chain_picture

        links = shortest(project, *chain)
        snapshot = project.snapshot_from(links[0].source)
        load = load_of(snapshot, snapshot.loading, EntryPoint(links[0].source, "asked for"))
        return chain_picture(snapshot, links, load)
    if cycle:
        from importgraph.findings.cycles import find_cycles
        from importgraph.outputs.pictures.pictures import cycle_picture

        found = find_cycles(project.snapshot)
        if cycle > len(found):
            raise UsageError(f"There is no cycle {cycle}.", f"`importgraph cycles` lists {len(found)}.")
        return cycle_picture(project.graph, found[cycle - 1], f"Cycle {cycle}")
    from importgraph.outputs.pictures.diagram_overview import overview

    return overview(project.graph)
