"""Paths, and what stands in the folders of the analysed tree."""

import fnmatch
import posixpath
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from importgraph.evaluation.module_attributes import ROOT
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.limits import LARGEST, size_of
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, NOT_PLAIN, Constant, sequence, unwrap, wrap

_PATH = "abspath basename dirname isabs join normcase normpath realpath split splitext commonprefix".split()  # noqa: SIM905


def _of_path(name: str) -> Callable[[Interpreter, Arguments], Result]:
    function = getattr(posixpath, "normpath" if name in {"abspath", "realpath"} else name)

    def call(_interpreter: Interpreter, arguments: Arguments) -> Result:
        given = [_plain(one) for one in arguments.positional]
        if NOT_PLAIN in given or arguments.open or not all(isinstance(one, str | list) for one in given):
            return Unknown("a path")
        if size_of(given) > LARGEST:
            return Unknown("a long path")
        try:
            return wrap(function(*given))
        except TypeError as error:
            return Raised("TypeError", str(error))

    return call


def _plain(value: Value) -> Any:
    """Return a plain object; of a path its text."""
    plain = unwrap(value)
    return str(plain) if isinstance(plain, PurePosixPath) else plain


def inside_tree(path: Any) -> str | None:
    """Return a path relative to the root of the tree; None where it is outside."""
    if not isinstance(path, str) or not posixpath.normpath(path).startswith(ROOT):
        return None
    return posixpath.normpath(path)[len(ROOT) + 1 :]


def names_in(interpreter: Interpreter, path: Any) -> tuple[str, ...] | None:
    """Return the Python files and packages in a folder of the tree; None where they are not known."""
    inside = inside_tree(path)
    return interpreter.policy.files_in(inside) if inside is not None else None


def listdir(interpreter: Interpreter, arguments: Arguments) -> Result:
    """List the Python files and packages in a folder."""
    names = names_in(interpreter, _plain(arguments.get(0, "path") or NONE))
    return Unknown("the files of a folder") if names is None else wrap(list(names))


def exists(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Answer whether there is a file or folder."""
    path = _plain(arguments.get(0) or NONE)
    names = names_in(interpreter, posixpath.dirname(path)) if isinstance(path, str) else None
    if names is None:
        return Unknown("whether a file is there", is_data=True)
    return (
        Constant(True)
        if posixpath.basename(path) in names
        else Unknown("whether a file is there", is_data=True)
    )


def isfile(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Answer whether there is a file."""
    path = _plain(arguments.get(0) or NONE)
    if (
        isinstance(path, str)
        and inside_tree(path) is not None
        and interpreter.policy.files_in(inside_tree(path) or "") is not None
    ):
        return Constant(False)
    return exists(interpreter, arguments)


def isdir(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Answer whether there is a folder."""
    names = names_in(interpreter, _plain(arguments.get(0) or NONE))
    found = exists(interpreter, arguments)
    if names is not None:
        return Constant(True)
    return Constant(False) if isinstance(found, Constant) else Unknown("whether a folder is there")


def _glob(interpreter: Interpreter, arguments: Arguments) -> Result:
    pattern = unwrap(arguments.get(0, "pathname") or NONE)
    folder, last = posixpath.split(pattern) if isinstance(pattern, str) else ("", "")
    names = names_in(interpreter, folder)
    if names is None or any(sign in folder for sign in "*?["):
        return Unknown("the files that match a pattern")
    return wrap([f"{folder}/{name}" for name in names if fnmatch.fnmatchcase(name, last)])


def _iter_modules(interpreter: Interpreter, arguments: Arguments) -> Result:
    """List the modules beside each other in the folders of a `__path__`."""
    folders = settled(arguments.get(0, "path") or NONE).elements(interpreter)
    prefix = unwrap(arguments.get(1, "prefix") or Constant(""))
    rows = []
    for folder in folders or ():
        names = names_in(interpreter, _plain(folder))
        if names is None or not isinstance(prefix, str):
            return Unknown("the modules of a package")
        for name, is_package in _modules(interpreter, _plain(folder), names):
            rows.append(sequence("tuple", (NONE, Constant(prefix + name), Constant(is_package))))
    return sequence("list", tuple(rows)) if folders is not None else Unknown("the modules of a package")


def _modules(interpreter: Interpreter, folder: str, names: tuple[str, ...]) -> list[tuple[str, bool]]:
    found = [(name[:-3], False) for name in names if name.endswith(".py") and name != "__init__.py"]
    for name in names:
        inner = names_in(interpreter, f"{folder}/{name}") if "." not in name else None
        if inner is not None and "__init__.py" in inner:
            found.append((name, True))
    return sorted(found)


def _walk_packages(interpreter: Interpreter, arguments: Arguments) -> Result:
    """List the modules of a package and of the packages in it; these are imported on the way."""
    top = _iter_modules(interpreter, arguments)
    folders = settled(arguments.get(0, "path") or NONE).elements(interpreter) or ()
    rows = list(top.elements(interpreter) or ()) if not isinstance(top, Raised | Unknown) else None
    if rows is None:
        return top
    found = []
    for row in rows:
        parts = row.elements(interpreter) or ()
        found.append(row)
        name = unwrap(parts[1])
        if unwrap(parts[2]):
            interpreter.import_name(name, interpreter.place, computed=True)
            paths = [f"{unwrap(folder)}/{name.rpartition('.')[2]}" for folder in folders]
            inner = _walk_packages(interpreter, Arguments((wrap(paths), Constant(f"{name}."))))
            found += [] if isinstance(inner, Raised) else inner.elements(interpreter) or ()
    return sequence("list", tuple(found))


def _walk(interpreter: Interpreter, arguments: Arguments) -> Result:
    """List the folders below a folder, each with what stands in it."""
    waiting = [_plain(arguments.get(0, "top") or NONE)]
    rows = []
    while waiting:
        folder = waiting.pop(0)
        names = names_in(interpreter, folder)
        if names is None:
            return Unknown("the files below a folder")
        folders = [name for name in names if names_in(interpreter, f"{folder}/{name}") is not None]
        rows.append((folder, folders, [name for name in names if name not in folders]))
        waiting += [f"{folder}/{name}" for name in folders]
    return wrap(rows)


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {
    **{f"os.path.{name}": _of_path(name) for name in _PATH},
    "glob.glob": _glob,
    "glob.iglob": _glob,
    "os.listdir": listdir,
    "os.walk": _walk,
    "os.path.exists": exists,
    "os.path.isdir": isdir,
    "os.path.isfile": isfile,
    "pkgutil.iter_modules": _iter_modules,
    "pkgutil.walk_packages": _walk_packages,
}
