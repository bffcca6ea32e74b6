"""`pathlib`: paths as text, and what stands in the folders of the analysed tree."""

import fnmatch
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from importgraph.evaluation.models import files
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown
from importgraph.evaluation.values.values import NOT_PLAIN, Constant, sequence, unwrap, wrap

HOME = "/home-of-the-user"
"""What stands for the home of whoever runs the program."""

_TEXTUAL = """
as_posix is_absolute is_relative_to joinpath match relative_to with_name with_stem with_suffix __str__
__fspath__
""".split()  # noqa: SIM905 -- a list of words reads best as text
_SAME = ("absolute", "expanduser", "resolve")
_ASKED = {"exists": files.exists, "is_dir": files.isdir, "is_file": files.isfile}


def call_path(interpreter: Interpreter, path: PurePosixPath, name: str, arguments: Arguments) -> Result:
    """Call a method of a path."""
    if name in _SAME:
        return Constant(_expanded(path))
    if name in _ASKED:
        return _ASKED[name](interpreter, Arguments((Constant(str(path)),)))
    if name == "iterdir":
        return _found(interpreter, path, "*")
    pattern = unwrap(arguments.positional[0]) if arguments.positional else NOT_PLAIN
    if name == "glob" and isinstance(pattern, str):
        return _found(interpreter, path, pattern)
    given = [unwrap(one) for one in arguments.positional]
    if name not in _TEXTUAL or NOT_PLAIN in given or arguments.keywords or arguments.open:
        return Unknown(f"what `{name}` of a path returns")
    try:
        return wrap(getattr(path, name)(*given))
    except (TypeError, ValueError) as error:
        return Raised(type(error).__name__, str(error))


def _expanded(path: PurePosixPath) -> PurePosixPath:
    return PurePosixPath(HOME, *path.parts[1:]) if path.parts[:1] == ("~",) else path


def _found(interpreter: Interpreter, folder: PurePosixPath, pattern: str) -> Result:
    """List what matches a pattern part by part; only what is Python is known."""
    first, _, rest = pattern.partition("/")
    names = files.names_in(interpreter, str(folder))
    if names is None or "**" in pattern:
        return Unknown("the files that match a pattern")
    matching = [folder / name for name in names if fnmatch.fnmatchcase(name, first)]
    is_open = not (rest or first.endswith((".py", "*")))
    items: list[Any] = [Constant(one) for one in matching]
    if rest:
        items = []
        for one in matching:
            inner = _found(interpreter, one, rest)
            items += (inner.elements(interpreter) or ()) if not isinstance(inner, Raised) else ()
    return sequence("list", tuple(items), is_open=is_open)


def _path(_interpreter: Interpreter, arguments: Arguments) -> Result:
    given = [unwrap(one) for one in arguments.positional]
    if arguments.open or not all(isinstance(one, str | PurePosixPath) for one in given):
        return Unknown("a path")
    return Constant(PurePosixPath(*given))


def _home(_interpreter: Interpreter, _arguments: Arguments) -> Result:
    return Constant(PurePosixPath(HOME))


def _text(_interpreter: Interpreter, arguments: Arguments) -> Result:
    plain = unwrap(arguments.positional[0]) if arguments.positional else NOT_PLAIN
    return Constant(str(plain)) if isinstance(plain, str | PurePosixPath) else Unknown("a path")


def _expand_user(_interpreter: Interpreter, arguments: Arguments) -> Result:
    plain = unwrap(arguments.positional[0]) if arguments.positional else NOT_PLAIN
    if not isinstance(plain, str | PurePosixPath):
        return Unknown("a path")
    return Constant(str(_expanded(PurePosixPath(plain))) if str(plain).startswith("~") else str(plain))


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {
    **{f"pathlib.{name}": _path for name in ("Path", "PosixPath", "PurePath", "PurePosixPath")},
    "os.fspath": _text,
    "os.path.expanduser": _expand_user,
    "pathlib.Path.home": _home,
}
