"""`affected` one test at a time: the node ids that a change can reach, in files whose tests text knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from importgraph.affected.changes import Changed
from importgraph.affected.reachability import Reach
from importgraph.affected.selection import AffectedTest, Selection, affected_by, make_targets
from importgraph.affected.shared_ways import SharedWays
from importgraph.collection.collect import collect
from importgraph.collection.model import Dynamic
from importgraph.collection.plan import Request
from importgraph.config import Config
from importgraph.graph.calls import function_node
from importgraph.project import Project


@dataclass(frozen=True)
class Side:
    """One side of a change, as far as selecting needs it."""

    reach: Reach
    changed: Changed
    tests: Mapping[str, bool]
    """By module, whether it is a test file."""


@dataclass(frozen=True, slots=True)
class AffectedIds:
    """Tests one by one."""

    tests: tuple[AffectedTest, ...]
    """With node ids, in the order of the files and pytest's within each."""
    dynamic: tuple[Dynamic, ...]
    """Selected files whose tests are known at run time only: all of each is to be run. Sorted by path."""
    total: int
    """Tests in the selected files, those of dynamic files left out; parameters do not count."""


def affected_ids(project: Project, selection: Selection, sides: Sequence[Side], only: str) -> AffectedIds:
    """Search from each test of the selected files alone.

    Args:
        project: The tree as it is.
        selection: The files.
        sides: Both sides of the change, the later one first.
        only: Look at this file alone; empty for all.
    """
    files = {test.path: test for test in selection.tests if only in {"", test.path}}
    if not files:
        return AffectedIds((), (), 0)
    items, dynamic = _collected(project, list(files))
    asked = [_Asked(side, tuple(files), is_first=side is sides[0]) for side in sides]
    found: list[AffectedTest] = []
    for path, test in files.items():
        for node_id in items.get(path, ()):
            qualname = ".".join(node_id.split("::")[1:])
            answers = (one.answer(test, qualname) for one in asked)
            why = next((one for one in answers if one is not None), None)
            if why is not None:
                found.append(replace(why, path=path, id=node_id))
    unknown = tuple(
        dynamic.get(path) or Dynamic(path, "pytest would not collect it")
        for path in sorted(files)
        if path not in items
    )
    return AffectedIds(tuple(found), unknown, sum(map(len, items.values())))


def _collected(project: Project, paths: list[str]) -> tuple[dict[str, list[str]], dict[str, Dynamic]]:
    """Return the node ids by file, without parameters, and the files that text cannot decide."""
    workers = (project.config or Config()).workers or 1
    found = collect(Request(project.root, tuple(paths), project.named_python, workers))
    items: dict[str, dict[str, None]] = {}
    dynamic = {one.path: one for one in found.dynamic}
    for item in found.items:
        if item.path in set(paths) and item.path not in dynamic:
            items.setdefault(item.path, {})[item.id.partition("[")[0]] = None
    return {path: list(ids) for path, ids in items.items()}, dynamic


class _Asked:
    """One side of a change that is asked about single tests."""

    def __init__(self, side: Side, paths: Sequence[str], *, is_first: bool) -> None:
        self._side = side
        self._is_first = is_first
        modules = side.reach.graph.modules.values()
        self._names = {one.path: one.name for one in modules if one.path in set(paths)}
        self._targets = make_targets(side.reach.graph, side.changed)

    @cached_property
    def _ways(self) -> SharedWays:
        ways = SharedWays(self._side.reach, self._targets)
        ways.share(name for name in self._names.values() if ways.plain(name) is None)
        return ways

    def answer(self, test: AffectedTest, qualname: str) -> AffectedTest | None:
        """Say why one test of a file is affected; None where this side shows no way."""
        side, name = self._side, self._names.get(test.path)
        if side.changed.everything:
            return test
        if name is None or not side.changed.modules:
            return None
        if not side.reach.lookup.has(function_node(name, qualname)):
            return test if self._is_first else None  # inherited or made elsewhere: as the file
        return affected_by(side.reach.graph, name, self._ways, qualname)
