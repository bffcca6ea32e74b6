"""What compiled modules of the standard library import, which no text of theirs says.

Taken from the `PyImport_Import*` calls in the initialisation of the modules in CPython's `Modules`, 3.8
to 3.14; what they import later, when something is called, is left out.
"""

from collections.abc import Mapping

COMPILED_IMPORTS: Mapping[str, tuple[str, ...]] = {
    "_asyncio": (
        "asyncio.events", "asyncio.base_futures", "asyncio.exceptions", "asyncio.base_tasks",
        "asyncio.coroutines", "traceback", "weakref",
    ),
    "_curses_panel": ("_curses",),
    "_decimal": ("numbers", "collections", "collections.abc"),
    "_elementtree": ("copy", "pyexpat"),
    "_pickle": ("copyreg", "_compat_pickle", "codecs", "functools"),
    "_ssl": ("_socket",),
    "_sqlite3": ("functools",),
}  # fmt: skip
