"""The documentation of a tree: text files that show code."""

import os
from collections.abc import Iterator
from pathlib import Path

from importgraph.files import read_text_file

_SUFFIXES = (".md", ".rst", ".txt", ".adoc")
_ASIDE = {"node_modules", "__pycache__", "venv", "build", "dist", "site-packages"}
_MOST = 3000
"""Files that are read."""
_LARGEST = 1 << 20


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
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(_SUFFIXES))
