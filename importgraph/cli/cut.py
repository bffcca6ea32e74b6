"""`importgraph cut`: the smallest edits that keep a module from loading; `--verify` executes the code."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from importgraph.cli.options import (
    FormatOption,
    NoCacheOption,
    PathOption,
    ProfileOption,
    PythonOption,
    QuietOption,
    TextOrJson,
    WorkersOption,
    load,
)
from importgraph.cli.writing import note, write
from importgraph.errors import UsageError

if TYPE_CHECKING:
    from importgraph.fixes.deferring.deferral import Deferrals
    from importgraph.fixes.sets.cut_verification import Promise, Verification
    from importgraph.project import Project

HERE = Path()


EntryArgument = Annotated[str, typer.Argument(metavar="ENTRY", help="The module that is imported.")]
ModuleArgument = Annotated[
    str, typer.Argument(metavar="[MODULE]", help="The module, ours or a library, that should not load.")
]
BudgetOption = Annotated[
    int, typer.Option("--budget", metavar="N", min=0, help="Instead of MODULE: the N edits that save most.")
]
VerifyOption = Annotated[
    bool,
    typer.Option(
        "--verify", help="Import ENTRY with and without the statements, and measure. Executes its code."
    ),
]
InterpreterOption = Annotated[
    str | None,
    typer.Option(
        help="The project's interpreter or environment; --verify runs it. Default: VIRTUAL_ENV, .venv."
    ),
]
RoundsOption = Annotated[int, typer.Option(min=2, help="Rounds of --verify; the best counts.")]


@dataclass(frozen=True, slots=True)
class Running:
    """What `--verify` runs, and with what."""

    project: "Project"
    deferrals: "Deferrals"
    python: str | None
    rounds: int
    quiet: bool

    def verified(self, promise: "Promise") -> "Verification":
        """Verify a promise; progress goes to standard error."""
        from importgraph.facts.environments import choose_python
        from importgraph.fixes.rewriting.tree_copies import Tree
        from importgraph.fixes.sets.cut_verification import How, verify
        from importgraph.measurements.interpreter import interpreter_version

        python = choose_python(self.python, self.project.root)
        if os.sep in python:
            python = str(Path(python).absolute())  # it runs in other folders; a link to it is the environment
        version = interpreter_version(python, self.project.root)
        entry = promise.gain.entry
        note(
            f"Importing {entry} with {python} twice {self.rounds} times: this executes its code.",
            quiet=self.quiet,
        )
        shown, profile = ".".join(map(str, version)), self.project.profile
        if profile is not None and profile.python != shown:
            note(
                f"The promise was measured on Python {profile.python}, and this is {shown}.", quiet=self.quiet
            )
        tree = Tree(self.project.root, self.project.within)
        return verify(self.deferrals, tree, promise, How(python, version, self.rounds), self.progress)

    def progress(self, done: int, rounds: int) -> None:
        """Show one line that changes, in a terminal."""
        if not self.quiet and sys.stderr.isatty():
            typer.echo(f"\r  round {done} of {rounds}", nl=done == rounds, err=True)


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command()(cut)


def cut(
    entry: EntryArgument,
    module: ModuleArgument = "",
    budget: BudgetOption = 0,
    verify: VerifyOption = False,
    python: InterpreterOption = None,
    rounds: RoundsOption = 11,
    path: PathOption = HERE,
    profile: ProfileOption = None,
    answer: FormatOption = TextOrJson.TEXT,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
    quiet: QuietOption = False,
) -> None:
    """Find the fewest import statements to defer so that importing ENTRY does not load MODULE."""
    from importgraph.fixes.deferring.deferral import Deferrals
    from importgraph.module_queries import known_module

    if bool(module) == bool(budget):
        raise UsageError(
            "cut takes a MODULE or a --budget, and not both.", "Example: importgraph cut app.main pandas"
        )
    project = load(
        path,
        workers=workers,
        no_cache=no_cache,
        python_version=python_version,
        python=python,
        quiet=quiet,
        profile=profile,
        entry=entry,
    )
    known_module(project, entry)
    asked = Asked(
        Running(project, Deferrals(project.snapshot_from(entry), {}), python, rounds, quiet),
        entry,
        verify=verify,
        as_json=answer is TextOrJson.JSON,
    )
    if budget:
        verified = _best_edits(asked, budget)
    else:
        verified = _cut_off(asked, module, knows_installed=profile is not None)
    if verified is not None and not verified.holds:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What `cut` was asked."""

    running: Running
    entry: str
    verify: bool
    as_json: bool


def _best_edits(asked: Asked, budget: int) -> "Verification | None":
    """Show the edits that save most; return what verifying them gave."""
    from importgraph.findings.entry_points import EntryPoint
    from importgraph.findings.loads import load_of
    from importgraph.fixes.sets import entry_cuts
    from importgraph.fixes.sets.cut_verification import promise_of
    from importgraph.outputs.answers import cut_text

    running, deferrals, entry = asked.running, asked.running.deferrals, asked.entry
    view = deferrals.snapshot.loading
    start = load_of(deferrals.snapshot, view, EntryPoint(entry, "asked for"))
    spent = entry_cuts.spend(deferrals, view, start, budget)
    verified = None
    if asked.verify and spent.cuts:
        verified = running.verified(promise_of(spent.cuts, spent.gain))
    render = cut_text.budget_json if asked.as_json else cut_text.budget_text
    write(render(spent, entry_cuts.doubts(deferrals, view, entry, spent.gain.removed), verified), None)
    return verified


def _cut_off(asked: Asked, module: str, *, knows_installed: bool) -> "Verification | None":
    """Show the fewest edits that keep a module from loading; return what verifying them gave.

    Raises:
        UsageError: If importing the entry does not load the module.
    """
    from importgraph.fixes.sets import entry_cuts
    from importgraph.fixes.sets.cut_sets import Cut
    from importgraph.fixes.sets.cut_verification import promise_of
    from importgraph.graph.outside.library_views import with_externals
    from importgraph.graph.views import closure
    from importgraph.module_queries import known_module
    from importgraph.outputs.answers import cut_text

    running, deferrals, entry = asked.running, asked.running.deferrals, asked.entry
    project, snapshot = running.project, deferrals.snapshot
    view = snapshot.loading
    if not (knows_installed or snapshot.knows_installed) and module not in view.known:
        view = with_externals(project.graph, project.runtime)  # with libraries that are tried
    if module not in view.nodes:
        known_module(project, module)
    if module not in closure(view, [entry]):
        raise UsageError(f"Importing {entry} does not load {module}.", "There is nothing to cut.")
    if not snapshot.may_load(module):
        note(f"The run behind the profile did not load {module}, or saw it fail.", quiet=running.quiet)
    found = entry_cuts.cut(deferrals, view, entry, module)
    verified = None
    if asked.verify and isinstance(found, Cut):
        verified = running.verified(promise_of([found], found.gain))
    render = cut_text.cut_json if asked.as_json else cut_text.cut_text
    removed = found.gain.removed if isinstance(found, Cut) else ()
    doubts = entry_cuts.doubts(deferrals, view, entry, removed)
    write(render(entry, module, found, doubts, verified), None)
    return verified
