"""What the answers of git depend on, as files; built-in modules alone are imported here."""

# ruff: noqa: PTH118, PTH120 -- pathlib takes longer to load than all of this

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

COMMANDS = frozenset(
    {"log", "diff-tree", "cat-file", "rev-parse", "rev-list", "ls-tree", "config", "merge-base"}
)
"""Commands of git that read commits, refs and what they are told, and never the work tree or the index."""
_FILES = (
    "HEAD",
    "packed-refs",
    "shallow",
    "config",
    "info/grafts",
    "objects/info/alternates",
    "reftable/tables.list",
)


def git_places(index: str, objects: str) -> "Iterator[str]":
    """Yield what the answers of git depend on besides objects, which are named by their content."""
    own, common = os.path.dirname(index), os.path.dirname(objects)
    for folder in dict.fromkeys(filter(None, (own, common))):
        for name in _FILES:
            yield os.path.join(folder, name)
        for where, _, names in os.walk(os.path.join(folder, "refs")):
            yield where
            for name in names:
                yield os.path.join(where, name)
