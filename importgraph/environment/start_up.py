"""Modules that an interpreter has loaded before it runs anything: to load them again costs nothing.

What `python -c pass` leaves in `sys.modules`, by version, taken from CPython 3.8 to 3.15 on Linux; and the
modules that import lines of `.pth` files load when the interpreter starts.
"""

import re
from pathlib import Path

from importgraph.environment.interpreter import Environment, list_folder, read_text

_ALL = """
__main__ _abc _codecs _collections_abc _frozen_importlib _frozen_importlib_external _imp _io _signal
_sitebuiltins _stat _thread _warnings _weakref abc builtins codecs encodings encodings.aliases
encodings.utf_8 genericpath importlib._bootstrap importlib._bootstrap_external io
marshal os os.path posix posixpath site stat sys time zipimport
""".split()  # noqa: SIM905 -- a table
_MORE = {"encodings.latin_1": (3, 8, 3, 9), "_bootlocale": (3, 8, 3, 9), "_locale": (3, 8, 3, 9)}
_WINDOWS = {"posix": "nt", "posixpath": "ntpath"}
_IMPORT = re.compile(r"^import[ \t]+([\w., \t]+?)[ \t]*(?:;|$)")
_CALL = re.compile(r"^import\b.*\b__import__\([\"']([\w.]+)[\"']\)")


def start_modules(environment: Environment) -> frozenset[str]:
    """Return the modules that an interpreter loads when it starts, without those of `.pth` files."""
    low = environment.version
    found = set(_ALL) | {name for name, span in _MORE.items() if span[:2] <= low <= span[2:]}
    if environment.platform == "win32":
        found = {_WINDOWS.get(name, name) for name in found} | {"winreg", "_winapi"}
    return frozenset(found)


def start_imports(environment: Environment) -> tuple[str, ...]:
    """Return the modules that import lines of `.pth` files name, and `site` looks for, sorted."""
    found = {"sitecustomize", "usercustomize"}
    for folder in environment.folders:
        for name in list_folder(folder):
            if name.endswith(".pth"):
                for line in read_text(Path(folder, name)).splitlines():
                    if match := _IMPORT.match(line):
                        found.update(part.split()[0] for part in match[1].split(",") if part.strip())
                    found.update(_CALL.findall(line))
    return tuple(sorted(found))
