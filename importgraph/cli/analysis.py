"""Static commands: they read text, and never import or execute it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from importgraph.cli.options import (
    ColorOption,
    DaskOption,
    EnvironmentOption,
    FindingFormatOption,
    Format,
    FormatOption,
    IgnoreOption,
    NoCacheOption,
    OutputOption,
    PathArgument,
    PathOption,
    PolicyOption,
    ProfileOption,
    ProgressOption,
    PythonOption,
    QuietOption,
    SelectOption,
    TextOrJson,
    WorkersOption,
    load,
)
from importgraph.cli.report_files import report_folder, write_folder, write_pages
from importgraph.cli.screen import Color, columns, rendered
from importgraph.cli.writing import note, write, write_findings, write_parts
from importgraph.errors import UsageError

if TYPE_CHECKING:
    from importgraph.graph.views import View
    from importgraph.outputs.report import Report
    from importgraph.project import Project

HERE = Path()


class GraphFormat(StrEnum):
    """How `graph` writes the graph."""

    JSON = "json"
    DOT = "dot"
    GRAPHML = "graphml"


class View_(StrEnum):  # noqa: N801 -- `View` is the value it chooses
    """Which imports `why` follows."""

    RUNTIME = "runtime"
    ARCHITECTURE = "architecture"


class Severity_(StrEnum):  # noqa: N801 -- `Severity` is the value it chooses
    """From which severity on `analyze --fail-on` fails."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


ReportFolderOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", help="Write report.html, report.md, report.json and diagrams to this folder."
    ),
]
PageOption = Annotated[
    Path | None,
    typer.Option(
        "--html", metavar="FILE", help="Write the report as one HTML page, which opens from disk, offline."
    ),
]
AllOption = Annotated[bool, typer.Option("--all", help="Every entry point, proposal and failure.")]
FailOption = Annotated[
    Severity_ | None, typer.Option("--fail-on", help="Exit with 1 if a finding is this bad.")
]
NoReportOption = Annotated[
    bool, typer.Option("--no-report", help="Write no folder, whatever the settings say.")
]
BeforeOption = Annotated[
    Path | None,
    typer.Option(
        "--before", metavar="FILE", help="In the page: an earlier profile to compare --profile with."
    ),
]
MeasureOption = Annotated[
    bool, typer.Option("--measure", help="Profile the entry points first. Executes the code of the project.")
]
RunsOption = Annotated[int, typer.Option(min=1, help="Runs of --measure that count.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    for command in (analyze, graph, why, explain):
        app.command()(command)


def analyze(
    path: PathArgument = HERE,
    output: ReportFolderOption = None,
    html: PageOption = None,
    show_all: AllOption = False,
    answer: FindingFormatOption = Format.TEXT,
    fail_on: FailOption = None,
    no_report: NoReportOption = False,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    policy: PolicyOption = None,
    profile: ProfileOption = None,
    before: BeforeOption = None,
    measure: MeasureOption = False,
    runs: RunsOption = 5,
    python: EnvironmentOption = None,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    dask: DaskOption = "",
    no_cache: NoCacheOption = False,
    progress: ProgressOption = False,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Find what is wrong with the imports, worst first, and what to change."""
    from importgraph.cli.measured import with_measurement
    from importgraph.outputs.assemble import make_report

    if before is not None and not (measure or profile is not None):
        raise UsageError("--before is compared with a measurement.", "Add --profile FILE or --measure.")
    project = load(
        path,
        workers=workers,
        no_cache=no_cache,
        python=python,
        python_version=python_version,
        policy=policy,
        select=select,
        ignore=ignore,
        quiet=quiet,
        profile=profile,
        dask=dask,
        progress=progress,
    )
    folder = None if no_report else report_folder(project, output)
    if profile is None:
        project = with_measurement(project, measure=measure, python=python, runs=runs, quiet=quiet)
    on_screen = html is None and folder is None and answer not in {Format.JSON, Format.MARKDOWN}
    report = make_report(project, on_screen=on_screen)
    write_pages(project, report, [html, folder and folder / "report.html"], before)
    diagrams = write_folder(project, report, folder, quiet=quiet) if folder is not None else ()
    shown = Shown(answer, show_all, color, folder)
    _show(project, report, diagrams, shown)
    for message in project.notes:
        note(message, quiet=quiet)
    if fail_on is not None and _is_bad(project, fail_on):
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class Shown:
    """How a report is written to standard output."""

    answer: Format
    show_all: bool
    color: Color
    folder: Path | None
    """Where it is written besides."""


def _show(
    project: "Project", report: "Report", diagrams: "tuple[tuple[str, str], ...]", shown: Shown
) -> None:
    """Write a report to standard output."""
    from importgraph.outputs.documents import json_report, markdown

    if shown.answer is Format.JSON:
        write(json_report.render(report), None)
    elif shown.answer is Format.MARKDOWN:
        write(markdown.render(report, diagrams), None)
    elif shown.answer is not Format.TEXT:
        write_findings(report.findings, shown.answer, None, project.root, "analyze", report.fixes)
    else:
        from importgraph.outputs.screen.console import show_report
        from importgraph.outputs.screen.text_layout import Screen

        laid = Screen(columns(), shown.show_all, shown.folder.as_posix() if shown.folder is not None else "")
        write(rendered(partial(show_report, report, laid, project.read_text), shown.color), None)


def _is_bad(project: "Project", least: Severity_) -> bool:
    order = list(Severity_)
    return any(
        order.index(Severity_(finding.severity.value)) <= order.index(least) for finding in project.findings
    )


def graph(
    path: PathArgument = HERE,
    answer: Annotated[
        GraphFormat, typer.Option("--format", help="How the graph is written.")
    ] = GraphFormat.JSON,
    output: OutputOption = None,
    python: EnvironmentOption = None,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    dask: DaskOption = "",
    no_cache: NoCacheOption = False,
    progress: ProgressOption = False,
    quiet: QuietOption = False,
) -> None:
    """Write the import graph itself."""
    project = load(
        path,
        workers=workers,
        no_cache=no_cache,
        python=python,
        python_version=python_version,
        quiet=quiet,
        dask=dask,
        progress=progress,
    )
    if answer is GraphFormat.JSON:
        from importgraph.outputs.documents import json_graph

        write_parts(json_graph.render_parts(project.graph, project.since), output)
    elif answer is GraphFormat.DOT:
        from importgraph.outputs.documents.plain_graph import render_dot

        write(render_dot(project.graph), output)
    else:
        from importgraph.outputs.documents.plain_graph import render_graphml

        write(render_graphml(project.graph), output)
    for message in project.helpers.notes if project.helpers is not None else ():
        note(message, quiet=quiet)


def why(
    importer: Annotated[
        str, typer.Argument(metavar="A", help="The module, ours or a library, that is imported first.")
    ],
    imported: Annotated[
        str, typer.Argument(metavar="B", help="The module, ours or a library, that gets loaded.")
    ],
    path: PathOption = HERE,
    view: Annotated[
        View_, typer.Option("--view", help="runtime: what runs at import; architecture: all static imports.")
    ] = View_.RUNTIME,
    answer: FormatOption = TextOrJson.TEXT,
    python: EnvironmentOption = None,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show through which imports, line by line, importing A loads B."""
    from importgraph.findings.chains import load_chain, written_chain
    from importgraph.graph.open_imports import OpenImports
    from importgraph.module_queries import known_node, loading_from
    from importgraph.outputs.answers.chain_text import render_chain, render_chain_json

    project = load(
        path, workers=workers, no_cache=no_cache, python=python, python_version=python_version, quiet=quiet
    )
    chosen: View = loading_from(project, importer) if view is View_.RUNTIME else project.architecture
    ends = known_node(project, importer, chosen), known_node(project, imported, chosen)
    if view is View_.RUNTIME:
        found = load_chain(OpenImports(project.graph, project.resolver), chosen, *ends)
    else:
        found = written_chain(chosen, *ends)
    if answer is TextOrJson.JSON:
        write(render_chain_json(importer, imported, found), None)
    else:
        write(render_chain(importer, imported, found, project.read_text), None)


def explain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A rule's code or name; `all` for every rule.")],
    color: ColorOption = Color.AUTO,
) -> None:
    """Say what a rule means, why it matters, and how to mend it."""
    from importgraph.findings.rules import RULES, find_rule
    from importgraph.outputs.screen.console import show_rule

    for rule in RULES if code == "all" else (find_rule(code),):
        write(rendered(partial(show_rule, rule), color), None)
