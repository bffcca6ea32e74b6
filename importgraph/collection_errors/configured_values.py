"""Values of pytest's own options and settings that pytest refuses."""

import builtins
import re
import shlex
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from importgraph.collection_errors.plugins import Plugins
from importgraph.session.settings import Settings

Refusal = tuple[str, str]
"""What is refused: the name of an option or setting, and why."""
_CHOICES = {
    "--tb": ("auto", "long", "short", "no", "line", "native"),
    "--color": ("yes", "no", "auto"),
    "--capture": ("fd", "sys", "no", "tee-sys"),
    "--import-mode": ("prepend", "append", "importlib"),
    "--show-capture": ("no", "stdout", "stderr", "log", "all"),
    "--doctest-report": ("none", "cdiff", "ndiff", "udiff", "only_first_failure"),
    "--assert": ("rewrite", "plain"),
}
_NUMBERS: Mapping[str, Callable[[str], object]] = {
    "--maxfail": int, "--durations": int, "--verbosity": int, "--durations-min": float,
}  # fmt: skip
_LEVEL = re.compile(r"\d+|debug|info|warn|warning|error|critical|fatal|notset", re.IGNORECASE)
_BOOLEANS = {"true", "false", "yes", "no", "on", "off", "1", "0", "y", "n", "t", "f"}
_ACTIONS = ("default", "always", "ignore", "module", "once", "error")
_TOLERANT = (9,)
"""Since this version of pytest a category whose module is not there is only warned of."""
_OF_SETTINGS = {"", "Warning", "UserWarning", "pytest.PytestWarning", "pytest.PytestConfigWarning"}
"""Categories that hold that warning; a filter for one of them decides whether it is an error from then on."""


def refused_values(settings: Settings, plugins: Plugins, version: tuple[int, ...]) -> Iterator[Refusal]:
    """Yield the values that pytest refuses when it starts.

    Args:
        settings: The session's settings.
        plugins: They say what the environment holds.
        version: That of pytest, major and minor.
    """
    given = list(_options(_words(settings.values.get("addopts"))))
    for name, value in given:
        why = _refused_option(settings, name, value)
        if why:
            yield name, f"argument {name}: {why}"
    yield from _refused_settings(settings.values)
    filters = [("filterwarnings", line) for line in _lines(settings.values.get("filterwarnings"))]
    filters += [("argument -W", value) for name, value in given if name in {"-W", "--pythonwarnings"}]
    tolerant = version >= _TOLERANT
    for where, line in filters:
        why = refused_filter(line, plugins, tolerant=tolerant)
        if why:
            yield line, f"{where}: {line!r}: {why}"
        action, message, category, module = (*(part.strip() for part in line.split(":")), "", "", "")[:4]
        if not (message or module) and category in _OF_SETTINGS:
            tolerant = version >= _TOLERANT and action != "error"


def _refused_option(settings: Settings, name: str, value: str) -> str:
    if name in _CHOICES and value not in _CHOICES[name]:
        return f"invalid choice {value!r}; it is one of {', '.join(_CHOICES[name])}"
    if name in _NUMBERS and not _is_read(_NUMBERS[name], value):
        return f"{value!r} is no number"
    if name == "--confcutdir" and not Path(settings.invocation, value).is_dir():
        return f"{value!r} is no folder"
    return "option=value is expected" if name in {"-o", "--override-ini"} and "=" not in value else ""


def _refused_settings(values: Mapping[str, Any]) -> Iterator[Refusal]:
    level = str(values.get("log_level") or "0")
    if not _LEVEL.fullmatch(level):
        yield "log_level", f"log_level: {level!r} is no level of logging"
    flag = str(values.get("log_cli", "false")).strip().lower()
    if flag not in _BOOLEANS:
        yield "log_cli", f"log_cli: {flag!r} is neither true nor false"


def _words(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    try:
        return shlex.split(str(value or ""))
    except ValueError:  # `read_settings` has refused it
        return []


def _lines(value: Any) -> list[str]:
    lines = value if isinstance(value, list) else str(value or "").splitlines()
    return [str(line).strip() for line in lines if str(line).strip()]


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the options of which something is known, with their values."""
    known = {*_CHOICES, *_NUMBERS, "--confcutdir", "--override-ini", "--pythonwarnings", "-o", "-W"}
    for word, following in zip(words, (*words[1:], ""), strict=False):
        name, equals, value = word.partition("=")
        if word[:2] in {"-o", "-W"} and not word.startswith("--"):
            yield word[:2], word[2:] or following
        elif name in known and (equals or (following and not following.startswith("-"))):
            yield name, value if equals else following


def _is_read(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


# -- filters of warnings ------------------------------------------------------------------------


def refused_filter(line: str, plugins: Plugins, *, tolerant: bool) -> str:
    """Say why pytest refuses a filter of warnings (`parse_warning_filter`); empty where it may take it."""
    parts = [part.strip() for part in line.split(":")]
    if len(parts) > 5:
        return f"too many fields ({len(parts)}), expected at most 5"
    action, message, category, module, number = (*parts, "", "", "", "")[:5]
    if action and action != "all" and not any(one.startswith(action) for one in _ACTIONS):
        return f"invalid action {action!r}"
    if number and not number.isdecimal():
        return f"invalid line number {number!r}"
    for pattern in (message, module):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                re.compile(pattern)
        except re.error as error:
            return f"invalid pattern {pattern!r}: {error}"
    return _refused_category(category, plugins, tolerant=tolerant)


def _refused_category(category: str, plugins: Plugins, *, tolerant: bool) -> str:
    if not category:
        return ""
    module, _, name = category.rpartition(".")
    if not module:
        found = getattr(builtins, name, None)
        if found is None:
            return f"there is no builtin {name!r}"
        is_warning = isinstance(found, type) and issubclass(found, Warning)
        return "" if is_warning else f"{name} is no Warning"
    if not tolerant and not plugins.finds(module):
        return f"no module named {module!r}"
    return f"module {module!r} has no attribute {name!r}" if plugins.lacks(module, name) else ""
