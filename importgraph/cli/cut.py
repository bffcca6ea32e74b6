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
    note,
    write,
)
from importgraph.errors import UsageError

if TYPE_CHECKING:
    from importgraph.fixes.cut_verification import Promise, Verification
    from importgraph.fixes.deferral import Deferrals
    from importgraph.project import Project

HERE = Path()


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
        from importgraph.fixes.cut_verification import How, verify
        from importgraph.fixes.tree_copies import Tree
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
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="The module that is imported.")],
    module: Annotated[
        str, typer.Argument(metavar="[MODULE]", help="The module, ours or a library, that should not load.")
    ] = "",
    budget: Annotated[
        int,
        typer.Option("--budget", metavar="N", min=0, help="Instead of MODULE: the N edits that save most."),
    ] = 0,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify", help="Import ENTRY with and without the statements, and measure. Executes its code."
        ),
    ] = False,
    python: Annotated[
        str | None,
        typer.Option(
            help="The project's interpreter or environment; --verify runs it. Default: VIRTUAL_ENV, .venv."
        ),
    ] = None,
    rounds: Annotated[int, typer.Option(min=2, help="Rounds of --verify; the best counts.")] = 11,
    path: PathOption = HERE,
    profile: ProfileOption = None,
    answer: FormatOption = TextOrJson.TEXT,
    python_version: PythonOption = "",
    workers: WorkersOption = 0,
    no_cache: NoCacheOption = False,
    quiet: QuietOption = False,
) -> None:
    """Find the fewest import statements to defer so that importing ENTRY does not load MODULE."""
    from importgraph.findings.entry_points import EntryPoint
    from importgraph.findings.loads import load_of
    from importgraph.fixes import entry_cuts
    from importgraph.fixes.cut_sets import Cut
    from importgraph.fixes.cut_verification import promise_of
    from importgraph.fixes.deferral import Deferrals
    from importgraph.graph.views import closure, with_externals
    from importgraph.outputs import cut_text

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
    project.known_module(entry)
    snapshot = project.snapshot_from(entry)
    deferrals = Deferrals(snapshot, {})
    known = profile is not None or snapshot.knows_installed
    view = snapshot.loading
    if not known and module and module not in view.known:
        view = with_externals(project.graph, project.runtime)  # with libraries that are tried
    run = Running(project, deferrals, python, rounds, quiet)
    if budget:
        start = load_of(snapshot, view, EntryPoint(entry, "asked for"))
        spent = entry_cuts.spend(deferrals, view, start, budget)
        verified = run.verified(promise_of(spent.cuts, spent.gain)) if verify and spent.cuts else None
        render = cut_text.budget_json if answer is TextOrJson.JSON else cut_text.budget_text
        write(render(spent, entry_cuts.doubts(deferrals, view, entry, spent.gain.removed), verified), None)
    else:
        if module not in view.nodes:
            project.known_module(module)
        if module not in closure(view, [entry]):
            raise UsageError(f"Importing {entry} does not load {module}.", "There is nothing to cut.")
        if not snapshot.may_load(module):
            note(f"The run behind the profile did not load {module}, or saw it fail.", quiet=quiet)
        found = entry_cuts.cut(deferrals, view, entry, module)
        verified = (
            run.verified(promise_of([found], found.gain)) if verify and isinstance(found, Cut) else None
        )
        render_cut = cut_text.cut_json if answer is TextOrJson.JSON else cut_text.cut_text
        removed = found.gain.removed if isinstance(found, Cut) else ()
        doubts = entry_cuts.doubts(deferrals, view, entry, removed)
        write(render_cut(entry, module, found, doubts, verified), None)
    if verified is not None and not verified.holds:
        raise typer.Exit(1)
