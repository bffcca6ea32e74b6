"""Objects of the standard library that are followed: distributions, namespaces, pools of threads."""

import json
import os
from pathlib import Path
from typing import Any

from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.values import Bound, Ext, Func, ImportFails, Inst, Skipped, Unknown

DISTRIBUTION = "importlib.metadata.PathDistribution"
NAMESPACE = "types.SimpleNamespace"
POOL = "concurrent.futures.ThreadPoolExecutor"
FUTURE = "concurrent.futures.Future"
KINDS = {DISTRIBUTION, NAMESPACE, POOL, FUTURE}


def is_followed(value: Any) -> bool:
    """Tell whether a value is one of the objects that are followed here."""
    return isinstance(value, Inst) and isinstance(value.cls, Ext) and value.cls.name in KINDS


def object_attribute(frame: Frame, owner: Inst, name: str, line: int) -> Any:
    """Evaluate an attribute of such an object.

    Raises:
        ImportFails: If it surely has none of that name.
    """
    kind = owner.cls.name
    if name in owner.kwargs:
        return owner.kwargs[name]
    if kind == DISTRIBUTION and name == "origin":
        return _origin(frame, owner, line)
    if kind == NAMESPACE and not name.startswith("__"):
        raise ImportFails(f"AttributeError: a namespace without {name!r}", missing=False)
    return Bound(owner, name)


def call_object(
    frame: Frame, owner: Inst, method: str, args: list[Any], kwargs: dict[str, Any], line: int
) -> Any:
    """Call a method of such an object."""
    match owner.cls.name, method, args:
        case "concurrent.futures.ThreadPoolExecutor", "submit", [Func() as function, *rest]:
            return _submitted(frame, function, rest, kwargs, line)
        case "concurrent.futures.Future", "result", []:
            return _result(owner)
        case "importlib.metadata.PathDistribution", "read_text", [str(name)]:
            return _metadata(frame, owner, name, line)
        case _:
            return Unknown(f"the result of .{method}()", line)


def _submitted(frame: Frame, function: Func, args: list[Any], kwargs: dict[str, Any], line: int) -> Inst:
    """Run what a thread would; what it raises comes out where its result is asked for."""
    outcome: dict[str, Any] = {}
    try:
        outcome["__value__"] = frame.space.call(frame, function, args, kwargs, line)
    except (ImportFails, Skipped) as raised:
        outcome["__raised__"] = raised
    return Inst(Ext(FUTURE), (), outcome)


def _result(owner: Inst) -> Any:
    if "__raised__" in owner.kwargs:
        raise owner.kwargs["__raised__"]
    return owner.kwargs["__value__"]


def _metadata(frame: Frame, owner: Inst, name: str, line: int) -> Any:
    """Return the text of a file in a distribution's metadata folder, None where it is not there."""
    path = str(Path(owner.args[0], name))
    frame.space.use(frame.scope.path, path)
    source = frame.space.source(path)
    try:
        return source if source is None else source.decode()
    except UnicodeDecodeError:
        return Unknown("metadata that cannot be read", line)


def _origin(frame: Frame, owner: Inst, line: int) -> Any:
    """`Distribution.origin`, of Python 3.13."""
    text = _metadata(frame, owner, "direct_url.json", line)
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text, object_hook=lambda found: Inst(Ext(NAMESPACE), (), found))
    except ValueError:
        return Unknown("metadata that cannot be read", line)


def distribution(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`importlib.metadata.distribution(name)`.

    Raises:
        ImportFails: If nothing of that name is installed.
    """
    if len(args) != 1 or kwargs or not isinstance(args[0], str) or not args[0]:
        return Unknown("a distribution by an unknown name", line)
    environment = frame.space.finder.environment
    if not environment.knows_installed:
        return Unknown(f"whether {args[0]} is installed", line)
    installed = {os.path.realpath(folder) for folder in environment.folders}
    shared = (folder for folder in frame.space.finder.shared if os.path.realpath(folder) not in installed)
    if any(_holds_metadata(folder) for folder in shared):
        return Unknown("a distribution that may stand beside the project", line)
    folder = environment.distribution_folder(args[0])
    if folder is None:
        raise ImportFails(f"PackageNotFoundError: no distribution {args[0]!r} is installed", line)
    version = environment.distribution_version(args[0])
    known = {} if version is None else {"version": version}
    return Inst(Ext(DISTRIBUTION), (str(folder),), known)


def _holds_metadata(folder: str) -> bool:
    try:
        return any(path.name.endswith((".egg-info", ".dist-info")) for path in Path(folder).iterdir())
    except OSError:
        return False


def distribution_version(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`importlib.metadata.version(name)`."""
    found = distribution(frame, args, kwargs, line)
    return (
        found.kwargs.get("version", Unknown("a version that is not known", line))
        if is_followed(found)
        else found
    )


def namespace(_frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`types.SimpleNamespace(…)`."""
    return Unknown("a namespace of unknown values", line) if args else Inst(Ext(NAMESPACE), (), dict(kwargs))


def pool(_frame: Frame, _args: list[Any], _kwargs: dict[str, Any], _line: int) -> Any:
    """`concurrent.futures.ThreadPoolExecutor(…)`."""
    return Inst(Ext(POOL))


def loads(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`json.loads(text)`, at most with `object_hook`."""
    hook = kwargs.get("object_hook")
    if len(args) != 1 or not isinstance(args[0], str) or set(kwargs) - {"object_hook"}:
        return Unknown("the result of json.loads()", line)
    if hook is not None and not isinstance(hook, Func):
        return Unknown("the result of json.loads()", line)
    try:
        if hook is None:
            return json.loads(args[0])
        return json.loads(args[0], object_hook=lambda found: frame.space.call(frame, hook, [found], {}, line))
    except (ValueError, RecursionError):
        raise ImportFails(
            "ValueError: JSONDecodeError: a text that is no JSON", line, missing=False
        ) from None


def start_program(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`subprocess.run([…])` and its like.

    Raises:
        ImportFails: If no program of that name is on the `PATH`, where starting it surely fails.
    """
    unknown = Unknown("what a program does", line, instance=True)
    words = args[0] if args else kwargs.get("args")
    if os.name != "posix" or not isinstance(words, list | tuple) or not words:
        return unknown
    name = words[0]
    if not isinstance(name, str) or "/" in name or not name or {"env", "shell", "executable"} & set(kwargs):
        return unknown
    if len(args) > 1 or frame.unsure:
        return unknown
    folders = os.environ.get("PATH")
    frame.space.environment_reads["PATH"] = folders
    frame.space.program_folders.update(folder for folder in (folders or "").split(os.pathsep) if folder)
    import shutil  # loads archives, which few suites need

    if shutil.which(name, path=folders or os.defpath) is not None:
        return unknown
    raise ImportFails(
        f"FileNotFoundError: no program `{name}` is on the PATH, which is started", line, missing=False
    )
