"""What is known of names outside the project: constants of the standard library that decide branches."""

import os
import platform
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from importgraph.simulation.values import ANYTHING, Constant, Items, Outside, Value

_CONSTANTS: Mapping[str, Value] = {
    "typing.TYPE_CHECKING": Constant(value=False),
    "typing_extensions.TYPE_CHECKING": Constant(value=False),
    "sys.platform": Constant(sys.platform),
    "sys.byteorder": Constant(sys.byteorder),
    "sys.maxsize": Constant(sys.maxsize),
    "os.name": Constant(os.name),
    "os.sep": Constant(os.sep),
    "os.pardir": Constant(os.pardir),
    "os.path.pardir": Constant(os.pardir),
    "os.path.sep": Constant(os.sep),
    "sys.implementation.name": Constant(sys.implementation.name),
    "six.PY2": Constant(value=False),
    "six.PY3": Constant(value=True),
    "builtins.__debug__": Constant(value=True),
}
RESULTS: Mapping[str, Value] = {
    "platform.system": Constant(platform.system()),
    "platform.python_implementation": Constant(platform.python_implementation()),
}
"""What calls without arguments return."""


def known(name: str) -> Value:
    """Return what a dotted name outside the project stands for."""
    return _CONSTANTS.get(name) or Outside(name)


COMPUTED: Mapping[str, Callable[..., Any]] = {
    f"builtins.{function.__name__}": function
    for function in (
        abs, ascii, bin, bytes, chr, complex, divmod, float, frozenset, hex, int, len, max, min, oct, ord,
        pow, range, repr, round, set, sorted, sum,
    )
}  # fmt: skip
"""Functions of Python that do nothing but compute."""
HARMLESS = {
    "contextlib.suppress", "contextlib.nullcontext", "contextlib.ExitStack", "collections.OrderedDict",
    "collections.defaultdict", "collections.deque", "functools.partial", "functools.lru_cache",
    "functools.cache", "logging.getLogger", "threading.Lock", "threading.RLock", "threading.local",
    "builtins.object", "builtins.print", "types.SimpleNamespace", "pathlib.Path.cwd", "itertools.count",
    "typing.TypeVar", "unittest.mock.Mock", "unittest.mock.MagicMock",
}  # fmt: skip
"""Calls that never raise as they are used at import."""
_MANY = 1_000
UNKNOWN: Final = object()
"""Stands for what is no plain value."""


def plain(value: Value) -> Any:
    """Return the Python object that a value is; `UNKNOWN` where text does not tell it whole."""
    if isinstance(value, Constant):
        return value.value
    if isinstance(value, Items) and value.exact and value.kind in _KINDS:
        inner = [plain(one) for one in value.values]
        return UNKNOWN if any(one is UNKNOWN for one in inner) else _KINDS[value.kind](inner)
    return UNKNOWN


_KINDS: Mapping[str, Callable[[list[Any]], Any]] = {"list": list, "tuple": tuple}


def of_plain(value: Any) -> Value:
    """Return the value that a Python object is; sequences are taken apart up to a length."""
    if not isinstance(value, list | tuple | set | frozenset | range):
        return Constant(value)
    kind = "tuple" if isinstance(value, range | tuple) else "list" if isinstance(value, list) else "set"
    if len(value) > _MANY:
        return Items(kind, [ANYTHING], exact=False)
    ordered = list(value) if kind != "set" else sorted(value, key=repr)
    return Items(kind, [of_plain(one) for one in ordered], exact=kind != "set" or not ordered[1:])
