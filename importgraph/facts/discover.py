"""Find the Python files of a tree, and say why any of them is left out."""

import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath

from importgraph.facts.found import Excluded, FoundFiles, IgnoreLines, OtherFiles
from importgraph.facts.ignore_files import (
    Rules,
    compiled,
    is_ignored,
    outer_lines,
    read_lines,
)
from importgraph.facts.ignore_patterns import ignore_spec
from importgraph.files import is_folder

SKIPPED_FOLDERS = {
    "node_modules": "node_modules",
    "__pycache__": "bytecode folder",
    "site-packages": "installed packages",
}
COMPILED_SUFFIXES = (".so", ".pyd", ".pyx", ".pyi", ".c", ".cpp", ".rs", "meson.build")
BUILD_SUFFIXES = (
    *("pyproject.toml", "setup.cfg", "meson.build", "CMakeLists.txt", "Cargo.toml", "Makefile"),
    *(".proto", ".i", ".pyx", ".c", ".cc", ".cpp", ".cxx", ".rs", ".g4", ".ui", ".pyf", ".sip"),
)
"""Files that tell what a build makes, or where a project of its own begins."""
_EVERYTHING = ("", ignore_spec(["*"]))
_BUILD_FOLDERS = {"build": "build output", "dist": "build output"}
_TOOL_FOLDERS = {".tox", ".nox", ".eggs", ".mypy_cache", ".ruff_cache", ".ipynb_checkpoints"}
_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")


DEEPEST = 100
"""Folders below so many others are named, and not searched."""


Tracked = Callable[[], frozenset[str]]
"""Returns the files that git tracks, relative to the root; called only where a path is ignored."""


class _Walker:
    def __init__(self, root: Path, exclude: Sequence[str], tracked: Tracked) -> None:
        self.root = root
        self._tracked_files = tracked
        self.exclude = ignore_spec(exclude) if exclude else None
        self.files: list[str] = []
        self.excluded: list[Excluded] = []
        self.links: list[Excluded] = []
        self.compiled: list[str] = []
        self.build_files: list[str] = []
        self.unread: list[str] = []
        self.notebooks: list[str] = []
        self.ignore_files: list[IgnoreLines] = list(outer_lines(root))

    @cached_property
    def _tracked(self) -> frozenset[str]:
        return frozenset(path for path in self._tracked_files() if path.endswith(".py"))

    @cached_property
    def _tracked_folders(self) -> frozenset[str]:
        paths = (PurePosixPath(path) for path in self._tracked)
        return frozenset(above.as_posix() for path in paths for above in path.parents)

    def walk(self, folder: str, specs: Rules, reason: str) -> None:
        """Visit a folder; `reason` is not empty below a folder that is left out."""
        try:
            entries = self._listed(folder)
        except OSError as error:
            self.links.append(Excluded(folder or ".", f"cannot be listed: {error.strerror}"))
            return
        names = {entry.name for entry in entries}
        specs = self._with_ignore_file(folder, names, specs)
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                if path.count("/") >= DEEPEST:
                    self.links.append(Excluded(path, f"{DEEPEST} folders deep, not searched"))
                elif entry.name != ".git":
                    self._folder(path, entry.name, names, specs, reason)
            elif entry.is_symlink() and is_folder(entry):
                if not is_ignored(path + "/", specs):
                    self.links.append(Excluded(path, "symbolic link to a folder, not followed"))
            elif entry.name.endswith(".py"):
                is_plain = entry.is_symlink() or entry.is_file()
                self._python_file(path, specs, reason, "" if is_plain else "not a regular file")
            elif not reason:
                self._other_file(path, entry.name, specs)

    def _python_file(self, path: str, specs: Rules, reason: str, defect: str) -> None:
        if not is_ignored(path, specs) or path in self._tracked:
            self._file(path, reason or defect)
        elif not reason:
            self.unread.append(path)

    def _other_file(self, path: str, name: str, specs: Rules) -> None:
        if name.endswith(COMPILED_SUFFIXES):
            self.compiled.append(path)  # ignored or not: built extensions usually are, and can be imported
        if name.endswith(BUILD_SUFFIXES) and not is_ignored(path, specs):
            self.build_files.append(path)
        elif name.endswith(".ipynb") and not is_ignored(path, specs):
            self.notebooks.append(path)

    def found(self) -> FoundFiles:
        """Return what the walk met."""
        other = OtherFiles(
            tuple(self.compiled),
            tuple(self.build_files),
            tuple(self.unread),
            tuple(self.notebooks),
            tuple(self.ignore_files),
        )
        return FoundFiles(tuple(self.files), tuple(self.excluded), tuple(self.links), other)

    def specs_above(self, folder: str) -> Rules:
        """Return the rules of the ignore files above the root and from there down to above a folder."""
        specs: Rules = tuple(compiled(lines) for lines in self.ignore_files)
        parts = folder.split("/") if folder else []
        for count in range(len(parts)):
            above = "/".join(parts[:count])
            has_one = (self.root / above / ".gitignore").is_file()
            specs = self._with_ignore_file(above, {".gitignore"} if has_one else set(), specs)
        return specs

    def _folder(self, path: str, name: str, siblings: set[str], specs: Rules, reason: str) -> None:
        if is_ignored(f"{path}/", specs):
            if name in SKIPPED_FOLDERS:
                return
            if not reason and name.isidentifier() and self._is_package(path, siblings):
                self.unread.append(f"{path}/")
            if path not in self._tracked_folders:
                return
            specs = (*specs, _EVERYTHING)
        reason = reason or self._folder_reason(path, name, siblings)
        if not reason and self.exclude is not None and self.exclude.match_file(f"{path}/"):
            reason = "excluded by configuration"
        self.walk(path, specs, reason)

    def _is_package(self, path: str, siblings: set[str]) -> bool:
        return "__init__.py" in siblings or (self.root / path / "__init__.py").is_file()

    def _listed(self, folder: str) -> "list[os.DirEntry[str]]":
        """List a folder by name; what no report could name, since its bytes are no UTF-8, is left out."""
        named = []
        for entry in sorted(os.scandir(self.root / folder), key=lambda entry: entry.name):
            if _is_text(entry.name):
                named.append(entry)
                continue
            shown = f"{folder}/{entry.name}".lstrip("/").encode("utf-8", "backslashreplace").decode()
            if entry.is_dir(follow_symlinks=False):
                self.links.append(Excluded(shown, "folder whose name is no valid UTF-8, not searched"))
            elif entry.name.endswith(".py"):
                self.excluded.append(Excluded(shown, "name is no valid UTF-8"))
        return named

    def _file(self, path: str, reason: str) -> None:
        if not reason and self.exclude is not None and self.exclude.match_file(path):
            reason = "excluded by configuration"
        if reason:
            self.excluded.append(Excluded(path, reason))
        else:
            self.files.append(path)

    def _with_ignore_file(self, folder: str, names: set[str], specs: Rules) -> Rules:
        if ".gitignore" not in names:
            return specs
        path = self.root / folder / ".gitignore"
        try:
            lines = (f"{folder}/" if folder else "", read_lines(path))
        except OSError as error:
            self.links.append(
                Excluded(f"{folder}/.gitignore".lstrip("/"), f"cannot be read: {error.strerror}")
            )
            return specs
        self.ignore_files.append(lines)
        return (*specs, compiled(lines))

    def _folder_reason(self, path: str, name: str, siblings: set[str]) -> str:
        if (self.root / path / "pyvenv.cfg").is_file():
            return "virtual environment"
        if name in SKIPPED_FOLDERS:
            return SKIPPED_FOLDERS[name]
        is_build = name in _BUILD_FOLDERS and any(project in siblings for project in _PROJECT_FILES)
        is_ours = is_build and ((self.root / path / "__init__.py").exists() or path in self._tracked_folders)
        if is_build and not is_ours:
            return _BUILD_FOLDERS[name]
        return "hidden folder of a tool" if name in _TOOL_FOLDERS else ""


def _is_text(name: str) -> bool:
    """Tell whether a name can be written as UTF-8; the file system hands over other bytes as surrogates."""
    return name.isascii() or not any("\ud800" <= char <= "\udfff" for char in name)


def find_files(
    root: Path, exclude: Sequence[str] = (), within: str = "", tracked: Tracked = frozenset
) -> FoundFiles:
    """Find the Python files below a folder as git and Python's tools would.

    Files that git ignores and does not track are not found, but noted. Virtual environments, installed
    packages and build output are found and left out with a reason. Links to folders are not followed, so a
    loop of links ends at its first link.

    Args:
        root: The folder to search.
        exclude: Patterns in gitignore syntax, relative to the root.
        within: A sub-folder to search alone.
        tracked: Returns the files that git tracks.
    """
    walker = _Walker(root, exclude, tracked)
    walker.walk(within, walker.specs_above(within), "")
    return walker.found()
