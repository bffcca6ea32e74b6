"""Temporary copies of a tree, and edits in them: the tree itself stays as it is."""

import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from importgraph.errors import UsageError
from importgraph.files import read_text_file
from importgraph.fixes.model import DeferImport
from importgraph.fixes.rewriting.rewrite import Refused, rewrite
from importgraph.storage import stays_below

_ASIDE = {"node_modules", "__pycache__", "venv"}


@dataclass(frozen=True, slots=True)
class Tree:
    """Where the analysed files are."""

    root: Path
    """The folder that paths are relative to."""
    within: str
    """The part of it that was read; empty for all."""


def copy_tree(tree: Tree, place: Path) -> Path:
    """Copy a tree without environments, caches and hidden folders. Returns what stands for its root."""

    def left_out(where: str, names: list[str]) -> set[str]:
        folders = {name for name in names if os.path.isdir(os.path.join(where, name))}  # noqa: PTH112, PTH118
        hidden = {name for name in folders if name.startswith(".") or name in _ASIDE}
        return hidden | {name for name in folders - hidden if Path(where, name, "pyvenv.cfg").is_file()}

    shutil.copytree(
        tree.root / tree.within,
        place / tree.within,
        ignore=left_out,
        symlinks=True,
        ignore_dangling_symlinks=True,
    )
    return place


def apply_edits(folder: Path, edits: Iterable[DeferImport]) -> None:
    """Make edits in a copy of the tree.

    Raises:
        UsageError: They cannot be applied together.
    """
    for path, found in by_path(edits).items():
        file = folder / path
        try:
            text = rewrite(read_text_file(file), found)
        except UnicodeDecodeError as error:
            raise UsageError(f"{path} cannot be edited: it is not UTF-8.") from error
        if isinstance(text, Refused):
            raise UsageError(f"{path} cannot be edited: {text.reason}.")
        if not stays_below(folder, file):
            raise UsageError(f"{path} cannot be edited: it is a link that leads out of the tree.")
        file.write_text(text, encoding="utf-8")


def by_path(edits: Iterable[DeferImport]) -> Mapping[str, list[DeferImport]]:
    """Group edits by file."""
    found: dict[str, list[DeferImport]] = defaultdict(list)
    for edit in edits:
        found[edit.path].append(edit)
    return found
