"""The interpreter and the machine that text is evaluated for: version, platform, environment variables."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from importgraph.environment.interpreter import NEWEST_PATCH
from importgraph.evaluation.protocol import Interpreter, Surroundings
from importgraph.evaluation.values.objects import External
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value
from importgraph.evaluation.values.values import NONE, Constant, table, unwrap, wrap

_SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}


class Version(NamedTuple):
    """`sys.version_info`."""

    major: int
    minor: int
    micro: int
    releaselevel: str = "final"
    serial: int = 0


def attribute(interpreter: Interpreter, name: str) -> Result | None:
    """Return what the target makes of a dotted name, or None where it says nothing."""
    target = interpreter.policy.surroundings
    found = _ATTRIBUTES.get(name)
    if found is not None:
        return found(target)
    module, _, last = name.partition(".")
    if module == "sys" and _SET_BY_OTHERS.get(last) not in {None, target.platform, target.implementation}:
        return Raised("AttributeError", f"module 'sys' has no attribute {last!r}")
    return None


_SET_BY_OTHERS = {
    "_MEIPASS": "frozen",
    "frozen": "frozen",
    "getandroidapilevel": "android",
    "getwindowsversion": "win32",
    "pypy_version_info": "pypy",
    "real_prefix": "old virtual environments",
    "winver": "win32",
}
"""Names that `sys` has only where something sets them: bundlers, a platform, an implementation."""


def _version(target: Surroundings) -> Value:
    major, minor, micro = (*target.version, NEWEST_PATCH)[:3]
    return Constant(Version(major, minor, micro))


def _windows(target: Surroundings) -> bool:
    return target.platform == "win32"


def _variables(target: Surroundings) -> Value:
    if target.variables is None:
        return External("os.environ")
    return table({key: Constant(value) for key, value in target.variables.items()})


_ATTRIBUTES: Mapping[str, Callable[[Surroundings], Value]] = {
    "os.environ": _variables,
    "os.extsep": lambda _: Constant("."),
    "os.name": lambda target: Constant("nt" if _windows(target) else "posix"),
    "os.pathsep": lambda target: Constant(";" if _windows(target) else ":"),
    "os.sep": lambda _: Constant("/"),
    "os.altsep": lambda _: NONE,
    "os.path.sep": lambda _: Constant("/"),
    "socket.has_ipv6": lambda _: Constant(True),
    "sys.byteorder": lambda _: Constant("little"),
    "sys.flags.optimize": lambda _: Constant(0),
    "sys.implementation.name": lambda target: Constant(target.implementation),
    "sys.maxsize": lambda _: Constant(2**63 - 1),
    "sys.platform": lambda target: Constant(target.platform),
    "sys.version_info": _version,
    "typing.TYPE_CHECKING": lambda _: Constant(False),
    "typing_extensions.TYPE_CHECKING": lambda _: Constant(False),
}


def _fixed(find: Callable[[Surroundings], object]) -> Callable[[Interpreter, Arguments], Result]:
    return lambda interpreter, _arguments: wrap(find(interpreter.policy.surroundings))


def _variable(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Answer `os.environ.get(name, default)`: a variable that is not known is taken as not set."""
    name, default = unwrap(arguments.get(0, "key") or NONE), arguments.get(1, "default") or NONE
    known = interpreter.policy.surroundings.variables
    if known is None:
        return (
            Unknown(f"the environment variable `{name}`") if not interpreter.policy.assumes_unset else default
        )
    return Constant(known[name]) if name in known else default


_USUAL = frozenset(("HOME", "LANG", "LOGNAME", "PATH", "PWD", "SHELL", "TERM", "TMPDIR", "USER"))
"""Variables that most shells set."""


def _is_set(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Answer `name in os.environ` as `os.environ.get(name)` is answered."""
    name = unwrap(arguments.get(0) or NONE)
    known = interpreter.policy.surroundings.variables
    if known is not None and isinstance(name, str):
        return Constant(name in known)
    if not interpreter.policy.assumes_unset or not isinstance(name, str) or name in _USUAL:
        return Unknown(f"whether the environment variable `{name}` is set")
    return Constant(False)


def _needed(interpreter: Interpreter, arguments: Arguments) -> Result:
    name = unwrap(arguments.get(0) or NONE)
    known = interpreter.policy.surroundings.variables
    if known is None or name in known:
        return Unknown(f"the environment variable `{name}`") if known is None else Constant(known[name])
    return Raised("KeyError", repr(name))


def _is_built_in(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Answer `name in sys.builtin_module_names` for what is the same in all builds of an interpreter."""
    target = interpreter.policy.surroundings
    always = {"sys": True, "builtins": True, "marshal": True, "__pypy__": target.implementation == "pypy"}
    always |= {"nt": _windows(target), "posix": not _windows(target)}
    name = unwrap(arguments.get(0) or NONE)
    return Constant(always[name]) if name in always else Unknown(f"whether `{name}` is built in")


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {
    "os.environ.__contains__": _is_set,
    "os.environ.__getitem__": _needed,
    "os.environ.get": _variable,
    "os.getenv": _variable,
    "platform.python_implementation": _fixed(
        lambda target: {"cpython": "CPython", "pypy": "PyPy"}.get(
            target.implementation, target.implementation
        )
    ),
    "platform.system": _fixed(lambda target: _SYSTEMS.get(target.platform, target.platform)),
    "sys.builtin_module_names.__contains__": _is_built_in,
    "sys.getrecursionlimit": _fixed(lambda _: 1000),
}
