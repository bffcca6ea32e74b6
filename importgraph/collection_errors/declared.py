"""What a project declares to need, and whether an environment holds it all."""

import re
import tomllib
from collections.abc import Iterator
from configparser import ConfigParser
from configparser import Error as ConfigParserError
from pathlib import Path
from typing import Any

from importgraph.selection.environment import Environment

_NAME = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)")
_FOR_TESTS = re.compile(r"test|dev|ci", re.IGNORECASE)


def absent_distributions(root: Path, environment: Environment) -> tuple[str, ...] | None:
    """Return the declared distributions that an environment lacks, sorted; None where nothing is declared."""
    names = {_normal(name) for name in _declared(root)}
    return tuple(sorted(names - set(environment.distributions))) if names else None


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _declared(root: Path) -> Iterator[str]:
    for line in (*_from_pyproject(root), *_from_setup_cfg(root), *_from_requirements(root)):
        found = _NAME.match(line)
        if found and ";" not in line:
            yield found[1]


def _from_pyproject(root: Path) -> Iterator[str]:
    try:
        document = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return
    project: Any = document.get("project")
    if isinstance(project, dict):
        yield from _texts(project.get("dependencies"))
        yield from _groups(project.get("optional-dependencies"))
    yield from _groups(document.get("dependency-groups"))


def _groups(groups: Any) -> Iterator[str]:
    if isinstance(groups, dict):
        for name, entries in groups.items():
            if _FOR_TESTS.search(str(name)):
                yield from _texts(entries)


def _texts(entries: Any) -> Iterator[str]:
    if isinstance(entries, list):
        yield from (entry for entry in entries if isinstance(entry, str))


def _from_setup_cfg(root: Path) -> Iterator[str]:
    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string((root / "setup.cfg").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ConfigParserError):
        return
    yield from parser.get("options", "install_requires", fallback="").splitlines()


def _from_requirements(root: Path) -> Iterator[str]:
    for path in sorted(root.glob("requirements*.txt")):
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        yield from (line for line in lines if not line.lstrip().startswith(("-", "#")))
