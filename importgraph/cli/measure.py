"""Commands that run the user's code: they say so, and take their numbers in the target's own interpreter."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from importgraph.cli.options import DaskOption, helpers_of
from importgraph.cli.screen import rendered
from importgraph.cli.writing import note, write
from importgraph.errors import UsageError

if TYPE_CHECKING:
    from importgraph.executors import Helpers
    from importgraph.measurements.model import ImportProfile
    from importgraph.measurements.profile import Progress, Settings


class ProfileFormat(StrEnum):
    """What ``profile`` can write."""

    TEXT = "text"
    JSON = "json"
    SPEEDSCOPE = "speedscope"
    IMPORTTIME = "importtime"
    SVG = "svg"


class Memory(StrEnum):
    """How ``profile`` measures memory, in a run of its own."""

    NONE = "none"
    RSS = "rss"
    TRACEMALLOC = "tracemalloc"


FAILED = 1
"""A target crashed, hung or left early."""

SUFFIXES = {
    ".json": ProfileFormat.JSON,
    ".svg": ProfileFormat.SVG,
    ".speedscope": ProfileFormat.SPEEDSCOPE,
    ".importtime": ProfileFormat.IMPORTTIME,
}


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.command()(profile)


def profile(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TARGET...",
            help="Module, script, pytest:PATH (a collection session) or a console script (quote arguments).",
        ),
    ] = None,
    python: Annotated[
        str | None, typer.Option(help="The target's interpreter or environment; default: the project's.")
    ] = None,
    runs: Annotated[int, typer.Option(min=1, help="Runs that count; the best of each module is kept.")] = 5,
    cold: Annotated[
        bool, typer.Option("--cold/--warm", help="Measure without bytecode instead of with it.")
    ] = False,
    memory: Annotated[Memory, typer.Option(help="Measure memory too, in one more run.")] = Memory.NONE,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds for one run.")] = 300.0,
    output: Annotated[
        Path | None, typer.Option(help="Write the profile to this file; its suffix decides the format.")
    ] = None,
    output_format: Annotated[
        ProfileFormat | None, typer.Option("--format", help="Format of the output.")
    ] = None,
    compare: Annotated[
        tuple[Path, Path] | None,
        typer.Option(metavar="BEFORE AFTER", help="Compare two saved profiles; runs nothing."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows in each table.")] = 12,
    dask: DaskOption = "",
) -> None:
    """Measure what importing a target really costs. Executes the target's code."""
    from importgraph.measurements.profile import Settings

    if compare is not None:
        show_comparison(*compare, limit)
        return
    if not targets:
        raise UsageError("Nothing to profile.", "Name a module, a script, pytest:PATH or a console script.")
    settings = Settings(runs, "cold" if cold else "warm", memory.value, timeout)
    profiles = measure(targets, python, settings, helpers_of(dask))
    write_profiles(profiles, output, output_format, limit)
    if not all(one.complete for one in profiles):
        raise typer.Exit(FAILED)


def measure(
    targets: list[str], python: str | None, settings: "Settings", helpers: "Helpers | None" = None
) -> "list[ImportProfile]":
    """Profile each target, with progress on standard error."""
    from importgraph.facts.environments import choose_python
    from importgraph.measurements.handed_over import profile_calls
    from importgraph.measurements.target import parse_target

    cwd = Path.cwd()
    interpreter = choose_python(python, cwd)
    parsed = [parse_target(text, interpreter, cwd) for text in targets]
    runs = [f"Running {target.entry} with {interpreter}: this executes its code." for target in parsed]
    for message in runs if helpers is not None else ():
        note(message)
    calls = profile_calls([(target, settings) for target in parsed], progress_on_stderr(), helpers)
    found = []
    for message, call in zip(runs, calls, strict=True):
        if helpers is None:
            note(message)
        found.append(call())
    for message in helpers.notes if helpers is not None else ():
        note(message)
    return found


def progress_on_stderr() -> "Progress":
    """Return a reporter: one line that changes in a terminal, nothing elsewhere."""
    import sys

    def report(done: int, steps: int, label: str) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == steps else ""
            typer.echo(f"\r  run {min(done + 1, steps)} of {steps}: {label:<8}", nl=False, err=True)
            typer.echo(end, nl=False, err=True)

    return report


def write_profiles(
    profiles: "list[ImportProfile]", output: Path | None, output_format: ProfileFormat | None, limit: int
) -> None:
    """Write the machine's form to its file or to standard output, and the text where that is free."""
    chosen = output_format or (
        SUFFIXES.get(output.suffix, ProfileFormat.TEXT) if output else ProfileFormat.TEXT
    )
    text = render(profiles, chosen, limit)
    if output is None:
        write(text, None)
        return
    write(text, output)
    note(f"Wrote {output}.")
    if chosen is not ProfileFormat.TEXT:
        write(render(profiles, ProfileFormat.TEXT, limit), None)


def render(profiles: "list[ImportProfile]", chosen: ProfileFormat, limit: int) -> str:
    """Return the profiles in one format."""
    from importgraph.measurements.importtime import render_importtime
    from importgraph.measurements.model import dump_profiles
    from importgraph.measurements.speedscope import render_speedscope
    from importgraph.outputs.pictures import icicle

    if chosen is ProfileFormat.TEXT:
        return "\n".join(render_text(profile, limit) for profile in profiles)
    if chosen is ProfileFormat.JSON:
        return dump_profiles(profiles).decode()
    if len(profiles) > 1:
        raise UsageError(f"The format {chosen.value} holds one target.", "Profile them one at a time.")
    renderers = {
        ProfileFormat.SPEEDSCOPE: render_speedscope,
        ProfileFormat.IMPORTTIME: render_importtime,
        ProfileFormat.SVG: icicle.render,
    }
    return renderers[chosen](profiles[0])


def render_text(profile: "ImportProfile", limit: int) -> str:
    """Return the report of one profile."""
    from importgraph.outputs.answers.profile_text import print_profile

    return rendered(lambda console: print_profile(profile, console, limit))


def show_comparison(before: Path, after: Path, limit: int) -> None:
    """Print what changed between two saved profiles."""
    from importgraph.measurements.compare import compare_profiles
    from importgraph.measurements.model import load_profile
    from importgraph.outputs.answers.comparison_text import print_comparison

    compared = compare_profiles(load_profile(before), load_profile(after))
    write(rendered(lambda console: print_comparison(compared, console, limit)), None)
