"""The files that `analyze` writes: a folder of reports, and the page."""

from pathlib import Path
from typing import TYPE_CHECKING

from importgraph.cli.writing import note, write_file
from importgraph.errors import ConfigError, UsageError
from importgraph.storage import stays_below

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importgraph.outputs.report import Report
    from importgraph.project import Project


def report_folder(project: "Project", output: Path | None) -> Path | None:
    """Return the folder to write, made if it is not there; None where neither option nor setting names one.

    Raises:
        UsageError: If it cannot be made.
        ConfigError: If the setting leads out of the project.
    """
    said = project.config.reports
    folder = output or (project.root / said if said else None)
    if output is None and folder is not None and not stays_below(project.root, folder):
        raise ConfigError(
            f"`reports` leads out of the project: {said}.", "Name a folder inside, or use --output."
        )
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            hint = "Choose another --output."
            raise UsageError(f"{folder} cannot be made: {error.strerror}.", hint) from error
    return folder


def write_folder(
    project: "Project", report: "Report", folder: Path, *, quiet: bool
) -> tuple[tuple[str, str], ...]:
    """Write the markdown, the JSON and the diagrams; return the diagrams by their titles."""
    from importgraph.outputs.documents import json_report, markdown
    from importgraph.outputs.pictures.pictures import write_pictures

    try:
        diagrams, problems = write_pictures(folder, project.snapshot, project.findings)
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be written: {error.strerror}.", "Choose another --output."
        ) from error
    for problem in problems:
        note(f"not drawn: {problem}", quiet=quiet)
    write_file(folder / "report.json", json_report.render(report).encode())
    write_file(folder / "report.md", markdown.render(report, diagrams).encode())
    return diagrams


def write_pages(
    project: "Project", report: "Report", asked: "Iterable[Path | None]", before: Path | None
) -> None:
    """Write the page wherever it is asked for."""
    targets = [target for target in asked if target is not None]
    if not targets:
        return
    page = page_of(project, report, before)
    for target in targets:
        write_file(target, page)


def page_of(project: "Project", report: "Report", before: Path | None = None) -> bytes:
    """Return the HTML page of a project with all that is there for it.

    Args:
        project: The tree.
        report: What `analyze` found.
        before: An earlier profile to compare the measurement of the report with.
    """
    from importgraph.measurements.model import load_profile
    from importgraph.report.document import extras_of, html_report

    earlier = load_profile(before) if before is not None else None
    return html_report(project, report, extras_of(project, earlier)).encode()
