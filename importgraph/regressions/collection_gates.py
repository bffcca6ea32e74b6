"""The ratchet on predicted collection errors: test files that would newly fail to collect, and why."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePath

from importgraph.collection_errors.model import Cause
from importgraph.environment.locate import environment_candidates
from importgraph.names import top_level
from importgraph.project import Project
from importgraph.regressions.gates import Gates
from importgraph.regressions.model import CollectionMark, Digest, Regression, Stale, Step
from importgraph.simulation.causes import CauseKind

RATCHET = "collection-errors"
_OF_THE_MACHINE = {CauseKind.MISSING_DISTRIBUTION, CauseKind.MISSING_PLUGIN, CauseKind.UNKNOWN_MARKER}
"""What hangs on the packages that happen to be installed: no verdict of ours may."""


def predicted_causes(project: Project, python: Path | None) -> Mapping[str, Cause]:
    """Predict why test files of a project would fail to collect, by the identity of the cause.

    Causes outside the project are left out: a missing package, plugin or name of a package.

    Args:
        project: The tree.
        python: The environment whose packages the predictor may look at; see `environment_of`.

    Raises:
        UsageError: If pytest's settings cannot be used.
    """
    from importgraph.collection_errors.predict import predict

    ours = {top_level(name) for name in project.graph.modules}
    found = predict(project, python=python)
    from_root = os.path.relpath(project.root, found.root) if found.root else "."
    return {
        cause.key: _moved(cause, from_root) if from_root != "." else cause
        for cause in found.causes
        if cause.kind not in _OF_THE_MACHINE
        if cause.kind is not CauseKind.MISSING_NAME or top_level(cause.key.partition(":")[2]) in ours
    }


def _moved(cause: Cause, folder: str) -> Cause:
    """Return a cause with paths relative to another folder than pytest's root."""

    def moved(path: str) -> str:
        return path if PurePath(path).is_absolute() else os.path.relpath(path, folder).replace(os.sep, "/")

    chain = tuple(replace(step, path=moved(step.path)) for step in cause.chain)
    files = tuple(sorted(map(moved, cause.files)))
    return replace(cause, path=moved(cause.path), files=files, chain=chain)


def environment_of(root: Path) -> Path | None:
    """Return the virtual environment of a project, so that both sides of a comparison use one; else None."""
    active = os.environ.get("VIRTUAL_ENV")
    configs = ([Path(active) / "pyvenv.cfg"] if active else []) + [
        Path(path) for path in environment_candidates(None, root)
    ]
    return next((path.parent for path in configs if path.is_file()), None)


def collection_marks(causes: Mapping[str, Cause]) -> tuple[CollectionMark, ...]:
    """Reduce causes to identities, sorted."""
    return tuple(CollectionMark(key, tuple(sorted(causes[key].files))) for key in sorted(causes))


def collection_ratchet(
    before: Digest, after: Digest, gates: Gates, causes: Mapping[str, Cause]
) -> Iterator[Regression]:
    """Yield causes that are new, or fail more test files than before."""
    if RATCHET not in gates.ratchet or before.collection is None or after.collection is None:
        return
    old = {mark.cause: mark.files for mark in before.collection}
    for mark in after.collection:
        known = old.get(mark.cause)
        if known is not None and len(mark.files) <= len(known):
            continue
        new = tuple(sorted(set(mark.files) - set(known or ())))
        cause = causes.get(mark.cause)
        count = f"{len(mark.files):,} test file{'s' if len(mark.files) != 1 else ''}"
        yield Regression(
            gate=RATCHET,
            subject=mark.cause,
            message=f"{count} would fail to collect: {cause.message if cause else mark.cause}",
            before=len(known) if known is not None else 0,
            after=len(mark.files),
            edge=Step(new[0] if new else mark.cause, mark.cause, cause.path, cause.line) if cause else None,
            chain=tuple(_chain(cause)) if cause else (),
            added=new,
        )


def _chain(cause: Cause) -> Iterator[Step]:
    """Yield the way from a test file to the failing line, file by file."""
    paths = [step.path for step in cause.chain]
    for number, step in enumerate(cause.chain):
        yield Step(
            step.path, paths[number + 1] if number + 1 < len(paths) else cause.key, step.path, step.line
        )


def stale_collection(before: Digest, after: Digest) -> Iterator[Stale]:
    """Yield causes that the earlier digest accepts and that are gone, or fail fewer files."""
    if before.collection is None or after.collection is None:
        return
    now = {mark.cause: mark.files for mark in after.collection}
    for mark in before.collection:
        if mark.cause not in now:
            yield Stale("collection-error", mark.cause, "It is not predicted any more.")
        elif len(now[mark.cause]) < len(mark.files):
            count = f"{len(now[mark.cause])} of {len(mark.files)}"
            yield Stale("collection-error", mark.cause, f"It fails {count} test files only.")
