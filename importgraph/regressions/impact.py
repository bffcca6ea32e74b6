"""`affected`: the test files that the changes since a revision can reach, on both sides of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from importgraph.config import Partial
from importgraph.errors import UsageError
from importgraph.names import top_level
from importgraph.project import Project, open_project
from importgraph.regressions.analysis import analysed_revision, project_top
from importgraph.regressions.git import open_repository
from importgraph.regressions.mentions import mentions, modules_with_tests
from importgraph.selection.affected import Selection, merge, select_tests
from importgraph.selection.changes import Change, Changed, changed_modules


@dataclass(frozen=True, slots=True)
class Impact:
    """The tests to run, and what they were chosen from."""

    since: str
    selection: Selection
    changes: tuple[Change, ...]
    after: Changed
    """What the changes mean for the tree as it is."""


def affected_tests(folder: Path, since: str, options: Partial, cache_folder: Path | None = None) -> Impact:
    """Select the test files that changes since a revision can reach, the work tree's own changes included.

    Both sides are looked at: what a deleted or renamed module was imported by may fail now. A test file
    that is gone is not selected.

    Raises:
        UsageError: If there is no repository or no such revision.
    """
    repository = open_repository(folder)
    commit = repository.resolve(since)
    top = project_top(folder)
    prefix = repository.relative(top)
    changes = repository.changes(commit, None)
    project = open_project(folder, options, cache_folder=cache_folder)
    after = _changed(project, prefix, (c.path for c in changes if c.status != "D"))
    now = _select(project, after)
    with analysed_revision(repository, commit, folder, options, cache_folder) as base:
        try:
            _ = base.project.scan
        except UsageError:
            return Impact(since, now, changes, after)  # nothing of it was there before
        old_paths = (change.old_path for change in changes if change.status != "A")
        then = _select(base.project, _changed(base.project, prefix, old_paths))
    there = {module.path for module in project.graph.modules.values()}
    kept = tuple(test for test in then.tests if test.path in there)
    before = Selection(kept, then.widened, 0)
    return Impact(since, merge(now, before), changes, after)


def _changed(project: Project, prefix: str, paths: Iterable[str]) -> Changed:
    """Map changed paths to modules; one outside the folder that is imported from there changes everything."""
    listed = list(paths)
    changed = changed_modules(project.graph, inside(prefix, listed))
    outside = {top_level(edge.imported) for edge in project.graph.imports if edge.external}
    reason = "outside the analysed folder, which imports something of that name"
    further = tuple(
        (path, reason)
        for path in listed
        if prefix and not path.startswith(f"{prefix}/") and outside & set(_names(path))
    )
    return replace(changed, everything=(*changed.everything, *further))


def _names(path: str) -> list[str]:
    return path.removesuffix(".py").split("/") if path.endswith(".py") else []


def _select(project: Project, changed: Changed) -> Selection:
    tests = modules_with_tests(project)
    return select_tests(project.graph, changed, tests, mentions(project, tests))


def inside(prefix: str, paths: Iterable[str]) -> Iterator[str]:
    """Make paths relative to the analysed root; others are left out."""
    for path in paths:
        if not prefix:
            yield path
        elif path.startswith(f"{prefix}/"):
            yield path.removeprefix(f"{prefix}/")
