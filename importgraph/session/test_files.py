"""The test files of a session in the order pytest visits them.

(`Session.collect`, `Dir.collect`, `Package.collect`).
"""

# ruff: noqa: PTH100, PTH110, PTH112, PTH113, PTH117, PTH118, PTH119, PTH120, PTH206 -- paths are texts here: there are thousands

import fnmatch
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from importgraph.environment.search_path import DEEPEST
from importgraph.errors import UsageError
from importgraph.files import is_folder, is_regular
from importgraph.session.conftests import Conftests
from importgraph.session.settings import Settings

TEXT_DOCTESTS = "test*.txt"
"""Text files that pytest searches for doctests without being asked to."""


class Argument(msgspec.Struct, frozen=True):
    """A collection argument, taken apart."""

    path: str
    parts: tuple[str, ...] = ()
    parameters: str | None = None


class TestFiles(msgspec.Struct, dict=True):
    """Walks the folders of a session.

    Args:
        settings: The session's settings.
        conftests: Says what `conftest.py` files ignore.
    """

    __test__ = False

    settings: Settings
    conftests: Conftests
    folders: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Every folder listed, with the names in it: what the answer depends on."""

    def arguments(self) -> list[Argument]:
        """Return the collection arguments without overlaps.

        Raises:
            UsageError: If one names nothing.
        """
        parsed = [self._parse(text) for text in self.settings.arguments]
        if self.settings.keep_duplicates:
            return parsed
        kept: list[Argument] = []
        for argument in sorted(parsed, key=lambda a: (a.path.split(os.sep), a.parts, a.parameters or "")):
            if not kept or not _within(argument, kept[-1]):
                kept.append(argument)
        return [argument for argument in dict.fromkeys(parsed) if argument in kept]

    def _parse(self, text: str) -> Argument:
        base, bracket, rest = text.partition("[")
        path, *parts = base.split("::")
        absolute = os.path.abspath(self.settings.invocation / path)
        if not os.path.exists(absolute):
            raise UsageError(
                f"There is no file or folder {path}.",
                "Name paths or node ids relative to the current folder.",
            )
        if parts and os.path.isdir(absolute):
            raise UsageError(f"{path} is a folder and cannot be followed by ::.")
        return Argument(absolute, tuple(parts), f"[{rest}" if bracket else None)

    def walk(self, argument: Argument) -> Iterator[str]:
        """Yield the test files of an argument, absolute, in pytest's order.

        Raises:
            UsageError: If links lead around in circles without end.
        """
        self.named = frozenset(a.path for a in self.arguments())
        self._parents = {str(parent) for path in self.named for parent in Path(path).parents} | self.named
        if not os.path.isdir(argument.path):
            if argument.path.endswith(".py") or fnmatch.fnmatch(
                os.path.basename(argument.path), TEXT_DOCTESTS
            ):
                yield argument.path
        else:
            yield from self._folder(argument.path, 0, "")

    def _folder(self, folder: str, depth: int, link: str) -> Iterator[str]:
        """Yield the test files below a folder; it stands below a link that leads back, where one is given."""
        if depth > DEEPEST:  # pytest itself ends with a RecursionError at about twice as many
            return
        try:
            with os.scandir(folder) as scanned:
                entries = sorted(scanned, key=lambda entry: entry.name)
        except OSError:
            return
        names = tuple(entry.name for entry in entries if entry.name not in {"__pycache__", ".pytest_cache"})
        self.folders[folder] = names
        if "__init__.py" in names:
            entries.sort(key=lambda entry: (entry.name != "__init__.py", entry.name))
        for entry in entries:
            if is_folder(entry):
                if entry.path in self._parents or not self._ignored(entry.path, is_folder=True):
                    inner = _leading_back(entry, folder, link)
                    yield from self._folder(entry.path, depth + 1, inner)
            else:
                self.conftests.look_at(entry.path)
                if entry.name.endswith((".py", ".txt")) and self._is_wanted(entry):
                    yield entry.path

    def _is_wanted(self, entry: "os.DirEntry[str]") -> bool:
        if entry.path in self.named:
            return is_regular(entry)
        return self._matches(entry) and is_regular(entry) and not self._ignored(entry.path, is_folder=False)

    def _matches(self, entry: "os.DirEntry[str]") -> bool:
        if not entry.name.endswith(".py"):
            return "no:doctest" not in self.settings.plugins and fnmatch.fnmatch(entry.name, TEXT_DOCTESTS)
        if is_test_file(self.settings, entry.path):
            return True
        return bool(self.settings.doctest) and holds_doctests(self.conftests.space.source(entry.path) or b"")

    def _ignored(self, path: str, *, is_folder: bool) -> bool:
        """Tell whether pytest leaves a path out (`pytest_ignore_collect`)."""
        name = os.path.basename(path)
        if name == "__pycache__":
            return True
        by_hook = self.conftests.ignored_by_hook(path)
        if by_hook is not None:
            return by_hook
        paths, globs = self.conftests.ignored(os.path.dirname(path))
        if path in paths or path in self.settings.ignore:
            return True
        if any(fnmatch.fnmatch(path, pattern) for pattern in (*globs, *self.settings.ignore_glob)):
            return True
        if not is_folder:
            return False
        if not self.settings.in_virtualenv and _is_environment(path):
            return True
        return any(_fnmatch(pattern, path, name) for pattern in self.settings.norecursedirs)


def _leading_back(entry: "os.DirEntry[str]", folder: str, outer: str) -> str:
    """Return a link that leads back to a folder above it and that a folder stands below, or is.

    One such link ends where the system follows no more links; with two of them there are more ways than
    anybody has time for, pytest included.

    Raises:
        UsageError: If there is a second one.
    """
    if not entry.is_symlink():
        return outer
    target, home = os.path.realpath(entry.path), os.path.realpath(folder)
    if target != home and not home.startswith(os.path.join(target, "")):
        return outer
    own = os.path.join(home, entry.name)
    if outer and outer != own:
        raise UsageError(
            f"The links {outer} and {own} lead to folders above them: pytest would not come to an end.",
            "Name one in norecursedirs, or remove it.",
        )
    return own


def is_test_file(settings: Settings, path: str) -> bool:
    """Tell whether `python_files` names a file."""
    return any(_fnmatch(pattern, path, os.path.basename(path)) for pattern in settings.python_files)


def holds_doctests(source: bytes) -> bool:
    """Tell whether `--doctest-modules` may find an example in a module's text."""
    return b">>>" in source or b"__test__" in source


def _within(argument: Argument, outer: Argument) -> bool:
    if outer.path != argument.path:
        return not outer.parts and argument.path.startswith(outer.path.rstrip(os.sep) + os.sep)
    if argument.parts[: len(outer.parts)] != outer.parts:
        return False
    return outer.parameters is None or outer.parameters == argument.parameters


def _fnmatch(pattern: str, path: str, name: str) -> bool:
    if os.sep not in pattern:
        return fnmatch.fnmatch(name, pattern)
    return fnmatch.fnmatch(path, pattern if os.path.isabs(pattern) else f"*{os.sep}{pattern}")


def _is_environment(path: str) -> bool:
    return os.path.isfile(os.path.join(path, "pyvenv.cfg")) or os.path.isfile(
        os.path.join(path, "conda-meta", "history")
    )
