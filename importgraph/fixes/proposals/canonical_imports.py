"""Rewrite statements to the canonical path of what they import."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from msgspec.structs import replace

from importgraph.facts.model import Origin
from importgraph.findings.fragmentation import Fragment, measure_fragmentation
from importgraph.findings.model import Location
from importgraph.fixes.model import Applicability, Fix, RewriteImport
from importgraph.fixes.proposals.import_diffs import diff_of
from importgraph.fixes.sets.rewritten_orders import ASKED_LATER, is_open
from importgraph.graph.model import ImportEdge
from importgraph.graph.reachability import Pair, leading_pairs
from importgraph.names import is_within
from importgraph.snapshot import Snapshot, once_per_snapshot

KIND = "canonical-imports"
_DIFF_STATEMENTS = 3


def propose_canonical_imports(snapshot: Snapshot) -> Iterator[Fix]:
    """Propose one rewrite for each definition with stray statements.

    A rewrite that may close a cycle at module level is left to a person, with the reason.
    """
    by_place: dict[Location, list[ImportEdge]] = defaultdict(list)
    for edge in snapshot.graph.imports:
        by_place[Location(edge.path, edge.line, edge.column)].append(edge)
    astray = [
        (fragment, [edge for place in fragment.stray for edge in by_place[place] if edge.name is not None])
        for fragment in measure_fragmentation(snapshot).definitions
        if fragment.stray
    ]
    pairs = {(edge.importer, fragment.canonical) for fragment, edges in astray for edge in edges}
    pairs.update([(canonical, importer) for importer, canonical in pairs])
    loads = leading_pairs(snapshot.runtime.successors, pairs)
    for fragment, edges in astray:
        yield _fix(snapshot, fragment, edges, loads)


def _fix(snapshot: Snapshot, fragment: Fragment, edges: list[ImportEdge], loads: Collection[Pair]) -> Fix:
    edits = tuple(_edit(snapshot, fragment, edge) for edge in edges)
    reasons = tuple(_risks(snapshot, fragment, edges, loads))
    if is_open(snapshot, edits) or any("close a cycle" in reason for reason in reasons):
        reasons += (ASKED_LATER,)
    accepted = round(fragment.canonical_usage * 100)
    return Fix(
        id="",
        kind=KIND,
        title=f"Take `{fragment.name}` from `{fragment.canonical}` everywhere "
        f"({accepted} % of statements do)",
        gains=(),
        resolves=len(fragment.stray),
        statements=len(edits),
        applicability=Applicability.UNSAFE if reasons else Applicability.SAFE,
        reasons=reasons
        or ("both paths give the same object", "the canonical module is loaded by each importer already"),
        findings=(f"IG301 {fragment.module}.{fragment.name}",),
        edits=edits,
    )


def with_diffs(snapshot: Snapshot, fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    """Give the rewrites of few statements their diffs, for whose sake each file is parsed twice."""
    return tuple(
        replace(fix, diff=diff_of(snapshot, [edit for edit in fix.edits if isinstance(edit, RewriteImport)]))
        if fix.kind == KIND and len(fix.edits) <= _DIFF_STATEMENTS
        else fix
        for fix in fixes
    )


def _edit(snapshot: Snapshot, fragment: Fragment, edge: ImportEdge) -> RewriteImport:
    item = snapshot.graph.facts[edge.importer].imports[edge.index] if edge.index >= 0 else None
    written = f"{'.' * item.level}{item.module}" if item is not None else edge.imported
    alias = f" as {edge.alias}" if edge.alias else ""
    after_alias = alias if edge.name == fragment.name or edge.alias else f" as {edge.name}"
    before = f"from {written} import {edge.name}{alias}"
    return RewriteImport(
        edge.path, edge.line, before, f"from {fragment.canonical} import {fragment.name}{after_alias}"
    )


def _risks(
    snapshot: Snapshot, fragment: Fragment, edges: list[ImportEdge], loads: Collection[Pair]
) -> Iterator[str]:
    """Yield what may go wrong.

    Args:
        snapshot: The tree.
        fragment: What is taken from elsewhere.
        edges: The imports that take it.
        loads: Of the pairs of an importer and the canonical module, either way, those whose first loads
            the second.
    """
    canonical = fragment.canonical
    importers = dict.fromkeys([edge.importer for edge in edges])
    inside = [name for name in importers if is_within(name, canonical)]
    if inside:
        yield f"`{inside[0]}` stands inside `{canonical}`: taking the name from there may close a cycle"
    circular = [n for n in importers if (canonical, n) in loads and not is_within(n, canonical)]
    if circular:
        yield f"`{canonical}` loads `{circular[0]}`: the rewrite may close a cycle"
    more = [name for name in importers if (name, canonical) not in loads]
    if more:
        yield f"`{more[0]}` does not load `{canonical}` today and would load more"
    patched = f"{edges[0].imported}.{fragment.name}" if edges else ""
    if patched and patched in _patch_targets(snapshot):
        yield f"tests patch `{patched}`"


@once_per_snapshot
def _patch_targets(snapshot: Snapshot) -> str:
    """Return all that tests patch, a line each."""
    imports = (item for facts in snapshot.graph.facts.values() for item in facts.imports)
    return "\n".join(item.module for item in imports if item.origin is Origin.MOCK)
