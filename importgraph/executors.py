"""Work for any `concurrent.futures.Executor`: threads, processes, or the machines of a cluster.

What is handed over is a function of ours with plain values. Nothing gets lost: what a worker could not do,
because it died, is not to be reached, or is not like this process, is done here.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:  # loading it takes longer than some commands
    from concurrent.futures import Executor, Future

Answer = TypeVar("Answer")
Wait = Callable[[], Answer]
"""Returns the answer of something that was handed over, once there is one."""

_AT_ONCE = 8
"""Tasks that an executor of unknown size is taken to work on at a time."""


Sight = tuple[tuple[str, int, int], ...]
"""Files with their sizes and times of change, by which a worker tells whether it sees the same ones."""


class UnlikeError(Exception):
    """A worker runs another version than this process, or does not see the same files."""


def sight_of(paths: Iterable[str]) -> Sight:
    """Return what this process sees of files; those that are not there are left out."""
    found = []
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116 -- thousands
        except OSError:
            continue
        found.append((path, status.st_size, status.st_mtime_ns))
    return tuple(found)


def check_sight(sight: Sight) -> None:
    """Check in a worker that files are what they are for the process that asks.

    Raises:
        UnlikeError: If one is not: the worker is on another machine, with other files or none.
    """
    if sight_of(path for path, _, _ in sight) != sight:
        raise UnlikeError("a worker does not see the same files")


class Helpers:
    """An executor, and what it failed to do.

    Args:
        executor: Where work goes. Whoever made it shuts it down.
        at_once: How many tasks it works on at a time; 0 where that is not known.
    """

    def __init__(self, executor: "Executor", at_once: int = 0) -> None:
        self.at_once = at_once or _AT_ONCE
        self._executor = executor
        self._lost: Counter[str] = Counter()

    def start(self, function: Callable[..., Answer], *arguments: Any, here: Wait[Answer]) -> Wait[Answer]:
        """Hand over a call.

        Args:
            function: Can be pickled, as its arguments can, where other processes do the work.
            arguments: What it is given.
            here: Does the same in this process; it is called where the call gets lost.
        """
        try:
            future = self._executor.submit(function, *arguments)
        except Exception as error:  # noqa: BLE001 -- each executor has failures of its own
            self._note(error)
            return here
        return lambda: self._answer(future, here)

    def _answer(self, future: "Future[Answer]", here: Wait[Answer]) -> Answer:
        try:
            return future.result()
        except Exception as error:  # noqa: BLE001 -- each executor has failures of its own
            self._note(error)
        return here()

    def _note(self, error: Exception) -> None:
        self._lost[f"{type(error).__name__}: {error}" if str(error) else type(error).__name__] += 1

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know: how much was done here after all, and why."""
        if not self._lost:
            return ()
        count = self._lost.total()
        why = " ".join(self._lost.most_common(1)[0][0].split())[:_REASON]
        what = "1 part of the work was" if count == 1 else f"{count} parts of the work were"
        return (f"{what} done by this process, because the workers did not do it ({why}).",)


_REASON = 200
"""Characters of a reason that are shown."""
