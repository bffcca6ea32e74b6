"""Find the Python files of a tree, and say why any of them is left out."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from importgraph.files import read_text_file

SKIPPED_FOLDERS = {
    "node_modules": "node_modules",
    "__pycache__": "bytecode folder",
    "site-packages": "installed packages",
}
COMPILED_SUFFIXES = (".so", ".pyd", ".pyx", ".pyi", ".c", ".cpp", ".rs", "meson.build")
_BUILD_FOLDERS = {"build": "build output", "dist": "build output"}
_TOOL_FOLDERS = {".tox", ".nox", ".eggs", ".mypy_cache", ".ruff_cache"}
_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")


@dataclass(frozen=True, slots=True)
class Excluded:
    """A file or folder left out, with the reason."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """The outcome of discovery: paths relative to the root, with `/`, sorted."""

    files: tuple[str, ...]
    excluded: tuple[Excluded, ...]
    """Python files that are not analysed."""
    links: tuple[Excluded, ...]
    """Folders behind symbolic links, which are not followed."""
    compiled: tuple[str, ...] = ()
    """Files of modules without Python source: built extensions, Cython, stubs, C and Rust sources."""


_Specs = tuple[tuple[str, GitIgnoreSpec], ...]
"""The `.gitignore` files that apply, outermost first, each with the prefix of the paths it decides."""


class _Walker:
    def __init__(self, root: Path, exclude: Sequence[str]) -> None:
        self.root = root
        self.exclude = GitIgnoreSpec.from_lines(exclude) if exclude else None
        self.files: list[str] = []
        self.excluded: list[Excluded] = []
        self.links: list[Excluded] = []
        self.compiled: list[str] = []

    def walk(self, folder: str, specs: _Specs, reason: str) -> None:
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
                if entry.name != ".git" and not _ignored(path + "/", specs):
                    self._folder(path, entry.name, names, specs, reason)
            elif entry.is_symlink() and _is_folder(entry):
                if not _ignored(path + "/", specs):
                    self.links.append(Excluded(path, "symbolic link to a folder, not followed"))
            elif entry.name.endswith(".py"):
                if not _ignored(path, specs):
                    is_plain = entry.is_file() or entry.is_symlink()
                    self._file(path, reason or ("" if is_plain else "not a regular file"))
            elif entry.name.endswith(COMPILED_SUFFIXES) and not reason:
                # ignored or not: built extensions usually are, and can be imported
                self.compiled.append(path)

    def specs_above(self, folder: str, specs: _Specs) -> _Specs:
        """Add the ignore files from the root down to above a folder."""
        parts = folder.split("/") if folder else []
        for count in range(len(parts)):
            above = "/".join(parts[:count])
            has_one = (self.root / above / ".gitignore").is_file()
            specs = self._with_ignore_file(above, {".gitignore"} if has_one else set(), specs)
        return specs

    def _folder(self, path: str, name: str, siblings: set[str], specs: _Specs, reason: str) -> None:
        reason = reason or self._folder_reason(path, name, siblings)
        if not reason and self.exclude is not None and self.exclude.match_file(f"{path}/"):
            reason = "excluded by configuration"
        self.walk(path, specs, reason)

    def _listed(self, folder: str) -> "list[os.DirEntry[str]]":
        """List a folder by name; what no report could name, since its bytes are no UTF-8, is left out."""
        named = []
        for entry in sorted(os.scandir(self.root / folder), key=lambda entry: entry.name):
            shown = f"{folder}/{entry.name}".lstrip("/").encode("utf-8", "backslashreplace").decode()
            if _is_text(entry.name):
                named.append(entry)
            elif entry.is_dir(follow_symlinks=False):
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

    def _with_ignore_file(self, folder: str, names: set[str], specs: _Specs) -> _Specs:
        if ".gitignore" not in names:
            return specs
        path = self.root / folder / ".gitignore"
        try:
            lines = read_text_file(path, "replace").splitlines()
        except OSError as error:
            self.links.append(
                Excluded(f"{folder}/.gitignore".lstrip("/"), f"cannot be read: {error.strerror}")
            )
            return specs
        return (*specs, (f"{folder}/" if folder else "", GitIgnoreSpec.from_lines(lines)))

    def _folder_reason(self, path: str, name: str, siblings: set[str]) -> str:
        if (self.root / path / "pyvenv.cfg").is_file():
            return "virtual environment"
        if name in SKIPPED_FOLDERS:
            return SKIPPED_FOLDERS[name]
        is_build = name in _BUILD_FOLDERS and any(project in siblings for project in _PROJECT_FILES)
        if is_build and not (self.root / path / "__init__.py").exists():
            return _BUILD_FOLDERS[name]
        return "hidden folder of a tool" if name in _TOOL_FOLDERS else ""


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_text(name: str) -> bool:
    """Tell whether a name can be written as UTF-8; the file system hands over other bytes as surrogates."""
    return name.isascii() or not any("\ud800" <= char <= "\udfff" for char in name)


def _ignored(path: str, specs: _Specs) -> bool:
    """Tell whether git would ignore the path: the innermost file that says anything decides."""
    for prefix, spec in reversed(specs):
        verdict = spec.check_file(path.removeprefix(prefix)).include
        if verdict is not None:
            return verdict
    return False


def _outer_ignore_files(root: Path) -> Iterator[Path]:
    """Yield the `.gitignore` files above the root, outermost first, up to the top of the git work tree."""
    found = []
    for folder in root.parents:
        if not any((inner / ".git").exists() for inner in (folder, *folder.parents)):
            break
        if (folder / ".gitignore").is_file():
            found.append(folder / ".gitignore")
        if (folder / ".git").exists():
            break
    yield from reversed(found)


def find_files(root: Path, exclude: Sequence[str] = (), within: str = "") -> FoundFiles:
    """Find the Python files below a folder as git and Python's tools would.

    Files that git ignores are not found at all. Virtual environments, installed packages and build output
    are found and left out with a reason. Links to folders are not followed, so a loop of links ends at its
    first link.

    Args:
        root: The folder to search.
        exclude: Patterns in gitignore syntax, relative to the root.
        within: A sub-folder to search alone.
    """
    walker = _Walker(root, exclude)
    outer = () if (root / ".git").exists() else tuple(_outer_specs(root))
    walker.walk(within, walker.specs_above(within, outer), "")
    return FoundFiles(
        tuple(walker.files), tuple(walker.excluded), tuple(walker.links), tuple(walker.compiled)
    )


def _outer_specs(root: Path) -> Iterator[tuple[str, GitIgnoreSpec]]:
    for path in _outer_ignore_files(root):
        inside = root.relative_to(path.parent).as_posix()
        try:
            lines = read_text_file(path, "replace").splitlines()
        except OSError:
            continue  # outside of what was asked for
        whole = GitIgnoreSpec.from_lines(lines)
        if whole.match_file(f"{inside}/"):
            continue  # the root itself is ignored: the user asked for it by name, so it counts
        yield "", GitIgnoreSpec.from_lines(_rebased(lines, inside))


def _rebased(lines: list[str], inside: str) -> Iterator[str]:
    """Keep the patterns that can match below the root; anchored ones lose the root's path."""
    for line in lines:
        pattern = line.strip()
        body = pattern.removeprefix("!")
        sign = pattern[: len(pattern) - len(body)]
        anchored = "/" in body.rstrip("/")
        if not anchored:
            yield pattern
        elif body.lstrip("/").startswith(f"{inside}/"):
            yield f"{sign}/{body.lstrip('/').removeprefix(inside + '/')}"
        elif body.startswith("**/"):
            yield pattern
