"""One file to its tests: evaluation, pytest's rules, ids. Runs in worker processes as well."""

# ruff: noqa: PTH119, PTH120 -- paths are texts here: there are thousands

import os
import time
from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from importgraph.collection.collectors import FoundTest, collect_names
from importgraph.collection.marks import marks_of
from importgraph.collection.model import Dynamic, FileResult, Item
from importgraph.collection.parameters.ids import Undecided
from importgraph.collection.parameters.parametrize import Open, expand, fixture_names
from importgraph.collection.sure_failures import surely_fails
from importgraph.errors import ImportgraphError
from importgraph.evaluation.values.limits import allotted
from importgraph.failures import reason
from importgraph.files import read_text_file
from importgraph.namespaces.import_failures import SKIPS, UNDECIDED, UNSURE
from importgraph.namespaces.policy import STEPS
from importgraph.namespaces.protocol import Frame
from importgraph.namespaces.records import Doubt, GiveUp, WouldFail
from importgraph.namespaces.space import too_much
from importgraph.session.conftests import Conftests
from importgraph.session.item_order import Sorter, item_facts, place_of, placed
from importgraph.session.settings import Settings
from importgraph.session.test_files import holds_doctests
from importgraph.text.module_names import base_and_name


class Worker:
    """Collects files one by one.

    Args:
        settings: The session's settings.
        conftests: Its conftests, with all that is known of its modules.
        sorter: A hook that sorts all items.
        names_ids: A plugin names parameters by a hook.
    """

    def __init__(
        self,
        settings: Settings,
        conftests: Conftests,
        sorter: Sorter | None = None,
        *,
        names_ids: bool,
    ) -> None:
        self.settings = settings
        self.conftests = conftests
        self.space = conftests.space
        self.names_ids = names_ids
        self.sorter = sorter
        self.told: dict[str, int] = {}
        """How many of the files that a file uses are in batches already."""

    def collect(self, path: str) -> FileResult:
        """Collect one file."""
        relative = relative_path(path, self.settings)
        for conftest in self.conftests.chain(os.path.dirname(path)):
            self.space.use(path, conftest)
        try:
            return FileResult(relative, tuple(self._items(path, relative)))
        except WouldFail as doubt:
            fails = surely_fails(doubt.why, self.space.finder.environment)
            return FileResult(relative, (), Dynamic(relative, str(doubt), doubt.line, fails))
        except (Doubt, GiveUp) as doubt:
            return FileResult(relative, (), Dynamic(relative, str(doubt), getattr(doubt, "line", 0)))
        except RecursionError:
            return FileResult(relative, (), Dynamic(relative, "nested too deeply to be read"))
        except ImportgraphError:
            raise
        except Exception as error:  # noqa: BLE001 -- one file must not take the others down
            return FileResult(relative, (), Dynamic(relative, reason(error)))

    def _items(self, path: str, relative: str) -> list[Item]:
        if not path.endswith(".py"):
            return self._text(path, relative)
        if self.settings.doctest and holds_doctests(self.space.source(path) or b""):
            raise Doubt("holds doctests, which are found at run time")
        if self.conftests.skipped(os.path.dirname(path)):
            return []
        reason, blamed = self.conftests.doubt(os.path.dirname(path))
        if reason:
            raise Doubt(f"{relative_path(blamed, self.settings)}: {reason}")
        base, name = base_and_name(path)
        self.space.bases[path] = "" if self.settings.import_mode == "importlib" else base
        failure = self.space.failure(name.rpartition(".")[0], path) if "." in name else ""
        if failure.startswith(SKIPS):
            return []
        if failure:
            raise Doubt(failure) if failure.startswith((UNSURE, UNDECIDED)) else WouldFail(failure)
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
            raise WouldFail(loaded.failure.reason, loaded.failure.line)
        if loaded.skipped:
            return []
        frame = Frame(loaded.scope, self.space)
        self.space.memo.clear()
        with allotted(STEPS, too_much):
            found = list(collect_names(frame, loaded.scope.names, self.settings.patterns))
            return [item for test in found for item in self._placed(frame, test, path, relative)]

    def _text(self, path: str, relative: str) -> list[Item]:
        items = _text_doctest(path, relative)
        if self.sorter is None:
            return items
        place = place_of(self.space, self.sorter, item_facts(self.space, self.sorter, None, [], []))
        return [replace(item, place=place) for item in items]

    def _placed(self, frame: Frame, test: FoundTest, path: str, relative: str) -> Sequence[Item]:
        """Return a test's items, each with the place that a hook gives it which sorts them all."""
        items = self._expanded(frame, test, path, relative)
        if self.sorter is None:
            return items
        marks = marks_of(frame, test)
        try:
            names = fixture_names(frame, self.settings, self.conftests, test, marks, path)
        except Undecided:
            raise Doubt(f"the fixtures of `{test.name}` are known at run time only") from None
        if any(item.uncertain and item.perhaps is None for item in items):
            raise Doubt(f"the marks of `{test.name}` are known at run time only")
        known = list(marks.all())
        places: dict[tuple[str, ...], int] = {}
        for item in items:
            if item.marks not in places:
                perhaps = [None, *(item.perhaps or ())]
                found = {
                    placed(
                        self.space,
                        self.sorter,
                        test.func,
                        names,
                        known,
                        (*item.marks, *([one] if one else ())),
                    )
                    for one in perhaps
                }
                if len(found) > 1:
                    raise Doubt(f"the marks of `{test.name}` are known at run time only")
                places[item.marks] = found.pop()
        return [replace(item, place=places[item.marks]) for item in items]

    def _expanded(self, frame: Frame, test: FoundTest, path: str, relative: str) -> list[Item]:
        base = "::".join([relative, *(name for name, _ in test.classes), test.name])
        marks = marks_of(frame, test)
        expansion = expand(frame, self.settings, self.conftests, test, marks, path)
        names = tuple(dict.fromkeys(mark.name for mark in marks.all()))
        keywords = tuple(k for k in (test.func.attrs if test.func else ()) if not k.startswith("_"))
        if test.func is not None and "is_hypothesis_test" in test.func.attrs:
            names = (*names, "hypothesis")  # its plugin marks these before any are deselected
        uncertain = marks.unknown or test.func is None or test.func.node is None
        if isinstance(expansion, Open):
            perhaps = tuple(sorted(expansion.marks))
            doubtful = uncertain or bool(perhaps)
            return [Item(base, relative, True, keywords, names, doubtful, (), None if uncertain else perhaps)]
        if self.names_ids and expansion:
            return [Item(base, relative, True, keywords, names, uncertain)]
        if not expansion:
            return [Item(base, relative, False, keywords, names, uncertain)]
        found = [
            Item(
                f"{base}[{'-'.join(one.ids)}]" if one.ids and not one.open else base,
                relative,
                one.open,
                keywords,
                tuple(dict.fromkeys((*names, *one.marks))),
                uncertain or one.unknown_marks,
                one.groups,
            )
            for one in expansion
        ]
        return list(dict.fromkeys(found)) if found[0].expands else found


def _text_doctest(path: str, relative: str) -> list[Item]:
    """Return the one item of a text file with doctest examples (`_pytest.doctest.DoctestTextfile`)."""
    try:
        text = read_text_file(path)
        examples = _examples(text, path) if ">>>" in text else []
    except (OSError, ValueError) as error:
        raise Doubt(f"would fail to collect: {error}") from None
    return [Item(f"{relative}::{os.path.basename(path)}", relative)] if examples else []


def _examples(text: str, path: str) -> Sequence[object]:
    import doctest  # loads a debugger, which takes longer than most text files do

    return doctest.DocTestParser().get_examples(text, path)


def relative_path(path: str, settings: Settings) -> str:
    """Return a path as node ids show it: relative to the rootdir, with `/`."""
    return os.path.relpath(path, settings.rootdir).replace(os.sep, "/")


class Batch(msgspec.Struct, frozen=True):
    """What collecting some files gave."""

    results: tuple[FileResult, ...]
    """In the order of the files; of the first ones where collecting was stopped."""
    probes: frozenset[str]
    """First-party folders in which modules were looked for."""
    variables: tuple[tuple[str, str | None], ...]
    """Environment variables that were asked for, with their values."""
    uses: dict[str, frozenset[str]]
    """For each file: files whose text had a say in what is known of it, as far as no earlier batch told."""


def never() -> bool:
    """Tell that nobody wants an end."""
    return False


def collect_batch(
    worker: Worker, files: Sequence[str], deadline: float = 0, stopped: Callable[[], bool] = never
) -> Batch:
    """Collect files.

    Args:
        worker: Who does it.
        files: Absolute paths.
        deadline: When to give up, by `time.monotonic()`; 0: never.
        stopped: Asked before each file: tells that those that are left are not to be read.

    Raises:
        OutOfTime: If the deadline passes.
    """
    results = []
    for path in files:
        if deadline and time.monotonic() > deadline:
            raise OutOfTime
        if stopped():
            break
        results.append(worker.collect(path))
    space = worker.space
    environment = space.finder.environment
    foreign = (*environment.standard, *environment.folders)
    listed = (folder for folder in space.finder.listed() if not folder.startswith(foreign))
    probes = frozenset((*listed, *space.program_folders))
    uses = {
        path: frozenset(used) for path, used in space.uses.items() if len(used) > worker.told.get(path, 0)
    }
    worker.told.update((path, len(used)) for path, used in uses.items())
    return Batch(tuple(results), probes, tuple(sorted(space.environment_reads.items())), uses)


class OutOfTime(Exception):  # noqa: N818 -- a signal
    """The deadline passed."""
