"""Delete imports whose name nothing uses.

An import may be there for what it does: only where its text, and that of all it alone loads, shows that it
does nothing, the deletion is safe.
"""

from collections import defaultdict
from collections.abc import Iterator

from importgraph.facts.model import Flow, StepKind
from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.deferring.import_verdicts import bound_by, key_of
from importgraph.fixes.model import Applicability, DeferImport, Fix, Form, Reason
from importgraph.fixes.safety.safety import Safety
from importgraph.fixes.texts.mentions import mentions
from importgraph.fixes.texts.statements import statement_of
from importgraph.graph.model import ImportEdge, Kind
from importgraph.graph.views import closure
from importgraph.snapshot import Snapshot

KIND = "unused-import"
_MOST = 400
"""Imports that are looked at: each takes a look at all that it loads."""
_ACCEPTED = ("noqa", "unused-import", "importgraph: ignore", "isort: skip", "pragma")
_SHOWN = 4
_HOOKS = frozenset(
    [
        *("build_wheel", "build_sdist", "build_editable", "prepare_metadata_for_build_wheel"),
        *("prepare_metadata_for_build_editable", "get_requires_for_build_wheel"),
        *("get_requires_for_build_sdist", "get_requires_for_build_editable"),
    ]
)
"""What builds ask a backend for, whatever names it (PEP 517, PEP 660)."""
_Found = tuple[DeferImport, tuple[Reason, ...]]


def propose_unused_imports(snapshot: Snapshot) -> Iterator[Fix]:
    """Propose up to two deletions for each file: of imports that do nothing, and of those that may."""
    deferrals = Deferrals(snapshot, {})
    safety = Safety(snapshot, deferrals)
    files: dict[tuple[str, bool], list[_Found]] = defaultdict(list)
    for edge in [edge for edge in snapshot.graph.imports if _is_unused(deferrals, edge)][:_MOST]:
        reasons = tuple(_reasons(deferrals, safety, edge))
        line = deferrals.statement_line(edge)
        statement = statement_of(snapshot.graph.facts[edge.importer].imports[edge.index])
        edit = DeferImport(edge.path, line, statement, bound_by(edge), Form.DELETE, (), edge.submodule)
        files[edge.path, not reasons].append((edit, reasons))
    for (path, safe), found in sorted(files.items()):
        yield _fix(path, found, safe=safe)


def _is_unused(deferrals: Deferrals, edge: ImportEdge) -> bool:
    """Tell whether nothing names what an import binds, in code or text, and nobody says why it is there."""
    snapshot = deferrals.snapshot
    module = snapshot.graph.modules.get(edge.importer)
    if module is None or module.kind not in {Kind.MODULE, Kind.ORPHAN, Kind.SCRIPT, Kind.PACKAGE}:
        return False
    passed_on = edge.alias is not None and edge.alias in {edge.name, edge.imported}
    if edge.missing or passed_on or edge.imported == "__future__" or bound_by(edge) in _HOOKS:
        return False
    if not deferrals.verdict(edge).unused:
        return False
    bound, tree = bound_by(edge), deferrals.tree(edge.path)
    sites = deferrals.use_sites(edge)
    if sites.at_import or sites.functions or sites.annotations or sites.rebound:
        return False
    lines = snapshot.read_text(edge.path).split("\n")
    around = lines[deferrals.statement_line(edge) - 1 : edge.line]
    if any(word in line for line in around for word in _ACCEPTED):
        return False
    uses = sum(bound in mentions(node) for node in tree.body)
    return uses == 1  # the statement itself


def _reasons(deferrals: Deferrals, safety: Safety, edge: ImportEdge) -> Iterator[Reason]:
    snapshot = deferrals.snapshot
    view = snapshot.loading
    after = deferrals.after(view, {key_of(edge)})
    before, rest = closure(view, [edge.importer]), closure(after, [edge.importer])
    freed = before - rest
    yield from safety.reasons([edge], freed, before, ("imported for its effect",))
    for module in sorted(freed & snapshot.graph.facts.keys()):  # what is deferred is done later, this never
        path = snapshot.graph.modules[module].path
        calls = (s for s in snapshot.graph.facts[module].body if s.kind is StepKind.CALL)
        call = next((s for s in calls if not s.flow & Flow.DEAD), None)
        if call is not None:
            yield Reason(
                "calls functions at import", f"`{call.name}()` would never be called", path, call.line
            )
    alone = deferrals.left_alone(view, after, freed, [edge])
    if alone:
        yield Reason("reached by others", alone, edge.path, edge.line, known=True)
    if not snapshot.graph.facts[edge.importer].definitions:
        why = f"`{edge.importer}` defines nothing itself: what it imports may be what it is for"
        yield Reason("may be passed on", why, edge.path, edge.line)
    if edge.at_import != "runs":
        yield Reason("may not run", "it is not known whether the import runs", edge.path, edge.line)


def _fix(path: str, found: list[_Found], *, safe: bool) -> Fix:
    edits = tuple(edit for edit, _ in found)
    names = ", ".join(f"`{edit.bound}`" for edit in edits[:_SHOWN])
    more = f" and {len(edits) - _SHOWN} more" if len(edits) > _SHOWN else ""
    why = tuple(dict.fromkeys(reason.text for _, reasons in found for reason in reasons))
    return Fix(
        id="",
        kind=KIND,
        title=f"Delete {len(edits)} import{'s' if len(edits) > 1 else ''} that nothing uses from {path}: "
        f"{names}{more}",
        gains=(),
        resolves=len(edits),
        statements=len({edit.line for edit in edits}),
        applicability=Applicability.SAFE if safe else Applicability.UNSAFE,
        reasons=why or ("nothing names them, and what they load does nothing else",),
        findings=(),
        edits=edits,
    )
