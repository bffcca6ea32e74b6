"""A history of baselines: one line of numbers for each commit, beside the baseline file."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from importgraph.config import Partial
from importgraph.errors import UsageError
from importgraph.files import read_file
from importgraph.findings.loads import loads
from importgraph.git.model import Commit
from importgraph.git.repository import open_repository
from importgraph.regressions.analysis import Analysis, analyse
from importgraph.regressions.baseline import DEFAULT_NAME
from importgraph.regressions.gates import read_gates
from importgraph.regressions.model import Digest
from importgraph.regressions.revision_tree import project_top
from importgraph.storage import stays_below, write_whole

DEFAULT_HISTORY = "importgraph-history.jsonl"
SCHEMA: Literal["importgraph/history/1"] = "importgraph/history/1"
_AGAIN = "Mend that line, or delete it."


class EntryNumbers(Struct, frozen=True):
    """What one entry point loaded."""

    name: str
    modules: int
    """Of ours."""
    external: int
    """Top-level names outside the tree."""
    cost_us: int
    estimated: bool


class Numbers(Struct, frozen=True):
    """A tree in numbers, at one commit."""

    schema: Literal["importgraph/history/1"]
    commit: str
    """Empty where the tree is in no repository."""
    date: str
    """Of the commit."""
    summary: str
    """The first line of its message."""
    changed: bool
    """The work tree was not as the commit has it."""
    modules: int
    imports: int
    """Pairs of modules of which one imports the other."""
    entry_points: tuple[EntryNumbers, ...]
    cycles: Mapping[str, int]
    """By class."""
    canonical_usage: float
    findings: Mapping[str, int]
    """By code."""


def history_path(folder: Path, baseline: Path | None = None) -> Path:
    """Return where the history of a project stands: beside its baseline, named, configured or usual."""
    top = project_top(folder)
    return (baseline or top / (read_gates(top).baseline or DEFAULT_NAME)).parent / DEFAULT_HISTORY


def read_history(path: Path) -> tuple[Numbers, ...]:
    """Read a history, oldest first; one that does not exist is empty.

    Raises:
        UsageError: If it cannot be read, or a line is none of ours.
    """
    try:
        lines = read_file(path).splitlines()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(msgspec.json.decode(line, type=Numbers))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise UsageError(f"{path}, line {number}, is no line of a history: {error}.", _AGAIN) from error
    return tuple(found)


def project_history(root: Path) -> tuple[Numbers, ...]:
    """Return the history of a project, empty where it has none; one outside the project is not looked at.

    Raises:
        UsageError: If it cannot be read.
    """
    path = history_path(root)
    return read_history(path) if stays_below(root, path) else ()


def append_history(folder: Path, path: Path, options: Partial, cache_folder: Path | None) -> Numbers:
    """Add the numbers of today to a history; a last line of the same commit is replaced.

    Raises:
        UsageError: If the history cannot be read or written.
    """
    before = read_history(path)
    numbers = numbers_of(analyse(folder, options, cache_folder), *head_of(folder))
    if before and numbers.commit and before[-1].commit == numbers.commit:
        before = before[:-1]
    lines = [msgspec.json.encode(one) for one in (*before, numbers)]
    try:
        write_whole(path, b"".join(line + b"\n" for line in lines))
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    return numbers


def head_of(folder: Path) -> tuple[Commit | None, bool]:
    """Return the commit that is checked out, and whether the work tree differs; None without a repository."""
    try:
        repository = open_repository(folder)
        commit = repository.describe("HEAD")
        changed = any(one.path.endswith(".py") for one in repository.changes(commit.id, None))
    except UsageError:
        return None, False
    return commit, changed


def numbers_of(analysis: Analysis, commit: Commit | None, changed: bool) -> Numbers:
    """Reduce an analysis to numbers."""
    digest = analysis.digest
    costs = {load.entry.node: load.total for _, load in loads(analysis.project.snapshot)}
    return Numbers(
        schema=SCHEMA,
        commit=commit.id if commit is not None else "",
        date=commit.date if commit is not None else "",
        summary=commit.summary if commit is not None else "",
        changed=changed,
        modules=len(digest.modules),
        imports=sum(imported in digest.modules for targets in digest.edges.values() for imported in targets),
        entry_points=_entries(digest, costs, estimated=analysis.project.snapshot.estimated),
        cycles=dict(sorted(Counter(one.kind for one in digest.cycles).items())),
        canonical_usage=digest.fragmentation.canonical_usage,
        findings=dict(sorted(Counter(one.code for one in digest.findings).items())),
    )


def _entries(digest: Digest, costs: Mapping[str, int], *, estimated: bool) -> tuple[EntryNumbers, ...]:
    return tuple(
        EntryNumbers(one.name, len(one.modules), len(one.external), costs.get(one.name, 0), estimated)
        for one in digest.entry_points
    )
