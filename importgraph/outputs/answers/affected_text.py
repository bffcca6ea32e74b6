"""Affected tests as paths, as JSON, and as the reason for one of them."""

from collections.abc import Iterator

import msgspec

from importgraph.affected.selection import AffectedTest
from importgraph.errors import UsageError
from importgraph.names import near_matches
from importgraph.quoting import json_text, page, visible
from importgraph.regressions.impact.affected_tests import Impact

_MOST = 10
"""Places shown that widened a selection."""


def render_paths(impact: Impact, end: str = "\n") -> str:
    """Write one path a line, as `pytest @file` and xargs read them; `end` NUL is for `xargs -0`.

    Where tests were looked at one by one, node ids take the place of the files that text knows. Only with NUL
    are names that a line cannot hold written as they are: in lines they are escaped, so that no program takes
    a part of one for a name, and `notes` says so.
    """
    names = _names(impact)
    return page(names) if end == "\n" else "".join(f"{name}{end}" for name in names)


def _names(impact: Impact) -> Iterator[str]:
    if impact.ids is None:
        yield from (test.path for test in impact.selection.tests)
    else:
        yield from (test.id for test in impact.ids.tests)
        yield from (one.path for one in impact.ids.dynamic)


def notes(impact: Impact) -> Iterator[str]:
    """Yield what the reader should know: how many, and what widened the selection."""
    count, total = len(impact.selection.tests), impact.selection.total
    changed = f"{len(impact.changes)} changed file{'s' if len(impact.changes) != 1 else ''}"
    yield f"{count} of {total} test files can be affected by {changed}."
    if impact.ids is not None:
        yield f"Of the {impact.ids.total} tests that text finds in them, {len(impact.ids.tests)} can be."
        yield from (f"whole file: {one.path}: {one.reason}" for one in impact.ids.dynamic)
    odd = [name for name in _names(impact) if visible(name) != name]
    if odd:
        yield f"{len(odd)} names do not fit in a line and are escaped, as {odd[0]}; --null writes them whole."
    if count == 0:
        yield "Without a path pytest runs every test: use `xargs -r`, or skip pytest."
    widened = list(_widened(impact))
    yield from widened[:_MOST]
    if len(widened) > _MOST:
        yield f"widened: {len(widened) - _MOST:,} more places; --format json has all."


def _widened(impact: Impact) -> Iterator[str]:
    for path, reason in (*impact.after.everything, *impact.after.data):
        yield f"widened: {path}: {reason}"
    for one in impact.selection.widened:
        place = one.path if one.line is None else f"{one.path}:{one.line}"
        yield f"widened: {place}: {one.reason}"


def explain_test(impact: Impact, test: str) -> str:
    """Say why a test file or one test is selected, or that it is not.

    Args:
        impact: The selection.
        test: A path or node id.

    Raises:
        UsageError: If no selected test has this path or id; near ones are named.
    """
    wanted = test.removeprefix("./").partition("[")[0]
    path, is_id, _ = wanted.partition("::")
    tests = impact.selection.tests
    if is_id and impact.ids is not None and all(one.path != path for one in impact.ids.dynamic):
        tests = impact.ids.tests
        path = wanted
    for one in tests:
        if path in {one.path, one.id}:
            return page(_explained(one))
    near = near_matches(path, [one.id or one.path for one in tests], limit=1)
    hint = f"Did you mean {near[0]}?" if near else ""
    raise UsageError(f"{path} is not selected: no change since {impact.since} can reach it.", hint)


def _explained(test: AffectedTest) -> Iterator[str]:
    yield f"{test.id or test.path} is selected because {test.cause} changed:"
    for link in test.chain:
        place = f"  {link.path}:{link.line}" if link.line is not None else ""
        yield f"  {link.source} -> {link.target} ({link.reason}){place}"


def render_json(impact: Impact) -> str:
    """Render a selection as `importgraph/affected/1`."""
    document = {
        "schema": "importgraph/affected/1",
        "since": impact.since,
        "tests": [_as_json(test) for test in _tests(impact)],
        "total": impact.selection.total,
        "changes": msgspec.to_builtins(impact.changes),
        "widened": [
            *({"path": path, "line": None, "reason": reason} for path, reason in impact.after.everything),
            *({"path": path, "line": None, "reason": reason} for path, reason in impact.after.data),
            *msgspec.to_builtins(impact.selection.widened),
        ],
    }
    if impact.ids is not None:
        document["dynamic"] = [{"path": one.path, "reason": one.reason} for one in impact.ids.dynamic]
    return json_text(document)


def _tests(impact: Impact) -> Iterator[AffectedTest]:
    """Yield what is to be run: files, or single tests and the files that text cannot decide."""
    if impact.ids is None:
        yield from impact.selection.tests
        return
    whole = {one.path for one in impact.ids.dynamic}
    yield from impact.ids.tests
    yield from (test for test in impact.selection.tests if test.path in whole)


def _as_json(test: AffectedTest) -> dict[str, object]:
    named = {"id": test.id} if test.id else {}
    return {**named, "path": test.path, "cause": test.cause, "chain": msgspec.to_builtins(test.chain)}
