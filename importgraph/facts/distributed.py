"""What a project distributes: the packages its build backend is told to ship. Nothing is executed."""

import ast
import configparser
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec import Struct

from importgraph.files import read_text_file, table_in


class Distributed(Struct, frozen=True):
    """One distribution that a folder builds."""

    folder: str
    """The folder of the project, relative to the analysed root."""
    path: str
    """The file that says so."""
    name: str
    """Of the distribution as it would be imported: lower case, with underscores; may be empty."""
    packages: tuple[str, ...]
    """Top-level names the settings of the backend list; empty where the backend finds them itself."""


def read_distributed(root: Path, folders: Iterable[str]) -> tuple[Distributed, ...]:
    """Read what each folder distributes; a folder that builds nothing has no entry.

    Args:
        root: The analysed folder.
        folders: Folders relative to it that may hold a project; "" is the root.
    """
    found = (one for folder in folders for one in _of_folder(root, folder))
    return tuple(found)


def _of_folder(root: Path, folder: str) -> Iterator[Distributed]:
    def text(name: str) -> str:
        try:
            return read_text_file(root / folder / name, errors="replace")
        except OSError:
            return ""

    found: list[tuple[str, _Said]] = []
    for read, name in ((_pyproject, "pyproject.toml"), (_setup_cfg, "setup.cfg"), (_setup_py, "setup.py")):
        content = text(name)
        said = read(content) if content else None
        if said is not None:
            found.append((f"{folder}/{name}".strip("/"), said))
    if found:
        path, (first, _) = found[0]
        called = first or next((name for _, (name, _) in found if name), "")
        packages = next((listed for _, (_, listed) in found if listed), [])
        tops = dict.fromkeys(package.partition(".")[0] for package in packages)
        yield Distributed(folder, path, re.sub(r"[-.]+", "_", called).lower(), tuple(tops))


_Said = tuple[str, list[str]]


def _pyproject(text: str) -> _Said | None:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None  # the loader of the settings reports it
    project, tool = table_in(data, "project"), table_in(data, "tool")
    poetry = table_in(tool, "poetry")
    builds = table_in(data, "build-system") or project.get("scripts") or table_in(tool, "setuptools")
    if not (builds and (project or poetry)) or poetry.get("package-mode") is False:
        return None
    name = project.get("name") or poetry.get("name") or ""
    return str(name), list(dict.fromkeys(_listed(tool)))


def _listed(tool: Mapping[str, Any]) -> Iterator[str]:
    wheel = table_in(tool, "hatch", "build", "targets", "wheel")
    for path in (*_strings(wheel.get("packages")), *_strings(wheel.get("only-include"))):
        yield PurePosixPath(path).name.removesuffix(".py")
    setuptools = table_in(tool, "setuptools")
    yield from _strings(setuptools.get("packages"))
    yield from _strings(setuptools.get("py-modules"))
    poetry = table_in(tool, "poetry").get("packages")
    for item in poetry if isinstance(poetry, list) else ():
        if isinstance(item, dict) and isinstance(item.get("include"), str):
            yield item["include"].replace("/", ".").removesuffix(".py")
    for names in (
        ("flit", "module", "name"),
        ("uv", "build-backend", "module-name"),
        ("maturin", "module-name"),
    ):
        value = table_in(tool, *names[:-1]).get(names[-1])
        yield from _strings(value)


def _setup_cfg(text: str) -> _Said | None:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    name = parser.get("metadata", "name", fallback="")
    if not name:
        return None
    packages = parser.get("options", "packages", fallback="").split()
    modules = parser.get("options", "py_modules", fallback="").split()
    return name, [item for item in [*packages, *modules] if item.isidentifier() or "." in item]


def _setup_py(text: str) -> _Said | None:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "setup":
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            name = given.get("name")
            called = name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""
            listed = [*_names(given.get("packages")), *_names(given.get("py_modules"))]
            return called, listed
    return None


def _names(node: ast.expr | None) -> list[str]:
    items = node.elts if isinstance(node, ast.List | ast.Tuple) else []
    return [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
