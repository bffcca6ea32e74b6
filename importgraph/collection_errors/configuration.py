"""Configuration that pytest refuses to start with."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importgraph.collection_errors.configured_values import refused_values
from importgraph.collection_errors.plugins import Plugins
from importgraph.errors import ConfigError, UsageError
from importgraph.files import read_file, read_text_file
from importgraph.session.expressions import parse_expression
from importgraph.session.settings import Settings
from importgraph.simulation.causes import CauseKind, Step
from importgraph.simulation.failures import Failure

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_ADDED = re.compile(rb"""^[ \t]+(?:\w+\.)*_?addoption\(\s*["'](--[\w-]+)["']""", re.MULTILINE)
_NATIVE_TABLE = re.compile(r"\s*\[\s*tool\.pytest(?!\.ini_options)")
_OWN_LETTERS = "kmxpcsvqrlWohV"
"""pytest's own options of one letter."""
_STRICT_MODE = (9,)
"""From this version of pytest on there are the settings `strict` and `strict_config`."""
_MARKS_HAVE_ARGUMENTS = (8, 3)
_OWN_KEYS = re.compile(r"log_|junit_|verbosity_")


def refusal(folder: Path, error: ConfigError) -> Failure:
    """Return a configuration that cannot be read as a failure of the session."""
    text = str(error).rstrip(".")
    name = text.split(" ", 1)[0]
    path = next(
        (str(one / name) for one in (folder, *folder.parents) if (one / name).is_file()), str(folder / name)
    )
    line = _native_table(path) if name == "pyproject.toml" and "[tool.pytest]" in text else 1
    return Failure("UsageError", CauseKind.CONFIGURATION, name, text, path, line, (Step(path, line),))


def _native_table(pyproject: str) -> int:
    """Return the line of a table of pytest beside `ini_options`; 1 where none starts a line."""
    lines = read_text_file(pyproject, "replace").splitlines()
    found = (number for number, line in enumerate(lines, 1) if _NATIVE_TABLE.match(line))
    return next(found, 1)


def refused_at_once(settings: Settings, plugins: Plugins) -> Failure | None:
    """Return why pytest refuses these settings before it loads any conftest, or None."""
    if not plugins.known:
        return None
    place, values = _Place(settings), settings.values
    failures = (
        *_missing_plugins(settings, values, plugins, place),
        *_old_pytest(values, plugins, place),
        *_refused_values(settings, plugins, place),
    )
    return next(iter(failures), None)


def refused_later(settings: Settings, plugins: Plugins, conftests: tuple[str, ...]) -> Failure | None:
    """Return why pytest refuses these settings once it knows the options of plugins and conftests, or None.

    Args:
        settings: The session's settings.
        plugins: The plugins that are loaded.
        conftests: The conftests that are loaded before pytest collects.
    """
    place = _Place(settings)
    texts = [_source(path) for path in conftests]
    failures = (
        *_double_options(conftests, texts),
        *_unknown_options(settings, plugins, texts, place),
    )
    return next(iter(failures), None)


def refused_at_end(settings: Settings, plugins: Plugins, conftests: tuple[str, ...]) -> Failure | None:
    """Return why pytest ends with an error after it has collected, before it runs a test, or None.

    Unknown settings are reported only then (`Config.pytest_collection`), and wrong expressions.
    """
    place = _Place(settings)
    texts = [_source(path) for path in conftests]
    failures = (
        *_unknown_keys(settings, settings.values, plugins, texts, place),
        *_wrong_expressions(settings, plugins, place),
    )
    return next(iter(failures), None)


def warned_at_start(settings: Settings, module: str, warning: str) -> Failure:
    """Make the failure of a session that ends because a plugin warns while it is configured."""
    message = (
        f"the plugin {module} warns when it starts ({warning}), and filterwarnings makes that an error; "
        "python -m pytest without that filter prints what it asks for"
    )
    return _Place(settings).failure(CauseKind.CONFIGURATION, "filterwarnings", message, "filterwarnings")


def _source(path: str) -> bytes:
    try:
        return read_file(path)
    except OSError:
        return b""


class _Place:
    """Makes failures that stand in the configuration file, or on the command line."""

    def __init__(self, settings: Settings) -> None:
        self.path = str(settings.ini or settings.rootdir)
        self.lines = (
            read_text_file(settings.ini, "replace").splitlines()
            if settings.ini and settings.ini.is_file()
            else []
        )

    def failure(self, kind: CauseKind, subject: str, message: str, word: str) -> Failure:
        """Make a failure on the line that sets a word, or else on the first one that holds it."""
        sets = re.compile(rf"\s*[\"']?{re.escape(word)}[\"']?\s*[=:]")
        setting = (number for number, text in enumerate(self.lines, 1) if sets.match(text))
        holding = (number for number, text in enumerate(self.lines, 1) if word in text)
        line = next(setting, next(holding, 1))
        return Failure("UsageError", kind, subject, message, self.path, line, (Step(self.path, line),))


def _missing_plugins(
    settings: Settings, values: Mapping[str, Any], plugins: Plugins, place: _Place
) -> Iterator[Failure]:
    required = values.get("required_plugins") or []
    for text, needed in _read(required if isinstance(required, list) else str(required).split()):
        version = plugins.search.environment.distribution_version(needed.name)
        if version is None or not needed.specifier.contains(version, prereleases=True):
            what = "is not installed" if version is None else f"is installed in version {version}"
            message = f"the required plugin {text} {what}"
            yield place.failure(CauseKind.MISSING_PLUGIN, needed.name, message, needed.name)
    for name in settings.plugins:
        if not name.startswith("no:") and not plugins.is_there(name):
            message = f"the plugin {name} of option -p is not installed"
            yield place.failure(CauseKind.MISSING_PLUGIN, name, message, name)


def _read(texts: list[str]) -> "Iterator[tuple[str, Requirement]]":
    """Yield texts with the requirements in them; what reads those takes longer to load than many suites."""
    if not texts:
        return
    from packaging.requirements import Requirement

    for text in texts:
        try:
            yield text, Requirement(str(text))
        except ValueError:
            continue


def _old_pytest(values: Mapping[str, Any], plugins: Plugins, place: _Place) -> Iterator[Failure]:
    wanted = str(values.get("minversion") or "")
    installed = plugins.search.environment.distribution_version("pytest")
    if not wanted or installed is None:
        return
    from packaging.version import Version

    try:
        if Version(wanted) > Version(installed):
            message = f"minversion asks for pytest {wanted}; {installed} is installed"
            yield place.failure(CauseKind.CONFIGURATION, "minversion", message, "minversion")
    except ValueError:
        return


def _refused_values(settings: Settings, plugins: Plugins, place: _Place) -> Iterator[Failure]:
    for name, message in refused_values(settings, plugins, _pytest_version(plugins)):
        yield place.failure(CauseKind.CONFIGURATION, name, message, name)


def _pytest_version(plugins: Plugins) -> tuple[int, ...]:
    version = plugins.search.environment.distribution_version("pytest")
    return tuple(int(part) for part in (version or "9").split(".")[:2] if part.isdecimal())


def _unknown_options(
    settings: Settings, plugins: Plugins, conftests: list[bytes], place: _Place
) -> Iterator[Failure]:
    for word in settings.options:
        name = word.partition("=")[0]
        stem = name.lstrip("-").partition("-")[0]  # some plugins put the names of their options together
        if not name.startswith("-"):
            continue
        if not name.startswith("--"):
            name = stem = name[:2]
            if name[1:] in _OWN_LETTERS:
                continue
        if any(stem in module for module in plugins.modules):
            continue
        if plugins.mentions(name) or _in_quotes(name, conftests):
            continue
        message = f"unrecognized argument {name}: the plugin that has this option is not installed"
        yield place.failure(CauseKind.MISSING_PLUGIN, name, message, name)


def _unknown_keys(
    settings: Settings, values: Mapping[str, Any], plugins: Plugins, conftests: list[bytes], place: _Place
) -> Iterator[Failure]:
    has_mode = _pytest_version(plugins) >= _STRICT_MODE
    asked = {"--strict-config", "--strict"} if has_mode else {"--strict-config"}
    keys = ("strict_config", "strict") if has_mode else ()
    strict = bool(asked & {*settings.options}) or any(
        str(values.get(key, "")).lower() == "true" for key in keys
    )
    if not strict:
        return
    for key in values:
        if not (_OWN_KEYS.match(key) or plugins.mentions(key) or _in_quotes(key, conftests)):
            message = f"unknown config option {key}: no installed plugin reads it, and --strict-config is set"
            yield place.failure(CauseKind.CONFIGURATION, key, message, key)


def _wrong_expressions(settings: Settings, plugins: Plugins, place: _Place) -> Iterator[Failure]:
    """Find expressions of `-k` and `-m` that pytest cannot read; marks have arguments since 8.3."""
    for option, text in (("-k", settings.keyword), ("-m", settings.markers)):
        try:
            found = parse_expression(text, option)
        except UsageError as error:
            yield place.failure(CauseKind.CONFIGURATION, option, str(error).rstrip("."), option)
            continue
        if found.has_arguments and _pytest_version(plugins) < _MARKS_HAVE_ARGUMENTS:
            message = f"Wrong expression passed to {option}: {text}; marks take arguments from pytest 8.3 on"
            yield place.failure(CauseKind.CONFIGURATION, option, message, option)


def _in_quotes(word: str, texts: list[bytes]) -> bool:
    pattern = re.compile(rb"""["']""" + re.escape(word.encode()) + rb"""["']""")
    return any(pattern.search(text) for text in texts)


def _double_options(conftests: tuple[str, ...], texts: list[bytes]) -> Iterator[Failure]:
    """Find options that two conftests add, both of which are loaded at start."""
    owners: dict[bytes, str] = {}
    for path, text in zip(conftests, texts, strict=True):
        for found in _ADDED.finditer(text):
            owner = owners.setdefault(found[1], path)
            if owner != path:
                line = text.count(b"\n", 0, found.start(1)) + 1
                name = found[1].decode()
                message = f"the option {name} is added by {owner} already"
                steps = (Step(path, line),)
                yield Failure("ValueError", CauseKind.CONFTEST, name, message, path, line, steps)
