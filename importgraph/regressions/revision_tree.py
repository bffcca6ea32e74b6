"""The files of a commit, written to a temporary folder as far as somebody reads them.

They come straight from git's objects: no filter, hook or attribute of the repository applies, and the work
tree is not touched.
"""

import dataclasses
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from importgraph.config import Partial
from importgraph.errors import ConfigError, UsageError
from importgraph.facts.discover import COMPILED_SUFFIXES
from importgraph.files import read_file
from importgraph.git.model import TreeEntry
from importgraph.git.repository import Repository
from importgraph.project import Project, open_project
from importgraph.tree import Sibling

_SETTINGS = (".toml", ".cfg", ".ini", "/.gitignore", "/.importlinter", "/entry_points.txt", "/setup.py")
_READ = (".py", *_SETTINGS)


@dataclass
class RevisionTree:
    """The files of one commit below a folder of the repository, and a place for them."""

    repository: Repository
    commit: str
    prefix: str
    """The folder, relative to the top of the repository; empty for all."""
    place: Path
    """Where the top of the repository is."""
    _written: set[str] = field(default_factory=set)
    _is_whole: bool = False

    @cached_property
    def _entries(self) -> tuple[TreeEntry, ...]:
        return tuple(self.repository.files(self.commit, ""))

    def _is_inside(self, path: str) -> bool:
        return not self.prefix or path.startswith(f"{self.prefix}/")

    def write_all(self) -> None:
        """Write what analysis reads: Python and settings in full, other module files empty."""
        for entry in self._entries:
            if self._is_inside(entry.path) and entry.path.endswith(COMPILED_SUFFIXES):
                _write(self.place / entry.path, b"")
        self._write(self._entries)
        self._is_whole = True

    def write_settings(self, folder: Path, changed: Iterable[str]) -> None:
        """Write settings, what tells which package a folder is in, and some files.

        Args:
            folder: The folder that will be analysed.
            changed: Paths of the files.
        """
        parts = folder.relative_to(self.place).parts
        above = ("/".join(parts[:count]) for count in range(len(parts) + 1))
        packages = [f"{one}/__init__.py".removeprefix("/") for one in above]
        wanted = {*packages, *changed}
        self._write(e for e in self._entries if f"/{e.path}".endswith(_SETTINGS) or e.path in wanted)

    def _write(self, entries: Iterable[TreeEntry]) -> None:
        wanted = [entry for entry in entries if self._is_read(entry.path)]
        contents = self.repository.read([one.object for one in wanted])
        for entry, content in zip(wanted, contents, strict=True):
            self._written.add(entry.path)
            target = self.place / entry.path
            if entry.is_link:
                _link(target, content, self.place)
            else:
                _write(target, content)

    def _is_read(self, path: str) -> bool:
        if path in self._written or not f"/{path}".endswith(_READ):
            return False
        return self._is_inside(path) or path.endswith(".gitignore")

    def read(self, path: Path) -> bytes:
        """Return the bytes of a file that was written, or else of the same one in the work tree.

        Raises:
            OSError: If it cannot be read.
        """
        inside = path.relative_to(self.place)
        is_here = self._is_whole or inside.as_posix() in self._written
        return read_file(path if is_here else self.repository.top / inside)


@contextmanager
def checkout(repository: Repository, commit: str, folder: Path) -> Iterator[RevisionTree]:
    """Give a place for the files of a commit that belong to the package or project around a folder."""
    with TemporaryDirectory(prefix="importgraph-") as temporary:
        place = Path(temporary).resolve() / "tree"
        (place / ".git").mkdir(parents=True)  # marks where ignore files stop to apply, as in the work tree
        yield RevisionTree(repository, commit, repository.relative(project_top(folder)), place)


def revision_project(
    tree: RevisionTree, folder: Path, options: Partial, cache_folder: Path | None = None
) -> Project:
    """Open a folder of the work tree as it was at a commit, from the files that were written.

    Raises:
        UsageError: If the folder holds no Python files at that commit.
        ConfigError: If its settings could not be used at that commit.
    """
    inside = tree.place / tree.repository.relative(folder)
    inside.mkdir(parents=True, exist_ok=True)
    try:
        project = open_project(inside, options, cache_folder=cache_folder)
    except ConfigError as error:
        message = f"At revision {tree.commit[:12]}: {error.message}"
        raise ConfigError(message, "Compare with another one.") from error
    named = tree.repository.tree(tree.commit)
    return dataclasses.replace(project, identity=f"{named} {tree.prefix} {inside.relative_to(tree.place)}")


class RevisionSettings(NamedTuple):
    """How a folder is opened as it was."""

    options: Partial
    cache_folder: Path | None = None
    """Where facts are kept."""
    sibling: Sibling | None = None
    """The folder as it is, where texts of files that both states have are all that changed."""


@contextmanager
def changed_revision(
    repository: Repository,
    commit: str,
    folder: Path,
    changed: Iterable[str],
    settings: RevisionSettings,
) -> Iterator[Project]:
    """Open a folder as it was at a commit, for who reads few of its texts.

    Where its graph is kept, only settings and the changed files are written: all other texts are read from
    the work tree, which has the same.

    Args:
        repository: The repository.
        commit: The commit.
        folder: The folder.
        changed: Paths of all files of the commit that differ from the work tree, relative to its top.
        settings: How it is opened.

    Raises:
        UsageError: If the folder holds no Python files at that commit.
        ConfigError: If its settings could not be used at that commit.
    """
    with checkout(repository, commit, folder) as tree:
        tree.write_settings(tree.place / repository.relative(folder), changed)
        project = revision_project(tree, folder, settings.options, settings.cache_folder)
        root = project.root
        project = dataclasses.replace(
            project, source=lambda path: tree.read(root / path), sibling=settings.sibling
        )
        if not project.from_kept:
            tree.write_all()
        yield project


def project_top(folder: Path) -> Path:
    """Return the folder that holds the outermost package around a folder, as `open_project` does.

    Raises:
        UsageError: If there is no such folder.
    """
    top = folder.resolve()
    if not top.is_dir():
        raise UsageError(f"There is no folder {folder}.", "Name the folder of a repository or package.")
    while (top / "__init__.py").is_file() and top.parent != top:
        top = top.parent
    return top


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def _link(target: Path, content: bytes, place: Path) -> None:
    """Make a symbolic link that stays inside; others lead to files that are not part of the revision."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aim = (target.parent / os.fsdecode(content)).resolve()
    if aim.is_relative_to(place):
        target.symlink_to(os.fsdecode(content))
