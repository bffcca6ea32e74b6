"""Functions and types of the standard library that are harmless to use for real, and how they are called."""

import importlib
import itertools
import sys
from collections.abc import Callable, Iterator
from typing import Any

from importgraph.evaluation.growth import call_size
from importgraph.evaluation.limits import LARGEST, hashed
from importgraph.evaluator.frame import TAINT, elements
from importgraph.evaluator.values import SYMBOLIC, Ext, Func, Lazy, Unknown, concrete

MODULES = {
    "math", "cmath", "operator", "itertools", "string", "decimal", "fractions", "datetime", "re",
    "functools", "keyword", "errno", "zlib", "base64", "textwrap", "numbers", "calendar", "codecs",
    "struct", "binascii",
}  # fmt: skip
_LAZY = {itertools.count, itertools.cycle, itertools.repeat}
_COMBINING = {
    itertools.product, itertools.chain, itertools.combinations, itertools.permutations,
    itertools.zip_longest, itertools.combinations_with_replacement, itertools.pairwise, itertools.islice,
    zip, enumerate, reversed, list, tuple,
}  # fmt: skip
_PURE = {
    len, range, sorted, sum, min, max, abs, str, int, float, complex, bool, bytes, repr, any, all, chr, ord,
    round, divmod, pow, format, slice, hex, oct, bin, ascii, dict, set, frozenset, bytearray, hash, id,
}  # fmt: skip
_IMPURE = {
    "setcontext",
    "getcontext",
    "localcontext",
    "Context",
    "setfirstweekday",
    "purge",
    "prmonth",
    "prcal",
    "decompressobj",
}
"""What changes or reads a state of our own interpreter, or makes what does."""
_LIMIT = 60_000


def native(module: str, name: str) -> Any:
    """Return an attribute of a harmless standard module, for real; None where there is none of that name."""
    return getattr(importlib.import_module(module), name, None)


def call_native(function: Any, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Call a function of our own interpreter's standard library with values of the analysed code."""
    if any(argument is TAINT for argument in args):
        return Unknown("called with unknown arguments", line)
    if function in (list, tuple) and len(args) == 1 and not kwargs:
        found = elements(args[0])
        return (
            Unknown(
                "a sequence of unknown values", line, instance=True, callee=getattr(args[0], "callee", "")
            )
            if found is None
            else function(found)
        )
    if function is len and len(args) == 1:
        return _length(args[0], line)
    if function is dict:
        return _make_dict(args, kwargs, line)
    if _hashable(function) and function in _COMBINING:
        return _combine(function, args, kwargs, line)
    if function in (set, frozenset) and len(args) == 1:
        found = elements(args[0])
        return (
            Unknown("a set of unknown values", line, instance=True)
            if found is None or not concrete(found)
            else function(found)
        )
    if not _may_call(function) or not concrete(args) or not concrete(kwargs):
        return Unknown(
            f"the result of {getattr(function, '__name__', 'a call')}()",
            line,
            instance=isinstance(function, type),
        )
    return _run(function, args, kwargs, line)


def _hashable(function: Any) -> bool:
    try:
        hash(function)
    except TypeError:
        return False
    return True


def _run(function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    if call_size(function, args, kwargs) > LARGEST:
        return Unknown("a value too big to compute", line)
    if holds_functions(args, kwargs):
        return Unknown(f"{getattr(function, '__name__', 'a call')}() with a function", line)
    try:
        result = function(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 -- whatever the function raises becomes the reason
        return Unknown(f"{getattr(function, '__name__', 'a call')}() raises {type(error).__name__}", line)
    return Lazy(itertools.islice(result, _LIMIT)) if isinstance(result, Iterator) else result


_TAME = {len, abs, str, int, float, bool, repr, ord, type, min, max, tuple, list}
"""Functions that may be called for each element."""


def holds_functions(args: list[Any], kwargs: dict[str, Any]) -> bool:
    """Tell whether a call is given a function, which nobody limits, to call it."""
    found = (one for one in (*args, *kwargs.values()) if callable(one))
    return any(not isinstance(one, type) and (not _hashable(one) or one not in _TAME) for one in found)


def _length(value: Any, line: int) -> Any:
    if isinstance(value, set | frozenset) and TAINT not in value:
        return len(value)
    found = elements(value)
    return Unknown("the length of something unknown", line, instance=True) if found is None else len(found)


def _make_dict(args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    if not args:
        return dict(kwargs)
    if isinstance(args[0], dict):
        return {**args[0], **kwargs}
    pairs = elements(args[0])
    try:
        hashed([pair[0] for pair in pairs or () if isinstance(pair, tuple | list) and pair])
        return (
            {**dict(pairs or ()), **kwargs}
            if pairs is not None
            else Unknown("a dictionary of unknown values", line)
        )
    except (TypeError, ValueError):
        return Unknown("a dictionary of unknown values", line)


def _combine(function: Any, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    parts: list[Any] = []
    for argument in args:
        found = argument if isinstance(argument, int) or argument is None else elements(argument)
        if found is None and argument is not None:
            return Unknown("a combination of unknown values", line, instance=True)
        parts.append(found)
    if not concrete(kwargs):
        return Unknown("a combination of unknown values", line, instance=True)
    if _rows(parts, kwargs) > LARGEST:
        return Unknown("a combination too big to follow", line)
    try:
        found = list(itertools.islice(function(*parts, **kwargs), _LIMIT + 1))
    except (TypeError, ValueError):
        return Unknown("a combination that fails", line)
    if len(found) > _LIMIT:
        return Unknown("a combination too big to follow", line)
    return tuple(found) if function is tuple else found if function is list else Lazy(found)


def _rows(parts: list[Any], kwargs: dict[str, Any]) -> int:
    """Return how long one row of a combination can be."""
    numbers = [one for one in (*parts, *kwargs.values()) if isinstance(one, int)]
    return (len(parts) + 1) * max([1, *numbers])


def _may_call(function: Any) -> bool:
    if not _hashable(function) or function in _LAZY:
        return False
    if function in _PURE:
        return True
    if isinstance(function, type) and issubclass(function, BaseException):
        return True
    module = getattr(function, "__module__", None) or ""
    if getattr(function, "__name__", "") in _IMPURE:
        return False
    if function.__class__.__name__ == "builtin_function_or_method" and module == "itertools":
        return True
    return module.lstrip("_") in MODULES and module.lstrip("_") != "codecs"


_HOST_PLATFORM = {
    "platform": sys.platform,
    "byteorder": sys.byteorder,
    "maxsize": sys.maxsize,
    "maxunicode": sys.maxunicode,
}


def system_value(version: tuple[int, int], name: str) -> Any:
    """Return `sys.<name>` as the target has it."""
    if name == "version_info":
        micro = sys.version_info[2] if version == sys.version_info[:2] else 0
        return (*version, micro, "final", 0)
    if name == "hexversion":
        return (version[0] << 24) | (version[1] << 16) | 0xF0
    if name in _HOST_PLATFORM:
        return _HOST_PLATFORM[name]
    if name in {"pypy_version_info", "getwindowsversion"}:
        return None
    return Ext(f"sys.{name}")


_PLATFORM_CALLS = {"system", "machine", "python_implementation", "architecture", "node"}


def platform_call(name: str) -> Any:
    """Call a function of `platform` for real; None for those that are not harmless or not constant."""
    if name not in _PLATFORM_CALLS:
        return None
    import platform

    return getattr(platform, name)()


def is_symbolic(value: Any) -> bool:
    """Tell whether a value is one of ours rather than a Python object."""
    return isinstance(value, (SYMBOLIC, Func))
