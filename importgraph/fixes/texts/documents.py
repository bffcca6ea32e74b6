"""The documentation of a tree: text files that show code."""

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from importgraph.files import read_text_file

_SUFFIXES = (".md", ".rst", ".txt", ".adoc")
_ASIDE = {"node_modules", "__pycache__", "venv", "build", "dist", "site-packages"}
_MOST = 3000
"""Files that are read."""
_LARGEST = 1 << 20
_REPORTS = frozenset({"report.md", "migration.md"})
"""What we write ourselves is no documentation of the project."""
_WRITTEN = frozenset({"report.json", "migration.json"})
_SCHEMA = re.compile(rb'"schema": ?"importgraph/')
_START = 200


def read_documents(root: Path) -> dict[str, str]:
    """Return the texts of documentation below a folder by path, without what cannot be read."""
    found = {}
    for path in list(_paths(root))[:_MOST]:
        try:
            if path.stat().st_size <= _LARGEST:
                found[path.relative_to(root).as_posix()] = read_text_file(path, "replace")
        except OSError:
            continue
    return found


def _paths(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _ASIDE
            and not Path(folder, name, "pyvenv.cfg").is_file()
        )
        ours = _REPORTS if _holds_report(Path(folder), names) else frozenset[str]()
        shown = sorted(name for name in names if name.endswith(_SUFFIXES) and name not in ours)
        yield from (Path(folder, name) for name in shown)


def _holds_report(folder: Path, names: Collection[str]) -> bool:
    """Tell whether `importgraph analyze` or `fix --verify` wrote a report into a folder."""
    for name in _WRITTEN.intersection(names):
        try:
            with Path(folder, name).open("rb") as file:
                if _SCHEMA.search(file.read(_START)):
                    return True
        except OSError:
            continue
    return False
