"""Affected tests as paths, as JSON, and as the reason for one of them."""

from collections.abc import Iterator

import msgspec

from importgraph.errors import UsageError
from importgraph.names import near_matches
from importgraph.regressions.impact import Impact
from importgraph.selection.affected import AffectedTest


def render_paths(impact: Impact) -> str:
    """Write one path a line, as `pytest @file` and xargs read them."""
    return "".join(f"{test.path}\n" for test in impact.selection.tests)


def notes(impact: Impact) -> Iterator[str]:
    """Yield what the reader should know: how many, and what widened the selection."""
    count, total = len(impact.selection.tests), impact.selection.total
    yield f"{count} of {total} test files can be affected by {len(impact.changes)} changed files."
    for path, reason in (*impact.after.everything, *impact.after.data):
        yield f"widened: {path}: {reason}"
    for one in impact.selection.widened:
        yield f"widened: {one.path}:{one.line}: {one.reason}"


def explain_test(impact: Impact, test: str) -> str:
    """Say why a test file is selected, or that it is not.

    Args:
        impact: The selection.
        test: A path or node id.

    Raises:
        UsageError: If no selected test has this path; near ones are named.
    """
    path = test.partition("::")[0].removeprefix("./")
    for one in impact.selection.tests:
        if one.path == path:
            return "\n".join(_explained(one)) + "\n"
    near = near_matches(path, [one.path for one in impact.selection.tests], limit=1)
    hint = f"Did you mean {near[0]}?" if near else ""
    raise UsageError(f"{path} is not selected: no change since {impact.since} can reach it.", hint)


def _explained(test: AffectedTest) -> Iterator[str]:
    yield f"{test.path} is selected because {test.cause} changed:"
    for link in test.chain:
        place = f"  {link.path}:{link.line}" if link.line is not None else ""
        yield f"  {link.source} -> {link.target} ({link.reason}){place}"


def render_json(impact: Impact) -> str:
    """Render a selection as `importgraph/affected/1`."""
    document = {
        "schema": "importgraph/affected/1",
        "since": impact.since,
        "tests": [
            {"path": test.path, "cause": test.cause, "chain": msgspec.to_builtins(test.chain)}
            for test in impact.selection.tests
        ],
        "total": impact.selection.total,
        "changes": msgspec.to_builtins(impact.changes),
        "widened": [
            *({"path": path, "line": None, "reason": reason} for path, reason in impact.after.everything),
            *({"path": path, "line": None, "reason": reason} for path, reason in impact.after.data),
            *msgspec.to_builtins(impact.selection.widened),
        ],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n"
