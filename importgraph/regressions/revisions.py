"""`diff`: two revisions of a folder, or a revision and the work tree."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from importgraph.config import Partial
from importgraph.errors import UsageError
from importgraph.git.repository import open_repository
from importgraph.regressions.analysis import Analysis, analyse, analysed_revision
from importgraph.regressions.check import name_commits
from importgraph.regressions.compare import compare
from importgraph.regressions.difference import Difference, difference
from importgraph.regressions.gates import read_gates
from importgraph.regressions.model import Regression
from importgraph.regressions.revision_tree import project_top


@dataclass(frozen=True, slots=True)
class RevisionDiff:
    """What differs between two revisions, and which of it is worse."""

    base: str
    head: str
    """As the user named them; the work tree is named so."""
    difference: Difference
    regressions: tuple[Regression, ...]
    modules: tuple[int, int]
    """Number of modules before and after."""


def diff_revisions(
    folder: Path, base: str, head: str | None, options: Partial, cache_folder: Path | None = None
) -> RevisionDiff:
    """Compare two revisions of a folder without touching the work tree.

    Args:
        folder: A folder of the work tree.
        base: The earlier revision.
        head: The later one; None for the work tree.
        options: Settings of the command line.
        cache_folder: Where facts are kept.

    Raises:
        UsageError: If there is no repository or revision, or one of them holds no Python files there.
    """
    repository = open_repository(folder)
    base_commit = repository.resolve(base)
    head_commit = repository.resolve(head) if head is not None else None
    with ExitStack() as stack:
        before = stack.enter_context(
            analysed_revision(repository, base_commit, folder, options, cache_folder)
        )
        if head_commit is None:
            after = analyse(folder, options, cache_folder)
        else:
            after = stack.enter_context(
                analysed_revision(repository, head_commit, folder, options, cache_folder)
            )
        _check_files(before, base, folder)
        _check_files(after, head or "the work tree", folder)
        gates = read_gates(after.project.root)
        before, after = before.predicting(gates, folder), after.predicting(gates, folder)
        found = compare(before.digest, after.digest, gates, after.places, after.view)
        changes = difference(before.digest, after.digest)
        sizes = (len(before.digest.modules), len(after.digest.modules))
    regressions = name_commits(found.regressions, repository, project_top(folder), head_commit)
    return RevisionDiff(base, head or "work tree", changes, regressions, sizes)


def _check_files(analysis: Analysis, name: str, folder: Path) -> None:
    try:
        _ = analysis.project.scan
    except UsageError as error:
        raise UsageError(f"At {name} {folder} holds no Python files.", error.hint) from error
