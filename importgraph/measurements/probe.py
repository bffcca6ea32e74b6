"""Trace every import of one program from inside the interpreter that runs it.

This file is *sent* to the target's interpreter (CPython 3.9 to 3.15) and never imported by importgraph. It uses
only modules that are loaded when any interpreter starts, so that it adds none to the target's ``sys.modules``.

One JSON array a line goes to the record file; ``trace.py`` reads them. They are written when a module begins and
when it ends, so a target that is killed leaves all but its last few statements. Times are nanoseconds.

    ["start", version, cache tag, [module loaded before], cost of an event left after correction, wall clock, thread]
    ["begin", load, parent load, thread, module, importer, file, line, scope, origin, since start]
    ["done", load, self, cumulative, self CPU, cumulative CPU, how, file, self memory | null, error | null, deferred]
    ["import", running load, thread, importer, module, [name], [submodule], file, line, scope, origin, error | null]
    ["again", running load, importer, module, file, line, times]
    ["effect", running load, thread, kind, detail, line in the running module, file, line, function]
    ["exit", code] ["problem", text]
    ["end", total, root self, CPU, corrected, error | null, exit code | null, [module put in by hand]]

The launcher compiles it under importlib's own file name: CPython leaves such frames out of tracebacks and of
``warnings.warn(stacklevel=...)``, so the target sees the lines that it would see without us.
"""
# ruff: noqa: A001, A002, ANN002, ANN003, BLE001, FBT001, FBT003, N807, PLR0913, PLR0917, PLW0603, PTH, S102, SLF001
# CPython's own signatures and the oldest interpreter it runs under decide the style of this one file.

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
FUNCTION_CODE = 1  # CO_OPTIMIZED: set for functions, not for modules and class bodies
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CODE_SUFFIXES = (".py", ".pyc", ".so", ".pyd", ".pth", ".pyi")
RECORD_DESCRIPTOR = 987  # high, so that a target that closes and reopens low descriptors never meets it
STATEMENTS_HELD = 256
HELD_NS = 50_000_000

clock = time.perf_counter_ns
cpu = getattr(time, "thread_time_ns", time.process_time_ns)
getframe = sys._getframe
next_load = iter(range(1, 1 << 60)).__next__

real_import = builtins.__import__
real_load = BOOTSTRAP._find_and_load_unlocked
real_gcd_import = BOOTSTRAP._gcd_import
real_exit = os._exit


class Load:
    """One module being loaded: where its clocks stood, and what its children took."""

    __slots__ = (
        "children",
        "children_cpu",
        "children_memory",
        "compiled",
        "cpu",
        "deferred",
        "executing",
        "lost",
        "memory",
        "name",
        "number",
        "time",
    )

    def __init__(self, number: int, name: str) -> None:
        self.number = number
        self.name = name
        self.children = self.children_cpu = self.children_memory = 0
        self.time = self.cpu = self.lost = self.memory = 0
        self.compiled: "list[str]" = []
        self.executing = False
        self.deferred = False


class Thread(_thread._local):
    """What one thread is loading, innermost last, and the time our own work took from it."""

    def __init__(self) -> None:
        self.stack: "list[Load]" = []
        self.lost = 0


class Record:
    """The open record file, what waits to be written, and the switches of this run."""

    path = ""
    descriptor = -1
    lines: "list[str]" = []  # noqa: RUF012
    lock = _thread.allocate_lock()
    written = 0
    active = False
    muted = False
    residual = 0
    memory: "Callable[[], int] | None" = None
    started = 0
    traced: "set[str]" = set()  # noqa: RUF012


THREAD = Thread()
SEEN: "dict[tuple[int, int, str, int], list[Any]]" = {}
EFFECTS: "set[tuple[Any, ...]]" = set()


# --- writing -----------------------------------------------------------------------------------------------------


def quote(text: "str | None") -> str:
    """Return a JSON string; the json module is not ours to load."""
    if text is None:
        return "null"
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else escape(ord(c)) for c in text) + '"'


def escape(point: int) -> str:
    if point < 0x10000:
        return f"\\u{point:04x}"
    point -= 0x10000
    return f"\\u{0xD800 | point >> 10:04x}\\u{0xDC00 | point & 0x3FF:04x}"


def quotes(texts: "Any") -> str:
    return "[" + ",".join([quote(str(text)) for text in texts]) + "]"


def write(line: str) -> None:
    """Keep a line; it reaches the file with the next module, or soon."""
    Record.lines.append(line)
    if len(Record.lines) > STATEMENTS_HELD or clock() - Record.written > HELD_NS:
        flush()


def flush() -> None:
    """Write what waits. A thread that finds another one writing leaves its lines to the next flush."""
    if Record.muted or not Record.lock.acquire(False):
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
    try:
        return os.write(Record.descriptor, data)
    except OSError:  # the target closed every descriptor, as daemons do
        open_record()
        return os.write(Record.descriptor, data)


def open_record() -> None:
    descriptor = os.open(Record.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        Record.descriptor = os.dup2(descriptor, RECORD_DESCRIPTOR, False)
        os.close(descriptor)
    except OSError:  # fewer descriptors are allowed
        Record.descriptor = descriptor


# --- where an import stands --------------------------------------------------------------------------------------


def scope_of(code: "Any") -> str:
    if code.co_flags & FUNCTION_CODE:
        return "function"
    return "module" if code.co_name == "<module>" else "class"


def importing_frame(frame: "Any") -> "Any":
    """Return the frame that asked for an import: not importlib's, not ours."""
    while frame is not None:
        if not frame.f_code.co_filename.startswith(FROZEN) and not (
            frame.f_code.co_name in {"import_module", "exec_module"}
            and frame.f_globals.get("__name__") in IMPORTLIB
        ):
            return frame
        frame = frame.f_back
    return None


IMPORTLIB = {"importlib", "importlib.util"}


def place_of(frame: "Any") -> str:
    """Return the JSON members importer, file, line, scope of a frame."""
    if frame is None:
        return '"",null,0,"module"'
    code = frame.f_code
    importer = frame.f_globals.get("__name__")
    return f'{quote(str(importer))},{quote(code.co_filename)},{frame.f_lineno or 0},"{scope_of(code)}"'


def absolute(name: str, names: "Any", level: int) -> str:
    """Resolve leading dots as ``importlib._bootstrap._calc___package__`` does."""
    package = names.get("__package__")
    if package is None:
        spec = names.get("__spec__")
        package = spec.parent if spec is not None else names.get("__name__", "")
        if spec is None and "__path__" not in names:
            package = package.rpartition(".")[0]
    base = package.rsplit(".", level - 1)[0] if level > 1 else package
    return f"{base}.{name}" if name else str(base)


# --- loads -------------------------------------------------------------------------------------------------------


def begin(name: str, origin: str, frame: "Any", entered: int) -> Load:
    stack = THREAD.stack
    load = Load(next_load(), name)
    parent = stack[-1].number if stack else 0
    Record.lines.append(
        f'["begin",{load.number},{parent},{_thread.get_ident()},{quote(name)},{place_of(frame)},"{origin}",{entered - Record.started}]\n'
    )
    flush()
    stack.append(load)
    if Record.memory is not None:
        load.memory = Record.memory()
    load.cpu = cpu()
    load.time = clock()
    THREAD.lost += load.time - entered + Record.residual
    load.lost = THREAD.lost
    return load


def finish(load: Load, module: "Any", error: "BaseException | None", ended: int) -> None:
    corrected = THREAD.lost - load.lost
    wall = ended - load.time - corrected
    used = max(cpu() - load.cpu - corrected, 0)
    memory = own_memory = None
    if Record.memory is not None:
        memory = Record.memory() - load.memory
        own_memory = memory - load.children_memory
    stack = THREAD.stack
    while stack and stack.pop() is not load:
        pass
    if stack:
        parent = stack[-1]
        parent.children += wall
        parent.children_cpu += used
        parent.children_memory += memory or 0
    Record.traced.add(load.name)
    how, file = how_loaded(module, load) if error is None else ("failed", None)
    memory_text = "null" if own_memory is None else own_memory
    Record.lines.append(
        f'["done",{load.number},{wall - load.children},{wall},{max(used - load.children_cpu, 0)},{used},"{how}",{quote(file)},'
        f"{memory_text},{quote(describe(error))},{'true' if load.deferred else 'false'}]\n"
    )
    flush()
    THREAD.lost += clock() - ended


def describe(error: "BaseException | None") -> "str | None":
    if error is None:
        return None
    try:
        return f"{type(error).__name__}: {error}"[:300]
    except Exception:  # a broken __str__ of the target's own exception
        return type(error).__name__


def members(module: "Any") -> "dict[str, Any]":
    """Return a module's namespace without waking a lazy module up."""
    try:
        names = object.__getattribute__(module, "__dict__")
    except AttributeError:
        return {}
    return names if isinstance(names, dict) else {}


def how_loaded(module: "Any", load: Load) -> "tuple[str, str | None]":
    """Say by what means a module came in, and from which file."""
    names = members(module)
    spec = names.get("__spec__")
    if module is None:
        return "absent", None
    if spec is None:
        return "injected", None
    loader = getattr(spec, "loader", None)
    kind = loader.__name__ if isinstance(loader, type) else type(loader).__name__
    origin = getattr(spec, "origin", None)
    file = origin if getattr(spec, "has_location", False) and isinstance(origin, str) else None
    if kind in {"NoneType", "NamespaceLoader", "_NamespaceLoader"}:
        return "namespace", None
    if kind in MEANS:
        return MEANS[kind], file
    means = "source" if file in load.compiled else "bytecode" if file and file.endswith(".py") else "other"
    return (f"rewritten {means}" if kind == "AssertionRewritingHook" else means), file


MEANS = {
    "BuiltinImporter": "builtin",
    "FrozenImporter": "frozen",
    "ExtensionFileLoader": "extension",
    "SourcelessFileLoader": "bytecode",
    "_LazyLoader": "deferred",
    "LazyLoader": "deferred",
}


def traced_load(name: str, import_: "Any", *args: "Any", **kwargs: "Any") -> "Any":
    """Stand in for ``_find_and_load_unlocked``: every real load passes here, whoever asked for it."""
    if not Record.active:
        return real_load(name, import_, *args, **kwargs)
    load = begin(name, "import", importing_frame(getframe(1)), clock())
    module = None
    failure: "BaseException | None" = None
    try:
        module = real_load(name, import_, *args, **kwargs)
    except BaseException as error:
        failure = error
        raise
    finally:
        finish(load, module, failure, clock())
        failure = None
    if name == "_pytest.assertion.rewrite":
        watch_loader(getattr(module, "AssertionRewritingHook", None))
    return module


def watch_loader(loader: "Any") -> None:
    """Trace a loader's ``exec_module`` where it is called without an import (spec_from_file_location, pytest)."""
    if loader is None:
        return
    real_exec = loader.exec_module

    def exec_module(self: "Any", module: "Any") -> None:
        if not Record.active:
            return real_exec(self, module)
        name = str(members(module).get("__name__"))
        stack = THREAD.stack
        if stack and stack[-1].name == name and not stack[-1].executing:
            stack[-1].executing = True
            return real_exec(self, module)
        load = begin(name, "exec_module", importing_frame(getframe(1)), clock())
        load.executing = load.deferred = True
        failure: "BaseException | None" = None
        try:
            return real_exec(self, module)
        except BaseException as error:
            failure = error
            raise
        finally:
            finish(load, None if failure else module, failure, clock())
            failure = None

    loader.exec_module = exec_module


# --- statements --------------------------------------------------------------------------------------------------


def traced_import(
    name: "Any", globals: "Any" = None, locals: "Any" = None, fromlist: "Any" = (), level: int = 0
) -> "Any":
    """Stand in for ``__import__``: also sees the statements that load nothing new."""
    try:
        module = real_import(name, globals, locals, fromlist, level)
    except BaseException as error:
        if Record.active:
            note_statement(getframe(1), name, globals, fromlist, level, None, error)
        raise
    if Record.active:
        note_statement(getframe(1), name, globals, fromlist, level, module, None)
    return module


def note_statement(
    frame: "Any", name: "Any", names: "Any", fromlist: "Any", level: int, module: "Any", error: "Any"
) -> None:
    entered = clock()
    code = frame.f_code
    stack = THREAD.stack
    running = stack[-1].number if stack else 0
    key = None
    if error is None and code.co_flags & FUNCTION_CODE:
        key = (id(code), frame.f_lasti, name, running)
        seen = SEEN.get(key)
        if seen is not None:
            seen[0] += 1
            THREAD.lost += clock() - entered + Record.residual
            return
        if code.co_filename.startswith(FROZEN):
            return
    target = absolute(name, names or frame.f_globals, level) if level > 0 else str(name)
    if key is not None:
        SEEN[key] = [
            0,
            code,
            frame.f_globals.get("__name__"),
            target,
            frame.f_lineno,
        ]  # the code keeps its id its own
    found: "list[str]" = []
    missing = describe(error)
    if fromlist and error is None:
        found, missing = look_up(fromlist, module)
    write(
        f'["import",{running},{_thread.get_ident()},{quote(str(frame.f_globals.get("__name__")))},{quote(target)},{quotes(fromlist or ())},'
        f'{quotes(found)},{quote(code.co_filename)},{frame.f_lineno or 0},"{scope_of(code)}","statement",{quote(missing)}]\n'
    )
    THREAD.lost += clock() - entered + Record.residual


def look_up(fromlist: "Any", module: "Any") -> "tuple[list[str], str | None]":
    """Say which imported names are submodules, and whether one is about to be found missing."""
    names = members(module)
    base = names.get("__name__")
    found = []
    for name in fromlist:
        value = names.get(name)
        submodule = sys.modules.get(f"{base}.{name}")
        if value is not None and submodule is value:
            found.append(name)
        elif (
            value is None
            and submodule is None
            and name != "*"
            and name not in names
            and "__getattr__" not in names
        ):
            if type(module) is type(sys) and not hasattr(type(module), name):
                return found, f"ImportError: cannot import name {name!r} from {base!r}"
    return found, None


def traced_gcd_import(name: str, package: "Any" = None, level: int = 0) -> "Any":
    """Stand in for ``_gcd_import``, which ``importlib.import_module`` calls."""
    frame = getframe(1)
    if not Record.active or frame.f_code.co_filename.startswith(FROZEN):
        return real_gcd_import(name, package, level)
    failure: "BaseException | None" = None
    try:
        return real_gcd_import(name, package, level)
    except BaseException as error:
        failure = error
        raise
    finally:
        entered = clock()
        running = THREAD.stack[-1].number if THREAD.stack else 0
        target = BOOTSTRAP._resolve_name(name, package, level) if level > 0 else name
        importer, rest = place_of(importing_frame(frame)).split(",", 1)
        write(
            f'["import",{running},{_thread.get_ident()},{importer},{quote(target)},[],[],{rest},"dynamic",'
            f"{quote(describe(failure))}]\n"
        )
        failure = None
        THREAD.lost += clock() - entered + Record.residual


def watch_lazy_imports() -> None:
    """Note PEP 810 statements (3.15): the filter is asked at each of them; the target may still set its own."""
    set_filter = getattr(sys, "set_lazy_imports_filter", None)
    if set_filter is None:
        return
    theirs: "list[Any]" = [sys.get_lazy_imports_filter()]  # type: ignore[attr-defined]

    def observe(importer: "Any", name: "Any", fromlist: "Any") -> bool:
        lazy = bool(theirs[0](importer, name, fromlist)) if theirs[0] is not None else True
        if lazy and Record.active:
            frame = importing_frame(getframe(1))
            running = THREAD.stack[-1].number if THREAD.stack else 0
            rest = place_of(frame).split(",", 1)[1]
            write(
                f'["import",{running},{_thread.get_ident()},{quote(str(importer))},{quote(str(name))},{quotes(fromlist or ())},[],'
                f'{rest},"lazy",null]\n'
            )
        return lazy

    def set_lazy_imports_filter(filter: "Any") -> None:
        if filter is not None and not callable(filter):
            set_filter(filter)  # raises what CPython raises
        theirs[0] = filter

    def get_lazy_imports_filter() -> "Any":
        return theirs[0]

    set_filter(observe)
    sys.set_lazy_imports_filter = set_lazy_imports_filter  # type: ignore[attr-defined]
    sys.get_lazy_imports_filter = get_lazy_imports_filter  # type: ignore[attr-defined]


# --- side effects ------------------------------------------------------------------------------------------------


def opened(args: "Any") -> "tuple[str, str] | None":
    path, mode, flags = args[0], args[1], args[2]
    if isinstance(path, int):
        return None
    text = os.fsdecode(path)
    if text.endswith(CODE_SUFFIXES) or "__pycache__" in text or ".pyc." in text or os.path.isdir(text):
        return None
    writes = bool(set(mode) & set("wax+")) if isinstance(mode, str) else bool(flags & WRITING)
    return ("write" if writes else "read"), text


def made_folder(args: "Any") -> "tuple[str, str] | None":
    text = os.fsdecode(args[0])
    return None if "__pycache__" in text else ("mkdir", text)


def command(args: "Any") -> "tuple[str, str]":
    words = args[1] if isinstance(args[1], (list, tuple)) else [args[1] or args[0]]
    return "process", " ".join([os.fsdecode(word) for word in words[:3]])[
        :120
    ]  # later words may hold secrets


def started(args: "Any") -> "tuple[str, str]":
    function = args[0]
    owner = getattr(function, "__self__", None)
    return "thread", type(owner).__name__ if owner is not None else getattr(
        function, "__qualname__", repr(type(function))
    )


def address(args: "Any") -> "tuple[str, str]":
    where = args[1]
    return "connect", ":".join([str(part) for part in where[:2]]) if isinstance(where, tuple) else str(where)


def named(kind: str, count: int = 1) -> "Callable[[Any], tuple[str, str]]":
    return lambda args: (
        kind,
        ":".join([os.fsdecode(a) if isinstance(a, (str, bytes)) else str(a) for a in args[:count]]),
    )


WATCHED: "dict[str, Callable[[Any], tuple[str, str] | None]]" = {
    "open": opened,
    "os.mkdir": made_folder,
    "subprocess.Popen": command,
    "os.system": named("process"),
    "os.posix_spawn": named("process"),
    "os.exec": named("process"),
    "os.fork": named("fork", 0),
    "os.forkpty": named("fork", 0),
    "_thread.start_new_thread": started,
    "_thread.start_joinable_thread": started,
    "socket.connect": address,
    "socket.bind": address,
    "socket.getaddrinfo": named("resolve", 2),
    "socket.gethostbyname": named("resolve"),
    "os.putenv": named("environment"),
    "os.unsetenv": named("environment"),  # the name alone: values may be secrets
    "os.chdir": named("chdir"),
    "os.remove": named("remove"),
    "os.rename": named("rename", 2),
    "os.rmdir": named("remove"),
    "sqlite3.connect": named("connect"),
}


def audit(event: str, args: "Any") -> None:
    """Note work done while a module is imported; anything else passes at the cost of two look-ups."""
    if event == "compile":
        stack = THREAD.stack
        if stack and isinstance(args[1], str):
            stack[-1].compiled.append(args[1])
    elif event in WATCHED and Record.active:
        entered = clock()
        try:
            note_effect(event, args, getframe(1))
        except Exception as error:  # an audit hook that raises would stop the target's own call
            Record.lines.append(f'["problem",{quote(f"{event}: {describe(error)}")}]\n')
        THREAD.lost += clock() - entered


def note_effect(event: str, args: "Any", frame: "Any") -> None:
    stack = THREAD.stack
    if not stack or frame is None or frame.f_code.co_filename.startswith(FROZEN):
        return
    found = WATCHED[event](args)
    if found is None:
        return
    running = stack[-1]
    inner = frame
    while frame is not None and not frame.f_code.co_filename.startswith(FROZEN):
        if frame.f_code.co_name == "<module>" and frame.f_globals.get("__name__") == running.name:
            break
        frame = frame.f_back
    line = frame.f_lineno if frame is not None and frame.f_code.co_name == "<module>" else 0
    key = (running.number, *found, inner.f_code.co_filename, inner.f_lineno)
    if key in EFFECTS:
        return
    EFFECTS.add(key)
    write(
        f'["effect",{running.number},{_thread.get_ident()},"{found[0]}",{quote(found[1])},{line or 0},'
        f"{quote(inner.f_code.co_filename)},{inner.f_lineno or 0},{quote(inner.f_code.co_name)}]\n"
    )
    if event == "os.exec":
        flush()


# --- the run -----------------------------------------------------------------------------------------------------


def after_fork_in_child() -> None:
    """A child keeps running untraced; the record belongs to its parent."""
    Record.active = False
    Record.lines = []
    Record.muted = True


def traced_exit(status: int) -> None:
    """Stand in for ``os._exit``, which skips every clean-up of the interpreter."""
    if Record.active:
        Record.lines.append(f'["exit",{int(status)}]\n')
        flush()
    real_exit(status)


def resident_memory() -> int:
    with_pages = os.pread(STATM, 128, 0).split()
    return int(with_pages[1]) * PAGE


STATM = -1
PAGE = 4096


def watch_memory(kind: str) -> None:
    global STATM, PAGE
    if kind == "tracemalloc":
        import _tracemalloc

        sys.modules.pop("_tracemalloc", None)
        _tracemalloc.start(1)
        Record.memory = lambda: _tracemalloc.get_traced_memory()[0]
    elif kind == "rss":
        STATM, PAGE = os.open("/proc/self/statm", os.O_RDONLY), os.sysconf("SC_PAGE_SIZE")
        Record.memory = resident_memory


def calibrate(rounds: int = 400) -> int:
    """Return what one traced statement costs beyond the time it takes off by itself, in nanoseconds."""
    names: "dict[str, Any]" = {}
    exec("def run(rounds):\n for _ in range(rounds):\n  import sys", names)
    run = names["run"]
    best: "list[int]" = []
    for importer in (real_import, traced_import):
        builtins.__import__ = importer
        took = []
        for _ in range(5):
            lost, begun = THREAD.lost, clock()
            run(rounds)
            took.append(clock() - begun - (THREAD.lost - lost))
        best.append(min(took))
    SEEN.clear()
    return max((best[1] - best[0]) // rounds, 0)


def install(path: str, memory: str) -> None:
    """Open the record and put every hook in place."""
    before = list(sys.modules)
    Record.path = path
    open_record()
    sys.setrecursionlimit(sys.getrecursionlimit() * 3 // 2)  # our frames stand between the target's own
    Record.active = Record.muted = True
    sys.addaudithook(audit)
    Record.residual = calibrate()
    del Record.lines[:]
    Record.muted = False
    THREAD.lost = 0
    builtins.__import__ = traced_import
    BOOTSTRAP._find_and_load_unlocked = traced_load
    BOOTSTRAP._gcd_import = traced_gcd_import
    watch_loader(EXTERNAL._LoaderBasics)
    watch_lazy_imports()
    os._exit = sys.modules[os.name]._exit = traced_exit  # type: ignore[assignment]
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=after_fork_in_child)
    watch_memory(memory)
    Record.traced.update(before)
    version = ".".join([str(part) for part in sys.version_info[:3]])
    tag = sys.implementation.cache_tag or ""
    write(
        f'["start","{version}",{quote(tag)},{quotes(before)},{Record.residual},{time.time_ns()},{_thread.get_ident()}]\n'
    )
    flush()


def report_end(root: Load, ended: int, error: "BaseException | None", status: "int | None") -> None:
    Record.active = False
    total = ended - root.time - THREAD.lost
    for (_, _, _, running), (times, _, importer, name, line) in SEEN.items():
        if times:
            write(f'["again",{running},{quote(str(importer))},{quote(str(name))},null,{line or 0},{times}]\n')
    by_hand = [name for name in list(sys.modules) if name not in Record.traced and isinstance(name, str)]
    used = max(cpu() - root.cpu - THREAD.lost, 0)
    write(
        f'["end",{total},{total - root.children},{used},{THREAD.lost},{quote(describe(error))},'
        f"{'null' if status is None else status},{quotes(by_hand)}]\n"
    )
    flush()


def status_of(error: SystemExit) -> int:
    if error.code is None:
        return 0
    return error.code if isinstance(error.code, int) else 1


def run(code_of: "Callable[[], Any]", names: "dict[str, Any]") -> None:
    """Run the target's code as ``__main__`` and say how it ended; its exceptions pass on."""
    root = Load(0, "__main__")
    THREAD.stack.append(root)
    error: "BaseException | None" = None
    status: "int | None" = None
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


def main(path: str, memory: str, kind: str, name: str, *arguments: str) -> None:
    """Prepare ``sys.argv``, ``sys.path`` and ``__main__`` as the interpreter would, then run the target."""
    target = type(sys)("__main__")
    names = target.__dict__
    names["__builtins__"] = builtins
    source, shown = f"import {name}", "<import>"
    sys.argv[:] = ["-c", *arguments]
    if kind != "module" and sys.path and sys.path[0] == "":
        del sys.path[0]
    if kind == "script":
        shown = name
        sys.argv[:] = [name, *arguments]
        sys.path.insert(0, os.path.dirname(os.path.realpath(name)))
        names["__file__"] = name
    elif kind == "pytest":
        shown = "<pytest>"
        sys.argv[:] = ["pytest", *arguments]
        source = f"import pytest\nraise SystemExit(pytest.main({list(arguments)!r}))"

    def code() -> "Any":
        if kind != "script":
            return compile(source, shown, "exec")
        with open(name, "rb") as file:
            return compile(file.read(), name, "exec")

    sys.modules["__main__"] = target
    install(path, memory)
    run(code, names)


main(*sys.argv[1:])
