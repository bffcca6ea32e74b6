"""Joint sets of imports to put off, so that an entry point no longer loads a part of the tree.

A module with two importers is loaded as long as one of them is left, so single edits promise nothing. For
each heavy module the smallest set of statements that keeps it from loading is a minimum cut; edges that
cannot be put off are never cut.
"""

import difflib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from importgraph.findings.entry_points import TESTS, entry_title
from importgraph.findings.heavy_imports import Load, is_candidate, loads
from importgraph.fixes.cuts import AT_MOST, smallest_set
from importgraph.fixes.deferral import Deferrals, EdgeKey, bound_by, key_of
from importgraph.fixes.model import Applicability, DeferImport, Fix, Form, Gain, RiskLevel
from importgraph.fixes.rewrite import Refused, rewrite
from importgraph.fixes.safety import Safety
from importgraph.fixes.statements import statement_of
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import View, closure, loaded_by, modules_of
from importgraph.snapshot import Snapshot

_CANDIDATES = 40
"""How many of the heaviest modules of an entry point are tried."""
_PER_ENTRY = 8
_LEAST_GAIN = {"modules": 2, "us": 1000}
"""The least a proposal frees, by the unit of weights."""
_LEAST_FRESH = 0.25
"""A set is named beside better ones if this share of what it frees is not freed by them."""
_DIFF_EDITS = 4
_DIFF_FILES = 3
_PLACES = 2
"""How many places a title names."""
_LAZY_STATEMENTS = (3, 15)
"""From this Python on there is `lazy import` (PEP 810)."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A set of imports and what it does to one entry point."""

    edges: tuple[ImportEdge, ...]
    edits: tuple[DeferImport, ...]
    gain: Gain
    module: str
    """The module the cut was made for."""
    freed: frozenset[str]
    """All that is no longer loaded, modules of libraries among it."""

    @property
    def statements(self) -> frozenset[tuple[str, int]]:
        """The statements it touches, by path and line; several names of one count once."""
        return frozenset((edit.path, edit.line) for edit in self.edits)


@dataclass(frozen=True, slots=True)
class Limits:
    """How far to look for a cut."""

    statements: int = AT_MOST
    """The most it may touch."""
    least: int | None = None
    """The least it must free, in the unit of weights; None for what is worth a proposal."""
    tries: int = 12
    """How often a cut is sought again after a closer look ruled out one of its statements."""


PROPOSALS = Limits()


def propose_lazy_imports(snapshot: Snapshot) -> Iterator[Fix]:
    """Propose sets of imports to put off: for each entry point the best, no set twice."""
    deferrals = Deferrals(snapshot, {})
    safety = Safety(snapshot, deferrals)
    merged: dict[tuple[EdgeKey, ...], list[Cut]] = defaultdict(list)
    for view, load in loads(snapshot):
        for cut in best_cuts(deferrals, view, load):
            merged[tuple(sorted(key_of(edge) for edge in cut.edges))].append(cut)
    for cuts in merged.values():
        yield _fix(snapshot, safety, cuts)


def best_cuts(deferrals: Deferrals, view: View, load: Load) -> list[Cut]:
    """Return the cuts that free most for one entry point; each frees something the ones before do not."""
    snapshot = deferrals.snapshot
    least = _LEAST_GAIN[snapshot.unit]
    heavy = [
        node
        for node, weight in load.retained.items()
        if weight >= least
        and node != load.entry.node
        and is_candidate(snapshot, node)
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


def cut_off(
    deferrals: Deferrals, view: View, entry: str, module: str, limits: Limits = PROPOSALS
) -> Cut | None:
    """Return the smallest set of imports that keeps a module from loading, or None where there is none.

    Every statement of the set has been looked at in its text, and the gain is the difference of two closures.
    """
    parted = deferrals.openings(view, entry)
    useless: set[EdgeKey] = set()

    def may_cut(edge: ImportEdge) -> bool:
        return key_of(edge) not in useless and deferrals.may_go(edge)

    for _ in range(limits.tries):
        edges = smallest_set(
            parted, module, limits.statements, may_cut=may_cut, line_of=deferrals.statement_line
        )
        if not edges:
            return None
        if not all([_stands_up(deferrals, edge) for edge in edges]):  # noqa: C419 -- each refusal is to be remembered
            continue
        after = deferrals.after(view, {key_of(edge) for edge in edges})
        if module not in closure(after, [entry]):
            cut = _cut(deferrals, view, after, entry, module, edges)
            least = _LEAST_GAIN[deferrals.snapshot.unit] if limits.least is None else limits.least
            return cut if cut is not None and cut.gain.before - cut.gain.after >= least else None
        exported = {key_of(edge) for edge in edges if deferrals.verdict(edge).exported}
        if not exported - useless:
            return None
        useless |= exported  # others take the lazy name while they are imported, and load it all the same
    return None


def _cut(  # noqa: PLR0913, PLR0917 -- two views of one entry point
    deferrals: Deferrals, view: View, after: View, entry: str, module: str, edges: Sequence[ImportEdge]
) -> Cut | None:
    """Make a cut of a set that works, unless it leaves somebody without a module."""
    snapshot = deferrals.snapshot
    before, rest = closure(view, [entry]), closure(after, [entry])
    freed = modules_of(before - rest)
    removed = freed & {*snapshot.graph.modules, module}
    if deferrals.left_alone(view, after, removed, edges):
        return None
    edits = tuple(_edit(deferrals, edge) for edge in edges)
    if any(isinstance(text, Refused) for _, _, text in _rewritten(snapshot, edits)):
        return None
    more = deferrals.reach.may_load_more(removed, before)
    costs = cost(snapshot, before), cost(snapshot, rest)
    gain = Gain(entry, snapshot.unit, *costs, tuple(sorted(removed)), more)
    return Cut(tuple(edges), edits, gain, module, freed)


def cost(snapshot: Snapshot, nodes: Collection[str]) -> int:
    """Return what nodes of a view weigh together."""
    return sum(map(snapshot.weight, nodes))


def _stands_up(deferrals: Deferrals, edge: ImportEdge) -> bool:
    """Look at the text of an import that a cut chose; the answer is remembered."""
    if key_of(edge) in deferrals.accepted:
        return True
    bound = bound_by(edge)
    sites = deferrals.use_sites(edge)
    exported = deferrals.verdict(edge).exported
    reason = ""
    if sites.at_import:
        reason = f"`{bound}` is used at import on line {sites.at_import[0]}"
    elif sites.rebound:
        reason = f"`{bound}` is bound again on line {sites.rebound[0]}"
    elif sites.one_liners:
        reason = f"a function on line {sites.one_liners[0]} has its body on the line of its `def`"
    elif not sites.functions and not sites.annotations and not exported:
        reason = f"nothing here uses `{bound}`: it is imported for what that does"
    else:
        for _, _, text in _rewritten(deferrals.snapshot, [_edit(deferrals, edge)]):
            reason = text.reason if isinstance(text, Refused) else ""
    if reason:
        deferrals.refused[key_of(edge)] = reason
    else:
        deferrals.accepted.add(key_of(edge))
    return not reason


def _rewritten(snapshot: Snapshot, edits: Sequence[DeferImport]) -> Iterator[tuple[str, str, str | Refused]]:
    """Yield each file that edits touch: path, text before, text after or why not."""
    for path in sorted({edit.path for edit in edits}):
        text = snapshot.read_text(path)
        yield path, text, rewrite(text, [edit for edit in edits if edit.path == path])


def _diff(snapshot: Snapshot, edits: Sequence[DeferImport]) -> str:
    """Return the change as a unified diff, where it is a small one."""
    if len(edits) > _DIFF_EDITS or len({edit.path for edit in edits}) > _DIFF_FILES:
        return ""
    lines: list[str] = []
    for path, before, after in _rewritten(snapshot, edits):
        if isinstance(after, str):
            old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
            lines += difflib.unified_diff(old, new, f"a/{path}", f"b/{path}")
    return "".join(lines)


def _fix(snapshot: Snapshot, safety: Safety, cuts: list[Cut]) -> Fix:
    first = max(cuts, key=lambda cut: len(cut.gain.removed))
    edits = first.edits
    risk = safety.risk(first.edges, first.gain.removed)
    gains = sorted(
        {cut.gain.entry: cut.gain for cut in cuts}.values(),
        key=lambda gain: (gain.after - gain.before, gain.entry),
    )
    return Fix(
        id="",
        kind="lazy-imports",
        title=_title(first),
        gains=tuple(gains),
        resolves=1,
        statements=len(first.statements),
        applicability=Applicability.SAFE if risk.level is RiskLevel.SAFE else Applicability.UNSAFE,
        reasons=(risk.text, *(reason.text for reason in risk.more)),
        findings=(f"IG101 {first.module}",),
        edits=edits,
        diff=_diff(snapshot, edits),
        risk=risk,
    )


def _title(cut: Cut) -> str:
    one, gain = cut.edits[0], cut.gain
    places = [f"{path}:{line}" for path, line in sorted(cut.statements)]
    rest = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
    what = f"Put off {len(places)} imports together ({', '.join(places[:_PLACES])}{rest})"
    if len(cut.edits) == 1:
        what = f"Put off `{one.statement}` ({one.path}:{one.line})"
    elif len(places) == 1:
        what = f"Put off the imports of {one.path}:{one.line}"
    shown = entry_title(gain.entry) if gain.entry == TESTS else f"`{entry_title(gain.entry)}`"
    one_target = loaded_by(cut.edges[0])
    target = one_target if len(cut.edits) == 1 and one_target in gain.removed else cut.module
    others = len(gain.removed) - 1
    freed = f"`{target}`" + (f" and {'at least ' if gain.at_least else ''}{others:,} more" if others else "")
    return f"{what}: {shown} no longer loads {freed} ({gain.change})"


def _edit(deferrals: Deferrals, edge: ImportEdge) -> DeferImport:
    graph = deferrals.snapshot.graph
    sites = deferrals.use_sites(edge)
    form = Form.FUNCTIONS
    if graph.target.version >= _LAZY_STATEMENTS:
        form = Form.LAZY
    elif deferrals.verdict(edge).exported:
        form = Form.EXPORT
    elif not sites.functions and sites.annotations:
        form = Form.TYPE_CHECKING
    elif not sites.functions:
        form = Form.DELETE
    statement = statement_of(graph.facts[edge.importer].imports[edge.index])
    functions = tuple(dict.fromkeys(name for name, _ in sites.functions))
    line = deferrals.statement_line(edge)
    return DeferImport(edge.path, line, statement, bound_by(edge), form, functions, edge.submodule)


def joint_gain(snapshot: Snapshot, keys: Collection[EdgeKey]) -> Mapping[str, tuple[int, int]]:
    """Return what each entry point loads before and after all the given imports are put off together."""
    deferrals = Deferrals(snapshot, {})
    found = {}
    for view, load in loads(snapshot):
        after = closure(deferrals.after(view, keys), [load.entry.node])
        found[load.entry.node] = (cost(snapshot, closure(view, [load.entry.node])), cost(snapshot, after))
    return found
