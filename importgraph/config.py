"""Settings: defaults, then `[tool.importgraph]`, then the command line; later sources win."""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from importgraph.errors import ConfigError
from importgraph.files import read_toml_file
from importgraph.names import near_matches

_VERSION = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4})+")
POLICIES = ("public", "definition", "majority")
DEFERRALS = ("functions", "lazy", "lazy-modules")
"""How an import can be deferred: into functions, by `lazy import`, or by a list in `__lazy_modules__`."""


@dataclass(frozen=True, slots=True)
class Config:
    """Complete settings. Everything below the command line receives one and looks nowhere else."""

    source_roots: tuple[str, ...] = ()
    """Folders on `sys.path`, relative to the root; empty means: infer."""
    exclude: tuple[str, ...] = ()
    """Patterns in gitignore syntax."""
    python_version: tuple[int, ...] = ()
    """The Python that version tests are decided for; empty: the least of `requires-python`, else ours."""
    platform: str = sys.platform
    """The platform that platform tests are decided for."""
    python: str = ""
    """The interpreter, or the folder of the environment; empty: `VIRTUAL_ENV`, else `.venv` or `venv`."""
    entry_points: tuple[str, ...] = ()
    """What to weigh, in place of the entry points that are found: modules or paths of scripts."""
    extend_entry_points: tuple[str, ...] = ()
    """What to weigh besides: modules, `module:object`, paths of scripts, or `python -m module`."""
    min_gain_ms: float = 5.0
    """A fix that saves no entry point as many milliseconds is counted, not shown."""
    min_gain_percent: float = 5.0
    """Nor one that saves none this share of what it costs."""
    policy: str = "public"
    """Which import path is canonical."""
    canonical: tuple[tuple[str, str], ...] = ()
    """Explicit canonical paths: (`module.Name`, module)."""
    prefer: str = ""
    """How imports are deferred; empty: as the target's version has it."""
    select: tuple[str, ...] = ()
    """Rules to report, by the beginnings of their codes; empty: all."""
    ignore: tuple[str, ...] = ()
    """Rules not to report."""
    workers: int = 0
    """Processes; 0: as many as processors."""
    reports: str = ""
    """The folder that `analyze` writes, relative to the root; empty: none."""
    source_link: str = ""
    """Where lines of the HTML report lead: `{path}`, `{line}`, `{root}` (editor), `{commit}` (forge)."""


@dataclass(frozen=True, slots=True)
class Partial:
    """Settings one source gives; what it does not name stays as it was."""

    values: Mapping[str, Any]

    def over(self, config: Config) -> Config:
        """Lay these settings over others."""
        return replace(config, **self.values)


def from_options(**options: Any) -> Partial:
    """Take the command-line options that were given: those that are neither None nor empty."""
    return Partial({key: value for key, value in options.items() if value not in (None, (), "")})


def from_pyproject(root: Path) -> Partial:
    """Read `[tool.importgraph]`.

    Raises:
        ConfigError: If the file is not valid TOML, or the table holds an unknown key or a wrong type; all
            of them at once, each unknown key with the nearest known one.
    """
    path = root / "pyproject.toml"
    data = read_toml(path)
    table = data.get("tool", {}).get("importgraph", {}) if isinstance(data.get("tool"), dict) else {}
    if not isinstance(table, dict):
        raise ConfigError(f"{path.name}: [tool.importgraph] is not a table.")
    values, problems = _read_table(table)
    if problems:
        raise ConfigError(f"{path.name}, [tool.importgraph]: {'; '.join(problems)}.")
    if "python_version" not in values:
        bound = least_python(data)
        values |= {"python_version": bound} if bound else {}
    return Partial(values)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; a missing file is empty.

    Raises:
        ConfigError: If it is there and cannot be read.
    """
    try:
        return read_toml_file(path)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(
            f"{path.name} cannot be read: {error.strerror}.", "Mend the file and run again."
        ) from error
    except ValueError as error:
        raise ConfigError(f"{path.name} cannot be read: {error}.", "Mend the file and run again.") from error


def _read_table(table: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    known = {field.name.replace("_", "-"): field.name for field in fields(Config)}
    reserved = {"check", "rules"}
    values: dict[str, Any] = {}
    problems: list[str] = []
    for key, value in table.items():
        if key in reserved:
            continue
        if key not in known:
            near = near_matches(key, [*known, *reserved], limit=1)
            problems.append(f"unknown key `{key}`" + (f", did you mean `{near[0]}`?" if near else ""))
            continue
        read = _READERS[known[key]](value)
        if read is None:
            problems.append(f"`{key}` should be {SHAPES[known[key]]}")
        else:
            values[known[key]] = read
    return values, problems


def _texts(value: Any) -> tuple[str, ...] | None:
    is_list = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return tuple(value) if is_list else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _policy(value: Any) -> str | None:
    return value if value in POLICIES else None


def _deferral(value: Any) -> str | None:
    return value if value in DEFERRALS else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and value >= 0 else None


def _pairs(value: Any) -> tuple[tuple[str, str], ...] | None:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        return None
    return tuple(sorted(value.items()))


def parse_version(value: Any) -> tuple[int, ...] | None:
    """Read `3.12`; None where it is something else."""
    if not isinstance(value, str) or not _VERSION.fullmatch(value):
        return None
    return tuple(int(part) for part in value.split("."))


_READERS = {
    "source_roots": _texts,
    "exclude": _texts,
    "python_version": parse_version,
    "platform": _text,
    "python": _text,
    "entry_points": _texts,
    "extend_entry_points": _texts,
    "min_gain_ms": _number,
    "min_gain_percent": _number,
    "policy": _policy,
    "prefer": _deferral,
    "canonical": _pairs,
    "select": _texts,
    "ignore": _texts,
    "workers": _whole,
    "reports": _text,
    "source_link": _text,
}
_LIST = "a list of strings"
_NUMBER = "a number, 0 or more"
SHAPES = {
    "source_roots": _LIST,
    "exclude": _LIST,
    "python_version": 'a version such as "3.12"',
    "platform": 'a value of sys.platform such as "linux"',
    "python": "the path of an interpreter or environment",
    "entry_points": _LIST,
    "extend_entry_points": _LIST,
    "min_gain_ms": _NUMBER,
    "min_gain_percent": _NUMBER,
    "policy": f"one of {', '.join(POLICIES)}",
    "prefer": f"one of {', '.join(DEFERRALS)}",
    "canonical": "a table of `module.Name` = `module`",
    "select": _LIST,
    "ignore": _LIST,
    "workers": "a whole number",
    "reports": 'a folder such as "reports"',
    "source_link": 'an address such as "vscode://file/{root}/{path}:{line}"',
}


def least_python(data: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the lowest minor version that `requires-python` admits, or nothing."""
    project = data.get("project")
    text = project.get("requires-python") if isinstance(project, dict) else None
    if not isinstance(text, str):
        return ()
    from packaging.specifiers import SpecifierSet

    try:
        specifiers = SpecifierSet(text)
        return next(((3, minor) for minor in range(6, 30) if specifiers.contains(f"3.{minor}.99")), ())
    except ValueError:  # no specifier, or numbers of thousands of digits
        return ()
