"""Joint sets of imports to put off, so that an entry point no longer loads a part of the tree.

A module with two importers is loaded as long as one of them is left, so single edits promise nothing. For each heavy module
the smallest set of statements that keeps it from loading is a minimum cut; edges that cannot be put off are never cut.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from importgraph.findings.entry_points import TESTS
from importgraph.findings.heavy_imports import Load, loads
from importgraph.fixes.deferral import Deferrals, EdgeKey, key_of
from importgraph.fixes.model import Applicability, DeferImport, Fix, Form, Gain
from importgraph.fixes.safety import unsafe_reasons
from importgraph.fixes.statements import statement_of
from importgraph.graph.algorithms import minimum_cut
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import View, closure, loaded_by, modules_of
from importgraph.snapshot import Snapshot

_CANDIDATES = 40
"""How many of the heaviest modules of an entry point are tried."""
_AT_MOST = 8
"""The most statements a set may touch."""
_PER_ENTRY = 8
_LEAST_GAIN = 2
_LEAST_FRESH = 0.25
"""A set is named beside better ones if this share of what it frees is not freed by them."""
_TRIES = 12
"""How often a cut is sought again after a closer look ruled out one of its statements."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A set of imports and what it does to one entry point."""

    edges: tuple[ImportEdge, ...]
    edits: tuple[DeferImport, ...]
    gain: Gain
    module: str
    """The module the cut was made for."""


def propose_lazy_imports(snapshot: Snapshot) -> Iterator[Fix]:
    """Propose sets of imports to put off: for each entry point the best, no set twice."""
    deferrals = Deferrals(snapshot, {})
    merged: dict[tuple[EdgeKey, ...], list[Cut]] = defaultdict(list)
    for view, load in loads(snapshot):
        for cut in best_cuts(deferrals, view, load):
            merged[tuple(sorted(key_of(edge) for edge in cut.edges))].append(cut)
    for cuts in merged.values():
        yield _fix(snapshot, deferrals, cuts)


def best_cuts(deferrals: Deferrals, view: View, load: Load) -> list[Cut]:
    """Return the cuts that free most modules for one entry point; each frees something the ones before do not."""
    heavy = [n for n, weight in load.retained.items() if weight >= _LEAST_GAIN and n in load.modules]
    heavy.sort(key=lambda node: (-load.retained[node], node))
    found = [cut for node in heavy[:_CANDIDATES] if (cut := cut_off(deferrals, view, load.entry.node, node)) is not None]
    chosen: list[Cut] = []
    covered: set[str] = set()
    while found and len(chosen) < _PER_ENTRY:
        best = max(found, key=lambda cut: (_worth(cut, covered), -len(cut.edges), cut.module))
        found.remove(best)
        fresh = len(set(best.gain.removed) - covered)
        if fresh >= max(_LEAST_GAIN, len(best.gain.removed) * _LEAST_FRESH):
            chosen.append(best)
            covered |= set(best.gain.removed)
    return chosen


def _worth(cut: Cut, covered: Collection[str]) -> float:
    """Weigh what a cut frees besides what is freed already, over the root of the statements it touches."""
    return len(set(cut.gain.removed) - set(covered)) / len({(e.path, e.line) for e in cut.edges}) ** 0.5


def cut_off(deferrals: Deferrals, view: View, entry: str, module: str) -> Cut | None:
    """Return the smallest set of imports that keeps a module from loading, or None where there is none.

    Every statement of the set has been looked at in its text, and the gain is the difference of two closures.
    """
    before = closure(view, [entry])
    useless: set[EdgeKey] = set()
    for _ in range(_TRIES):
        edges = _minimum(deferrals, view, before, entry, module, useless)
        if not edges:
            return None
        if not all([_stands_up(deferrals, edge) for edge in edges]):
            continue
        after = closure(deferrals.after(view, {key_of(edge) for edge in edges}), [entry])
        if module not in after:
            removed = modules_of(before - after)
            gain = Gain(entry, "modules", _count(before), _count(after), tuple(sorted(removed)))
            edits = tuple(_edit(deferrals, edge) for edge in edges)
            return Cut(tuple(edges), edits, gain, module) if len(removed) >= _LEAST_GAIN else None
        exported = {key_of(edge) for edge in edges if deferrals.verdict(edge).exported}
        if not exported - useless:
            return None
        useless |= exported  # the name is taken from the lazy export while others are imported, and loads it all the same
    return None


def _count(nodes: Collection[str]) -> int:
    return len(modules_of(nodes) - {TESTS})


def _minimum(
    deferrals: Deferrals, view: View, inside: Collection[str], entry: str, module: str, useless: Collection[EdgeKey]
) -> list[ImportEdge] | None:
    """Find a minimum cut between an entry point and a module; parallel imports of one module count together.

    What the entry point reaches by arcs that cannot be cut is one node with it, and what does not lead to the module is left
    out, so that the flow runs on a small part of the graph.
    """
    groups: dict[tuple[str, str], list[ImportEdge]] = {}
    fixed: dict[str, list[str]] = defaultdict(list)
    for node in inside:
        for arc in view.arcs.get(node, ()):
            cause = arc.cause
            if isinstance(cause, ImportEdge) and key_of(cause) not in useless and deferrals.verdict(cause).possible:
                groups.setdefault((node, arc.target), []).append(cause)
            else:
                fixed[node].append(arc.target)
    pinned = _reach(fixed, entry)
    if module in pinned:
        return None
    for source, targets in fixed.items():
        for target in targets:
            groups.pop((source, target), None)
    capacities = _contracted(groups, fixed, pinned, entry, module)
    cut = minimum_cut(capacities, entry, module, _AT_MOST)
    if not cut:
        return None
    chosen = {(source, target) for source, target in groups if (entry if source in pinned else source, target) in cut}
    return [edge for pair in sorted(chosen) for edge in groups[pair]]


def _reach(arcs: Mapping[str, list[str]], start: str) -> set[str]:
    seen, work = {start}, [start]
    while work:
        for target in arcs.get(work.pop(), ()):
            if target not in seen:
                seen.add(target)
                work.append(target)
    return seen


def _contracted(
    groups: Mapping[tuple[str, str], list[ImportEdge]],
    fixed: Mapping[str, list[str]],
    pinned: Collection[str],
    entry: str,
    module: str,
) -> list[tuple[str, str, int | None]]:
    """Return the capacities of the arcs that can lead from the pinned part to a module."""
    backwards: dict[str, list[str]] = defaultdict(list)
    loose = [(s, t) for s, targets in fixed.items() if s not in pinned for t in targets if t not in pinned]
    for source, target in [*groups, *loose]:
        backwards[target].append(source)
    relevant = _reach(backwards, module)
    weights: dict[tuple[str, str], int] = defaultdict(int)
    for (source, target), edges in groups.items():
        if target in relevant and target not in pinned and source in relevant:
            weights[entry if source in pinned else source, target] += len({edge.line for edge in edges})
    found: list[tuple[str, str, int | None]] = [(s, t, weight) for (s, t), weight in weights.items()]
    return found + [(s, t, None) for s, t in loose if s in relevant and t in relevant]


def _stands_up(deferrals: Deferrals, edge: ImportEdge) -> bool:
    """Look at the text of an import that a cut chose; a refusal is remembered."""
    bound = edge.alias or edge.name or edge.imported.partition(".")[0]
    sites = deferrals.use_sites(edge)
    reason = ""
    if sites.at_import:
        reason = f"`{bound}` is used at import on line {sites.at_import[0]}"
    elif len(sites.rebound) > 0:
        reason = f"`{bound}` is bound again on line {sites.rebound[0]}"
    elif sites.one_liners:
        reason = f"a function on line {sites.one_liners[0]} has its body on the line of its `def`"
    elif not sites.functions and not sites.annotations and not deferrals.verdict(edge).exported:
        reason = f"nothing here uses `{bound}`: it is imported for what that does"
    if reason:
        deferrals.refused[key_of(edge)] = reason
    return not reason


def _fix(snapshot: Snapshot, deferrals: Deferrals, cuts: list[Cut]) -> Fix:
    first = max(cuts, key=lambda cut: len(cut.gain.removed))
    edits = first.edits
    reasons = tuple(unsafe_reasons(snapshot, first.edges, first.gain.removed, deferrals))
    places = {(edit.path, edit.line) for edit in edits}
    gains = sorted((cut.gain for cut in cuts), key=lambda gain: (gain.after - gain.before, gain.entry))
    shown = "a test session" if first.gain.entry == TESTS else f"`import {first.gain.entry}`"
    one = edits[0]
    several = f"Put off {len(places)} imports together" if len(places) > 1 else f"Put off the imports of {one.path}:{one.line}"
    what = f"Put off `{one.statement}` ({one.path}:{one.line})" if len(edits) == 1 else several
    target = loaded_by(first.edges[0]) if len(edits) == 1 else first.module
    others = len(first.gain.removed) - 1
    freed = f"`{target}`" + (f" and {others:,} more" if others else "")
    return Fix(
        id="",
        kind="lazy-imports",
        title=f"{what}: {shown} no longer loads {freed} ({first.gain.before:,} → {first.gain.after:,} modules)",
        gains=tuple(gains),
        resolves=1,
        statements=len(places),
        applicability=Applicability.UNSAFE if reasons else Applicability.SAFE,
        reasons=reasons or ("everything put off only defines names", "no name is used while its module is imported"),
        findings=(f"IG101 {first.module}",),
        edits=edits,
    )


def _edit(deferrals: Deferrals, edge: ImportEdge) -> DeferImport:
    snapshot = deferrals.snapshot
    bound = edge.alias or edge.name or edge.imported.partition(".")[0]
    version = snapshot.graph.target.version
    sites = deferrals.use_sites(edge)
    verdict = deferrals.verdict(edge)
    form = Form.FUNCTIONS
    if version >= (3, 15):
        form = Form.LAZY
    elif verdict.exported:
        form = Form.EXPORT
    elif not sites.functions and sites.annotations:
        form = Form.TYPE_CHECKING
    elif not sites.functions:
        form = Form.DELETE
    statement, line = statement_of(snapshot.graph.facts[edge.importer].imports[edge.index], edge)
    return DeferImport(edge.path, line, statement, bound, form, tuple(name for name, _ in sites.functions))


def joint_gain(snapshot: Snapshot, keys: Collection[EdgeKey]) -> Mapping[str, tuple[int, int]]:
    """Return what each entry point loads before and after all the given imports are put off together."""
    deferrals = Deferrals(snapshot, {})
    found = {}
    for view, load in loads(snapshot):
        after = closure(deferrals.after(view, keys), [load.entry.node])
        found[load.entry.node] = (_count(closure(view, [load.entry.node])), _count(after))
    return found
