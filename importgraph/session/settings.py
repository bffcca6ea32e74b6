"""Everything that decides what a pytest session collects, in one frozen value."""

# ruff: noqa: PTH118, PTH207 -- paths are texts here: there are thousands

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from importgraph.errors import ConfigError
from importgraph.namespaces.models.command_line import Arguments, Exists, parse_arguments
from importgraph.session.ini_files import CONFIG_NAMES, IniFile, locate
from importgraph.session.patterns import Patterns
from importgraph.session.pytest_version import reads_native_tables

_NORECURSE = ("*.egg", ".*", "_darcs", "build", "CVS", "dist", "node_modules", "venv", "{arch}")


class Settings(msgspec.Struct, frozen=True):
    """A pytest session's settings after all their sources are laid over each other."""

    invocation: Path
    rootdir: Path
    ini: Path | None
    arguments: tuple[str, ...]
    """Paths and node ids to collect."""
    python_files: tuple[str, ...]
    patterns: Patterns
    norecursedirs: tuple[str, ...]
    pythonpath: tuple[str, ...]
    import_mode: str
    keyword: str
    markers: str
    ignore: tuple[str, ...]
    ignore_glob: tuple[str, ...]
    deselect: tuple[str, ...]
    plugins: tuple[str, ...]
    """`-p`, as given."""
    conftest: bool
    confcutdir: Path
    in_virtualenv: bool
    pyargs: bool
    escape: bool
    """Ids are escaped to ASCII."""
    strict_ids: bool
    strict_markers: bool
    registered: tuple[str, ...]
    """Marks that the configuration declares."""
    warnings_fail: bool
    """`filterwarnings` turns warnings into errors."""
    long_ids: str
    usefixtures: tuple[str, ...]
    doctest: str
    """The option that turns doctests on, or nothing."""
    namespaces: bool
    options: tuple[str, ...]
    """Options we do not know."""
    flags: frozenset[str]
    keep_duplicates: bool
    autoload: bool
    values: Mapping[str, Any] = msgspec.field(default_factory=dict)
    """What the configuration file says, before options override it; empty where pytest itself told the
    settings."""
    overridden: frozenset[str] = frozenset()
    """What options override of it."""


def read_settings(invocation: Path, words: Sequence[str], python: Path | None = None) -> Settings:
    """Read the settings of `pytest WORDS` called in a folder.

    Args:
        invocation: The folder.
        words: pytest's arguments.
        python: The interpreter or environment that would run the tests; None: looked for beside the project.

    Raises:
        ConfigError: If pytest would refuse its configuration.
    """
    exists = Exists(str(invocation))
    given = parse_arguments(words, Arguments(), exists=exists)
    ini = locate(
        invocation,
        _paths(invocation, given),
        _path(invocation, given.config),
        _path(invocation, given.rootdir),
        lambda folder: reads_native_tables(folder, python),
    )
    values = dict(ini.values)
    extra = _words(os.environ.get("PYTEST_ADDOPTS", ""))
    defaults = parse_arguments(_args(values.get("addopts", "")), Arguments(), exists=exists)
    merged = parse_arguments([*_args(values.get("addopts", "")), *extra, *words], Arguments(), exists=exists)
    for override in merged.override:
        name, _, value = override.partition("=")
        values[name] = value
        if name == "addopts":
            merged = parse_arguments([*_args(value), *extra, *words], Arguments(), exists=exists)
    merged.paths = given.paths or defaults.paths
    return _settle(invocation, ini, values, merged)


def config_candidates(settings: Settings, invocation: Path) -> set[str]:
    """Return the files whose coming, going or changing could change the settings."""
    folders = {invocation, *invocation.parents, settings.rootdir}
    folders |= {Path(argument.partition("::")[0]) for argument in settings.arguments}
    found = {
        os.path.join(invocation / folder, name) for folder in folders for name in (*CONFIG_NAMES, "setup.py")
    }
    return found | ({str(settings.ini)} if settings.ini else set())


def _path(invocation: Path, text: str) -> Path | None:
    return (invocation / text) if text else None


def _paths(invocation: Path, given: Arguments) -> list[Path]:
    return [invocation / path.partition("::")[0] for path in given.paths]


def _settle(invocation: Path, ini: IniFile, values: Mapping[str, Any], given: Arguments) -> Settings:
    base = ini.path.parent if ini.path is not None else invocation
    arguments = tuple(given.paths) or _testpaths(invocation, ini.rootdir, values, "pyargs" in given.flags)
    return Settings(
        invocation=invocation,
        rootdir=ini.rootdir,
        ini=ini.path,
        arguments=arguments or (str(invocation),),
        python_files=_args(values.get("python_files")) or ("test_*.py", "*_test.py"),
        patterns=Patterns(
            _args(values.get("python_classes")) if "python_classes" in values else ("Test",),
            _args(values.get("python_functions")) if "python_functions" in values else ("test",),
            imported=_flag(values.get("collect_imported_tests", True)),
        ),
        norecursedirs=_args(values.get("norecursedirs")) if "norecursedirs" in values else _NORECURSE,
        pythonpath=tuple(os.path.normpath(base / path) for path in _args(values.get("pythonpath"))),
        import_mode=given.import_mode or "prepend",
        keyword=given.keyword,
        markers=given.markers,
        ignore=tuple(os.path.normpath(invocation / path) for path in given.ignore),
        ignore_glob=tuple(os.path.normpath(invocation / path) for path in given.ignore_glob),
        deselect=tuple(given.deselect),
        plugins=tuple(name.strip() for name in given.plugins),
        conftest="noconftest" not in given.flags,
        confcutdir=invocation / given.confcutdir
        if given.confcutdir
        else (ini.path.parent if ini.path else ini.rootdir),
        in_virtualenv="collect_in_virtualenv" in given.flags,
        pyargs="pyargs" in given.flags,
        escape=not _flag(
            values.get("disable_test_id_escaping_and_forfeit_all_rights_to_community_support", False)
        ),
        strict_ids=_flag(values.get("strict_parametrization_ids", values.get("strict", False))),
        strict_markers="strict_markers" in given.flags
        or _flag(values.get("strict_markers", values.get("strict", False))),
        registered=tuple(
            re.split(r"[:(]", line, maxsplit=1)[0].strip() for line in _lines(values.get("markers"))
        ),
        warnings_fail=any(
            line.split(":")[0].strip() == "error" for line in _lines(values.get("filterwarnings"))
        ),
        long_ids=str(values.get("parametrize_long_str_id_strategy", "short")),
        usefixtures=_args(values.get("usefixtures")),
        doctest="--doctest-modules"
        if "doctest_modules" in given.flags
        else "--doctest-glob"
        if given.doctest_glob
        else "",
        namespaces=_flag(values.get("consider_namespace_packages", False)),
        options=tuple(given.others),
        flags=frozenset(given.flags),
        keep_duplicates="keep_duplicates" in given.flags,
        autoload="no_autoload" not in given.flags and not os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD"),
        values=ini.values,
        overridden=frozenset(one.partition("=")[0] for one in given.override),
    )


def _testpaths(invocation: Path, rootdir: Path, values: Mapping[str, Any], pyargs: bool) -> tuple[str, ...]:
    """Return `testpaths`, globs expanded in order; they count only where pytest is called in its rootdir."""
    if invocation != rootdir:
        return ()
    import glob

    found: list[str] = []
    for pattern in _args(values.get("testpaths")):
        matches = sorted(glob.iglob(str(invocation / pattern), recursive=True))
        found.extend(matches or ([pattern] if pyargs else []))
    return tuple(found)


def _words(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise ConfigError(f"pytest's options cannot be read: {error}: {text}") from error


def _args(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, list):
        return tuple(str(part) for part in value)
    return _words(str(value))


def _lines(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(part) for part in value)
    return tuple(line.strip() for line in str(value or "").splitlines() if line.strip())


def _flag(value: Any) -> bool:
    return (
        value
        if isinstance(value, bool)
        else str(value).strip().lower() in {"1", "true", "yes", "on", "y", "t"}
    )
