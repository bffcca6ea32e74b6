"""What the page shows where it is there: an earlier profile, predicted collection errors, a history."""

from collections.abc import Iterable
from typing import Any

import msgspec

from importgraph.collection_errors.model import Cause, Prediction
from importgraph.measurements.compare import Change, compare_profiles
from importgraph.measurements.model import ImportProfile
from importgraph.quoting import visible
from importgraph.regressions.history import Numbers

_FILES = 200
_STEPS = 40


def comparison_document(before: ImportProfile, after: ImportProfile) -> dict[str, Any]:
    """Return what changed between two profiles, the largest change first."""
    found = compare_profiles(before, after)
    changes = sorted((*found.gone, *found.new, *found.changed), key=lambda one: -abs(one.difference_us))
    return {
        "before": before.total_us,
        "after": after.total_us,
        "difference": found.difference_us,
        "noise": found.noise_us,
        "verdict": visible(found.verdict),
        "changes": [_change(one) for one in changes],
    }


def _change(one: Change) -> dict[str, Any]:
    return {
        "name": visible(one.name),
        "before": one.before_us,
        "after": one.after_us,
        "difference": one.difference_us,
    }


def collection_document(prediction: Prediction) -> dict[str, Any]:
    """Return which test files would fail to collect, by root cause, most files first."""
    return {
        "files": prediction.files,
        "failing": len(prediction.failing),
        "aborts": visible(prediction.aborts),
        "notes": [visible(note) for note in prediction.notes],
        "causes": [_cause(cause) for cause in prediction.causes],
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "kind": cause.kind.value,
        "place": visible(f"{cause.path}:{cause.line}" if cause.line else cause.path),
        "message": visible(cause.message),
        "edit": visible(cause.edit),
        "files": [visible(path) for path in cause.files[:_FILES]],
        "count": len(cause.files),
        "chain": [visible(f"{step.path}:{step.line}") for step in cause.chain[:_STEPS]],
    }


def trend_document(history: Iterable[Numbers]) -> list[dict[str, Any]]:
    """Return the lines of a history, oldest first."""
    rows: list[dict[str, Any]] = [msgspec.to_builtins(one) for one in history]
    for row in rows:
        row["summary"] = visible(row["summary"])
        row["commit"] = visible(row["commit"])
        for entry in row["entry_points"]:
            entry["name"] = visible(entry["name"])
    return rows
