"""The tracer, part 1: the record file, and what a thread is loading."""
# ruff: noqa: SLF001
# CPython's own names, the joining of the parts and the oldest interpreter (3.9) decide the style here.

import _frozen_importlib
import _frozen_importlib_external
import _thread
import builtins
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

BOOTSTRAP: "Any" = _frozen_importlib
EXTERNAL: "Any" = _frozen_importlib_external
FROZEN = "<frozen importlib._bootstrap"
HIGHEST_IN_FOUR_DIGITS = 0xFFFF
RECORD_DESCRIPTOR = 987  # high, so that a target that closes and reopens low descriptors never meets it
STATEMENTS_HELD = 256
HELD_NS = 50_000_000
LONGEST_STRETCH_NS = 100_000

wall_clock = time.perf_counter_ns
thread_cpu = getattr(time, "thread_time_ns", time.process_time_ns)
getframe = sys._getframe
this_thread = _thread.get_ident
next_load = iter(range(1, 1 << 60)).__next__

real_import = builtins.__import__
real_gcd_import = BOOTSTRAP._gcd_import
real_exit = os._exit


class Load:
    """One module being loaded: where its clocks stood, and what its children took."""

    def __init__(self, number: int, name: str) -> None:
        """Begin with clocks at zero."""
        self.number = number
        self.name = name
        self.children = self.children_cpu = self.children_memory = 0
        self.time = self.cpu = self.lost = self.lost_cpu = self.memory = 0
        self.compiled: list[str] = []
        self.executing = False
        self.deferred = False


class Thread(_thread._local):
    """What one thread is loading, innermost last, and the time our own work took from it."""

    def __init__(self) -> None:
        """Begin with nothing, once in each thread."""
        self.stack: list[Load] = []
        self.lost = 0
        self.lost_cpu = 0
        self.collecting_cpu = 0

    def take_off(self, spent: int) -> None:
        """Count time that was ours. In a long stretch we did not run: no CPU time went there."""
        self.lost += spent
        self.lost_cpu += min(spent, LONGEST_STRETCH_NS)


class Record:
    """The open record file, what waits to be written, and the switches of this run."""

    path = ""
    descriptor = -1
    lines: "list[str]" = []  # noqa: RUF012
    lock = _thread.allocate_lock()
    written = 0
    active = False
    muted = False
    residual = 0  # what one statement or load costs beyond the time it takes off by itself
    load_residual = 0
    memory: "Callable[[], int] | None" = None
    load: "Any" = BOOTSTRAP._find_and_load_unlocked
    started = 0
    collecting = 0  # time in the garbage collector, which stops every thread
    collections = 0
    traced: "set[str]" = set()  # noqa: RUF012


THREAD = Thread()


def clock() -> int:
    """Return a wall clock that stands still while garbage is collected, in nanoseconds."""
    return wall_clock() - Record.collecting


def cpu() -> int:
    """Return this thread's CPU time without garbage collection, in nanoseconds."""
    return int(thread_cpu() - THREAD.collecting_cpu)


def quote(text: "str | None") -> str:
    """Return a JSON string or null; the json module is not ours to load."""
    if text is None:
        return "null"
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join([c if c.isprintable() and c not in '"\\' else escape(ord(c)) for c in text]) + '"'


def escape(point: int) -> str:
    """Return a character as JSON escapes it."""
    if point <= HIGHEST_IN_FOUR_DIGITS:
        return f"\\u{point:04x}"
    point -= HIGHEST_IN_FOUR_DIGITS + 1
    return f"\\u{0xD800 | point >> 10:04x}\\u{0xDC00 | point & 0x3FF:04x}"


def quotes(texts: "Any") -> str:
    """Return a JSON array of strings."""
    return "[" + ",".join([quote(str(text)) for text in texts]) + "]"


def write(line: str) -> None:
    """Keep a line; it reaches the file with the next module, or soon."""
    Record.lines.append(line)
    if len(Record.lines) > STATEMENTS_HELD or clock() - Record.written > HELD_NS:
        flush()


def flush(wait: bool = False) -> None:
    """Write what waits. Where another thread is writing, wait for it or leave the lines to the next flush."""
    if Record.muted or not Record.lock.acquire(wait, 1.0 if wait else -1):
        return
    try:
        count = len(Record.lines)
        data = "".join(Record.lines[:count]).encode("utf-8", "backslashreplace")
        del Record.lines[:count]
        while data:
            data = data[put(data) :]
        Record.written = clock()
    finally:
        Record.lock.release()


def put(data: bytes) -> int:
    """Write some bytes, also after the target closed every descriptor, as daemons do."""
    try:
        return os.write(Record.descriptor, data)
    except OSError:
        open_record()
        return os.write(Record.descriptor, data)


def open_record() -> None:
    """Open the record file for appending."""
    descriptor = os.open(Record.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        Record.descriptor = os.dup2(descriptor, RECORD_DESCRIPTOR, False)
        os.close(descriptor)
    except OSError:  # fewer descriptors are allowed
        Record.descriptor = descriptor


def describe(error: "BaseException | None") -> "str | None":
    """Return an exception's type and message, even when its ``__str__`` is broken."""
    if error is None:
        return None
    try:
        return f"{type(error).__name__}: {error}"[:300]
    except Exception:  # noqa: BLE001 - the target's own code
        return type(error).__name__


def members(module: "Any") -> "dict[str, Any]":
    """Return a module's namespace without waking a lazy module up."""
    try:
        names = object.__getattribute__(module, "__dict__")
    except AttributeError:
        return {}
    return names if isinstance(names, dict) else {}
