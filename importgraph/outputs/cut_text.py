"""A cut as text and JSON (`importgraph/cut/1`)."""

from collections.abc import Iterator
from typing import Any

import msgspec

from importgraph.findings.model import amount
from importgraph.fixes.entry_cuts import Budgeted, Uncut
from importgraph.fixes.lazy_imports import Cut
from importgraph.fixes.model import Gain
from importgraph.outputs.json_report import dump
from importgraph.outputs.markdown import words

_NAMES = 8


def cut_text(entry: str, module: str, found: Cut | Uncut, unmeasured: int = 0) -> str:
    """Say which statements to put off, or what stands in the way.

    Args:
        entry: The module that is imported.
        module: The one that should not load.
        found: The answer.
        unmeasured: How many modules of ours the profile does not know.
    """
    lines = _cut_lines(entry, module, found) if isinstance(found, Cut) else _uncut_lines(entry, module, found)
    return "\n".join([*lines, *_unmeasured(unmeasured)]).replace("`", "") + "\n"


def _cut_lines(entry: str, module: str, found: Cut) -> Iterator[str]:
    statements = len({(edit.path, edit.line) for edit in found.edits})
    plural = "s" if statements != 1 else ""
    yield f"Put off {statements} statement{plural}, and import {entry} does not load {module}:"
    yield from (f"  {words(edit)}" for edit in found.edits)
    yield f"{_change(found.gain)}: {_some(found.gain.removed)}"


def _uncut_lines(entry: str, module: str, found: Uncut) -> Iterator[str]:
    yield f"No edit of statements keeps {module} from loading with {entry}. {found.reason}"
    for step in found.chain:
        place = f"{step.path}:{step.line}" if step.line is not None else "implied"
        yield f"  {step.importer} -> {step.imported}    {place}: {step.reason}"


def _change(gain: Gain) -> str:
    return gain.change if gain.unit == "us" else f"{gain.change} (static count, not time)"


def _unmeasured(count: int) -> list[str]:
    if not count:
        return []
    return [f"The profile does not know {amount(count, 'modules')} of ours; they weigh nothing."]


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _NAMES:,} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more


def _edits(found: Cut) -> list[dict[str, Any]]:
    rows = [
        {"importer": edge.importer, "imported": edge.imported, **msgspec.to_builtins(edit)}
        for edge, edit in zip(found.edges, found.edits, strict=True)
    ]
    return sorted(rows, key=lambda row: (row["path"], row["line"], row["bound"]))


def _gain(gain: Gain | None, unmeasured: int) -> dict[str, Any]:
    """Return what is promised of a gain: `gain_us` is null unless it was measured."""
    if gain is None:
        return {"removed": [], "unit": None, "before": None, "after": None, "gain_us": None}
    return {
        "removed": list(gain.removed),
        "unit": gain.unit,
        "before": gain.before,
        "after": gain.after,
        "gain_us": gain.before - gain.after if gain.unit == "us" else None,
        "unmeasured": unmeasured if gain.unit == "us" else None,
    }


def cut_json(entry: str, module: str, found: Cut | Uncut, unmeasured: int = 0) -> str:
    """Render a cut, or what blocks it."""
    document = {
        "schema": "importgraph/cut/1",
        "entry": entry,
        "module": module,
        "edits": _edits(found) if isinstance(found, Cut) else [],
        **_gain(found.gain if isinstance(found, Cut) else None, unmeasured),
        "reason": found.reason if isinstance(found, Uncut) else None,
        "blocked": [msgspec.to_builtins(step) for step in found.chain] if isinstance(found, Uncut) else [],
    }
    return dump(document)


def budget_text(spent: Budgeted, unmeasured: int = 0) -> str:
    """Say which statements save most together."""
    lines = [f"import {spent.gain.entry}: {_change(spent.gain)}"]
    for one in spent.cuts:
        saved = amount(one.gain.before - one.gain.after, one.gain.unit)
        lines.append(f"together free {saved}, among them {one.module}:")
        lines += [f"  {words(edit)}" for edit in one.edits]
    if not spent.cuts:
        lines.append("No set of that size frees anything.")
    return "\n".join([*lines, *_unmeasured(unmeasured)]).replace("`", "") + "\n"


def budget_json(spent: Budgeted, unmeasured: int = 0) -> str:
    """Render the statements that save most together."""
    document = {
        "schema": "importgraph/cut/1",
        "entry": spent.gain.entry,
        "module": None,
        "edits": [row for one in spent.cuts for row in _edits(one)],
        "sets": [{"edits": _edits(one), **_gain(one.gain, unmeasured)} for one in spent.cuts],
        **_gain(spent.gain, unmeasured),
        "blocked": [],
    }
    return dump(document)
