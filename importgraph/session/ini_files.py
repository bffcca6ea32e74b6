"""pytest's configuration file and rootdir (`_pytest.config.findpaths`)."""

import configparser
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from importgraph.errors import ConfigError
from importgraph.files import read_text_file, read_toml_file

CONFIG_NAMES = (
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "tox.ini",
    "setup.cfg",
)


class IniFile(msgspec.Struct, frozen=True):
    """Where pytest's settings come from, and what they are."""

    rootdir: Path
    path: Path | None
    values: Mapping[str, Any]
    """Texts and lists of texts; in TOML mode native values."""
    native: bool = False
    """pytest 9's `[tool.pytest]` or `pytest.toml`, with native types."""


_Reads = Callable[[Path], bool]


def locate(
    invocation: Path,
    arguments: Iterable[Path],
    config: Path | None,
    rootdir: Path | None,
    reads_native: Callable[[Path], bool],
) -> IniFile:
    """Find the rootdir and the configuration file as pytest does.

    Args:
        invocation: The folder pytest is called in.
        arguments: The paths it is called with.
        config: `-c`.
        rootdir: `--rootdir`.
        reads_native: Tells for the folder of a file whether the pytest there reads `[tool.pytest]` and
        `pytest.toml`, which
            9.0 brought; older ones pass them over. Only asked where there are any.

    Raises:
        ConfigError: If a file cannot be read, or pytest would refuse it.
    """
    folders = [path if path.is_dir() else path.parent for path in arguments if path.exists()]
    if config is not None:
        if config.exists() and not config.is_file() and not config.is_dir():
            return IniFile(rootdir or _common(invocation, folders), config, {})
        if not config.is_file():
            raise ConfigError(f"Configuration file {config} not found.", "Check -c.")
        loaded = _load(config, reads_native) or ({}, False)
        return IniFile(rootdir or config.parent, config, *loaded)
    ancestor = _common(invocation, folders)
    found = _search([ancestor], reads_native)
    if found.path is None and rootdir is None:
        setup = next((f for f in (ancestor, *ancestor.parents) if (f / "setup.py").is_file()), None)
        if setup is not None:
            return IniFile(setup, None, {})
        if folders != [ancestor]:
            found = _search(folders or [invocation], reads_native)
        if found.path is None:
            return IniFile(_common(invocation, [invocation, ancestor]), None, {})
    return found if rootdir is None else IniFile(rootdir, found.path, found.values, found.native)


def _search(folders: list[Path], reads_native: _Reads) -> IniFile:
    pyproject: Path | None = None
    for folder in folders:
        for base in (folder, *folder.parents):
            for name in CONFIG_NAMES:
                path = base / name
                if not path.is_file():
                    continue
                if name == "pyproject.toml":
                    pyproject = pyproject or path
                loaded = _load(path, reads_native)
                if loaded is not None:
                    return IniFile(base, path, *loaded)
    if pyproject is not None:
        return IniFile(pyproject.parent, pyproject, {})
    return IniFile(Path(), None, {})


def _common(invocation: Path, paths: list[Path]) -> Path:
    existing = [path for path in paths if path.exists()]
    if not existing:
        return invocation
    common = Path(os.path.commonpath(existing))
    return common.parent if common.is_file() else common


def _load(path: Path, reads_native: _Reads) -> tuple[Mapping[str, Any], bool] | None:
    if path.suffix == ".toml":
        return _load_toml(path, reads_native)
    parser = configparser.RawConfigParser(
        delimiters=("=", ":"),
        comment_prefixes=("#", ";"),
        strict=False,
        allow_no_value=True,
        default_section="\0",
        empty_lines_in_values=True,
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(read_text_file(path))
    except (OSError, ValueError, configparser.Error) as error:
        if (
            path.name in {"pytest.ini", ".pytest.ini"}
            or "[pytest" in str(error)
            or "[tool:pytest" in str(error)
        ):
            raise ConfigError(f"{path.name} cannot be read: {str(error).splitlines()[0]}.") from error
        return None
    section = "tool:pytest" if path.suffix == ".cfg" else "pytest"
    if parser.has_section(section):
        return {key: value or "" for key, value in parser.items(section)}, False
    if path.suffix == ".cfg" and parser.has_section("pytest"):
        raise ConfigError("setup.cfg has a section [pytest], which pytest refuses.", "Name it [tool:pytest].")
    return ({}, False) if path.name in {"pytest.ini", ".pytest.ini"} else None


def _load_toml(path: Path, reads_native: _Reads) -> tuple[Mapping[str, Any], bool] | None:
    try:
        document = read_toml_file(path)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{path.name} cannot be read: {error}.", "pytest refuses to start as well."
        ) from error
    tool = document.get("tool", {}).get("pytest", {}) if isinstance(document.get("tool"), dict) else {}
    tool = tool if isinstance(tool, dict) else {}
    own = path.name in {"pytest.toml", ".pytest.toml"}
    if own or (path.name != "pyproject.toml" and "pytest" in document):
        return (document.get("pytest", {}), True) if reads_native(path.parent) else None
    native = {key: value for key, value in tool.items() if key != "ini_options"}
    options = tool.get("ini_options")
    options = options if isinstance(options, dict) else None
    if native and reads_native(path.parent):
        if options:
            raise ConfigError(
                f"{path.name} has both [tool.pytest] ({', '.join(native)}) and [tool.pytest.ini_options],"
                " which pytest 9 refuses.",
                "Keep one of them.",
            )
        return native, True
    if options is not None:
        return {
            key: value if isinstance(value, list) else str(value) for key, value in options.items()
        }, False
    return None
