"""Commands that guard: baseline, check, diff, affected. All but `check --measure` only read text."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from importgraph.cli.options import (
    EnvironmentOption,
    FindingFormatOption,
    Format,
    NoCacheOption,
    OutputOption,
    PathArgument,
    PathOption,
    PythonOption,
    QuietOption,
    TextOrJson,
    WorkersOption,
    cache_folder,
    environment_option,
)
from importgraph.cli.writing import note, write, write_file, write_remarks

if TYPE_CHECKING:
    from importgraph.config import Partial
    from importgraph.regressions.check import Request
    from importgraph.regressions.model import Report

HERE = Path()
REGRESSED = 1


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    for command in (baseline, check, diff, affected):
        app.command()(command)


def baseline(
    path: PathArgument = HERE,
    output: OutputOption = None,
    update: Annotated[
        bool, typer.Option("--update", help="Replace the baseline, and show what that accepts.")
    ] = False,
    append: Annotated[
        bool,
        typer.Option("--append", help="Add today's numbers to the history beside the baseline instead."),
    ] = False,
    python: EnvironmentOption = None,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
    quiet: QuietOption = False,
) -> None:
    """Save what is loaded, imported and wrong today, for `check` to compare with."""
    from importgraph.quoting import page
    from importgraph.regressions.baseline import write_baseline
    from importgraph.regressions.save import accepted, baseline_path, digest_folder

    if append:
        _append(path, output, _options(python_version, workers, python), no_cache=no_cache, quiet=quiet)
        if not update:
            return
    target = baseline_path(path, output, update=update)
    digest = digest_folder(path, _options(python_version, workers, python), cache_folder(no_cache=no_cache))
    if update:
        write(page(accepted(target, digest, path)), None)
    write_baseline(digest, target)
    note(f"Wrote {target}: {len(digest.modules):,} modules.", quiet=quiet)


def _append(path: Path, output: Path | None, options: "Partial", *, no_cache: bool, quiet: bool) -> None:
    from importgraph.regressions.history import append_history, history_path

    history = history_path(path, output)
    numbers = append_history(path, history, options, cache_folder(no_cache=no_cache))
    at = f" at {numbers.commit[:10]}" if numbers.commit else ""
    note(f"Added to {history}: {numbers.modules:,} modules{at}.", quiet=quiet)


def check(
    path: PathArgument = HERE,
    baseline: Annotated[Path | None, typer.Option(help="The baseline file to compare with.")] = None,
    against: Annotated[
        str | None, typer.Option(metavar="REF", help="Compare with this revision instead of a baseline.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on stale baseline entries, too.")] = False,
    measure: Annotated[
        bool, typer.Option("--measure", help="Compare import time, too (with --against). Executes the code.")
    ] = False,
    budget: Annotated[float, typer.Option("--budget-seconds", min=1, help="Time for --measure.")] = 60.0,
    python: Annotated[
        str | None, typer.Option(help="Interpreter or environment for --measure; default: the project's.")
    ] = None,
    answer: FindingFormatOption = Format.TEXT,
    output: OutputOption = None,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
) -> None:
    """Compare with a baseline or a revision; exit with 1 if anything got worse."""
    from importgraph.regressions.check import Request
    from importgraph.regressions.check import check as run_check
    from importgraph.regressions.model import Verdict

    options = _options(python_version, workers, python)
    request = Request(path, options, baseline, against, strict, cache_folder(no_cache=no_cache))
    report = run_check(request)
    if measure:
        report = _measured(request, report, python, budget)
    _write_report(report, answer, output, path)
    if report.verdict is Verdict.REGRESSED:
        raise typer.Exit(REGRESSED)


def diff(
    base: Annotated[str, typer.Argument(metavar="BASE", help="The earlier revision.")],
    head: Annotated[
        str | None, typer.Argument(metavar="[HEAD]", help="The later revision; default: the work tree.")
    ] = None,
    path: PathOption = HERE,
    answer: FindingFormatOption = Format.TEXT,
    output: OutputOption = None,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw just the change into this .svg (or .png, .pdf, .dot)."),
    ] = None,
    python: EnvironmentOption = None,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
) -> None:
    """Show what changed in the imports between two revisions, without touching the work tree."""
    from importgraph.outputs.answers.markdown_comment import render_diff, render_diff_json, render_diff_text
    from importgraph.regressions.revisions import diff_revisions

    options = _options(python_version, workers, python)
    if picture is not None:
        from importgraph.outputs.pictures.rendering import check_format, picture_format

        check_format(picture_format(picture))
    found = diff_revisions(path, base, head, options, cache_folder(no_cache=no_cache))
    if picture is not None:
        from importgraph.outputs.pictures.diagram_change import draw_change
        from importgraph.outputs.pictures.rendering import picture_format, render

        drawn = render(draw_change(found), picture_format(picture))
        write_file(picture, drawn)
    renderers = {Format.TEXT: render_diff_text, Format.JSON: render_diff_json, Format.MARKDOWN: render_diff}
    if answer in renderers:
        write(renderers[answer](found), output)
        return
    from importgraph.outputs.remarks.remarks import from_regressions
    from importgraph.regressions.revision_tree import project_top

    write_remarks(from_regressions(found.regressions), answer, output, project_top(path), "diff")


def affected(
    since: Annotated[str, typer.Option(metavar="REF", help="The revision that changes are counted from.")],
    path: PathArgument = HERE,
    explain: Annotated[
        str | None, typer.Option(metavar="TEST", help="Say why this test (path or node id) is selected.")
    ] = None,
    ids: Annotated[
        bool, typer.Option("--ids", help="List single tests by node id, where text knows a file's tests.")
    ] = False,
    null: Annotated[
        bool, typer.Option("--null", "-0", help="End each line with NUL, for `xargs -0`.")
    ] = False,
    answer: Annotated[
        TextOrJson, typer.Option("--format", help="How the result is written.")
    ] = TextOrJson.TEXT,
    output: OutputOption = None,
    python: EnvironmentOption = None,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
    quiet: QuietOption = False,
) -> None:
    """List the tests that changes since a revision can reach, one file (or node id) a line."""
    from importgraph.memory.change_answers import keep_answer, question_since, recall_answer

    options = _options(python_version, workers, python)
    home = cache_folder(no_cache=no_cache)
    question = question_since(path, since, [path, explain, ids, null, answer.value, python, python_version])
    said = recall_answer(home, question)
    if said is None:
        said = _affected(path, since, options, home, (explain, ids, null, answer))
        keep_answer(home, question, said)
    text, notes = said
    write(text, output)
    for line in notes:
        note(line, quiet=quiet)


def _affected(
    path: Path,
    since: str,
    options: "Partial",
    home: Path | None,
    asked: tuple[str | None, bool, bool, TextOrJson],
) -> tuple[str, tuple[str, ...]]:
    """Return what is written, and what is said beside it."""
    from importgraph.outputs.answers.affected_text import explain_test, notes, render_json, render_paths
    from importgraph.regressions.impact.affected_tests import affected_tests

    explain, ids, null, answer = asked
    explained = explain.partition("::")[0].removeprefix("./") if explain and "::" in explain else None
    wanted = explained or ("" if ids else None)
    impact = affected_tests(path, since, options, home, ids=wanted)
    if explain is not None:
        return explain_test(impact, explain), ()
    text = render_paths(impact, "\0" if null else "\n")
    return (render_json(impact) if answer is TextOrJson.JSON else text), tuple(notes(impact))


def _options(python_version: str, workers: int, python: str | None) -> "Partial":
    from importgraph.config import from_options, parse_version
    from importgraph.errors import UsageError

    version = parse_version(python_version) if python_version else ()
    if version is None:
        raise UsageError(f"--python-version {python_version} is no version.", "Write it as 3.12.")
    return from_options(workers=workers or None, python_version=version, python=environment_option(python))


def _measured(request: "Request", report: "Report", python: str | None, budget: float) -> "Report":
    from importgraph.errors import UsageError
    from importgraph.facts.environments import choose_python
    from importgraph.regressions.check import with_measured
    from importgraph.regressions.measure import Plan

    if request.against is None:
        raise UsageError("--measure compares with a revision.", "Name one with --against.")
    interpreter = choose_python(python, request.folder.resolve())
    note(f"Running both revisions with {interpreter}: this executes their code.")
    plan = Plan(
        request.folder,
        request.against,
        request.options,
        interpreter,
        budget,
        cache_folder=request.cache_folder,
    )
    return with_measured(report, plan)


def _write_report(report: "Report", answer: Format, output: Path | None, folder: Path) -> None:
    from importgraph.outputs.answers import markdown_comment, regression_text

    renderers = {
        Format.TEXT: regression_text.render_text,
        Format.JSON: regression_text.render_json,
        Format.MARKDOWN: markdown_comment.render_report,
    }
    if answer in renderers:
        write(renderers[answer](report), output)
        return
    from importgraph.outputs.remarks.remarks import from_report
    from importgraph.regressions.revision_tree import project_top

    write_remarks(from_report(report), answer, output, project_top(folder), "check")
