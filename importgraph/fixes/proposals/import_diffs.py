"""The change that rewriting import statements makes, as a unified diff."""

import difflib
from collections.abc import Sequence

from importgraph.fixes.model import Edit
from importgraph.fixes.rewriting.rewrite import Refused, rewrite
from importgraph.snapshot import Snapshot


def diff_of(snapshot: Snapshot, edits: Sequence[Edit]) -> str:
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
