"""Options that several commands share, and how they become settings and a project."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from importgraph.cli.progress import progress_on_stderr
from importgraph.cli.screen import Color
from importgraph.storage import cache_home

if TYPE_CHECKING:
    from importgraph.executors import Helpers
    from importgraph.project import Project


class TextOrJson(StrEnum):
    """How a result is written."""

    TEXT = "text"
    JSON = "json"


class Format(StrEnum):
    """How findings are written: for people, for programs, and for CI systems."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"
    JUNIT = "junit"


class Policy(StrEnum):
    """Which import path is canonical."""

    PUBLIC = "public"
    DEFINITION = "definition"
    MAJORITY = "majority"


PathArgument = Annotated[Path, typer.Argument(metavar="[PATH]", help="Folder of a repository or package.")]
PathOption = Annotated[
    Path, typer.Option("--path", metavar="PATH", help="Folder of a repository or package.")
]
FormatOption = Annotated[TextOrJson, typer.Option("--format", help="How the result is written.")]
FindingFormatOption = Annotated[
    Format,
    typer.Option("--format", help="How findings are written; sarif, github, gitlab, junit: for CI systems."),
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write to this file instead of standard output.")
]
WorkersOption = Annotated[int, typer.Option("--workers", min=0, help="Processes; 0: one for each processor.")]
DaskOption = Annotated[
    str,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        help="Have the workers of this Dask scheduler do the work. Needs the extra dask.",
    ),
]
ProgressOption = Annotated[
    bool, typer.Option("--progress", help="Show progress also where standard error is no terminal.")
]
NoCacheOption = Annotated[bool, typer.Option("--no-cache", help="Read every file anew, and store nothing.")]
PythonOption = Annotated[
    str,
    typer.Option("--python-version", metavar="X.Y", help="The Python that version tests are decided for."),
]
EnvironmentOption = Annotated[
    str | None,
    typer.Option(
        "--python",
        metavar="ENV",
        help="The project's interpreter or environment, which is read; default: VIRTUAL_ENV, else .venv.",
    ),
]
ProfileOption = Annotated[
    Path | None,
    typer.Option(
        "--profile",
        metavar="FILE",
        help="Weigh by the times of a profile that `importgraph profile` saved; FILE::ENTRY of several.",
    ),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress and no notes on standard error.")
]
ColorOption = Annotated[Color, typer.Option("--color", help="Whether text output is coloured.")]
PolicyOption = Annotated[Policy | None, typer.Option("--policy", help="Which import path is canonical.")]
SelectOption = Annotated[
    list[str] | None,
    typer.Option("--select", metavar="CODE", help="Only these codes; IG2 stands for all of IG2xx."),
]
IgnoreOption = Annotated[list[str] | None, typer.Option("--ignore", metavar="CODE", help="Not these codes.")]


def cache_folder(*, no_cache: bool) -> Path | None:
    """Return where facts are kept; None where nothing is to be, or can be."""
    home = "" if no_cache else cache_home()
    return Path(home) if home else None


def environment_option(python: str | None) -> str:
    """Return the environment that `--python` names, absolute; nothing where it was not given.

    Raises:
        UsageError: If it is neither an interpreter nor an environment.
    """
    if python is None:
        return ""
    from importgraph.environment.locate import named_environment

    named_environment(Path(python))
    return str(Path(python).absolute()) if Path(python).exists() else python


def helpers_of(dask: str) -> "Helpers | None":
    """Return the workers of a Dask scheduler; None where no address was given.

    Raises:
        UsageError: If Dask is not installed, nobody answers, or there are no workers.
    """
    if not dask:
        return None
    from importgraph.cli.cluster import dask_executor
    from importgraph.executors import Helpers

    return Helpers(*dask_executor(dask))


def _tell_of_refused_reader(*, quiet: bool) -> None:
    """Say that files are read two to three times slower than they could be, and how to mend it."""
    from importgraph.facts.reader import refused_reader
    from importgraph.streams import passing

    reason = refused_reader() if not quiet else ""
    if reason:  # no part of an answer: answers are kept
        anew = "build it anew with python -m importgraph.facts.build_reader"
        passing(f"importgraph: The compiled reader of files is not used, for {reason}; {anew}.\n")


def load(
    path: Path,
    *,
    workers: int = 0,
    no_cache: bool = False,
    python_version: str = "",
    policy: Policy | None = None,
    select: list[str] | None = None,
    ignore: list[str] | None = None,
    quiet: bool = False,
    profile: Path | None = None,
    entry: str = "",
    python: str | None = None,
    prefer: str = "",
    dask: str = "",
    progress: bool = False,
) -> "Project":
    """Open a project with the settings of the command line laid over its own.

    Raises:
        UsageError: If the folder, the profile, the environment or an option cannot be used.
        ConfigError: If the project's configuration cannot be used.
    """
    from importgraph.config import from_options, parse_version
    from importgraph.errors import UsageError
    from importgraph.measurements.model import load_profile
    from importgraph.project import open_project

    version = parse_version(python_version) if python_version else ()
    if version is None:
        raise UsageError(f"--python-version {python_version} is no version.", "Write it as 3.12.")
    options = from_options(
        workers=workers or None,
        python_version=version,
        python=environment_option(python),
        policy=policy.value if policy is not None else None,
        prefer=prefer,
        select=tuple(select or ()),
        ignore=tuple(ignore or ()),
    )
    _tell_of_refused_reader(quiet=quiet)
    measured = load_profile(profile, entry) if profile is not None else None
    shown = progress_on_stderr(quiet=quiet, asked=progress)
    project = open_project(
        path,
        options,
        cache_folder=cache_folder(no_cache=no_cache),
        progress=shown.reading if shown is not None else None,
        profile=measured,
    )
    project = project.with_stages(shown.stage) if shown is not None else project
    project = project.with_helpers(helpers_of(dask)) if dask else project
    patterns = [*project.config.select, *project.config.ignore]
    if patterns:
        from importgraph.findings.rules import check_patterns

        check_patterns(patterns)
    return project
