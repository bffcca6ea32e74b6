"""Just the change between two revisions: imports that came and went, the rings and growth they bring."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from importgraph.findings.entry_points import TESTS
from importgraph.outputs.pictures.drawing import (
    ALARM,
    FAINT,
    FUNCTION,
    GOOD,
    GREEN,
    LINE,
    RED,
    STRONG,
    counted,
    edge,
    node,
    one_line,
    picture,
)
from importgraph.regressions.difference import Difference, Edge, LoadChange
from importgraph.regressions.model import Regression
from importgraph.regressions.revisions import RevisionDiff

MOST_IMPORTS = 36
MOST_CHAINS = 3
_NAMES = 2

Pair = tuple[str, str]


def draw_change(diff: RevisionDiff) -> str:
    """Draw what differs between two revisions, as DOT.

    Imports that the regressions name come first, then others between modules of the tree, then those from
    outside; what finds no room is counted below.
    """
    found = diff.difference
    chains = _chains(diff.regressions)
    steps = {(step.source, step.target): step for one in chains for step in one.chain}
    rings = {pair for one in chains if one.gate in _CYCLES for pair in _pairs(one)}
    culprits = {(one.edge.source, one.edge.target) for one in diff.regressions if one.edge is not None}
    shown = _chosen(found, {*culprits, *steps})
    drawn = {*shown, *steps}
    came = set(found.modules_added)
    lines = [_node(name, diff, rings) for name in sorted({end for pair in drawn for end in pair})]
    lines += [
        _edge(pair, shown.get(pair), came=came, is_ring=pair in rings, is_culprit=pair in culprits)
        for pair in sorted(drawn)
    ]
    return picture(
        f"Imports: {one_line(diff.base)} → {one_line(diff.head)}",
        _notes(diff, len(shown), rings=bool(rings)),
        lines or [node("nothing", "No import changed.", FAINT)],
        rankdir="LR",
        ranksep="0.7",
        nodesep="0.15",
    )


_CYCLES = {"crashes", "latent", "deferred", "type_only"}


def _chains(regressions: Iterable[Regression]) -> list[Regression]:
    """Return new rings and the largest growths, each with its own cause."""
    found: dict[object, Regression] = {}
    ranked = sorted(regressions, key=lambda one: (one.gate not in _CYCLES, -len(one.added), one.subject))
    for one in ranked:
        if one.chain:
            found.setdefault(one.edge, one)
    return list(found.values())[:MOST_CHAINS]


def _pairs(one: Regression) -> list[Pair]:
    return [(step.source, step.target) for step in one.chain]


def _chosen(found: Difference, wanted: set[Pair]) -> dict[Pair, tuple[bool, list[str]]]:
    """Return the imports to draw: by importer and imported, whether it is new, and the names.

    A quarter of the room is kept for those that are gone.
    """
    new, gone = _by_pair(found.edges_added), _by_pair(found.edges_removed)
    inside = {pair[0].partition(".")[0] for pair in (*new, *gone)}

    def order(pair: Pair) -> tuple[bool, bool, Pair]:
        return pair not in wanted, pair[1].partition(".")[0] not in inside, pair

    kept = sorted(new, key=order)[: MOST_IMPORTS - min(len(gone), MOST_IMPORTS // 4)]
    left = sorted(gone.keys() - new.keys(), key=order)[: MOST_IMPORTS - len(kept)]
    return {**{pair: (True, new[pair]) for pair in kept}, **{pair: (False, gone[pair]) for pair in left}}


def _by_pair(edges: Iterable[Edge]) -> dict[Pair, list[str]]:
    names: dict[Pair, list[str]] = defaultdict(list)
    for importer, imported, name in edges:
        names[importer, imported].append(name)
    return names


def _node(name: str, diff: RevisionDiff, rings: set[Pair]) -> str:
    found = diff.difference
    load = next((one for one in found.loads if one.entry == name), None)
    label = "all tests" if name == TESTS else one_line(name)
    if load is not None and load.before != load.after:
        label += f"\nloads {load.before:,} → {load.after:,}"
    if any(name in pair for pair in rings):
        return node(name, label, ALARM)
    if name in found.modules_added:
        return node(name, f"{label}\nnew", GOOD)
    if name in found.modules_removed:
        return node(name, f"{label}\nremoved", FAINT)
    if name.endswith("()"):
        return node(name, label, FUNCTION)
    return node(name, label, STRONG if load is not None else {})


def _edge(
    pair: Pair,
    change: tuple[bool, list[str]] | None,
    *,
    came: set[str],
    is_ring: bool,
    is_culprit: bool,
) -> str:
    if change is None:
        quiet = GREEN if came & set(pair) else LINE  # a new module, or a step that no statement makes
        looks = {"color": RED if is_ring else quiet, "penwidth": "1.6" if is_ring else "1"}
        return edge(*pair, **looks)
    is_new, names = change
    said = [name for name in names if name]
    more = f" and {len(said) - _NAMES} more" if len(said) > _NAMES else ""
    label = one_line(", ".join(said[:_NAMES]) + more) if said else ""
    if not is_new:
        return edge(*pair, label=label, style="dashed", color=LINE, fontcolor=LINE)
    color = RED if is_ring or is_culprit else GREEN
    return edge(*pair, label=label, color=color, fontcolor=color, penwidth="2.4" if is_culprit else "1.6")


def _notes(diff: RevisionDiff, drawn: int, *, rings: bool) -> Iterator[str]:
    found = diff.difference
    new = {edge[:2] for edge in found.edges_added}
    gone = {edge[:2] for edge in found.edges_removed} - new
    counts = [counted(len(new), "new import"), counted(len(gone), "removed import")]
    counts += [counted(len(found.cycles_added), "new or changed cycle")] if found.cycles_added else []
    counts += [counted(len(found.cycles_removed), "ended or changed cycle")] if found.cycles_removed else []
    yield f"{', '.join(counts)}; {diff.modules[0]:,} → {diff.modules[1]:,} modules."
    grown = [one for one in found.loads if one.before != one.after]
    growth = sorted(grown, key=lambda one: (-abs(one.after - one.before), one.entry))
    yield from (_growth(one) for one in growth[:MOST_CHAINS])
    legend = (
        "Green: new. Red: new, and the cause of more loading or of a cycle. Dashed: removed. Grey: was there."
    )
    yield legend + (" Red boxes: a new ring." if rings else "")
    if len(new | gone) > drawn:
        yield f"{len(new | gone) - drawn:,} more changed imports are not drawn."


def _growth(one: LoadChange) -> str:
    entry = "A test session" if one.entry == TESTS else f"import {one.entry}"
    change = f"{one.before:,} → {one.after:,} modules of this tree"
    others = counted(len(one.added), "name")
    return f"{entry} loads {change}; {others} newly loaded, {len(one.removed):,} no longer."
