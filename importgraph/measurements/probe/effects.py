"""The tracer, part 4: work that modules do while they are imported, from CPython's audit events."""
# ruff: noqa: PTH112, TC004
# CPython's own names, the joining of the parts and the oldest interpreter (3.9) decide the style here.

import _thread
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from importgraph.measurements.probe.record import (
        FROZEN,
        THREAD,
        Record,
        clock,
        describe,
        flush,
        getframe,
        quote,
        this_thread,
        write,
    )

    Described = tuple[str, str] | None

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CODE_SUFFIXES = (".py", ".pyc", ".so", ".pyd", ".pth", ".pyi")
WORDS_SHOWN = 3  # later words of a command may hold secrets
NOTED: "set[tuple[Any, ...]]" = set()


def opened(args: "Any") -> "Described":
    """Describe an opened file, unless it is code that importing reads or writes anyway."""
    path, mode, flags = args[0], args[1], args[2]
    if isinstance(path, int):
        return None
    text = os.fsdecode(path)
    if text.endswith(CODE_SUFFIXES) or os.path.isdir(text):
        return None
    writes = bool(set(mode) & set("wax+")) if isinstance(mode, str) else bool(flags & WRITING)
    return ("write" if writes else "read"), text


def is_bytecode(detail: str) -> bool:
    """Say whether a path is one of the interpreter's or pytest's own bytecode files or folders."""
    prefix = sys.pycache_prefix
    return ".pyc" in detail or "__pycache__" in detail or (prefix is not None and detail.startswith(prefix))


def command(args: "Any") -> "Described":
    """Describe a started process by its first words."""
    words = args[1] if isinstance(args[1], (list, tuple)) else [args[1] or args[0]]
    return "process", " ".join([os.fsdecode(word) for word in words[:WORDS_SHOWN]])[:120]


def started(args: "Any") -> "Described":
    """Describe a started thread by its class or function."""
    function = args[0]
    owner = getattr(function, "__self__", None)
    if owner is not None:
        return "thread", type(owner).__name__
    return "thread", str(getattr(function, "__qualname__", type(function).__name__))


def address(args: "Any") -> "Described":
    """Describe a connection by where it goes."""
    where = args[1]
    return "connect", ":".join([str(part) for part in where[:2]]) if isinstance(where, tuple) else str(where)


def named(kind: str, count: int = 1) -> "Callable[[Any], Described]":
    """Describe an event by its first arguments."""

    def describe_arguments(args: "Any") -> "Described":
        return kind, ":".join(
            [os.fsdecode(a) if isinstance(a, (str, bytes)) else str(a) for a in args[:count]]
        )

    return describe_arguments


WATCHED: "dict[str, Callable[[Any], Described]]" = {
    "open": opened,
    "os.mkdir": named("mkdir"),
    "os.chdir": named("chdir"),
    "os.remove": named("remove"),
    "os.rmdir": named("remove"),
    "os.rename": named("rename", 2),
    "os.putenv": named("environment"),  # the name alone: values may be secrets
    "os.unsetenv": named("environment"),
    "os.system": named("process"),
    "os.posix_spawn": named("process"),
    "os.exec": named("process"),
    "os.fork": named("fork", 0),
    "os.forkpty": named("fork", 0),
    "subprocess.Popen": command,
    "socket.connect": address,
    "socket.bind": address,
    "socket.getaddrinfo": named("resolve", 2),
    "socket.gethostbyname": named("resolve"),
    "sqlite3.connect": named("connect"),
    "_thread.start_new_thread": started,
    "_thread.start_joinable_thread": started,
}


def audit(event: str, args: "Any") -> None:
    """Note work done while a module is imported; anything else passes at the cost of one look-up."""
    if event in WATCHED and Record.active:
        watch(event, args, getframe(1))


def watch(event: str, args: "Any", frame: "Any") -> None:
    """Note one event, whatever it takes: an audit hook that raises would stop the target's own call."""
    entered = clock()
    try:
        note_effect(event, args, frame)
    except Exception as error:  # noqa: BLE001
        Record.lines.append(f'["problem",{quote(f"{event}: {describe(error)}")}]\n')
    THREAD.take_off(clock() - entered)


def watch_threads() -> None:
    """Note started threads where CPython raises no event for them (before 3.12)."""
    if sys.version_info >= (3, 12):
        return
    real_start = _thread.start_new_thread

    def start_new_thread(*args: "Any", **kwargs: "Any") -> int:
        if Record.active:
            watch("_thread.start_new_thread", args, getframe(1))
        return real_start(*args, **kwargs)

    _thread.start_new_thread = _thread.start_new = start_new_thread


def note_effect(event: str, args: "Any", inner: "Any") -> None:
    """Write an effect with the line that made the call, and the line that the module's body is at."""
    stack = THREAD.stack
    if not stack or inner is None or inner.f_code.co_filename.startswith(FROZEN):
        return
    found = WATCHED[event](args)
    if found is not None and is_bytecode(found[1]):
        return
    key = (stack[-1].number, found, inner.f_code.co_filename, inner.f_lineno)
    if found is None or key in NOTED:
        return
    NOTED.add(key)
    line = module_line(inner, stack[-1].name)
    write(
        f'["effect",{stack[-1].number},{this_thread()},"{found[0]}",{quote(found[1])},{line},'
        f"{quote(inner.f_code.co_filename)},{inner.f_lineno or 0},{quote(inner.f_code.co_name)}]\n"
    )
    if event == "os.exec":
        flush()


def module_line(frame: "Any", name: str) -> int:
    """Return the line that a module's own body is at, 0 when the frames do not tell."""
    while frame is not None and not frame.f_code.co_filename.startswith(FROZEN):
        if frame.f_code.co_name == "<module>" and frame.f_globals.get("__name__") == name:
            return int(frame.f_lineno or 0)
        frame = frame.f_back
    return 0
