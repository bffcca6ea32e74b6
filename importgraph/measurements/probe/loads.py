"""The tracer, part 2: modules coming in, whoever asked for them."""
# ruff: noqa: SLF001, TC004, UP037
# CPython's own names, the joining of the parts and the oldest interpreter (3.9) decide the style here.

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from importgraph.measurements.probe.record import (
        EXTERNAL,
        FROZEN,
        THREAD,
        Load,
        Record,
        clock,
        cpu,
        describe,
        flush,
        getframe,
        members,
        next_load,
        quote,
        this_thread,
    )

FUNCTION_CODE = 1  # CO_OPTIMIZED: set for functions, not for modules and class bodies
IMPORTLIB = {"importlib", "importlib.util"}
MEANS = {
    "BuiltinImporter": "builtin",
    "FrozenImporter": "frozen",
    "ExtensionFileLoader": "extension",
    "SourcelessFileLoader": "bytecode",
    "LazyLoader": "deferred",
    "NoneType": "namespace",
    "NamespaceLoader": "namespace",
    "_NamespaceLoader": "namespace",
}


def scope_of(code: "Any") -> str:
    """Say whether code is a module's, a class's or a function's."""
    if code.co_flags & FUNCTION_CODE:
        return "function"
    return "module" if code.co_name == "<module>" else "class"


def importing_frame(frame: "Any") -> "Any":
    """Return the frame that asked for an import: not importlib's, not ours."""
    while frame is not None:
        code = frame.f_code
        if not code.co_filename.startswith(FROZEN) and not (
            code.co_name in {"import_module", "exec_module"} and frame.f_globals.get("__name__") in IMPORTLIB
        ):
            return frame
        frame = frame.f_back
    return None


def importer_of(frame: "Any") -> str:
    """Return the name of the module whose code a frame runs."""
    return str(frame.f_globals.get("__name__")) if frame is not None else ""


def place_of(frame: "Any") -> str:
    """Return the JSON members file, line, scope of a frame."""
    if frame is None:
        return 'null,0,"module"'
    code = frame.f_code
    return f'{quote(code.co_filename)},{frame.f_lineno or 0},"{scope_of(code)}"'


def running_load() -> int:
    """Return the number of the load that this thread is in, 0 for none."""
    stack = THREAD.stack
    return stack[-1].number if stack else 0


def begin(name: str, origin: str, entered: int) -> Load:
    """Note that a module begins to load, and start its clocks last of all."""
    frame = importing_frame(getframe(2))
    load = Load(next_load(), name)
    Record.traced.add(name)
    Record.lines.append(
        f'["begin",{load.number},{running_load()},{this_thread()},{quote(name)},'
        f'{quote(importer_of(frame))},{place_of(frame)},"{origin}",{entered - Record.started}]\n'
    )
    flush()
    THREAD.stack.append(load)
    if Record.memory is not None:
        load.memory = Record.memory()
    load.cpu = cpu()
    load.time = clock()
    THREAD.take_off(load.time - entered + Record.load_residual)
    load.lost, load.lost_cpu = THREAD.lost, THREAD.lost_cpu
    return load


def finish(load: Load, module: "Any", error: "BaseException | None", ended: int) -> None:
    """Note that a module is there, or failed; ``ended`` was read before anything else."""
    corrected = THREAD.lost - load.lost
    wall = ended - load.time - corrected
    used = max(cpu() - load.cpu - (THREAD.lost_cpu - load.lost_cpu), 0)
    grown = Record.memory() - load.memory if Record.memory is not None else 0
    stack = THREAD.stack
    while stack and stack.pop() is not load:
        pass
    if stack:
        parent = stack[-1]
        parent.children += wall
        parent.children_cpu += used
        parent.children_memory += grown
    how, file = how_loaded(module, load) if error is None else ("failed", None)
    memory = "null" if Record.memory is None else str(grown - load.children_memory)
    Record.lines.append(
        f'["done",{load.number},{wall - load.children},{wall},{max(used - load.children_cpu, 0)},{used},'
        f'"{how}",{quote(file)},{memory},{quote(describe(error))},{"true" if load.deferred else "false"}]\n'
    )
    flush()
    THREAD.take_off(clock() - ended)


def how_loaded(module: "Any", load: Load) -> "tuple[str, str | None]":
    """Say by what means a module came in, and from which file."""
    if module is None:
        return "absent", None
    spec = members(module).get("__spec__")
    if spec is None:
        return "injected", None
    loader = getattr(spec, "loader", None)
    kind = loader.__name__ if isinstance(loader, type) else type(loader).__name__
    origin = getattr(spec, "origin", None)
    file = origin if getattr(spec, "has_location", False) and isinstance(origin, str) else None
    if kind in MEANS:
        return MEANS[kind], file
    means = "source" if file in load.compiled else "bytecode" if file and file.endswith(".py") else "other"
    return (f"rewritten {means}" if kind == "AssertionRewritingHook" else means), file


def traced_load(name: str, import_: "Any", *args: "Any", **kwargs: "Any") -> "Any":
    """Stand in for ``_find_and_load_unlocked``: every real load passes here, whoever asked for it."""
    if not Record.active:
        return Record.load(name, import_, *args, **kwargs)
    load = begin(name, "import", clock())
    module = None
    failure: "BaseException | None" = None
    try:
        module = Record.load(name, import_, *args, **kwargs)
    except BaseException as error:
        failure = error
        raise
    finally:
        finish(load, module, failure, clock())
        failure = None  # an exception and the frame that holds it would keep each other alive
    if name == "_pytest.assertion.rewrite":
        watch_rewriting(module)
    return module


def watch_loader(loader: "Any") -> None:
    """Trace a loader's ``exec_module`` where no import calls it (importlib.util, lazy loaders, pytest)."""
    real_exec = loader.exec_module

    def exec_module(self: "Any", module: "Any") -> "Any":
        if not Record.active:
            return real_exec(self, module)
        entered = clock()
        name = str(members(module).get("__name__"))
        stack = THREAD.stack
        if stack and stack[-1].name == name and not stack[-1].executing:
            stack[-1].executing = True
            THREAD.take_off(clock() - entered)
            return real_exec(self, module)
        load = begin(name, "exec_module", entered)
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


def watch_compiling() -> None:
    """Note which sources are compiled: they had no bytecode that could be used."""
    real_compile = EXTERNAL.SourceLoader.source_to_code

    def source_to_code(self: "Any", data: "Any", path: "Any", *args: "Any", **kwargs: "Any") -> "Any":
        note_compiled(path)
        return real_compile(self, data, path, *args, **kwargs)

    EXTERNAL.SourceLoader.source_to_code = source_to_code


def watch_rewriting(rewriting: "Any") -> None:
    """Do the same for pytest's assertion rewriting, which has a loader and a compiler of its own."""
    if hasattr(rewriting, "AssertionRewritingHook"):
        watch_loader(rewriting.AssertionRewritingHook)
    real_rewrite = getattr(rewriting, "_rewrite_test", None)
    if real_rewrite is None:
        return

    def rewrite_test(path: "Any", *args: "Any") -> "Any":
        note_compiled(path)
        return real_rewrite(path, *args)

    rewriting._rewrite_test = rewrite_test


def note_compiled(path: "Any") -> None:
    """Remember that the module being loaded was compiled from this source."""
    if THREAD.stack:
        THREAD.stack[-1].compiled.append(str(path))
