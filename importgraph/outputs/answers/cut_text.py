"""A cut as text and JSON (`importgraph/cut/1`)."""

from collections.abc import Iterable, Iterator

import msgspec

from importgraph.findings.model import amount
from importgraph.fixes.model import Gain
from importgraph.fixes.sets.cut_sets import Cut
from importgraph.fixes.sets.cut_verification import Verification
from importgraph.fixes.sets.entry_cuts import SURE, Budgeted, Doubts, Uncut
from importgraph.outputs.documents.markdown import words
from importgraph.quoting import json_text, page

_NAMES = 8


def cut_text(
    entry: str,
    module: str,
    found: Cut | Uncut,
    doubts: Doubts = SURE,
    verified: Verification | None = None,
) -> str:
    """Say which statements to defer, or what stands in the way.

    Args:
        entry: The module that is imported.
        module: The one that should not load.
        found: The answer.
        doubts: What weakens the answer.
        verified: What a run showed, if there was one.
    """
    if not isinstance(found, Cut):
        return _joined([*_uncut_lines(entry, module, found), *_doubts(doubts)], ())
    shown = _verified(entry, found.gain, verified) if verified else ()
    return _joined([*_cut_lines(entry, module, found), *_doubts(doubts)], shown, verified)


def _joined(lines: list[str], shown: Iterable[str], verified: Verification | None = None) -> str:
    """Put lines together: what a run refuted comes first."""
    order = [*lines, *shown] if verified is None or verified.holds else [*shown, *lines]
    return page(line.replace("`", "") for line in order)


def _verified(entry: str, gain: Gain, found: Verification) -> Iterator[str]:
    """Say whether a promise holds, with the measurement beside it."""
    ways = {"knock-out": "the statements knocked out by a filter", "edits": "the edits made in a copy"}
    how = f"Python {found.python}, {ways[found.method]}"
    if found.error:
        yield f"Refuted ({how}): importing {entry} fails then: {found.error}"
    elif found.still:
        yield f"Refuted ({how}): importing {entry} still loads {_some(found.still)}"
    else:
        yield f"Verified ({how}): {_some_out(gain)}."
    for one in found.at_once:
        copy = " (lines of the copy)" if found.method == "edits" and one.where else ""
        asked = f", asked for by {one.where}{copy}" if one.where else ""
        yield f"  {one.path}:{one.line}: {one.imported} is loaded at once{asked}"
    named = {one.imported for one in found.at_once}
    copy = " (lines of the copy)" if found.method == "edits" else ""
    for module, where in [pair for pair in found.askers if pair[0] not in named][:_NAMES]:
        yield f"  {module} is asked for by {where}{copy}"
    if found.saved_us is None:
        return
    mark = "≈ " if gain.estimated else ""
    promised = f"{mark}{gain.saved / 1000:,.1f} ms promised, " if gain.unit == "us" else ""
    yield (
        f"{promised}{found.saved_us / 1000:,.1f} ms measured, "
        f"give or take {(found.spread_us or 0) / 1000:,.1f} ms "
        f"({(found.before_us or 0) / 1000:,.1f} → {(found.after_us or 0) / 1000:,.1f} ms of CPU, "
        f"best of {found.rounds} rounds in turn, garbage collector off)."
    )
    if found.more:
        why = (
            " (a filter cannot tell the names of one statement apart)" if found.method == "knock-out" else ""
        )
        yield f"Freed besides: {_some(found.more)}{why}"


def _some_out(gain: Gain) -> str:
    if len(gain.removed) == 1:
        return f"{gain.removed[0]} stays out"
    return f"all {len(gain.removed):,} modules stay out"


def _cut_lines(entry: str, module: str, found: Cut) -> Iterator[str]:
    statements = len(found.statements)
    plural = "s" if statements != 1 else ""
    yield f"Defer {statements} statement{plural}, and import {entry} does not load {module}:"
    yield from (f"  {words(edit)}" for edit in found.edits)
    yield f"{_change(found.gain)}: {_some(found.gain.removed)}"
    if found.unasked:
        yield f"Not known: {found.unasked}. --verify finds out."


def _uncut_lines(entry: str, module: str, found: Uncut) -> Iterator[str]:
    yield f"No edit of statements keeps {module} from loading with {entry}. {found.reason}"
    for step in found.chain:
        place = f"{step.path}:{step.line}" if step.line is not None else "implied"
        yield f"  {step.importer} -> {step.imported}    {place}: {step.reason}"


def _change(gain: Gain) -> str:
    return gain.change if gain.unit == "us" else f"{gain.change} (static count, not time)"


def _doubts(doubts: Doubts) -> list[str]:
    lines = []
    if doubts.unmeasured:
        count = amount(doubts.unmeasured, "modules")
        lines.append(f"The profile does not know {count} of ours; they weigh nothing.")
    if doubts.unknown:
        lines.append(
            f"What these cost is not known, for they are not installed here: {_some(doubts.unknown)}. "
            "Name the environment with --python."
        )
    if doubts.compiled:
        lines.append(
            f"Compiled modules stay loaded, and what they import cannot be read: {_some(doubts.compiled)}. "
            "--verify finds out."
        )
    if doubts.open:
        path, line = doubts.open[0]
        more = f" (and {len(doubts.open) - 1} more)" if len(doubts.open) > 1 else ""
        lines.append(f"More may load: {path}:{line}{more} imports a computed name. --verify finds out.")
    return lines


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _NAMES:,} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more


def _edits(found: Cut) -> list[dict[str, object]]:
    rows = [
        {"importer": edge.importer, "imported": edge.imported, **msgspec.to_builtins(edit)}
        for edge, edit in zip(found.edges, found.edits, strict=True)
    ]
    return sorted(rows, key=lambda row: (row["path"], row["line"], row["bound"]))


def _gain(gain: Gain | None, doubts: Doubts) -> dict[str, object]:
    """Return what is promised of a gain: `gain_us` is null unless it was measured."""
    if gain is None:
        return {
            "removed": [],
            "unit": None,
            "before": None,
            "after": None,
            "gain_us": None,
            "estimated": False,
            "unknown": [],
            "open": [],
        }
    return {
        "removed": list(gain.removed),
        "unit": gain.unit,
        "before": gain.before,
        "after": gain.after,
        "gain_us": None if gain.unit != "us" or (doubts.unknown and not gain.saved) else gain.saved,
        "unknown": list(doubts.unknown),
        "estimated": gain.estimated,
        "unmeasured": doubts.unmeasured if gain.unit == "us" else None,
        "compiled": list(doubts.compiled),
        "open": [{"path": path, "line": line} for path, line in doubts.open],
    }


def _verification(found: Verification | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {"holds": found.holds, "saved_us": found.saved_us, **msgspec.to_builtins(found)}


def cut_json(
    entry: str,
    module: str,
    found: Cut | Uncut,
    doubts: Doubts = SURE,
    verified: Verification | None = None,
) -> str:
    """Render a cut, or what blocks it; `verification` is null where nothing was run."""
    document = {
        "schema": "importgraph/cut/1",
        "entry": entry,
        "module": module,
        "edits": _edits(found) if isinstance(found, Cut) else [],
        **_gain(found.gain if isinstance(found, Cut) else None, doubts),
        "reason": found.reason if isinstance(found, Uncut) else None,
        "blocked": [msgspec.to_builtins(step) for step in found.chain] if isinstance(found, Uncut) else [],
        "verification": _verification(verified),
    }
    return json_text(document)


def budget_text(spent: Budgeted, doubts: Doubts = SURE, verified: Verification | None = None) -> str:
    """Say which statements save most together."""
    lines = [f"import {spent.gain.entry}: {_change(spent.gain)}"]
    for one in spent.cuts:
        saved = amount(one.gain.saved, one.gain.unit, estimated=one.gain.estimated)
        lines.append(f"together free {saved}, among them {one.module}:")
        lines += [f"  {words(edit)}" for edit in one.edits]
    if not spent.cuts:
        lines.append("No set of that size frees anything.")
    shown = _verified(spent.gain.entry, spent.gain, verified) if verified else ()
    return _joined([*lines, *_doubts(doubts)], shown, verified)


def budget_json(spent: Budgeted, doubts: Doubts = SURE, verified: Verification | None = None) -> str:
    """Render the statements that save most together."""
    document = {
        "schema": "importgraph/cut/1",
        "entry": spent.gain.entry,
        "module": None,
        "edits": [row for one in spent.cuts for row in _edits(one)],
        "sets": [{"edits": _edits(one), **_gain(one.gain, doubts)} for one in spent.cuts],
        **_gain(spent.gain, doubts),
        "blocked": [],
        "verification": _verification(verified),
    }
    return json_text(document)
