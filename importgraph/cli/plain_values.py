"""Plain values of the command line are taken as they are: a tenth of a second less for each command.

typer has pydantic check every value, and its import takes as long as reading a kept graph. A text wanted
as text, a number within its limits, a path that can be read and the name of a choice need no validator; all
other values, wrong ones among them, go to typer as before.
"""

import os
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_origin

_OTHER = object()
"""Of a value that is not plain."""
_DIGITS = 9
_FLAGS = ("exists", "writable", "resolve_path", "allow_dash", "path_type", "parser", "click_type", "mode")
"""Wishes of a parameter that are typer's to fulfil."""


def use_plain_values() -> None:
    """Have typer's parameters take plain values as they are; a typer that works otherwise is left alone."""
    from typer import core

    parameter = getattr(core, "_TyperParameter", None)
    whole = getattr(parameter, "get_runtime_param", None)
    if parameter is not None and whole is not None:
        parameter.get_runtime_param = lambda self: _Values(self, whole)


class _Values(NamedTuple):
    """What stands in the place of typer's `RuntimeParam`."""

    parameter: Any
    whole: Callable[[Any], Any]
    """Returns typer's own."""

    def coerce(self, value: Any, **given: Any) -> Any:
        """Return a value as its parameter wants it, or raise as typer does."""
        found = self.plain(value)
        return self.whole(self.parameter).coerce(value, **given) if found is _OTHER else found

    def plain(self, value: Any) -> Any:
        """Return the same for a plain value; `_OTHER` for any other."""
        descriptor = getattr(self.parameter, "type_descriptor", None)
        kind, info = getattr(descriptor, "annotation", None), getattr(descriptor, "parameter_info", None)
        if info is None or any(getattr(info, flag, None) for flag in _FLAGS):
            return _OTHER
        is_several = self.parameter.multiple or self.parameter.nargs == -1
        if value is None:
            return () if is_several else None
        if get_origin(kind) is list and isinstance(value, list | tuple):
            (inner,) = get_args(kind)
            found = [_plain(one, inner, info) for one in value]
            return _OTHER if _OTHER in found else found
        return _plain(value, kind, info)


def _plain(value: Any, kind: Any, info: Any) -> Any:
    if kind is str:
        return value if type(value) is str else _OTHER
    if kind is float and isinstance(value, float):
        return value if _is_within(value, info) else _OTHER
    if kind is int:
        return _number(value, info)
    if kind is Path:
        return _path(value, info)
    if isinstance(kind, type) and issubclass(kind, Enum) and info.case_sensitive:
        named = (one for one in kind if isinstance(value, str) and one.value == value)
        return value if isinstance(value, kind) else next(named, _OTHER)
    return _OTHER


def _number(value: Any, info: Any) -> Any:
    is_text = isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < _DIGITS
    if not is_text and type(value) is not int:
        return _OTHER
    return int(value) if _is_within(int(value), info) else _OTHER


def _is_within(number: float, info: Any) -> bool:
    return not (info.min is not None and number < info.min) and not (
        info.max is not None and number > info.max
    )


def _path(value: Any, info: Any) -> Any:
    if not isinstance(value, str | Path) or not (info.file_okay and info.dir_okay):
        return _OTHER
    path = Path(value)
    if info.readable and os.path.lexists(path) and not os.access(path, os.R_OK):
        return _OTHER
    return path
