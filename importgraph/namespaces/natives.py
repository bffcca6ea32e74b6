"""Functions and types of the standard library that are harmless to use for real, and how they are called."""

import datetime as dt
import decimal
import fractions
import importlib
import itertools
import operator
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any

from importgraph.evaluation.escape import escaped
from importgraph.evaluation.exceptions import ExternalException
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.growth import call_size, method_size
from importgraph.evaluation.values.limits import LARGEST
from importgraph.evaluation.values.objects import External
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import (
    NOT_PLAIN,
    SETS,
    Constant,
    Sequence,
    Table,
    sequence,
    unwrap,
    wrap,
)

MODULES = {
    "math", "cmath", "operator", "itertools", "string", "decimal", "fractions", "datetime", "re",
    "functools", "keyword", "errno", "zlib", "base64", "textwrap", "numbers", "calendar", "codecs",
    "struct", "binascii",
}  # fmt: skip
_LAZY = {itertools.count, itertools.cycle, itertools.repeat}
_COMBINING = {
    itertools.product, itertools.chain, itertools.combinations, itertools.permutations,
    itertools.zip_longest, itertools.combinations_with_replacement, itertools.pairwise, itertools.islice,
    zip, enumerate, reversed,
}  # fmt: skip
_PURE = {
    len, range, sum, min, max, abs, str, int, float, complex, bool, bytes, repr, any, all, chr, ord,
    round, divmod, pow, format, slice, hex, oct, bin, ascii, bytearray,
}  # fmt: skip
_IMPURE = {
    "setcontext", "getcontext", "localcontext", "Context", "setfirstweekday", "purge", "prmonth", "prcal",
    "decompressobj",
}  # fmt: skip
"""What changes or reads a state of our own interpreter, or makes what does."""
_LIMIT = 60_000
_TAME = {len, abs, str, int, float, bool, repr, ord, type, min, max, tuple, list}
"""Functions that may be called for each element."""


@lru_cache(maxsize=4096)
def native(name: str) -> Any:
    """Return what a dotted name of a harmless module is in our own interpreter; None for all others."""
    module, _, rest = name.partition(".")
    if module not in MODULES and module != "builtins":
        return None
    found: Any = importlib.import_module(module)
    for part in rest.split(".") if rest else ():
        found = getattr(found, part, None)
    return found


def native_value(name: str) -> Value | None:
    """Return a constant of a harmless module; None for what is none."""
    found = native(name)
    if found is None or isinstance(found, ModuleType) or callable(found):
        return None
    return wrap(found)


def native_model(name: str) -> Callable[[Interpreter, Arguments], Result] | None:
    """Return what calling a function of a harmless module does; None for all others."""
    function = native(name)
    if function is None or not callable(function) or not _hashable(function):
        return None
    if name.startswith("builtins.") and isinstance(function, type) and issubclass(function, BaseException):
        return lambda _interpreter, _arguments: ExternalException(name.removeprefix("builtins."))
    if name.startswith("builtins.") and function not in _PURE and function not in _COMBINING:
        return None
    if name in {"operator.setitem", "operator.delitem"}:
        return None
    if name in _IN_PLACE:
        return _in_place
    if name.startswith("functools.") or not (function in _COMBINING or _may_call(function)):
        return None
    if function in _COMBINING:
        return lambda interpreter, arguments: _combine(interpreter, function, arguments)
    return lambda interpreter, arguments: _call(interpreter, function, arguments)


_IN_PLACE = {f"operator.i{name}" for name in dir(operator)} | {"struct.pack_into"}
"""Functions that may change their first argument."""


def _in_place(interpreter: Interpreter, arguments: Arguments) -> Result:
    escaped(interpreter, arguments)
    return Unknown("what a function gives that changes its argument")


def _hashable(function: Any) -> bool:
    try:
        hash(function)
    except TypeError:
        return False
    return True


def _plain(value: Value, depth: int = 0) -> Any:
    """Return a value as a Python object of its own, types and tame functions included."""
    found = unwrap(value)
    if found is not NOT_PLAIN or depth > _DEEPEST:
        return found
    value = settled(value)
    if isinstance(value, External):
        function = native(value.name)
        tame = depth and isinstance(function, type)
        return function if tame or (_hashable(function) and function in _TAME) else NOT_PLAIN
    if isinstance(value, Sequence) and value.kind in _BUILT and not value.is_open:
        items = [_plain(one, depth + 1) for one in value.items]
        return NOT_PLAIN if NOT_PLAIN in items else _BUILT[value.kind](items)
    if isinstance(value, Table) and not value.is_open:
        pairs = {key: _plain(one, depth + 1) for key, one in value.items.items()}
        return NOT_PLAIN if NOT_PLAIN in pairs.values() else pairs
    return NOT_PLAIN


_DEEPEST = 3
_BUILT: Mapping[str, Callable[[list[Any]], Any]] = {"list": list, "tuple": tuple}


def _call(interpreter: Interpreter, function: Any, arguments: Arguments) -> Result:
    name = getattr(function, "__name__", "a call")
    unknown = Unknown(f"the result of {name}()", is_data=isinstance(function, type))
    if function in {len, any, all}:
        found = _of_elements(interpreter, function, arguments)
        if found is not None:
            return found
    if function not in _ORDERLESS and any(_has_no_order(interpreter, one) for one in arguments.all()):
        return unknown
    used_up = [
        isinstance(one, Sequence) and one.elements(interpreter) is None
        for one in map(settled, arguments.positional)
    ]
    inside = int(isinstance(function, type))  # what makes an object does not call what it is given
    args = [_plain(one, inside) for one in arguments.positional]
    kwargs = {key: _plain(one, inside) for key, one in arguments.keywords.items()}
    if arguments.open or any(used_up) or any(one is NOT_PLAIN for one in (*args, *kwargs.values())):
        return unknown
    if call_size(function, args, kwargs) > LARGEST:
        return Unknown("a value too big to compute")
    if _holds_functions(args, kwargs):
        return Unknown(f"{name}() with a function")
    try:
        result = function(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 -- whatever the function raises is its result
        return Raised(type(error).__name__, str(error))
    if isinstance(result, Iterator):
        return sequence("iterator", tuple(wrap(one) for one in itertools.islice(result, _LIMIT)))
    return wrap(result)


_ORDERLESS = {len, set, frozenset, sorted, min, max, sum, any, all}
"""Functions whose results do not depend on the order of a set."""


def _has_no_order(interpreter: Interpreter, value: Value) -> bool:
    """Tell whether a value is a set whose order text does not tell."""
    value = settled(value)
    return isinstance(value, Sequence) and value.kind in SETS and value.elements(interpreter) is None


def _of_elements(interpreter: Interpreter, function: Any, arguments: Arguments) -> Result | None:
    """Ask for the length or the truth of elements that need not be plain."""
    if len(arguments.positional) != 1 or arguments.keywords or arguments.open:
        return None
    value = settled(arguments.positional[0])
    if isinstance(value, Sequence) and value.kind == "set" and not value.is_open and function is len:
        return Constant(len(value.items))
    items = value.elements(interpreter)
    if items is None or (
        function is len and isinstance(value, Sequence) and value.kind in {"iterator", "generator"}
    ):
        return None
    if function is len:
        return Constant(len(items)) if not isinstance(value, Constant) else None
    verdicts = [interpreter.truth(one) for one in items]
    decided = function is any
    if decided in verdicts:
        return Constant(decided)
    return Unknown("a test of unknown values", is_data=True) if None in verdicts else Constant(not decided)


def _holds_functions(args: list[Any], kwargs: Mapping[str, Any]) -> bool:
    """Tell whether a call is given a function, which nobody limits, to call it."""
    found = (one for one in (*args, *kwargs.values()) if callable(one))
    return any(not isinstance(one, type) and (not _hashable(one) or one not in _TAME) for one in found)


def _combine(interpreter: Interpreter, function: Any, arguments: Arguments) -> Result:
    unknown = Unknown("a combination of unknown values", is_data=True)
    parts: list[Any] = []
    for argument in arguments.positional:
        plain = unwrap(argument) if isinstance(settled(argument), Constant) else NOT_PLAIN
        found = plain if isinstance(plain, int) or plain is None else settled(argument).elements(interpreter)
        if found is None and plain is not None:
            return unknown
        parts.append(found)
    kwargs = {key: unwrap(one) for key, one in arguments.keywords.items()}
    if function is itertools.zip_longest and "fillvalue" in kwargs:
        kwargs["fillvalue"] = arguments.keywords["fillvalue"]
    elif function is itertools.zip_longest:
        kwargs["fillvalue"] = Constant(None)
    if arguments.open or any(one is NOT_PLAIN for one in kwargs.values()):
        return unknown
    numbers = [one for one in (*parts, *kwargs.values()) if isinstance(one, int)]
    if (len(parts) + 1) * max([1, *numbers]) > LARGEST:
        return Unknown("a combination too big to follow")
    try:
        rows = list(itertools.islice(function(*parts, **kwargs), _LIMIT + 1))
    except (TypeError, ValueError):
        return Unknown("a combination that fails")
    if len(rows) > _LIMIT:
        return Unknown("a combination too big to follow")
    return sequence("iterator", tuple(_row(row) for row in rows))


def _row(row: Any) -> Value:
    if isinstance(row, tuple):
        return sequence("tuple", tuple(_row(one) for one in row))
    return row if isinstance(row, Value) else Constant(row)


def _may_call(function: Any) -> bool:
    if function in _LAZY:
        return False
    if function in _PURE:
        return True
    module = getattr(function, "__module__", None) or ""
    if getattr(function, "__name__", "") in _IMPURE:
        return False
    if function.__class__.__name__ == "builtin_function_or_method" and module == "itertools":
        return True
    return module.lstrip("_") in MODULES and module.lstrip("_") != "codecs"


_COMPUTED = (
    complex, bytearray, dt.date, dt.time, dt.timedelta, dt.tzinfo, decimal.Decimal, fractions.Fraction,
)  # fmt: skip
"""Types whose methods are computed here: how large their results are is known before (`growth.py`)."""


def call_method(value: Constant, name: str, arguments: Arguments) -> Result | None:
    """Call a method of a constant of the standard library; None for kinds that are not known here."""
    if not isinstance(value.value, _COMPUTED):
        return None
    args = [_plain(one) for one in arguments.positional]
    kwargs = {key: _plain(one) for key, one in arguments.keywords.items()}
    if arguments.open or any(one is NOT_PLAIN for one in (*args, *kwargs.values())):
        return Unknown(f"the result of .{name}()", is_data=True)
    if method_size(value.value, name, args, kwargs) > LARGEST or _holds_functions(args, kwargs):
        return Unknown("a value too big to compute")
    try:
        return wrap(getattr(value.value, name)(*args, **kwargs))
    except Exception as error:  # noqa: BLE001 -- what the method of a value raises is its result
        return Raised(type(error).__name__, str(error))


_HOST_PLATFORM = {"byteorder": sys.byteorder, "maxsize": sys.maxsize, "maxunicode": sys.maxunicode}
_PLATFORM_CALLS = ("system", "machine", "python_implementation", "architecture", "node")


def system_value(version: tuple[int, ...], name: str) -> Value | None:
    """Return `sys.<name>` as the target has it; None where nothing is known of it."""
    if name == "version_info":
        return None
    if name == "hexversion":
        return Constant((version[0] << 24) | (version[1] << 16) | (version[2] << 8) | 0xF0)
    if name in _HOST_PLATFORM:
        return Constant(_HOST_PLATFORM[name])
    return Constant(None) if name in {"pypy_version_info", "getwindowsversion"} else None


def platform_model(name: str) -> Callable[[Interpreter, Arguments], Result]:
    """Call a function of `platform` for real."""
    return lambda _interpreter, _arguments: wrap(getattr(platform, name)())


PLATFORM: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {
    f"platform.{name}": platform_model(name) for name in _PLATFORM_CALLS
}
