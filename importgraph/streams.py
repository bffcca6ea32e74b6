"""Standard output and standard error as a command line needs them: output that fails ends the run cleanly.

A reader that closes the pipe (`| head -1`) ends us as it ends other Unix tools, by SIGPIPE. A standard output
that is closed or full is one line and exit code 2. Messages that standard error does not take are dropped:
nobody could be told. Text that the encoding of a stream lacks is written as visible escapes.

Built-in modules and `io` alone are imported here.
"""

import errno
import io
import os
import sys

TYPE_CHECKING = False  # loading typing would take longer than giving a kept answer
if TYPE_CHECKING:
    from typing import NoReturn, Protocol

    from typing_extensions import Buffer

    class Copy(Protocol):
        """Takes what is written."""

        def add(self, data: bytes) -> None:
            """Take some bytes."""


_STANDARD = (0, 1, 2)


class OutputError(Exception):
    """Standard output takes no more. Not an OSError, so that no library on the way takes it for its own."""

    def __init__(self, number: int) -> None:
        super().__init__(os.strerror(number))
        self.number = number


class _Guarded(io.RawIOBase):
    """A file descriptor whose failures end the run, or are dropped."""

    def __init__(self, descriptor: int, *, drops: bool) -> None:
        self._descriptor = descriptor
        self._drops = drops
        self.copy: Copy | None = None
        """Takes what is written; None where nobody wants to know."""

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def write(self, data: "Buffer") -> int:
        try:
            written = os.write(self._descriptor, data)
        except OSError as error:
            if not self._drops:
                raise OutputError(error.errno or errno.EIO) from error
            written = len(memoryview(data).cast("B"))
        if self.copy is not None:
            self.copy.add(bytes(memoryview(data).cast("B")[:written]))
        return written


def guard_streams() -> None:
    """Put guarded streams in place of the standard ones.

    A standard descriptor that is closed is taken by the null device, opened for reading: else the next file
    that is opened, a database say, would get its number, and output meant for the user would go into it.
    """
    for descriptor in _STANDARD:
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)  # the lowest free number is this one
    sys.stdout = _stream(sys.stdout, 1, drops=False)
    sys.stderr = _stream(sys.stderr, 2, drops=True)


def _stream(present: "io.TextIOWrapper | object", descriptor: int, *, drops: bool) -> io.TextIOWrapper:
    encoding = getattr(present, "encoding", None) or "utf-8"
    raw = _Guarded(descriptor, drops=drops)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding,
        "backslashreplace",
        line_buffering=drops or raw.isatty(),
        write_through=drops,
    )


def copy_streams(printed: "Copy", messages: "Copy") -> None:
    """Copy what is written to standard output and standard error from now on."""
    for stream, copy in ((sys.stdout, printed), (sys.stderr, messages)):
        raw = stream.buffer.raw if isinstance(stream, io.TextIOWrapper) else None
        if isinstance(raw, _Guarded):
            raw.copy = copy


def passing(text: str) -> None:
    """Write to standard error what is gone in a moment, such as progress, and no part of an answer."""
    try:
        os.write(2, text.encode(errors="replace"))
    except OSError:
        return  # nobody looks


INTERRUPTED = 130
"""The exit code of a run that was interrupted, as shells count: 128 and the number of the signal."""


def end_interrupted() -> "NoReturn":
    """End a run that the user interrupted, with one line; what was read and kept until then stays."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")  # the last line of progress
    sys.stderr.write("importgraph: interrupted.\n")
    end_at_once(INTERRUPTED)


def end_at_once(code: int) -> "NoReturn":
    """End the process without freeing its values one by one, which takes a tenth of a run.

    What was to be done at the end of the process, such as removing temporary folders, is done.

    Raises:
        OutputError: If standard output takes no more.
    """
    import atexit

    atexit._run_exitfuncs()  # noqa: SLF001 -- the interpreter itself would call it next
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def end_unwritten(error: OutputError) -> "NoReturn":
    """End the process after standard output failed."""
    if error.number == errno.EPIPE:
        import signal

        if hasattr(signal, "SIGPIPE"):
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGPIPE)
        os._exit(1)
    sys.stderr.write(f"importgraph: standard output cannot be written: {error}.\n")
    sys.stderr.flush()
    os._exit(2)
