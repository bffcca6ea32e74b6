"""The tracer, part 5: put the hooks in place, run the target as ``__main__``, say how it ended."""
# ruff: noqa: PTH120, PTH123, S102, SLF001, TC004
# CPython's own names, the joining of the parts and the oldest interpreter (3.9) decide the style here.

import builtins
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from importgraph.measurements.probe.effects import audit, watch_threads
    from importgraph.measurements.probe.loads import traced_load, watch_compiling, watch_loader
    from importgraph.measurements.probe.record import (
        BOOTSTRAP,
        EXTERNAL,
        THREAD,
        Load,
        Record,
        clock,
        cpu,
        describe,
        flush,
        open_record,
        quote,
        quotes,
        real_exit,
        real_import,
        this_thread,
        thread_cpu,
        wall_clock,
        write,
    )
    from importgraph.measurements.probe.statements import (
        SEEN,
        traced_gcd_import,
        traced_import,
        watch_lazy_imports,
    )

COLD = 2  # our hooks run about half as fast between a target's own code as in a calibration loop (measured)


def after_fork_in_child() -> None:
    """Stop tracing in a child: the record belongs to its parent."""
    Record.active = False
    Record.lines = []
    Record.muted = True


def traced_exit(status: int) -> None:
    """Stand in for ``os._exit``, which skips every clean-up of the interpreter."""
    if Record.active:
        Record.lines.append(f'["exit",{int(status)}]\n')
        flush(wait=True)
    real_exit(status)


def watch_memory(kind: str) -> None:
    """Measure memory at both ends of every load; times of such a run mean nothing."""
    if kind == "tracemalloc":
        import _tracemalloc

        sys.modules.pop("_tracemalloc", None)
        _tracemalloc.start(1)
        Record.memory = lambda: _tracemalloc.get_traced_memory()[0]
    elif kind == "rss":
        descriptor, page = os.open("/proc/self/statm", os.O_RDONLY), os.sysconf("SC_PAGE_SIZE")
        Record.memory = lambda: int(os.pread(descriptor, 128, 0).split()[1]) * page


def watch_collector() -> None:
    """Take the garbage collector's pauses out of all times: they fall into whichever module is running.

    The gc module is built in and starts nothing; the target may still be the first to import it.
    """
    loaded = "gc" in sys.modules
    import gc

    if not loaded:
        del sys.modules["gc"]
    begun: list[int] = []

    def pause(phase: str, _info: "Any") -> None:
        if phase == "start":
            begun[:] = wall_clock(), thread_cpu()
        elif begun:
            Record.collecting += wall_clock() - begun[0]
            THREAD.collecting_cpu += thread_cpu() - begun[1]
            Record.collections += 1
            del begun[:]

    gc.callbacks.append(pause)


def spent(action: "Callable[[], Any]", rounds: int = 400) -> int:
    """Return an action's time beyond what it takes off by itself, in nanoseconds: the best of a few loops."""
    best = 1 << 60
    for _ in range(5):
        lost, begun = THREAD.lost, clock()
        for _ in range(rounds):
            action()
        best = min(best, clock() - begun - (THREAD.lost - lost))
    return best // rounds


def calibrate() -> None:
    """Find out what our hooks cost beyond the time they take off by themselves."""
    names: dict[str, Any] = {}
    exec("def statement():\n import sys\ndef load(name, import_):\n pass", names)
    plain = spent(names["statement"])
    builtins.__import__ = traced_import
    Record.residual = max(spent(names["statement"]) - plain, 0) * COLD
    builtins.__import__ = real_import
    SEEN.clear()
    real_load, Record.load = Record.load, names["load"]
    Record.load_residual = max(spent(lambda: traced_load("importgraph", None), 50), 0) * COLD
    Record.load = real_load


def install(path: str, extra: str) -> None:
    """Open the record and put every hook in place."""
    before = list(sys.modules)
    Record.traced = set(before)
    Record.path = path
    open_record()
    sys.setrecursionlimit(sys.getrecursionlimit() * 3 // 2)  # our frames stand between the target's own
    Record.active = Record.muted = True
    calibrate()
    watch_memory(extra)
    watch_collector()
    del Record.lines[:]
    Record.muted = False
    THREAD.lost = THREAD.lost_cpu = 0
    builtins.__import__ = traced_import
    BOOTSTRAP._find_and_load_unlocked = traced_load
    BOOTSTRAP._gcd_import = traced_gcd_import
    watch_loader(EXTERNAL._LoaderBasics)
    watch_compiling()
    watch_lazy_imports()
    os._exit = sys.modules[os.name]._exit = traced_exit  # type: ignore[assignment,attr-defined]
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=after_fork_in_child)
    if extra == "effects":
        sys.addaudithook(audit)
        watch_threads()
    write_start(before)


def write_start(before: "list[str]") -> None:
    """Write the first line of the record."""
    version = ".".join([str(part) for part in sys.version_info[:3]])
    write(
        f'["start","{version}",{quote(sys.implementation.cache_tag or "")},{quotes(before)},'
        f"{Record.load_residual},{time.time_ns()},{this_thread()}]\n"
    )
    flush()


def report_end(root: Load, ended: int, error: "BaseException | None", status: "int | None") -> None:
    """Write the last lines of the record; what happens from now on is not traced."""
    Record.active = False
    collected, collections = Record.collecting, Record.collections
    total = ended - root.time - THREAD.lost
    used = max(cpu() - root.cpu - THREAD.lost_cpu, 0) + THREAD.collecting_cpu
    for (_, _, _, running), (times, _, importer, name, file, line) in SEEN.items():
        if times:
            write(f'["again",{running},{quote(importer)},{quote(name)},{quote(file)},{line or 0},{times}]\n')
    by_hand = [name for name in list(sys.modules) if isinstance(name, str) and name not in Record.traced]
    write(
        f'["end",{total},{total - root.children},{used},{THREAD.lost},{collected},{collections},'
        f"{quote(describe(error))},{'null' if status is None else status},{quotes(by_hand)}]\n"
    )
    flush(wait=True)


def status_of(error: SystemExit) -> int:
    """Return the exit code that a SystemExit stands for."""
    if error.code is None:
        return 0
    return error.code if isinstance(error.code, int) else 1


def run(code_of: "Callable[[], Any]", names: "dict[str, Any]") -> None:
    """Run the target's code as ``__main__`` and say how it ended; its exceptions pass on."""
    root = Load(0, "__main__")
    THREAD.stack.append(root)
    Record.collecting = Record.collections = THREAD.collecting_cpu = 0
    error: BaseException | None = None
    status: int | None = None
    Record.started = root.time = clock()
    root.cpu = cpu()
    try:
        exec(code_of(), names)
    except SystemExit as stop:
        status = status_of(stop)
        raise
    except BaseException as failure:
        error = failure
        raise
    finally:
        report_end(root, clock(), error, status)
        error = None


def main(path: str, extra: str, kind: str, name: str, *arguments: str) -> None:
    """Prepare ``sys.argv``, ``sys.path`` and ``__main__`` as the interpreter would, then run the target."""
    target = type(sys)("__main__")
    target.__dict__["__builtins__"] = builtins
    source, shown = f"import {name}", "<import>"
    sys.argv[:] = ["-c", *arguments]
    if kind != "module" and sys.path and sys.path[0] == "":
        del sys.path[0]
    if kind == "script":
        sys.argv[:] = [name, *arguments]
        sys.path.insert(0, os.path.dirname(os.path.realpath(name)))
        target.__dict__["__file__"] = shown = name
    elif kind == "pytest":
        sys.argv[:] = ["pytest", *arguments]
        source, shown = f"import pytest\nraise SystemExit(pytest.main({list(arguments)!r}))", "<pytest>"

    ready = compile(source, shown, "exec") if kind != "script" else None

    def code() -> "Any":
        if ready is not None:
            return ready
        with open(name, "rb") as file:
            return compile(file.read(), name, "exec", dont_inherit=True)

    sys.modules["__main__"] = target
    install(path, extra)
    run(code, target.__dict__)


if __name__ == "_importgraph_probe":
    main(*sys.argv[1:])
