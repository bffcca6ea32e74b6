"""Failures of test files to causes: grouped by identity, most failing files first."""

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from importgraph.collection_errors.model import Cause, FailingFile, Prediction
from importgraph.collection_errors.suggestions import Suggestions
from importgraph.simulation.causes import CauseKind, Step
from importgraph.simulation.failures import Failure


def report(
    failures: Mapping[str, Failure],
    files: Sequence[str],
    root: str,
    aborted: Failure | None = None,
    notes: tuple[str, ...] = (),
) -> Prediction:
    """Group failures by cause.

    Args:
        failures: By test file, absolute.
        files: All test files.
        root: The folder that paths are given relative to.
        aborted: Why the session does not start.
        notes: What could not be checked.
    """
    suggestions = Suggestions(root)
    groups: dict[str, list[str]] = defaultdict(list)
    first: dict[str, Failure] = {}
    for file, failure in failures.items():
        kind = suggestions.kind(failure)
        key = f"{kind}:{_relative_text(failure.subject, root)}"
        groups[key].append(file)
        if key not in first or len(failure.chain) < len(first[key].chain):
            first[key] = failure
    causes = [
        _cause(key, first[key], tuple(sorted(_relative(file, root) for file in found)), root, suggestions)
        for key, found in groups.items()
    ]
    causes.sort(key=lambda cause: (-len(cause.files), cause.path, cause.line, cause.key))
    by_file = {file: key for key, found in groups.items() for file in found}
    failing = [
        FailingFile(_relative(file, root), (by_file[file],), _chain(failure, root))
        for file, failure in failures.items()
    ]
    failing.sort(key=lambda one: one.path)
    aborts = ""
    if aborted is not None:
        kind = suggestions.kind(aborted)
        aborts = f"{kind}:{_relative_text(aborted.subject, root)}"
        if not causes:
            causes.append(_cause(aborts, aborted, (), root, suggestions))
    return Prediction(tuple(failing), tuple(causes), len(files), aborts, root, notes)


def with_end(prediction: Prediction, ended: Failure | None) -> Prediction:
    """Add why a session ends with an error when all is collected: a cause that fails no file."""
    if ended is None:
        return prediction
    suggestions = Suggestions(prediction.root)
    key = f"{suggestions.kind(ended)}:{ended.subject}"
    cause = _cause(key, ended, (), prediction.root, suggestions)
    return replace(prediction, causes=(*prediction.causes, cause))


def _cause(key: str, failure: Failure, files: tuple[str, ...], root: str, suggestions: Suggestions) -> Cause:
    chain = _chain(failure, root)
    kind = CauseKind(key.partition(":")[0])
    return Cause(
        key=key,
        kind=kind,
        path=_relative(failure.path, root),
        line=failure.line,
        message=_relative_text(failure.message, root),
        files=files,
        chain=chain,
        edit=suggestions.edit(failure, kind),
    )


def _chain(failure: Failure, root: str) -> tuple[Step, ...]:
    """Return the steps of a failure, each line once, with paths as the report gives them."""
    return tuple(dict.fromkeys(Step(_relative(step.path, root), step.line) for step in failure.chain))


def _relative(path: str, root: str) -> str:
    return path.removeprefix(f"{root}{os.sep}")


def _relative_text(text: str, root: str) -> str:
    return text.replace(f"{root}{os.sep}", "")
