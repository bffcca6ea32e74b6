"""Files beside modules, asked for by the name of a package: `importlib.resources`, `pkg_resources`."""

import posixpath
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from importgraph.evaluation.models import files
from importgraph.evaluation.module_attributes import folder_of
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Module
from importgraph.evaluation.values.value import Arguments, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, NOT_PLAIN, Constant, unwrap, wrap


def _folder(interpreter: Interpreter, anchor: Value | None) -> str | None:
    """Return the folder of a package of the tree, given as a module or by name; None where it is unknown."""
    if anchor is None:  # since 3.12: the package of whoever asks
        return folder_of(interpreter, interpreter.frame.module.name)
    anchor = settled(anchor)
    if isinstance(anchor, Module):
        return folder_of(interpreter, anchor.name)
    name = unwrap(anchor)
    found = interpreter.policy.find(name, interpreter.frame.module.name) if isinstance(name, str) else None
    if found is None:
        return None
    interpreter.import_name(name, interpreter.place, computed=True)
    return folder_of(interpreter, found)


def _files(interpreter: Interpreter, arguments: Arguments) -> Result:
    folder = _folder(interpreter, arguments.get(0, "anchor") or arguments.get(0, "package"))
    return Unknown("the folder of a package") if folder is None else Constant(PurePosixPath(folder))


def _contents(interpreter: Interpreter, arguments: Arguments) -> Result:
    folder = _folder(interpreter, arguments.get(0, "package") or NONE)
    names = files.names_in(interpreter, folder)
    return Unknown("the files of a package") if names is None else wrap(list(names))


def _inside(interpreter: Interpreter, arguments: Arguments) -> str | None:
    """Return the path of a resource: of `(package, name)`."""
    folder = _folder(interpreter, arguments.get(0, "package_or_requirement") or NONE)
    name = unwrap(arguments.get(1, "resource_name") or Constant(""))
    if folder is None or name is NOT_PLAIN or not isinstance(name, str):
        return None
    return posixpath.join(folder, name).rstrip("/")


def _filename(interpreter: Interpreter, arguments: Arguments) -> Result:
    path = _inside(interpreter, arguments)
    return Unknown("the path of a resource") if path is None else Constant(path)


def _asking(answer: Callable[[Interpreter, Arguments], Result]) -> Callable[[Interpreter, Arguments], Result]:
    def call(interpreter: Interpreter, arguments: Arguments) -> Result:
        path = _inside(interpreter, arguments)
        return answer(interpreter, Arguments((NONE if path is None else Constant(path),)))

    return call


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {
    **{f"{module}.files": _files for module in ("importlib.resources", "importlib_resources")},
    **{f"{module}.contents": _contents for module in ("importlib.resources", "importlib_resources")},
    "pkg_resources.resource_exists": _asking(files.exists),
    "pkg_resources.resource_filename": _filename,
    "pkg_resources.resource_isdir": _asking(files.isdir),
    "pkg_resources.resource_listdir": _asking(files.listdir),
}
