"""Does every module still import first once imports are rewritten? Asked where a fix is to be applied."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from importgraph.fixes.deferring.import_orders import Edited, Pair, import_orders
from importgraph.fixes.model import CutImport, DeferImport, Edit, Fix, RewriteImport, SkippedFix
from importgraph.fixes.sets.cut_sets import texts_after
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import loaded_by, runs_at_import
from importgraph.names import is_within, resolve_relative
from importgraph.snapshot import Snapshot, once_per_snapshot

ASKED_LATER = "whether a module fails then when it is imported first is asked where it is applied"
_KINDS = {"canonical-imports", "cycle-break"}


def is_open(snapshot: Snapshot, edits: Sequence[RewriteImport]) -> bool:
    """Tell whether rewrites change in which order modules of a ring are imported, as far as is cheap to see.

    New imports that close a ring are not looked at. Where one module is a package around the other, both
    imports execute the package first.
    """
    later: dict[Pair, None] = {}
    for edit in edits:
        for edge in _edges(snapshot, edit):
            old, new = loaded_by(edge), _target(snapshot, edge, edit)
            if not (is_within(old, new) or is_within(new, old)):
                later[edge.importer, old] = None
                later[edge.importer, new] = None
    orders, gone = import_orders(snapshot), Edited(dict, tuple(later))
    return bool(later) and bool(orders.rings(gone) or orders.entered(gone))


def checked(snapshot: Snapshot, fix: Fix) -> Fix | SkippedFix:
    """Return a fix without the rewrites after which some module fails when it is imported first.

    Returns:
        The fix with a reason for each statement that stays, or why nothing of it can be applied.
    """
    if fix.kind not in _KINDS or any(isinstance(edit, CutImport) for edit in fix.edits):
        return fix
    failing, unasked = _ask(snapshot, fix.edits)
    if not failing:
        reasons = [one for one in fix.reasons if one != ASKED_LATER] + ([unasked] if unasked else [])
        return replace(fix, reasons=tuple(reasons))
    kept = tuple(edit for edit in fix.edits if not _closes(snapshot, edit))
    if fix.kind == "cycle-break" or not kept or kept == fix.edits or _ask(snapshot, kept)[0]:
        return SkippedFix(fix.kind, fix.title, failing)
    left = len(fix.edits) - len(kept)
    why = f"{left} statement{'s stay' if left > 1 else ' stays'} as written: {failing}"
    reasons = [*(one for one in fix.reasons if one != ASKED_LATER), why]
    return replace(fix, edits=kept, statements=len(kept), reasons=tuple(reasons))


def _ask(snapshot: Snapshot, edits: Sequence[Edit]) -> tuple[str, str]:
    """Return which import fails then, and what is not known."""
    verdict = import_orders(snapshot).ask(
        Edited(partial(texts_after, snapshot, edits), *_pairs(snapshot, edits))
    )
    return verdict.failing, verdict.unasked


def _closes(snapshot: Snapshot, edit: Edit) -> bool:
    """Tell whether an edit makes a module import one that loads it."""
    _, sooner = _pairs(snapshot, [edit])
    return bool(import_orders(snapshot).rings(Edited(dict, (), sooner)))


def _pairs(snapshot: Snapshot, edits: Sequence[Edit]) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """Return the imports that no longer run where they ran, and those that run instead."""
    later: dict[Pair, None] = {}
    sooner: dict[Pair, None] = {}
    for edit in edits:
        if isinstance(edit, RewriteImport | DeferImport):
            for edge in _edges(snapshot, edit):
                later[edge.importer, loaded_by(edge)] = None
                if isinstance(edit, RewriteImport):
                    sooner[edge.importer, _target(snapshot, edge, edit)] = None
    return tuple(later), tuple(pair for pair in sooner if pair[1] in snapshot.graph.modules)


def _edges(snapshot: Snapshot, edit: RewriteImport | DeferImport) -> Iterator[ImportEdge]:
    """Yield the imports at the line of an edit that run while the module is imported."""
    module = _by_path(snapshot).get(edit.path, "")
    for edge in snapshot.graph.by_importer.get(module, ()):
        if edge.line == edit.line and edge.function < 0 and runs_at_import(edge):
            yield edge


def _target(snapshot: Snapshot, edge: ImportEdge, edit: RewriteImport) -> str:
    words = edit.after.split()
    module = words[1] if len(words) > 1 else ""
    level = len(module) - len(module.lstrip("."))
    package = snapshot.graph.modules[edge.importer].package
    return (resolve_relative(package, level, module[level:]) or "") if level else module


@once_per_snapshot
def _by_path(snapshot: Snapshot) -> Mapping[str, str]:
    return {module.path: name for name, module in snapshot.graph.modules.items()}
