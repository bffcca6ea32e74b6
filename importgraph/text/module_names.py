"""The module name pytest imports a file under, and the folder it puts on `sys.path` for that."""

# ruff: noqa: PTH113, PTH118, PTH119 -- paths are texts here: there are thousands

import os
from functools import cache


def name_below(path: str, root: str) -> str:
    """Return the name that pytest gives a file outside of packages under `importlib` mode.

    This is `_pytest.pathlib.module_name_from_path`.
    """
    relative = os.path.relpath(path, root)
    parts = (path if relative.startswith(os.pardir) else relative).removesuffix(".py").split("/")
    parts = [part.replace(".", "_") for part in parts if part]
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


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
