"""Ctrl-C while files are read is held back until they are done, so that what was read can be kept."""

import mmap
import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Self

from importgraph.streams import passing

_ASKED = b"\1"
_HELD = "importgraph: interrupted; keeping what was read. Again: end at once.\n"


class Interruption:
    """Holds back the first Ctrl-C; copies of the process that are made inside see it as well.

    The second raises KeyboardInterrupt, as Python does, and so does the first where signals are not ours to
    handle: in another thread, or where the program ignores them or has a handler of its own.
    """

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 1)
        self._is_ours = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )

    def asked(self) -> bool:
        """Tell whether the user wants an end."""
        return self._shared[:1] == _ASKED

    def __enter__(self) -> Self:
        """Take signals."""
        if self._is_ours:
            self._process = os.getpid()
            signal.signal(signal.SIGINT, self._hold)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give signals back."""
        if self._is_ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _hold(self, number: int, frame: FrameType | None) -> None:
        if os.getpid() != self._process:
            return  # a copy ends when this process says so
        if self.asked():
            signal.default_int_handler(number, frame)
        self._shared[:1] = _ASKED
        passing(_HELD)
