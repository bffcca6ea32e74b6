"""Objects of the standard library that are followed: distributions, namespaces, JSON, threads, programs."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, Constant, Sequence, unwrap, wrap
from importgraph.namespaces.models.command_line import KNOWN_OPTIONS
from importgraph.namespaces.values import Known, Namespace
from importgraph.namespaces.world import World

Model = Callable[[Interpreter, Arguments], Result]


def _lacks(name: str) -> Result:
    if name.startswith("__"):
        return Unknown(f"`{name}` of a namespace")
    return Raised("AttributeError", f"a namespace without {name!r}", explicit=True)


def _namespace(_interpreter: Interpreter, arguments: Arguments) -> Result:
    """`types.SimpleNamespace(…)`."""
    if arguments.positional or arguments.open:
        return Unknown("a namespace of unknown values")
    return Namespace("types.SimpleNamespace", arguments.keywords, _lacks)


def _loads(interpreter: Interpreter, arguments: Arguments) -> Result:
    """`json.loads(text)`, at most with `object_hook`."""
    text, hook = unwrap(arguments.get(0, "s") or NONE), arguments.keywords.get("object_hook")
    if (
        len(arguments.positional) != 1
        or not isinstance(text, str)
        or set(arguments.keywords) - {"object_hook"}
    ):
        return Unknown("the result of json.loads()")
    failed: list[Raised] = []

    def made(found: dict[str, Any]) -> Any:
        result = hook.call(interpreter, Arguments((wrap(found),))) if hook is not None else NONE
        if isinstance(result, Raised):
            failed.append(result)
        return result

    try:
        found = json.loads(text, object_hook=made if hook is not None else None)
    except (ValueError, RecursionError):
        return Raised("ValueError", "JSONDecodeError: a text that is no JSON", explicit=True)
    if failed:
        return failed[0]
    return found if isinstance(found, Value) else wrap(found)


def _pool(_interpreter: Interpreter, _arguments: Arguments) -> Result:
    """`concurrent.futures.ThreadPoolExecutor(…)`."""
    kind = "concurrent.futures.ThreadPoolExecutor"
    return Namespace(kind, {"submit": Known("submit", _submit)}, lambda name: Unknown(f"`{name}` of a pool"))


def _submit(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Run what a thread would; what it raises comes out where its result is asked for."""
    if not arguments.positional:
        return Unknown("what a pool gives")
    given = Arguments(arguments.positional[1:], arguments.keywords, arguments.open)
    result = arguments.positional[0].call(interpreter, given)
    known = {"result": Known("result", lambda _interpreter, _arguments: result)}
    return Namespace("concurrent.futures.Future", known, lambda name: Unknown(f"`{name}` of a future"))


class StandardModels:
    """Functions that ask what is installed.

    Args:
        world: The modules.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        programs = (f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen"))
        self.models: Mapping[str, Model] = {
            "importlib.metadata.distribution": self._distribution,
            "importlib.metadata.version": self._version,
            "types.SimpleNamespace": _namespace,
            "json.loads": _loads,
            "concurrent.futures.ThreadPoolExecutor": _pool,
            **dict.fromkeys(programs, self._start_program),
            "sys.argv.__contains__": self._is_given,
        }

    def _distribution(self, _interpreter: Interpreter, arguments: Arguments) -> Result:
        """`importlib.metadata.distribution(name)`."""
        name = unwrap(arguments.positional[0]) if len(arguments.positional) == 1 else None
        if not isinstance(name, str) or not name or arguments.keywords:
            return Unknown("a distribution by an unknown name")
        finder = self.world.space.finder
        if not finder.environment.knows_installed:
            return Unknown(f"whether {name} is installed")
        installed = {os.path.realpath(folder) for folder in finder.environment.folders}
        shared = (folder for folder in finder.shared if os.path.realpath(folder) not in installed)
        if any(_holds_metadata(folder) for folder in shared):
            return Unknown("a distribution that may stand beside the project")
        folder = finder.environment.distribution_folder(name)
        if folder is None:
            message = f"no distribution {name!r} is installed"
            return Raised("PackageNotFoundError", message, explicit=True)
        version = finder.environment.distribution_version(name)
        known: dict[str, Value] = {} if version is None else {"version": Constant(version)}
        known["read_text"] = Known("read_text", lambda _, given: self._metadata(str(folder), given.get(0)))
        return Namespace(
            "importlib.metadata.PathDistribution", known, lambda one: self._origin(str(folder), one)
        )

    def _version(self, interpreter: Interpreter, arguments: Arguments) -> Result:
        """`importlib.metadata.version(name)`."""
        found = self._distribution(interpreter, arguments)
        if not isinstance(found, Namespace):
            return found
        return found.attributes.get("version") or Unknown("a version that is not known", is_data=True)

    def _metadata(self, folder: str, name: Value | None) -> Result:
        """Return the text of a file in a distribution's metadata folder, None where it is not there."""
        plain = unwrap(name or NONE)
        if not isinstance(plain, str):
            return Unknown("metadata by an unknown name")
        path = str(Path(folder, plain))
        self.world.space.use(self.world.machine.path, path)
        source = self.world.space.source(path)
        try:
            return Constant(source if source is None else source.decode())
        except UnicodeDecodeError:
            return Unknown("metadata that cannot be read")

    def _origin(self, folder: str, name: str) -> Result:
        """`Distribution.origin`, of Python 3.13."""
        if name != "origin":
            return Unknown(f"`{name}` of a distribution")
        text = self._metadata(folder, Constant("direct_url.json"))
        plain = text.value if isinstance(text, Constant) else None
        if not isinstance(plain, str):
            return text
        try:
            found = json.loads(plain, object_hook=lambda one: Namespace("namespace", _wrapped(one), _lacks))
        except ValueError:
            return Unknown("metadata that cannot be read")
        return found if isinstance(found, Value) else wrap(found)

    def _start_program(self, interpreter: Interpreter, arguments: Arguments) -> Result:
        """`subprocess.run([…])` and its like."""
        unknown = Unknown("what a program does", is_data=True)
        words = settled(arguments.get(0, "args") or NONE)
        if os.name != "posix" or not isinstance(words, Sequence) or not words.items or words.is_open:
            return unknown
        name = unwrap(words.items[0])
        strange = {"env", "shell", "executable"} & set(arguments.keywords)
        if not isinstance(name, str) or "/" in name or not name or strange or len(arguments.positional) > 1:
            return unknown
        space = self.world.space
        folders = os.environ.get("PATH")
        space.environment_reads["PATH"] = folders
        space.program_folders.update(folder for folder in (folders or "").split(os.pathsep) if folder)
        import shutil  # loads what unpacks archives

        if shutil.which(name, path=folders or os.defpath) is not None:
            return unknown
        message = f"no program `{name}` is on the PATH, which is started"
        return Raised("FileNotFoundError", message, explicit=True)

    def _is_given(self, _interpreter: Interpreter, arguments: Arguments) -> Result:
        """`"--option" in sys.argv`."""
        word, options = unwrap(arguments.get(0) or NONE), self.world.space.options
        if not isinstance(word, str) or not word.startswith("--") or word.partition("=")[0] in KNOWN_OPTIONS:
            return Unknown("the command line", is_data=True)
        return (
            Unknown("the command line", is_data=True)
            if options is None or word in options
            else Constant(value=False)
        )


def _wrapped(found: Mapping[str, Any]) -> dict[str, Value]:
    return {key: one if isinstance(one, Value) else wrap(one) for key, one in found.items()}


def _holds_metadata(folder: str) -> bool:
    try:
        return any(path.name.endswith((".egg-info", ".dist-info")) for path in Path(folder).iterdir())
    except OSError:
        return False
