"""What a project declares to need, and whether an environment holds it all."""

import json
import re
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import Any

from importgraph.environment.interpreter import Environment, normal_name
from importgraph.files import read_ini_file, read_text_file, read_toml_file

_NAME = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)")
_FOR_TESTS = re.compile(r"test|dev|ci", re.IGNORECASE)


def absent_distributions(root: Path, environment: Environment) -> tuple[str, ...] | None:
    """Return the declared distributions that an environment lacks, sorted; None where nothing is declared."""
    names = {normal_name(name) for name in _declared(root)}
    return tuple(sorted(names - set(environment.distributions))) if names else None


def groups_of(root: Path) -> Iterator[tuple[str, set[str]]]:
    """Yield the groups of requirements of a project as a reader knows them, with normal names."""
    document = _document(root)
    project: Any = document.get("project")
    optional = project.get("optional-dependencies") if isinstance(project, dict) else None
    for label, groups in (
        ("the extra", optional),
        ("the dependency group", document.get("dependency-groups")),
    ):
        for name, entries in groups.items() if isinstance(groups, dict) else ():
            yield f"{label} `{name}`", _names(_texts(entries))
    for path in sorted({*root.glob("*requirements*.txt"), *root.glob("requirements/*.txt")}):
        yield f"`{path.relative_to(root).as_posix()}`", _names(_lines(path))


_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")


def requirement_names(root: Path) -> frozenset[str]:
    """Return the normal names of all distributions that a project or its lock files name."""
    found = {normal_name(name) for name in _declared(root)}
    for _, names in groups_of(root):
        found |= names
    for name in _LOCKS:
        found |= {normal_name(one) for one in _locked(root / name)}
    document = _document(root)
    poetry = _table(_table(document, "tool"), "poetry")
    tables = [_table(poetry, "dependencies"), _table(poetry, "dev-dependencies")]
    tables += [_table(group, "dependencies") for group in _table(poetry, "group").values()]
    found |= {normal_name(name) for table in tables for name in table}
    found |= {normal_name(name) for name in _pipenv(root)}
    return frozenset(found - {"python"})


def _table(document: Any, key: str) -> dict[str, Any]:
    value = document.get(key) if isinstance(document, dict) else None
    return value if isinstance(value, dict) else {}


def _locked(path: Path) -> Iterator[str]:
    try:
        document = read_toml_file(path)
    except (OSError, ValueError):
        return
    for key in ("package", "packages"):
        entries = document.get(key)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and isinstance(entry.get("name"), str):
                yield entry["name"]


def _pipenv(root: Path) -> Iterator[str]:
    try:
        document = json.loads(read_text_file(root / "Pipfile.lock"))
    except (OSError, ValueError, RecursionError):
        return
    for key in ("default", "develop"):
        yield from _table(document, key)


def _names(lines: Iterable[str]) -> set[str]:
    return {normal_name(found[1]) for line in lines if (found := _NAME.match(line)) is not None}


def _declared(root: Path) -> Iterator[str]:
    for line in (*_from_pyproject(root), *_from_setup_cfg(root), *_from_requirements(root)):
        found = _NAME.match(line)
        if found and ";" not in line:
            yield found[1]


def _from_pyproject(root: Path) -> Iterator[str]:
    document = _document(root)
    project: Any = document.get("project")
    if isinstance(project, dict):
        yield from _texts(project.get("dependencies"))
        yield from _groups(project.get("optional-dependencies"))
    yield from _groups(document.get("dependency-groups"))


def _document(root: Path) -> dict[str, Any]:
    try:
        return read_toml_file(root / "pyproject.toml")
    except (OSError, ValueError):
        return {}


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
    read_ini_file(root / "setup.cfg", parser)
    yield from parser.get("options", "install_requires", fallback="").splitlines()


def _from_requirements(root: Path) -> Iterator[str]:
    for path in sorted(root.glob("requirements*.txt")):
        yield from _lines(path)


def _lines(path: Path) -> Iterator[str]:
    try:
        lines = read_text_file(path, "replace").splitlines()
    except OSError:
        return
    yield from (line for line in lines if not line.lstrip().startswith(("-", "#")))
