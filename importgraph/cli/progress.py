"""What is being done, and how much of it is left, on standard error."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from importgraph.streams import passing

_CLEAR = "\r\033[K"
_SLOW = 2.0
"""Seconds after which what is left is worth a guess."""
_PERIOD = 5.0
"""Seconds between two lines where there is no terminal, or a quarter of what the stage took, if longer."""


class ShownProgress:
    """Shows one line that changes on a terminal; elsewhere, where that is asked for, a line now and then.

    Args:
        on_terminal: Whether a line can be written over.
        patience: Seconds in which nothing is written where there is no terminal.
        write: Takes the text.
        clock: Returns seconds.
    """

    def __init__(
        self,
        *,
        on_terminal: bool,
        patience: float = 0.0,
        write: Callable[[str], None] = passing,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_terminal = on_terminal
        self._write = write
        self._clock = clock
        self._patience = patience
        self._what = self._at = ""
        self._start = self._began = self._last = self._since = clock()

    def reading(self, done: int, total: int) -> None:
        """Say how many files have been read."""
        self.stage("reading", done, total, "files")

    def stage(self, what: str, done: int, total: int, things: str = "steps", at: str = "") -> None:
        """Say what is being done, how many parts of it are done, of how many, and which is next.

        That is named where it takes long.

        A stage is over where all its parts are done; then nothing of it is left on a terminal.
        """
        now = self._clock()
        if at != self._at:
            self._at, self._since = at, now
        if what != self._what:
            self._what, self._began, self._last = what, now, now - _PERIOD
        line = f"{what} {done:,} of {total:,} {things}" if total > 1 else what
        spent = now - self._began
        if 0 < done < total and spent > _SLOW:
            line += f", some {_duration(spent * (total - done) / done)} left"
        elif total <= 1 and spent > _SLOW:
            line += f", {_duration(spent)} so far"
        if at and now - self._since > _SLOW:
            line += f", at {at} for {_duration(now - self._since)}"
        if self._on_terminal:
            self._write(f"{_CLEAR}{line}" if done < total else _CLEAR)
        elif (
            done == total or now - self._last >= max(_PERIOD, spent / 4)
        ) and now >= self._start + self._patience:
            self._last = now
            self._write(f"{line}\n")


class ShownSteps:
    """Shows the steps of work that takes minutes; a step is shown again as time goes by, counted or not."""

    def __init__(self, shown: ShownProgress) -> None:
        self._shown = shown
        self._now: tuple[str, int, int, str] | None = None
        self._lock = threading.Lock()

    def __call__(self, what: str, done: int = 0, total: int = 0, at: str = "") -> None:
        """Show a step, how many modules of how many are done where it counts them, and which is next."""
        with self._lock:
            self._now = what, done, total, at
            self._show()

    def again(self) -> None:
        """Show the last step again."""
        with self._lock:
            self._show()

    def _show(self) -> None:
        if self._now is not None:
            what, done, total, at = self._now
            self._shown.stage(what, done, max(total, 1), "modules", at)


@contextmanager
def steps_on_stderr(*, quiet: bool) -> Iterator[ShownSteps]:
    """Give what shows steps: at once on a terminal, elsewhere a line now and then after some seconds."""
    on_terminal = sys.stderr.isatty()
    write: Callable[[str], None] = (lambda _: None) if quiet else passing
    steps = ShownSteps(ShownProgress(on_terminal=on_terminal, patience=_PERIOD, write=write))
    over = threading.Event()

    def repeat() -> None:
        while not over.wait(1):
            steps.again()

    clock = threading.Thread(target=repeat, daemon=True)
    clock.start()
    try:
        yield steps
    finally:
        over.set()
        clock.join()
        if on_terminal:
            write(_CLEAR)


def _duration(seconds: float) -> str:
    if seconds < 100:  # noqa: PLR2004 -- up to there seconds say it best
        return f"{max(round(seconds), 1)} s"
    return f"{round(seconds / 60)} min"


def progress_on_stderr(*, quiet: bool, asked: bool) -> ShownProgress | None:
    """Return what shows progress: on a terminal unless it is to be quiet, elsewhere where it is asked for."""
    on_terminal = sys.stderr.isatty()
    return ShownProgress(on_terminal=on_terminal) if asked or (on_terminal and not quiet) else None
