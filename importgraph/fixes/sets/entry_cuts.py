"""What keeps one module from loading with one entry point: a cut, or what stands in the way of any."""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass

from importgraph.findings.loads import Load, computed_imports, is_candidate
from importgraph.fixes.deferring.cuts import smallest_set
from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.deferring.import_verdicts import key_of
from importgraph.fixes.model import Gain
from importgraph.fixes.sets.cut_sets import LEAST_GAIN, Cut, Limits, cost, cut_off
from importgraph.graph.model import ImportEdge
from importgraph.graph.open_imports import Place
from importgraph.graph.views import Arc, View, closure
from importgraph.names import is_within
from importgraph.snapshot import Snapshot

_CANDIDATES = 40
"""How many of the heaviest modules of an entry point are tried."""
_PER_ENTRY = 8
_LEAST_FRESH = 0.25
"""A set is named beside better ones if this share of what it frees is not freed by them."""
MOST_STATEMENTS = 200
WIDE = Limits(statements=MOST_STATEMENTS, least=0, tries=100)
"""For a module that was asked for, a cut may touch more than a proposal."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """One step of a chain that cannot be cut, with the reason."""

    importer: str
    imported: str
    path: str
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Uncut:
    """There is no cut: why, and a chain that no edit can cut where there is one."""

    reason: str
    chain: tuple[Blocked, ...] = ()


def cut(deferrals: Deferrals, view: View, entry: str, module: str) -> Cut | Uncut:
    """Find the fewest statements to put off so that importing an entry point does not load a module."""
    found = cut_off(deferrals, view, entry, module, WIDE)
    return found if found is not None else _uncut(deferrals, view, entry, module)


def _uncut(deferrals: Deferrals, view: View, entry: str, module: str) -> Uncut:
    chain = blocking_chain(deferrals, view, entry, module)
    if chain:
        return Uncut("This chain cannot be cut.", chain)
    inside = closure(view, [entry])
    everything = len(inside) * MOST_STATEMENTS
    line_of = deferrals.statement_line
    edges = smallest_set(
        deferrals.openings(view, entry), module, everything, may_cut=deferrals.may_go, line_of=line_of
    )
    needed = len({(edge.path, line_of(edge)) for edge in edges})
    if needed > MOST_STATEMENTS:
        return Uncut(f"At least {needed:,} statements would have to go, more than {MOST_STATEMENTS}.")
    after = deferrals.after(view, {key_of(edge) for edge in edges})
    reason = deferrals.left_alone(view, after, inside - closure(after, [entry]), edges)
    if reason:
        return Uncut(f"The smallest set, of {needed} statements, breaks something: {reason}.")
    return Uncut(f"No set was found that stands up to a closer look; the smallest has {needed} statements.")


def blocking_chain(deferrals: Deferrals, view: View, entry: str, module: str) -> tuple[Blocked, ...]:
    """Return a shortest chain that is left once all imports that can be are put off; empty for none."""
    edges = [
        arc.cause
        for node in sorted(closure(view, [entry]))
        for arc in view.arcs.get(node, ())
        if isinstance(arc.cause, ImportEdge) and deferrals.verdict(arc.cause).possible
    ]
    after = deferrals.after(view, {key_of(edge) for edge in edges})
    before: dict[str, Arc | None] = {entry: None}
    work = deque([entry])
    while work and module not in before:
        for arc in after.arcs.get(work.popleft(), ()):
            if arc.target not in before:
                before[arc.target] = arc
                work.append(arc.target)
    chain: list[Blocked] = []
    step = before.get(module)
    while step is not None:
        chain.append(_blocked(deferrals, view, step))
        step = before[step.source]
    return tuple(reversed(chain))


def _blocked(deferrals: Deferrals, view: View, arc: Arc) -> Blocked:
    if isinstance(arc.cause, ImportEdge):
        reason = deferrals.verdict(arc.cause).reason
        return Blocked(arc.source, arc.target, arc.cause.path, arc.cause.line, reason)
    if arc.cause is not None:
        return Blocked(arc.source, arc.target, arc.cause.path, arc.cause.line, "a call at import")
    if is_within(arc.source, arc.target):
        reason = "a package is loaded with what stands below it"
    elif arc.source not in deferrals.snapshot.graph.modules:
        reason = "an import in a library"
    elif arc in view.arcs.get(arc.source, ()):
        reason = "an import that a call at import runs, seen in the profile"
    else:
        reason = "a name that would be answered lazily is taken while this module is imported"
    return Blocked(arc.source, arc.target, "", None, reason)


@dataclass(frozen=True, slots=True)
class Budgeted:
    """The statements that save most together, within a number of them."""

    cuts: tuple[Cut, ...]
    gain: Gain


def spend(deferrals: Deferrals, view: View, load: Load, budget: int) -> Budgeted:
    """Choose sets of statements that together touch at most `budget` statements and free most.

    Greedy by what a set frees besides what is freed already; the gain of all is the difference of two
    closures.
    """
    snapshot, entry = deferrals.snapshot, load.entry.node
    chosen: list[Cut] = []
    for candidate in _best_cuts(deferrals, view, load):
        if len(_statements([*chosen, candidate])) <= budget:
            chosen.append(candidate)
    keys = {key_of(edge) for one in chosen for edge in one.edges}
    before, after = closure(view, [entry]), closure(deferrals.after(view, keys), [entry])
    named = {*snapshot.graph.modules, *(one.module for one in chosen)}
    removed = tuple(sorted((before - after) & named))
    costs = cost(snapshot, before), cost(snapshot, after)
    is_open = bool(computed_imports(snapshot, before))
    saved = Gain(entry, snapshot.unit, *costs, removed, estimated=snapshot.estimated, open=is_open)
    return Budgeted(tuple(chosen), saved)


def _best_cuts(deferrals: Deferrals, view: View, load: Load) -> list[Cut]:
    """Return the cuts that free most for one entry point; each frees something the ones before do not."""
    snapshot = deferrals.snapshot
    least = LEAST_GAIN[snapshot.unit]
    heavy = [
        node
        for node, weight in load.retained.items()
        if weight >= least
        and node != load.entry.node
        and is_candidate(snapshot, node, load.above)
        and snapshot.may_load(node)
    ]
    heavy.sort(key=lambda node: (-load.retained[node], node))
    tried = (cut_off(deferrals, view, load.entry.node, node) for node in heavy[:_CANDIDATES])
    found = [cut for cut in tried if cut is not None]
    chosen: list[Cut] = []
    covered: set[str] = set()
    while found and len(chosen) < _PER_ENTRY:
        best = max(found, key=lambda cut: (_worth(snapshot, cut, covered), -len(cut.edges), cut.module))
        found.remove(best)
        fresh = cost(snapshot, best.freed - covered)
        if fresh >= max(least, cost(snapshot, best.freed) * _LEAST_FRESH):
            chosen.append(best)
            covered |= best.freed
    return chosen


def _worth(snapshot: Snapshot, cut: Cut, covered: Collection[str]) -> float:
    """Weigh what a cut frees besides what is freed already, over the root of the statements it touches."""
    return cost(snapshot, cut.freed.difference(covered)) / float(len(cut.statements) ** 0.5)


@dataclass(frozen=True, slots=True)
class Doubts:
    """What weakens an answer."""

    unmeasured: int = 0
    """How many modules of ours the entry point loads and the profile does not know."""
    compiled: tuple[str, ...] = ()
    """Compiled modules of ours that stay loaded: what they import besides is not known."""
    unknown: tuple[str, ...] = ()
    """Libraries that are no longer loaded and whose cost nobody knows: they are not installed here."""
    open: tuple[Place, ...] = ()
    """Where importing it imports names that are computed."""


SURE = Doubts()


def doubts(deferrals: Deferrals, view: View, entry: str, removed: Collection[str] = ()) -> Doubts:
    """Say what weakens a cut for an entry point that frees some modules."""
    inside, modules = closure(view, [entry]), deferrals.snapshot.graph.modules
    ours = any(name in modules for name in removed)
    compiled = (n for n in sorted(inside) if n in modules and modules[n].is_opaque)
    stay = tuple(name for name in compiled if name not in removed) if ours else ()
    unknown = tuple(name for name in sorted(removed) if deferrals.snapshot.cost(name) is None)
    unmeasured = len(inside & set(deferrals.snapshot.unmeasured))
    return Doubts(unmeasured, stay, unknown, computed_imports(deferrals.snapshot, inside))


def _statements(cuts: Collection[Cut]) -> set[tuple[str, int]]:
    return {statement for one in cuts for statement in one.statements}
