"""Rewrite statements to the canonical path of what they import."""

import difflib
from collections import defaultdict
from collections.abc import Iterator, Sequence

from importgraph.facts.model import Origin
from importgraph.findings.fragmentation import Fragment, measure_fragmentation
from importgraph.findings.model import Location
from importgraph.fixes.model import Applicability, Fix, RewriteImport
from importgraph.fixes.rewrite import Refused, rewrite
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import closure
from importgraph.names import is_within
from importgraph.snapshot import Snapshot, once_per_snapshot

_DIFF_STATEMENTS = 3


def propose_canonical_imports(snapshot: Snapshot) -> Iterator[Fix]:
    """Propose one rewrite for each definition with stray statements.

    A rewrite that would close a cycle at module level is left to a person, with the reason.
    """
    by_place: dict[Location, list[ImportEdge]] = defaultdict(list)
    for edge in snapshot.graph.imports:
        by_place[Location(edge.path, edge.line, edge.column)].append(edge)
    for fragment in measure_fragmentation(snapshot).definitions:
        if fragment.stray:
            edges = [edge for place in fragment.stray for edge in by_place[place] if edge.name is not None]
            yield _fix(snapshot, fragment, edges)


def _fix(snapshot: Snapshot, fragment: Fragment, edges: list[ImportEdge]) -> Fix:
    edits = tuple(_edit(snapshot, fragment, edge) for edge in edges)
    reasons = tuple(_risks(snapshot, fragment, edges))
    accepted = round(fragment.canonical_usage * 100)
    few = len(edits) <= _DIFF_STATEMENTS
    return Fix(
        id="",
        kind="canonical-imports",
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
        diff=_diff(snapshot, edits) if few else "",
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


def _risks(snapshot: Snapshot, fragment: Fragment, edges: list[ImportEdge]) -> Iterator[str]:
    inside = [edge for edge in edges if is_within(edge.importer, fragment.canonical)]
    if inside:
        inner, canonical = inside[0].importer, fragment.canonical
        yield f"`{inner}` stands inside `{canonical}`: taking the name from there may close a cycle"
    loaded = closure(snapshot.runtime, [fragment.canonical])
    circular = [edge for edge in edges if edge.importer in loaded and edge not in inside]
    if circular:
        yield f"`{fragment.canonical}` loads `{circular[0].importer}`: the rewrite may close a cycle"
    more = [edge for edge in edges if fragment.canonical not in closure(snapshot.runtime, [edge.importer])]
    if more:
        yield f"`{more[0].importer}` does not load `{fragment.canonical}` today and would load more"
    patched = f"{edges[0].imported}.{fragment.name}" if edges else ""
    if patched and patched in _patch_targets(snapshot):
        yield f"tests patch `{patched}`"


@once_per_snapshot
def _patch_targets(snapshot: Snapshot) -> str:
    """Return all that tests patch, a line each."""
    imports = (item for facts in snapshot.graph.facts.values() for item in facts.imports)
    return "\n".join(item.module for item in imports if item.origin is Origin.MOCK)


def _diff(snapshot: Snapshot, edits: Sequence[RewriteImport]) -> str:
    """Return the change as a unified diff; empty where a statement is not one that can be rewritten."""
    lines: list[str] = []
    for path in sorted({edit.path for edit in edits}):
        before = snapshot.read_text(path)
        after = rewrite(before, [edit for edit in edits if edit.path == path])
        if isinstance(after, Refused):
            return ""
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
        lines += difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", n=1)
    return "".join(lines)
