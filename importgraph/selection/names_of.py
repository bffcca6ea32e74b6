"""The module name pytest imports a file under, and the folder it puts on `sys.path` for that."""

# ruff: noqa: PTH113, PTH118, PTH119 -- paths are texts here: there are thousands

import os
from functools import cache


@cache
def _has_init(folder: str) -> bool:
    return os.path.isfile(os.path.join(folder, "__init__.py"))


def base_and_name(path: str) -> tuple[str, str]:
    """Return the first folder above a file that is not a package, and the file's dotted name below it.

    This is pytest's `prepend` and `append` (`resolve_pkg_root_and_module_name`).
    """
    folder, file = os.path.split(path)
    parts = [] if file == "__init__.py" else [file.removesuffix(".py")]
    while _has_init(folder) and os.path.basename(folder).isidentifier():
        folder, last = os.path.split(folder)
        parts.insert(0, last)
    return folder, ".".join(parts)
