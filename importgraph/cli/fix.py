"""`importgraph fix`: list proposals, show them as a patch, prove them in a copy, write them."""

import os
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from importgraph.cli.fix_choice import Wanted, choose_fixes
from importgraph.cli.options import (
    EnvironmentOption,
    FormatOption,
    NoCacheOption,
    OutputOption,
    PathOption,
    ProfileOption,
    PythonOption,
    QuietOption,
    TextOrJson,
    WorkersOption,
    environment_option,
    load,
)
from importgraph.cli.progress import steps_on_stderr
from importgraph.cli.writing import note, write
from importgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importgraph.edits.changes import Left
    from importgraph.edits.identity import NamedFix
    from importgraph.edits.verification import Verified
    from importgraph.edits.writing import Written
    from importgraph.outputs.answers.fix_text import Answer
    from importgraph.project import Project

HERE = Path()


class Deferral(StrEnum):
    """How an import is deferred; see `importgraph.config.DEFERRALS`."""

    FUNCTIONS = "functions"
    LAZY = "lazy"
    LAZY_MODULES = "lazy-modules"


ReportOption = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar="FOLDER",
        help="With --verify: write a page about before and after; default: the setting `reports`.",
    ),
]
PreferOption = Annotated[
    Deferral | None,
    typer.Option("--prefer", help="How to defer; default: what the target's Python has."),
]
BudgetOption = Annotated[
    int,
    typer.Option("--budget", metavar="N", min=0, help="The best fixes of at most N statements in all."),
]
FixSelectOption = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="CODE|KIND",
        help="Fixes of these findings (IG401, or a rule of your own) or kinds: lazy-imports, unused-import, "
        "canonical-imports, consolidation, cycle-break, missing-import, deprecated, bridge-module, "
        "required-base, merged-methods.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command()(fix)


def fix(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="Fixes by their names, or by beginnings that fit one alone."),
    ] = None,
    diff: Annotated[bool, typer.Option("--diff", help="Show the change as a patch.")] = False,
    apply: Annotated[bool, typer.Option("--write", help="Write the change to the files.")] = False,
    verify: Annotated[
        bool,
        typer.Option("--verify", help="Prove the fixes in a copy first. Executes the project's code."),
    ] = False,
    test_command: Annotated[
        str, typer.Option("--test-command", metavar="CMD", help="With --verify: has to end as before.")
    ] = "",
    select: FixSelectOption = None,
    budget: BudgetOption = 0,
    report: ReportOption = None,
    prefer: PreferOption = None,
    python: EnvironmentOption = None,
    path: PathOption = HERE,
    profile: ProfileOption = None,
    answer: FormatOption = TextOrJson.TEXT,
    output: OutputOption = None,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
    quiet: QuietOption = False,
) -> None:
    """List what can be fixed; show, prove and apply it. Without --write no file changes."""
    if (test_command or report is not None) and not verify:
        option = "--test-command is run" if test_command else "--report is written"
        raise UsageError(f"{option} by --verify.", "Add --verify.")
    project = load(
        path,
        workers=workers,
        no_cache=no_cache,
        python=python,
        python_version=python_version,
        quiet=quiet,
        profile=profile,
        prefer=prefer.value if prefer is not None else "",
    )
    if verify and report is None and project.config.reports:
        report = project.root / project.config.reports
    wanted = Wanted(tuple(names or ()), tuple(select or ()), budget, apply or verify)
    do = Do(python, test_command, answer, output, report, diff=diff, write=apply, verify=verify, quiet=quiet)
    _fix(project, wanted, do)


@dataclass(frozen=True, slots=True)
class Do:
    """What is to be done with the fixes, and how it is said."""

    python: str | None
    test_command: str
    answer: TextOrJson
    output: Path | None
    report: Path | None
    diff: bool
    write: bool
    verify: bool
    quiet: bool


def _fix(project: "Project", wanted: Wanted, do: Do) -> None:
    """List, or prove and apply, the fixes that are wanted."""
    from importgraph.edits.changes import plan
    from importgraph.edits.identity import named
    from importgraph.edits.verdicts import keep, recall, verdicts_of
    from importgraph.edits.writing import write_changes
    from importgraph.outputs.answers import fix_text
    from importgraph.outputs.answers.fix_text import Answer

    everything = named(project.every_proposal.fixes)
    chosen = choose_fixes(everything, wanted)
    if not (wanted.applies or do.diff) and wanted.is_open:
        _list(project, chosen, do)
        return
    chosen, failing = _in_any_order(project, chosen)
    verified = _verified(project, chosen, do) if do.verify else None
    if verified is not None:
        chosen = tuple(one.fix for one in verified.kept)
        keep(project, verdicts_of(verified))
    made = plan(project.root, chosen, project.read_text)
    made = replace(made, left=(*failing, *made.left))
    done = write_changes(project.root, made.changes) if do.write else None
    if verified is not None and do.report is not None:
        _write_report(project.root.name, verified, done, do)
    if not (made.fixes or verified or done or wanted.names):
        note("No fix here is safe: name those that you want.", quiet=do.quiet)
    verdicts = verdicts_of(verified) if verified is not None else recall(project)
    found = Answer(everything, verdicts, made, verified, done)
    if do.answer is TextOrJson.JSON:
        write(fix_text.fix_json(found), do.output)
    else:
        _write_text(_text(found, diff=do.diff), do.output)
        for line in fix_text.left_lines(made.left):
            note(line, quiet=do.quiet)
    if (verified is not None and verified.withdrawn) or (done is not None and (done.left or made.left)):
        raise typer.Exit(1)


def _in_any_order(
    project: "Project", chosen: "Sequence[NamedFix]"
) -> "tuple[tuple[NamedFix, ...], tuple[Left, ...]]":
    """Return the fixes after which each module still imports first, as far as text shows, and the others."""
    from importgraph.edits.changes import Left
    from importgraph.fixes.model import Fix
    from importgraph.fixes.sets.rewritten_orders import checked

    found = [(one, checked(project.snapshot, one.fix)) for one in chosen]
    kept = tuple(replace(one, fix=made) for one, made in found if isinstance(made, Fix))
    return kept, tuple(Left(one, made.reason) for one, made in found if not isinstance(made, Fix))


def _write_report(name: str, verified: "Verified", done: "Written | None", do: Do) -> None:
    from importgraph.outputs.answers.migration_report import migration_json, migration_markdown

    folder = do.report
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}.", "Name another folder.") from error
    write(migration_markdown(name, verified, done), folder / "migration.md")
    write(migration_json(name, verified, done), folder / "migration.json")
    note(f"Wrote {folder / 'migration.md'}.", quiet=do.quiet)


def _list(project: "Project", chosen: "Sequence[NamedFix]", do: Do) -> None:
    from importgraph.edits.verdicts import recall
    from importgraph.outputs.answers import fix_text
    from importgraph.outputs.answers.fix_text import Answer

    known = recall(project)
    is_json = do.answer is TextOrJson.JSON
    write(
        fix_text.fix_json(Answer(tuple(chosen), known)) if is_json else fix_text.fix_list(chosen, known),
        do.output,
    )


def _write_text(text: str, output: Path | None) -> None:
    """Write text that may hold a patch: whole to a file, and to standard output as far as it does not act."""
    from importgraph.quoting import visible_patch

    if output is None and visible_patch(text) != text:
        note("The patch holds characters that act, and is shown escaped: --output FILE has it whole.")
        text = visible_patch(text)
    write(text, output)


def _text(found: "Answer", *, diff: bool) -> str:
    """Say what was verified and written; where neither was, or a patch is asked for, give the patch."""
    from importgraph.outputs.answers import fix_text

    shown = [fix_text.verified_text(found.verified)] if found.verified is not None else []
    shown += [fix_text.written_text(found.done)] if found.done is not None else []
    if shown and not diff:
        return "".join(shown)
    return fix_text.fix_diff(found.made) if found.made is not None else ""


def _verified(project: "Project", fixes: "Sequence[NamedFix]", do: Do) -> "Verified":
    from importgraph.config import from_options
    from importgraph.edits.questions import How
    from importgraph.edits.verification import verify
    from importgraph.facts.environments import choose_python
    from importgraph.measurements.interpreter import interpreter_version

    chosen = choose_python(do.python, project.root)
    if os.sep in chosen:
        chosen = str(Path(chosen).absolute())  # it runs in other folders; a link to it is the environment
    version = ".".join(map(str, interpreter_version(chosen, project.root)))
    note(f"Running copies of {project.root.name} with {chosen}: this executes its code.", quiet=do.quiet)

    options = from_options(workers=project.config.workers, python=environment_option(chosen))
    how = How(chosen, version, options, do.test_command, summary=do.report is not None)
    with steps_on_stderr(quiet=do.quiet) as progress:
        return verify(project, fixes, how, progress)
