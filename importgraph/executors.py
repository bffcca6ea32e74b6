"""Work for any `concurrent.futures.Executor`: threads, processes, or the machines of a cluster.

What is handed over is a function of ours with plain values. Nothing gets lost: what a worker could not do,
because it died, is not to be reached, or is not like this process, is done here.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

Answer = TypeVar("Answer")
Wait = Callable[[], Answer]
"""Returns the answer of something that was handed over, once there is one."""

_AT_ONCE = 8
"""Tasks that an executor of unknown size is taken to work on at a time."""


class UnlikeError(Exception):
    """A worker runs another version than this process, or does not see the same files."""


class Helpers:
    """An executor, and what it failed to do.

    Args:
        executor: Where work goes. Whoever made it shuts it down.
        at_once: How many tasks it works on at a time; 0 where that is not known.
    """

    def __init__(self, executor: Executor, at_once: int = 0) -> None:
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
