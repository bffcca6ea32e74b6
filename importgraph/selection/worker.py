"""One file to its tests: evaluation, pytest's rules, ids. Runs in worker processes as well."""

# ruff: noqa: PTH119, PTH120, PTH123 -- paths are texts here: there are thousands

import gc
import os
from collections.abc import Sequence
from dataclasses import dataclass

from importgraph.selection.collectors import FoundTest, collect_names
from importgraph.selection.conftests import Conftests, initial_folders
from importgraph.selection.environment import Environment
from importgraph.selection.finder import Finder
from importgraph.selection.frame import Frame
from importgraph.selection.imports import fail
from importgraph.selection.marks import marks_of
from importgraph.selection.model import Dynamic, FileResult, Item
from importgraph.selection.names_of import base_and_name
from importgraph.selection.parametrize import Open, expand
from importgraph.selection.settings import Settings
from importgraph.selection.space import Space
from importgraph.selection.values import Doubt, GiveUp, ImportFails, Skipped


@dataclass(frozen=True, slots=True)
class Task:
    """Files to collect, with all that their tests depend on."""

    settings: Settings
    environment: Environment
    shared: tuple[str, ...]
    """Folders on `sys.path` of the whole session."""
    files: tuple[str, ...]
    names_ids: bool = False
    """A plugin names parameters by a hook."""


class Worker:
    """Collects files one by one.

    Args:
        task: What it is for.
    """

    def __init__(self, task: Task) -> None:
        self.settings = task.settings
        self.space = Space(Finder(task.environment, task.shared))
        self.names_ids = task.names_ids
        self.space.warnings_fail = task.settings.warnings_fail
        options = frozenset(
            option.partition("=")[0].lstrip("-").replace("-", "_") for option in task.settings.options
        )
        initial = initial_folders(task.settings)
        self.conftests = Conftests(
            self.space, task.settings.confcutdir, task.settings.conftest, options, initial=initial
        )

    def collect(self, path: str) -> FileResult:
        """Collect one file."""
        relative = relative_path(path, self.settings)
        chain = self.conftests.chain(os.path.dirname(path))
        try:
            items = tuple(self._items(path, relative))
            result = FileResult(relative, items, None, self._uses((path, *chain)))
        except (Doubt, GiveUp) as doubt:
            dynamic = Dynamic(relative, str(doubt), getattr(doubt, "line", 0))
            result = FileResult(relative, (), dynamic, self._uses((path, *chain)))
        except RecursionError:
            result = FileResult(
                relative, (), Dynamic(relative, "nested too deeply to be read"), self._uses((path, *chain))
            )
        return result

    def _uses(self, paths: Sequence[str]) -> tuple[str, ...]:
        seen: set[str] = set()
        stack = list(paths)
        while stack:
            path = stack.pop()
            if path not in seen:
                seen.add(path)
                stack.extend(self.space.uses.get(path, ()))
        seen.discard(paths[0])
        return tuple(sorted(seen))

    def _items(self, path: str, relative: str) -> list[Item]:
        if not path.endswith(".py"):
            return _text_doctest(path, relative)
        if self.conftests.skipped(os.path.dirname(path)):
            return []
        reason, blamed = self.conftests.doubt(os.path.dirname(path))
        if reason:
            raise Doubt(f"{relative_path(blamed, self.settings)}: {reason}")
        base, name = base_and_name(path)
        self.space.bases[path] = "" if self.settings.import_mode == "importlib" else base
        try:
            fail(self.space.failure(name.rpartition(".")[0], path) if "." in name else "", 0)
        except Skipped:
            return []
        except ImportFails as failure:
            raise Doubt(f"would fail to collect: {failure.reason}") from None
        if self.settings.strict_markers:
            registered = {
                mark
                for conftest in self.conftests.chain(os.path.dirname(path))
                for mark in self.conftests.report(conftest).registers
            }
            self.space.registered = (
                None if "*" in registered else frozenset({*self.settings.registered, *registered})
            )
        loaded = self.space.load(path, name)
        if loaded.doubt is not None:
            raise loaded.doubt
        if loaded.failure is not None:
            raise Doubt(f"would fail to collect: {loaded.failure.reason}", loaded.failure.line)
        if loaded.skipped:
            return []
        frame = Frame(loaded.scope, self.space)
        self.space.steps = 0
        found = list(collect_names(frame, loaded.scope.names, self.settings.patterns))
        return [item for test in found for item in self._expanded(frame, test, path, relative)]

    def _expanded(self, frame: Frame, test: FoundTest, path: str, relative: str) -> list[Item]:
        base = "::".join([relative, *(name for name, _ in test.classes), test.name])
        marks = marks_of(frame, test)
        expansion = expand(frame, self.settings, self.conftests, test, marks, path)
        names = tuple(dict.fromkeys(mark.name for mark in marks.all()))
        keywords = tuple(k for k in (test.func.attrs if test.func else ()) if not k.startswith("_"))
        hypothetical = test.func is not None and "is_hypothesis_test" in test.func.attrs
        uncertain = marks.unknown or hypothetical or test.func is None or test.func.node is None
        if isinstance(expansion, Open):
            return [Item(base, relative, True, keywords, names, uncertain or expansion.marked)]
        if self.names_ids and expansion:
            return [Item(base, relative, True, keywords, names, uncertain)]
        if not expansion:
            return [Item(base, relative, False, keywords, names, uncertain)]
        return [
            Item(
                f"{base}[{'-'.join(one.ids)}]" if one.ids else base,
                relative,
                False,
                keywords,
                tuple(dict.fromkeys((*names, *one.marks))),
                uncertain or one.unknown_marks,
                one.groups,
            )
            for one in expansion
        ]


def _text_doctest(path: str, relative: str) -> list[Item]:
    """Return the one item of a text file with doctest examples (`_pytest.doctest.DoctestTextfile`)."""
    import doctest

    try:
        with open(path, encoding="utf-8") as stream:
            examples = doctest.DocTestParser().get_examples(stream.read(), path)
    except (OSError, ValueError) as error:
        raise Doubt(f"would fail to collect: {error}") from None
    return [Item(f"{relative}::{os.path.basename(path)}", relative)] if examples else []


def relative_path(path: str, settings: Settings) -> str:
    """Return a path as node ids show it: relative to the rootdir, with `/`."""
    return os.path.relpath(path, settings.rootdir).replace(os.sep, "/")


@dataclass(frozen=True, slots=True)
class Batch:
    """What collecting a task gave."""

    results: tuple[FileResult, ...]
    """In the order of the task's files."""
    probes: frozenset[str]
    """First-party folders in which modules were looked for."""
    variables: tuple[tuple[str, str | None], ...]
    """Environment variables that were asked for, with their values."""


def collect_files(task: Task) -> Batch:
    """Collect a task's files."""
    gc.disable()  # syntax trees by the million, none of them cyclic
    worker = Worker(task)
    results = tuple(worker.collect(path) for path in task.files)
    foreign = (*task.environment.standard, *task.environment.folders)
    probes = frozenset(folder for folder in worker.space.finder.listed() if not folder.startswith(foreign))
    return Batch(results, probes, tuple(sorted(worker.space.environment_reads.items())))
