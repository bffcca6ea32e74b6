"""`check`: the state of a folder against a baseline, a revision, or its gates alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from importgraph.config import Partial
from importgraph.errors import UsageError
from importgraph.git.repository import Repository, open_repository
from importgraph.regressions.analysis import Analysis, analyse, analysed_revision
from importgraph.regressions.baseline import DEFAULT_NAME, load_baseline
from importgraph.regressions.collection_gates import RATCHET
from importgraph.regressions.compare import compare
from importgraph.regressions.gates import Gates, check_entries, read_gates
from importgraph.regressions.model import Digest, Regression, Report, Verdict
from importgraph.regressions.revision_tree import project_top

if TYPE_CHECKING:
    from importgraph.regressions.measure import Plan

_BLAMED = 40
"""So many regressions at most are followed to their commit."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to check."""

    folder: Path
    options: Partial
    baseline: Path | None = None
    """The baseline file; None takes the configured one."""
    against: str | None = None
    """A revision to compare with instead of a baseline."""
    strict: bool = False
    """Whether stale entries fail."""
    cache_folder: Path | None = None


def check(request: Request) -> Report:
    """Check a folder.

    Raises:
        UsageError: If there is nothing to compare with, or it cannot be used.
        ConfigError: If the gates cannot be used.
    """
    top = project_top(request.folder)
    gates = read_gates(top)
    if request.against is not None and request.baseline is not None:
        raise UsageError("--baseline and --against name two things to compare with.", "Give one of them.")
    if request.against is not None:
        return _against_revision(request, request.against, gates)
    path = request.baseline or top / (gates.baseline or DEFAULT_NAME)
    if not path.exists() and request.baseline is None and gates.has_limits:
        note = "There is no baseline: only the limits of [tool.importgraph.check] were checked."
        return _report(request, gates, None, Report(Verdict.CLEAN, "", (), (), (note,)))
    before = load_baseline(path)
    notes = (*_target_notes(request, before), *_collection_notes(gates, before))
    return _report(request, gates, before, Report(Verdict.CLEAN, path.name, (), (), notes))


def _against_revision(request: Request, revision: str, gates: Gates) -> Report:
    repository = open_repository(request.folder)
    commit = repository.resolve(revision)
    with analysed_revision(repository, commit, request.folder, request.options, request.cache_folder) as base:
        try:
            before = base.predicting(gates, request.folder).digest
        except UsageError as error:
            raise UsageError(f"At {revision} {request.folder} holds no Python files.", error.hint) from error
    return _report(request, gates, before, Report(Verdict.CLEAN, revision, (), ()))


def _with_target(options: Partial, before: Digest) -> Partial:
    """Decide version and platform tests as they were decided before, whatever machine this is."""
    version = tuple(int(part) for part in before.python_version.split("."))
    return Partial({"python_version": version, "platform": before.platform, **options.values})


def _target_notes(request: Request, before: Digest) -> tuple[str, ...]:
    from importgraph.config import from_pyproject

    settings = from_pyproject(project_top(request.folder)).values
    version = ".".join(map(str, settings.get("python_version", ())))
    if version and version != before.python_version:
        target = f"Python {before.python_version}, the settings for {version}"
        return (f"The baseline is for {target}: the baseline's was used. Save a new one.",)
    return ()


def _collection_notes(gates: Gates, before: Digest) -> tuple[str, ...]:
    if RATCHET in gates.ratchet and before.collection is None:
        return ("The baseline holds no predicted collection errors, so none were compared: save a new one.",)
    return ()


def _report(request: Request, gates: Gates, before: Digest | None, empty: Report) -> Report:
    """Analyse the folder as it is and fill in a report."""
    options = _with_target(request.options, before) if before is not None else request.options
    head = analyse(request.folder, options, request.cache_folder).predicting(gates, request.folder)
    check_entries(gates, head.digest.modules)
    found = compare(before, head.digest, gates, head.places, head.view)
    stale = found.stale if request.against is None else ()  # what a revision had and is gone is no debt
    failed = bool(found.regressions) or (request.strict and bool(stale))
    return replace(
        empty,
        verdict=Verdict.REGRESSED if failed else Verdict.CLEAN,
        regressions=_with_commits(found.regressions, request, head),
        stale=stale,
        notes=(*empty.notes, *head.violations[1]),
    )


def _with_commits(
    regressions: tuple[Regression, ...], request: Request, head: Analysis
) -> tuple[Regression, ...]:
    if not regressions:
        return ()
    try:
        repository = open_repository(request.folder)
    except UsageError:
        return regressions  # a baseline works without git; then nobody can say who brought a line
    return name_commits(regressions, repository, head.project.root, None)


def name_commits(
    regressions: Iterable[Regression], repository: Repository, root: Path, commit: str | None
) -> tuple[Regression, ...]:
    """Add to regressions the commits that brought their edges.

    Args:
        regressions: What to explain; the first forty with a line are.
        repository: The repository around the root.
        root: The folder that the paths of the edges are relative to, in the work tree.
        commit: The state to look at; None for the work tree.
    """
    prefix = repository.relative(root)
    found = []
    for number, one in enumerate(regressions):
        edge = one.edge
        if number < _BLAMED and edge is not None and edge.path and edge.line is not None:
            path = f"{prefix}/{edge.path}" if prefix else edge.path
            found.append(replace(one, commit=repository.blame(path, edge.line, commit)))
        else:
            found.append(one)
    return tuple(found)


def with_measured(report: Report, plan: "Plan") -> Report:
    """Add import time to a report. This executes the project's code; see `measure` for the errors."""
    from importgraph.regressions.measure import measure

    found = measure(plan, read_gates(project_top(plan.folder)))
    regressions = (*report.regressions, *found.regressions)
    verdict = found.verdict if report.verdict is Verdict.CLEAN else report.verdict
    return replace(report, verdict=verdict, regressions=regressions, notes=(*report.notes, *found.notes))
