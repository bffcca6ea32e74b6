"""Verify what a set of deferred imports promises, by running it: the only part of cuts that executes code.

On CPython 3.15 the statements are knocked out by a filter, with no edit. Below it the edits are made in a
temporary copy, and two copies are compared, so that the tree itself is neither changed nor run. Either way
the import is measured before and after in turn.
"""

import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from importgraph.errors import UsageError
from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.deferring.import_verdicts import bound_by
from importgraph.fixes.model import DeferImport, Gain
from importgraph.fixes.rewriting.tree_copies import Tree, apply_edits, copy_tree
from importgraph.fixes.sets.cut_sets import Cut
from importgraph.graph.model import ImportEdge, Kind
from importgraph.graph.views import loaded_by
from importgraph.measurements.knockout import FIRST_VERSION, Statement, knock_out
from importgraph.measurements.turns import (
    NOT_COLLECTING,
    Imported,
    Place,
    Program,
    in_turn,
    middle,
    noise,
    run,
)
from importgraph.names import parent
from importgraph.snapshot import Snapshot

ROUNDS = 11
_ANSWERS = {"__getattr__"}
"""Functions that load for somebody else: who asked them is what a reader wants to know."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Promise:
    """What is to be verified."""

    edges: tuple[ImportEdge, ...]
    edits: tuple[DeferImport, ...]
    gain: Gain
    modules: tuple[str, ...]
    """The modules that must not load."""


def promise_of(cuts: Sequence[Cut], gain: Gain) -> Promise:
    """Return the promise of cuts that are made together, with the gain of all."""
    edges = tuple(dict.fromkeys(edge for one in cuts for edge in one.edges))
    edits = tuple(dict.fromkeys(edit for one in cuts for edit in one.edits))
    return Promise(edges, edits, gain, tuple(one.module for one in cuts))


@dataclass(frozen=True, slots=True)
class How:
    """How to run it."""

    python: str
    version: tuple[int, ...]
    rounds: int = ROUNDS
    timeout: float = 300.0
    """Seconds for one import."""


@dataclass(frozen=True, slots=True)
class AtOnce:
    """An import that was put off and loads while the entry is imported all the same."""

    importer: str
    imported: str
    path: str
    line: int
    where: str
    """The code that asked for it, empty where that was not seen."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a run showed. Times are microseconds of user and system CPU, the garbage collector off."""

    method: str
    """`knock-out` or `edits`."""
    python: str
    still: tuple[str, ...]
    """Modules that were not to load, and did."""
    at_once: tuple[AtOnce, ...]
    """Imports of the set that are loaded while the entry is imported."""
    askers: tuple[tuple[str, str], ...] = ()
    """By module that was not to load, the code that asked for it first."""
    more: tuple[str, ...] = ()
    """Modules of the tree that are freed without having been promised."""
    error: str = ""
    """How the import fails once the statements are put off; then nothing was measured."""
    before_us: int | None = None
    after_us: int | None = None
    spread_us: int | None = None
    """How uncertain the difference is: what the bests of half the rounds differ by."""
    median_us: int | None = None
    """The median of the differences of rounds taken in turn."""
    rounds: int = 0

    @property
    def holds(self) -> bool:
        """Whether the modules stay out and the import succeeds."""
        return not self.still and not self.error

    @property
    def saved_us(self) -> int | None:
        """What it saves: the difference of the best rounds."""
        if self.before_us is None or self.after_us is None:
            return None
        return self.before_us - self.after_us


def verify(
    deferrals: Deferrals, tree: Tree, promise: Promise, how: How, progress: Progress | None = None
) -> Verification:
    """Import an entry with and without a set of statements, and compare. Executes the project's code.

    Args:
        deferrals: Of the tree.
        tree: Where it stands.
        promise: The statements, and what they are to free.
        how: The interpreter and the number of rounds.
        progress: Called after each round.

    Raises:
        UsageError: The entry cannot be imported as it is, or does not load what is to be kept out.
    """
    entry = _importable(deferrals.snapshot, promise.gain.entry)
    with tempfile.TemporaryDirectory(prefix="importgraph-") as name:
        scratch = Path(name).resolve()
        if how.version >= FIRST_VERSION:
            before = _program(deferrals.snapshot, entry, tree.root, how, scratch)
            statements = {_statement(deferrals, edge) for edge in promise.edges}
            programs = _knocked(before, ()), _knocked(before, statements)
        else:
            one, other = (copy_tree(tree, scratch / side) for side in ("before", "after"))
            apply_edits(other, promise.edits)
            programs = (
                _program(deferrals.snapshot, entry, one, how, scratch),
                _program(deferrals.snapshot, entry, other, how, scratch),
            )
        return _compare(deferrals.snapshot, promise, programs, how, progress)


def _compare(
    snapshot: Snapshot,
    promise: Promise,
    programs: tuple[Program, Program],
    how: How,
    progress: Progress | None,
) -> Verification:
    plain = run(programs[0], names=True)
    if plain.error:
        raise UsageError(
            f"Could not import {promise.gain.entry} with {how.python} ({plain.error}).",
            "It needs the project's dependencies: name the interpreter that has them with --python.",
        )
    absent = [module for module in promise.modules if module not in plain.modules]
    if absent:
        raise UsageError(
            f"With {how.python}, importing {promise.gain.entry} does not load {absent[0]}.",
            "There is nothing to verify: a condition in the code may decide it.",
        )
    watched = {*promise.gain.removed, *promise.modules, *map(loaded_by, promise.edges)} & plain.modules
    knocked_out = how.version >= FIRST_VERSION
    bound = {(edge.importer, bound_by(edge)) for edge in promise.edges} if knocked_out else set()
    changed = run(programs[1], names=True, watched=watched, bound=bound)
    still = tuple(sorted(watched & {*promise.gain.removed, *promise.modules} & changed.modules))
    found = Verification(
        method="knock-out" if knocked_out else "edits",
        python=".".join(map(str, how.version)),
        still=still,
        at_once=tuple(_at_once(promise, changed, still, programs[1].path, knocked_out=knocked_out)),
        askers=tuple(
            (module, where)
            for module in still
            if (where := _shown((changed.sites or {}).get(module, ()), programs[1].path))
        ),
        more=tuple(
            sorted((plain.modules - changed.modules - {*promise.gain.removed}) & {*snapshot.graph.modules})
        ),
        error=changed.error,
    )
    if changed.error:
        return found
    taken = in_turn({"before": programs[0], "after": programs[1]}, how.rounds, progress)
    before, after = taken["before"], taken["after"]
    return _with_times(
        found, before.best, after.best, noise(before, after), middle(before.both, after.both), how
    )


def _with_times(  # noqa: PLR0913, PLR0917 -- the numbers of one comparison
    found: Verification, before: float, after: float, spread: float, median: float, how: How
) -> Verification:
    return replace(
        found,
        before_us=round(before * 1000),
        after_us=round(after * 1000),
        spread_us=round(spread * 1000),
        median_us=round(median * 1000),
        rounds=how.rounds,
    )


def _at_once(
    promise: Promise, changed: Imported, still: Collection[str], path: Sequence[Path], *, knocked_out: bool
) -> Iterable[AtOnce]:
    """Yield the imports of the set that load while the entry is imported, with the code that asks."""
    sites = changed.sites or {}
    for edge in promise.edges:
        module = loaded_by(edge)
        if knocked_out:
            early = edge.importer in changed.modules and (edge.importer, bound_by(edge)) not in changed.lazy
        else:
            early = module in still and _is_from(sites.get(module, ()), edge.path)
        if early:
            where = _shown(sites.get(module, ()), path)
            yield AtOnce(edge.importer, edge.imported, edge.path, edge.line, where)


def _is_from(places: Sequence[Place], path: str) -> bool:
    first = _asker(places)
    return first is not None and Path(first[0]).as_posix().endswith(f"/{path}")


def _asker(places: Sequence[Place]) -> Place | None:
    return next((place for place in places if place[2] not in _ANSWERS), None)


def _shown(places: Sequence[Place], path: Sequence[Path]) -> str:
    first = _asker(places)
    if first is None:
        return ""
    file, line, function = first
    inside = next((Path(file).relative_to(p).as_posix() for p in path if Path(file).is_relative_to(p)), file)
    return f"{inside}:{line}" + ("" if function == "<module>" else f" in {function}()")


def _importable(snapshot: Snapshot, entry: str) -> str:
    module = snapshot.graph.modules[entry]
    name = module.importable_as
    if module.kind is Kind.SCRIPT or not all(part.isidentifier() for part in name.split(".")):
        raise UsageError(f"{entry} cannot be imported by its name.", "Name a module that imports it.")
    return name


def _program(snapshot: Snapshot, entry: str, folder: Path, how: How, scratch: Path) -> Program:
    """Return the import of an entry from a folder, its own source root first on sys.path."""
    graph = snapshot.graph
    own = next(m.root for m in graph.modules.values() if m.importable_as == entry)
    roots = dict.fromkeys([own, *(m.root for m in graph.modules.values() if m.kind is not Kind.SCRIPT)])
    path = tuple(folder / root if root else folder for root in roots)
    return Program(how.python, entry, path, NOT_COLLECTING, scratch / "pycache", how.timeout)


def _knocked(program: Program, statements: Collection[Statement]) -> Program:
    return replace(program, before=program.before + knock_out(statements))


def _statement(deferrals: Deferrals, edge: ImportEdge) -> Statement:
    """Return what the filter is told of a statement: importer, line, and the module after `from`."""
    named = parent(edge.imported) if edge.submodule else edge.imported
    importer = deferrals.snapshot.graph.modules[edge.importer].importable_as
    return importer, deferrals.statement_line(edge), named
