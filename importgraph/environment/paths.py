"""Folders that `.pth` files and editable installs add to `sys.path`; code in them is read, never run."""

# ruff: noqa: PTH112, PTH118 -- paths are texts here: there are thousands

import ast
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from importgraph.environment.interpreter import list_folder, read_text

_MAPPING = re.compile(r"^MAPPING(?::[^=\n]*+|[ \t]*+)=[ \t]*+(\{[^\n]*\})[ \t]*$", re.MULTILINE)
"""One line, as setuptools writes it. No two parts can match one character, so the time is linear."""
_CODE = ("#", "import ", "import\t")


def with_links(folders: Iterable[str]) -> tuple[str, ...]:
    """Add the folders that `.pth` files name, as `site` does."""
    known = tuple(folders)
    found = dict.fromkeys(known)
    for folder in known:
        for name in sorted(list_folder(folder)):
            if name.endswith(".pth") and not name.startswith("."):
                for line in read_text(Path(folder, name)).splitlines():
                    if line.strip() and not line.startswith(_CODE):
                        target = os.path.normpath(os.path.join(folder, line.strip()))
                        if os.path.isdir(target):
                            found.setdefault(target)
    return tuple(found)


def editable_packages(folders: Iterable[str]) -> Mapping[str, str]:
    """Return the packages that editable installs map to folders: setuptools writes them as a literal."""
    found: dict[str, str] = {}
    for folder in folders:
        for name in sorted(list_folder(folder)):
            if name.startswith("__editable___") and name.endswith(".py"):
                literal = _MAPPING.search(read_text(Path(folder, name)))
                found.update(_texts(literal[1]) if literal else {})
    return found


def _texts(literal: str) -> dict[str, str]:
    try:
        value = ast.literal_eval(literal)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return {}
    if not isinstance(value, dict):
        return {}
    return {
        key: path
        for key, path in value.items()
        if isinstance(key, str) and isinstance(path, str) and "\0" not in path
    }
