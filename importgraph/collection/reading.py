"""Read the files of a session: their tests, and beside that what a simulated session says of them."""

# ruff: noqa: PTH116 -- paths are texts here: there are thousands

import os
import time
from collections.abc import Callable, Iterator

from importgraph.collection.elsewhere import hand_over
from importgraph.collection.model import FileResult
from importgraph.collection.plan import Plan, Request
from importgraph.collection.predicted import Predicted, predict
from importgraph.collection.processes import can_fork, over_parts
from importgraph.collection.worker import Batch, OutOfTime, Worker, collect_batch
from importgraph.collection_errors.prepare import deep_recursion
from importgraph.errors import UsageError

_FEW = 24
"""Below this number of files a second process costs more than it saves."""
_PARTS = 16
"""So many times smaller than what falls to a process the smallest parts are."""


def read_files(
    plan: Plan, files: list[str], request: Request, stopped: Callable[[], bool], *, predicting: bool
) -> tuple[dict[str, FileResult], list[Batch], Predicted | None]:
    """Collect files in this process, and where there are many in copies of it.

    Args:
        plan: The session they belong to.
        files: Absolute paths.
        request: What to collect, and with how many processes.
        stopped: Asked before each file: tells that those that are left are not to be read.
        predicting: Import the files in simulation, too.

    Returns:
        The result of each file that was read; what they depend on; and what the simulated session says.

    Raises:
        UsageError: If time is over.
    """
    if not files:
        return {}, [], None
    worker = Worker(plan.settings, plan.conftests, plan.sorter, names_ids=plan.names_ids)
    deadline = time.monotonic() + request.timeout if request.timeout else 0
    helpers = request.helpers if len(files) >= _FEW else None
    alone = request.workers <= 1 or len(files) < _FEW or not can_fork()
    try:
        with deep_recursion():
            if helpers is not None:
                parts = list(_parts(files, helpers.at_once))
                waits = hand_over(helpers, plan, request, parts, worker)
                predicted = predict(plan, files) if predicting else None
                return _read(parts, [wait() for wait in waits], predicted)
            # beside the simulated session one process reads all names: two would read what files share twice
            readers = request.workers - predicting
            parts = [files] if alone or readers <= 1 else list(_parts(files, readers))
            asked: list[list[str] | None] = [None, *parts] if predicting else [*parts]
            if len(asked) > 1:
                _parse(plan, files)
            answers = over_parts(
                lambda part: (
                    predict(plan, files, stopped)
                    if part is None
                    else collect_batch(worker, part, deadline, stopped)
                ),
                asked,
                1 if alone else request.workers,
            )
    except OutOfTime:
        raise UsageError(
            f"Not done after {request.timeout:g} s.", "Give more time with --timeout, or fewer files."
        ) from None
    batches = [answer for answer in answers if isinstance(answer, Batch)]
    return _read(parts, batches, next((one for one in answers if isinstance(one, Predicted)), None))


def _read(
    parts: list[list[str]], batches: list[Batch], predicted: Predicted | None
) -> tuple[dict[str, FileResult], list[Batch], Predicted | None]:
    """Return what was read, and of that only what the simulated session looked at, too."""
    read = (
        pair
        for part, batch in zip(parts, batches, strict=True)
        for pair in zip(part, batch.results, strict=False)
    )
    found = {
        file: result
        for file, result in read
        if predicted is None or file in predicted.seen or not file.endswith(".py")
    }
    return found, batches, predicted


def _parse(plan: Plan, files: list[str]) -> None:
    """Parse test files before this process is copied: the simulated session reads them, and who collects."""
    version = plan.environment.version
    for file in files:
        plan.conftests.space.sources.tree(file, version)


def _parts(files: list[str], workers: int) -> Iterator[list[str]]:
    """Split files into runs of neighbours, which import the same modules, by size in bytes.

    Large ones come first, small ones last, so that all workers end at about the same time.
    """
    sizes = [os.stat(file).st_size for file in files]
    left = sum(sizes)
    least = left / (workers * _PARTS)
    part: list[str] = []
    weight = 0
    for file, size in zip(files, sizes, strict=True):
        part.append(file)
        weight += size
        if weight >= max(left / (workers * 2), least):
            yield part
            left -= weight
            part, weight = [], 0
    if part:
        yield part
