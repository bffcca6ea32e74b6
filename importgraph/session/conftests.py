"""`conftest.py` files: what they ignore, which fixtures they give.

And whether their hooks change collection.
"""

# ruff: noqa: PTH113, PTH118, PTH120 -- paths are texts here: there are thousands

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from importgraph.namespaces.protocol import Interpreter, Loaded
from importgraph.namespaces.records import Ref, elements
from importgraph.session.hooks import HookReport, examine, joined
from importgraph.session.settings import Settings
from importgraph.text.module_names import base_and_name


class Conftests(msgspec.Struct):
    """The conftests of a session, each evaluated once, when a file below it is looked at."""

    space: Interpreter
    confcutdir: Path
    enabled: bool = True
    options: frozenset[str] = frozenset()
    """Names of the options given, without dashes: a hook that asks for one of them is not decided."""
    plugins: tuple[str, ...] = ()
    """Modules of plugins that are loaded for the whole session."""
    initial: tuple[str, ...] = ()
    """Folders whose conftests are loaded before collection starts."""
    iterators: dict[int, tuple[str, tuple[str, ...], str]] = msgspec.field(default_factory=dict)
    """Which test uses up the iterator in a mark."""
    fixtures: Any = None
    """What has been read of their fixtures."""
    _loaded: dict[str, Loaded] = msgspec.field(default_factory=dict)
    _chains: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    _reports: dict[str, HookReport] = msgspec.field(default_factory=dict)
    _ignored: dict[str, tuple[frozenset[str], tuple[str, ...]]] = msgspec.field(default_factory=dict)
    _ignoring: dict[str, list[tuple[str, Callable[[str], Any]]]] = msgspec.field(default_factory=dict)
    """Of each folder, the hooks that may ignore what is in it, in the order in which pytest calls them."""
    _collecting: dict[str, list[tuple[str, Callable[[str], Any]]]] = msgspec.field(default_factory=dict)
    """Of each folder, the hooks that may collect files of it themselves."""
    _collectors: set[str] = msgspec.field(default_factory=set)
    """Conftests whose hook may have collected a file itself."""
    _undecided: set[str] = msgspec.field(default_factory=set)
    """Conftests whose hook ignores what text does not tell."""

    def chain(self, folder: str) -> tuple[str, ...]:
        """Return the conftests that a folder sees, outermost first."""
        if not self.enabled:
            return ()
        if folder not in self._chains:
            parent = os.path.dirname(folder)
            top = str(self.confcutdir)
            outer = self.chain(parent) if parent != folder else ()
            own = os.path.join(folder, "conftest.py")
            self._chains[folder] = (*outer, own) if not _above(folder, top) and os.path.isfile(own) else outer
        return self._chains[folder]

    def load(self, path: str) -> Loaded:
        """Evaluate a conftest."""
        if path not in self._loaded:
            base, name = base_and_name(path)
            self.space.bases.setdefault(path, base)
            self._loaded[path] = self.space.load(path, name)
        return self._loaded[path]

    def report(self, path: str) -> HookReport:
        """Return what a conftest's hooks do to collection."""
        if path not in self._reports:
            own = examine(self.space, self.load(path), path, self.options)
            self._reports[path] = joined([own, *self._plugin_reports(path)])
        return self._reports[path]

    def _plugin_reports(self, path: str) -> Iterator[HookReport]:
        """Yield what the plugins do that a conftest names in `pytest_plugins`."""
        for name in named_plugins(self.load(path)):
            found = self.space.find(name, path)
            if found is not None and found.readable and not name.startswith("_pytest"):
                self.space.use(path, found.path)
                report = examine(self.space, self.space.load(found.path, name), found.path, self.options)
                yield report.of(name)

    def doubt(self, folder: str) -> tuple[str, str]:
        """Return why the tests of a folder cannot be told, and the conftest to blame.

        Empty where they can.
        """
        for path in self.chain(folder):
            report = self.report(path)
            if report.local_doubt:
                return report.local_doubt, path
            if path in self._collectors:
                return "its pytest_collect_file collects other files", path
            if path in self._undecided:
                return "its pytest_ignore_collect decides what to ignore", path
            if self._unknown_ignores(path):
                return "what it ignores is computed", path
        return "", ""

    def skipped(self, folder: str) -> bool:
        """Tell whether a conftest met on the way down skips its folder.

        One that is loaded at start would end the session.
        """
        return any(
            self.load(path).skipped
            for path in self.chain(folder)
            if os.path.dirname(path) not in self.initial
        )

    def _unknown_ignores(self, path: str) -> bool:
        names = self.load(path).scope.names
        for name in ("collect_ignore", "collect_ignore_glob"):
            if name in names:
                found = elements(names[name])
                if found is None or not all(isinstance(entry, str) for entry in found):
                    return True
        return False

    def ignored_by_hook(self, path: str) -> bool | None:
        """Return what `pytest_ignore_collect` of the nearest conftest that decides says of a path."""
        folder = os.path.dirname(path)
        if folder not in self._ignoring:
            self._ignoring[folder] = [
                (conftest, hook)
                for conftest in reversed(self.chain(folder))
                for hook in self.report(conftest).ignores
            ]
        for conftest, hook in self._ignoring[folder]:
            answer = hook(path)
            if isinstance(answer, bool):
                return answer
            if answer is not None:
                self._undecided.add(conftest)
        return None

    def look_at(self, path: str) -> None:
        """Ask `pytest_collect_file` of all conftests about a file; who may collect it is in doubt."""
        folder = os.path.dirname(path)
        if folder not in self._collecting:
            self._collecting[folder] = [
                (conftest, hook) for conftest in self.chain(folder) for hook in self.report(conftest).collects
            ]
        for conftest, hook in self._collecting[folder]:
            if conftest not in self._collectors and hook(path) is not None:
                self._collectors.add(conftest)

    def ignored(self, folder: str) -> tuple[frozenset[str], tuple[str, ...]]:
        """Return the paths and glob patterns that the conftests of a folder ignore.

        (`_getconftest_pathlist`).
        """
        if folder not in self._ignored:
            chain = self.chain(folder)
            paths = frozenset(self._values(chain, "collect_ignore"))
            self._ignored[folder] = paths, tuple(self._values(chain, "collect_ignore_glob"))
        return self._ignored[folder]

    def _values(self, chain: tuple[str, ...], name: str) -> list[str]:
        for path in reversed(chain):
            names = self.load(path).scope.names
            if name in names:
                value = names[name]
                found = elements(self.space.resolve(value) if type(value) is Ref else value) or []
                base = os.path.dirname(path)
                return [
                    os.path.normpath(os.path.join(base, entry)) for entry in found if isinstance(entry, str)
                ]
        return []


def named_plugins(loaded: Loaded) -> list[str]:
    """Return the modules that a conftest names in `pytest_plugins`, as far as text tells."""
    value = loaded.scope.names.get("pytest_plugins")
    names = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
    return [name for name in names if isinstance(name, str)]


def _above(folder: str, top: str) -> bool:
    """Tell whether a folder is a proper parent of the one where looking for conftests ends.

    (`_is_in_confcutdir`).
    """
    return folder != top and top.startswith(folder.rstrip(os.sep) + os.sep)


def initial_folders(settings: Settings) -> tuple[str, ...]:
    """Return the folders whose conftests pytest loads at start, in its order.

    Those of its arguments with what is around them, and `test*` folders in them.
    """
    folders: dict[str, None] = {}
    for argument in settings.arguments:
        path = (settings.invocation / argument.partition("::")[0]).absolute()
        anchor = path if path.is_dir() else path.parent
        inner = sorted(folder for folder in anchor.glob("test*") if folder.is_dir())
        folders.update(dict.fromkeys(map(str, (*reversed(anchor.parents), anchor, *inner))))
    return tuple(folders)
