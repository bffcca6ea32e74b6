"""`affected`: the test files that the changes since a revision can reach, on both sides of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from importgraph.affected.changes import Changed, Inside, changed_modules
from importgraph.affected.selection import Selection, merge, select_tests
from importgraph.affected.unit_cache import Shelf
from importgraph.config import Partial
from importgraph.errors import UsageError
from importgraph.git.model import Change
from importgraph.git.repository import open_repository
from importgraph.names import top_level
from importgraph.project import Project, open_project
from importgraph.regressions.impact.mentions import modules_with_tests, readers_of
from importgraph.regressions.impact.reaching import (
    inside_functions,
    keep_keys,
    make_reach,
    make_shelf,
    nodes_inside,
)
from importgraph.regressions.impact.single_tests import AffectedIds, Side, affected_ids
from importgraph.regressions.revision_tree import RevisionSettings, changed_revision, project_top
from importgraph.tree import Sibling


@dataclass(frozen=True, slots=True)
class Impact:
    """The tests to run, and what they were chosen from."""

    since: str
    selection: Selection
    changes: tuple[Change, ...]
    after: Changed
    """What the changes mean for the tree as it is."""
    ids: AffectedIds | None = None
    """The tests of the selected files one by one, where asked for."""


def affected_tests(
    folder: Path, since: str, options: Partial, cache_folder: Path | None = None, *, ids: str | None = None
) -> Impact:
    """Select the test files that changes since a revision can reach, the work tree's own changes included.

    Both sides are looked at: what a deleted or renamed module was imported by may fail now. A test file
    that is gone is not selected.

    Args:
        folder: What to analyse.
        since: The revision.
        options: Settings of the command line.
        cache_folder: Where facts are kept.
        ids: Look at each test alone, too: those of this file, or of all files where empty. None does not.

    Raises:
        UsageError: If there is no repository or no such revision.
    """
    repository = open_repository(folder)
    commit = repository.resolve(since)
    prefix = repository.relative(project_top(folder))
    changes = repository.changes(commit, None)
    project = open_project(folder, options, cache_folder=cache_folder)
    after = _changed(project, prefix, (c.path for c in changes if c.status != "D"))
    shelf = make_shelf(project)
    gone = [change.old_path for change in changes if change.status != "A"]
    settings = RevisionSettings(options, cache_folder, sibling_of(project, changes, prefix))
    with changed_revision(repository, commit, folder, gone, settings) as base:
        try:
            _ = base.graph
        except UsageError:  # nothing of it was there before
            sides = [_side(project, after, shelf)]
        else:
            before = _changed(base, prefix, gone)
            earlier, later = _in_functions(base, project, changes, prefix)
            before, after = replace(before, inside=earlier), replace(after, inside=later)
            sides = [_side(project, after, shelf)]
            sides.append(_side(base, before, shelf, _unchanged_keys(sides[0], gone, prefix)))
        selection = _selected(project, sides)
        keep_keys(project, sides[0].reach.texts)
        found = affected_ids(project, selection, sides, ids) if ids is not None else None
    return Impact(since, selection, changes, after, found)


def sibling_of(project: Project, changes: Iterable[Change], prefix: str) -> Sibling | None:
    """Return from what the graph of the revision may start: the tree as it is, if texts alone changed."""
    told = [change for change in changes if not change.path.endswith((".md", ".rst"))]
    paths = frozenset(inside(prefix, (change.path for change in told)))
    is_near = len(told) == len(paths) <= _MOST and all(change.status == "M" for change in told)
    return Sibling(project, paths) if is_near else None


_MOST = 200
"""More changes take longer to be looked through than a graph takes to be built."""


def _selected(project: Project, sides: Sequence[Side]) -> Selection:
    """Select the test files that are there now, by what they reach on either side."""
    now = select_tests(sides[0].reach, sides[0].changed, sides[0].tests)
    chosen = {test.path for test in now.tests}
    then = [select_tests(side.reach, side.changed, side.tests, chosen) for side in sides[1:]]
    there = {module.path for module in project.graph.modules.values()}
    kept = [replace(one, tests=tuple(t for t in one.tests if t.path in there), total=0) for one in then]
    return merge(now, *kept)


def _in_functions(base: Project, project: Project, changes: Iterable[Change], prefix: str) -> "_InFunctions":
    """Return for both sides which modules changed in functions alone, and in which."""
    same = [path for change in changes if change.status == "M" for path in inside(prefix, [change.path])]
    old_names = {module.path: module.name for module in base.graph.modules.values()}
    names = {module.path: module.name for module in project.graph.modules.values()}
    before: dict[str, Inside] = {}
    after: dict[str, Inside] = {}
    for path, found in inside_functions(base, project, same):
        if path in old_names and path in names:
            before[old_names[path]] = nodes_inside(old_names[path], found, found.removed)
            after[names[path]] = nodes_inside(names[path], found, found.added)
    return before, after


_InFunctions = tuple[dict[str, Inside], dict[str, Inside]]


def _changed(project: Project, prefix: str, paths: Iterable[str]) -> Changed:
    """Map changed paths to modules; one outside the folder that is imported from there changes everything."""
    listed = list(paths)
    changed = changed_modules(project.graph, inside(prefix, listed))
    imports = project.graph.imports if prefix else ()
    outside = {top_level(edge.imported) for edge in imports if edge.external}
    reason = "outside the analysed folder, which imports something of that name"
    further = tuple(
        (path, reason)
        for path in listed
        if prefix and not path.startswith(f"{prefix}/") and outside & set(_names(path))
    )
    modules = dict(changed.modules)
    for data, _ in changed.data:
        modules.update((reader, data) for reader in readers_of(project, data) if reader not in modules)
    everything = (*changed.everything, *further)
    return replace(changed, everything=everything, modules=dict(sorted(modules.items())))


def _names(path: str) -> list[str]:
    return path.removesuffix(".py").split("/") if path.endswith(".py") else []


def _side(project: Project, changed: Changed, shelf: Shelf, keys: Mapping[str, bytes] | None = None) -> Side:
    tests = modules_with_tests(project)
    return Side(make_reach(project, tests, shelf, keys), changed, tests)


def _unchanged_keys(side: Side, paths: Iterable[str], prefix: str) -> dict[str, bytes]:
    """Return the keys of the files that are the same on both sides."""
    if side.changed.everything or not side.changed.modules:
        return {}
    side.reach.texts.outline_all()
    changed = set(inside(prefix, paths))
    return {path: key for path, key in side.reach.texts.keys.items() if path not in changed}


def inside(prefix: str, paths: Iterable[str]) -> Iterator[str]:
    """Make paths relative to the analysed root; others are left out."""
    for path in paths:
        if not prefix:
            yield path
        elif path.startswith(f"{prefix}/"):
            yield path.removeprefix(f"{prefix}/")
