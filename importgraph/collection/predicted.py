"""What a simulated session says of files: which of them fail to collect, and why pytest would not start.

Evaluation runs what tests are made from; here the same files are imported in simulation, with all that they
import, as `doctor` does. Both say the same of a file because one of them decides.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from importgraph.collection.model import Dynamic, FileResult
from importgraph.collection.plan import Plan
from importgraph.collection.worker import never, relative_path
from importgraph.collection_errors.prepare import deep_recursion, make_session
from importgraph.session.settings import Settings
from importgraph.simulation.failures import Failure


class Predicted(msgspec.Struct, frozen=True):
    """What a simulated session says."""

    failing: dict[str, tuple[str, int]]
    """Of each file that fails, by absolute path: a sentence, and the line of the file where it begins."""
    refused: str
    """Why pytest would not start; empty where it would."""
    uses: dict[str, frozenset[str]]
    """Of each file: the files of the project that it imports when it is imported."""
    seen: frozenset[str]
    """The files that were looked at, by absolute path."""


def predict(plan: Plan, files: Sequence[str], stopped: Callable[[], bool] = never) -> Predicted:
    """Import files in simulation.

    Args:
        plan: The session they belong to.
        files: Absolute paths.
        stopped: Asked before each file: tells that those that are left are not to be looked at.
    """
    session = make_session(plan.settings, plan.environment, plan.conftests)
    session.imports.policy.knowledge.outside = session.plugins.known = not plan.unchecked
    session.stopped = stopped
    with deep_recursion():
        session.run([path for path in files if path.endswith(".py")])
    settings, uses, seen = plan.settings, dict(session.imports.uses()), frozenset(session.files)
    if session.aborted is not None:
        return Predicted({}, _sentence(session.aborted, settings), uses, seen)
    found = session.failures.items()
    failing = {path: (_sentence(one, settings), _line(one, path)) for path, one in found}
    return Predicted(failing, "", uses, seen)


def _line(failure: Failure, path: str) -> int:
    """Return the line of a file from which a failure comes."""
    return next((step.line for step in failure.chain if step.path == path), 0)


def _sentence(failure: Failure, settings: Settings) -> str:
    inside = failure.path.startswith(str(settings.rootdir))
    place = relative_path(failure.path, settings) if inside else failure.path
    return f"{place}:{failure.line}: {failure.message}"


def settled(plan: Plan, results: Mapping[str, FileResult], predicted: Predicted) -> dict[str, FileResult]:
    """Return results in which the files that fail hold no tests.

    Args:
        plan: The session.
        results: Of each file that was looked at, by absolute path.
        predicted: What a simulated session says of these files.
    """
    return {path: _settled(plan, path, result, predicted) for path, result in results.items()}


def _settled(plan: Plan, path: str, result: FileResult, predicted: Predicted) -> FileResult:
    if predicted.refused:
        why = f"pytest would not start: {predicted.refused}"
        return FileResult(result.path, (), Dynamic(result.path, why))
    failure = predicted.failing.get(path)
    if failure is not None:
        message, line = failure
        text = message.removeprefix(f"{result.path}:{line}: ")
        error = Dynamic(result.path, f"would fail to collect: {text}", line, fails=True)
        return FileResult(result.path, (), error)
    if plan.unchecked and result.dynamic is not None and _OUTSIDE in result.dynamic.reason:
        unknown = "which environment runs the tests is not known"
        reason = f"{result.dynamic.reason.removeprefix('would fail to collect: ')}, and {unknown}"
        return replace(result, dynamic=replace(result.dynamic, reason=reason, fails=False))
    return result


_OUTSIDE = "no module named"
"""Stands in what evaluation says of a module that is not in the tree and not installed where we run."""
