"""Point an import that fails at where the module or name went, where there is evidence of that."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from importgraph.findings.missing.unresolved import State, Unresolved, find_failing
from importgraph.fixes.model import Applicability, Edit, Fix, RewriteImport
from importgraph.fixes.proposals.import_diffs import diff_of
from importgraph.fixes.proposals.moved_names import renamed_module
from importgraph.graph.model import ImportEdge
from importgraph.names import parent
from importgraph.snapshot import Snapshot

MISSING = "missing-import"
MISSING_TYPE = "missing-type-import"
"""The same where only type checkers see the import."""
_CODES = {"IG401", "IG402", "IG403"}
_ASIDE = {State.COPY, State.FIXTURE}
_Pair = tuple[Unresolved, ImportEdge]


def propose_missing_imports(snapshot: Snapshot) -> Iterator[Fix]:
    """Propose one rewrite for each missing module or name of which it is known where it went.

    Nothing is proposed for copies, archives and fixtures, nor for what only looks alike.
    """
    failing = find_failing(snapshot)
    groups: dict[tuple[str, str, str, bool], list[_Pair]] = defaultdict(list)
    for one, edge in zip(failing.imports, failing.edges, strict=True):
        is_text = edge.importer in snapshot.graph.facts  # the code of a notebook is not its file's text
        if one.suggestion and one.code in _CODES and one.state not in _ASIDE and is_text:
            groups[one.code, one.asked, one.suggestion, one.type_only].append((one, edge))
    for (code, target, suggestion, type_only), pairs in groups.items():
        yield _fix(snapshot, f"{code} {target}", suggestion, pairs, MISSING_TYPE if type_only else MISSING)


def _fix(snapshot: Snapshot, finding: str, suggestion: str, pairs: Sequence[_Pair], kind: str) -> Fix:
    first = pairs[0][0]
    made = [_edits(snapshot, one, edge) for one, edge in pairs]
    edits = tuple(dict.fromkeys(edit for some in made for edit in some))
    diff = diff_of(snapshot, edits) if all(made) else ""
    return Fix(
        id="",
        kind=kind,
        title=f"Import `{suggestion}` where `{first.asked}` is asked for ({first.path}:{first.line})",
        gains=(),
        resolves=len(pairs),
        statements=len(pairs),
        applicability=Applicability.UNSAFE if diff else Applicability.MANUAL,
        reasons=(first.evidence,),
        findings=(finding,),
        edits=edits,
        diff=diff,
    )


def _edits(snapshot: Snapshot, one: Unresolved, edge: ImportEdge) -> tuple[Edit, ...]:
    """Return what puts one import right; nothing where more has to change than can be shown to be right."""
    item = snapshot.graph.item(edge)
    suggestion = one.suggestion or ""
    plain = one.wanted is None and item is not None and item.alias is None
    if plain and item is not None and suggestion in snapshot.graph.modules:
        return tuple(renamed_module(snapshot, one.path, item, suggestion))
    edit = _edit(snapshot, one, edge)
    return (edit,) if edit is not None else ()


def _edit(snapshot: Snapshot, one: Unresolved, edge: ImportEdge) -> RewriteImport | None:
    """Return the statement with another module, or None where more than the statement has to change."""
    suggestion, wanted = one.suggestion or "", one.wanted
    item = snapshot.graph.item(edge)
    if item is None or wanted == "*":
        return None
    alias = f" as {item.alias}" if item.alias else ""
    if wanted is None:  # `import a.b` binds `a`: only under another name does the rest of the file stay
        before = f"import {item.module}{alias}"
        return RewriteImport(one.path, one.line, before, f"import {suggestion}{alias}") if alias else None
    before = f"from {'.' * item.level}{item.module} import {wanted}{alias}"
    is_whole = one.name is not None or suggestion not in snapshot.graph.modules
    module, name = (parent(suggestion), suggestion.rpartition(".")[2]) if is_whole else (suggestion, wanted)
    if not module:
        return None
    bound = alias or (f" as {wanted}" if name != wanted else "")
    return RewriteImport(one.path, one.line, before, f"from {module} import {name}{bound}")
