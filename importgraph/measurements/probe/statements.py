"""The tracer, part 3: import statements and calls, also those that load nothing new."""
# ruff: noqa: A002, PLR0913, PLR0917, SLF001, TC004, UP037
# CPython's own names, the joining of the parts and the oldest interpreter (3.9) decide the style here.

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from importgraph.measurements.probe.loads import (
        FUNCTION_CODE,
        importer_of,
        importing_frame,
        place_of,
        running_load,
    )
    from importgraph.measurements.probe.record import (
        BOOTSTRAP,
        FROZEN,
        THREAD,
        Record,
        clock,
        describe,
        getframe,
        members,
        quote,
        quotes,
        real_gcd_import,
        real_import,
        this_thread,
        write,
    )

SEEN: "dict[tuple[int, int, str, int], list[Any]]" = {}
"""Statements inside functions: how often each ran again, its code (so that its id stays its own), and its
place."""


def absolute(name: str, names: "Any", level: int) -> str:
    """Resolve leading dots as ``importlib._bootstrap._calc___package__`` does."""
    if level == 0:
        return str(name)
    package = names.get("__package__")
    if package is None:
        spec = names.get("__spec__")
        package = spec.parent if spec is not None else names.get("__name__", "")
        if spec is None and "__path__" not in names:
            package = package.rpartition(".")[0]
    base = package.rsplit(".", level - 1)[0] if level > 1 else package
    return f"{base}.{name}" if name else str(base)


def traced_import(
    name: "Any", globals: "Any" = None, locals: "Any" = None, fromlist: "Any" = (), level: int = 0
) -> "Any":
    """Stand in for ``__import__``."""
    try:
        module = real_import(name, globals, locals, fromlist, level)
    except BaseException as error:
        if Record.active:
            note_statement(getframe(1), name, globals, fromlist, level, None, describe(error))
        raise
    if Record.active:
        note_statement(getframe(1), name, globals, fromlist, level, module, None)
    return module


def note_statement(
    frame: "Any", name: "Any", names: "Any", fromlist: "Any", level: int, module: "Any", error: "str | None"
) -> None:
    """Note one statement. One inside a function is written once for each running module, then counted."""
    entered = clock()
    code = frame.f_code
    running = running_load()
    key = None
    if error is None and code.co_flags & FUNCTION_CODE:
        key = (id(code), frame.f_lasti, name, running)
        seen = SEEN.get(key)
        if seen is not None:
            seen[0] += 1
            THREAD.take_off(clock() - entered + Record.residual)
            return
        if code.co_filename.startswith(FROZEN):
            return
    target = absolute(name, names or frame.f_globals, level)
    if key is not None:
        SEEN[key] = [0, code, importer_of(frame), target, code.co_filename, frame.f_lineno]
    found: "list[str]" = []
    if fromlist and error is None:
        found, error = look_up(fromlist, module)
    write(
        f'["import",{running},{this_thread()},{quote(importer_of(frame))},{quote(target)},'
        f'{quotes(fromlist or ())},{quotes(found)},{place_of(frame)},"statement",{quote(error)}]\n'
    )
    THREAD.take_off(clock() - entered + Record.residual)


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
        elif submodule is None and name != "*" and is_missing(name, module, names):
            return found, f"ImportError: cannot import name {name!r} from {base!r}"
    return found, None


def is_missing(name: str, module: "Any", names: "dict[str, Any]") -> bool:
    """Say whether a plain module has no such name, without asking the module itself."""
    kind = type(module)
    return kind is type(sys) and name not in names and "__getattr__" not in names and not hasattr(kind, name)


def traced_gcd_import(name: str, package: "Any" = None, level: int = 0) -> "Any":
    """Stand in for ``_gcd_import``, which ``importlib.import_module`` calls."""
    frame = getframe(1)
    if not Record.active or frame.f_code.co_filename.startswith(FROZEN):
        return real_gcd_import(name, package, level)
    failure: "str | None" = None
    try:
        return real_gcd_import(name, package, level)
    except BaseException as error:
        failure = describe(error)
        raise
    finally:
        entered = clock()
        target = BOOTSTRAP._resolve_name(name, package, level) if level > 0 else name
        note_call(importing_frame(frame), target, (), "dynamic", failure)
        THREAD.take_off(clock() - entered + Record.residual)


def note_call(frame: "Any", target: str, fromlist: "Any", origin: str, error: "str | None") -> None:
    """Write an import that is no statement, or a statement that defers."""
    write(
        f'["import",{running_load()},{this_thread()},{quote(importer_of(frame))},{quote(target)},'
        f'{quotes(fromlist)},[],{place_of(frame)},"{origin}",{quote(error)}]\n'
    )


def watch_lazy_imports() -> None:
    """Note PEP 810 statements (3.15): they ask the filter. The target may still set its own."""
    set_filter = getattr(sys, "set_lazy_imports_filter", None)
    if set_filter is None:
        return
    theirs: "list[Any]" = [sys.get_lazy_imports_filter()]  # type: ignore[attr-defined]

    def observe(importer: "Any", name: "Any", fromlist: "Any") -> bool:
        lazy = bool(theirs[0](importer, name, fromlist)) if theirs[0] is not None else True
        if lazy and Record.active:
            note_call(importing_frame(getframe(1)), str(name), fromlist or (), "lazy", None)
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
