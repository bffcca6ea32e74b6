"""Where the packages of one project begin, by its build backend, its `setup.py` and its pytest settings."""

import ast
import configparser
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from importgraph.facts.source.host import Broken, parse
from importgraph.files import read_file, read_ini_file, read_toml_file, table_in

_Root = tuple[str, str, bool]
"""Folder relative to the project, reason, and whether it outweighs how statements call the modules."""

PYTHONPATH = "pytest pythonpath"
"""The reason for a folder that pytest puts on `sys.path`."""
_INI_SECTIONS = (("pytest.ini", "pytest"), ("tox.ini", "pytest"), ("setup.cfg", "tool:pytest"))


def project_roots(project: Path) -> Iterator[_Root]:
    """Yield the folders in which a project keeps its packages, most authoritative first.

    A folder that a build backend is told outweighs what statements say; pytest's `pythonpath` and a folder
    `src` without `__init__.py` do not.
    """
    document = _toml(project / "pyproject.toml")
    tool = table_in(document, "tool")
    for folder, reason in _told(project, document, tool):
        yield folder, reason, True
    for folder in _pytest_setting(project, "pythonpath"):
        yield folder, PYTHONPATH, False
    if (project / "src").is_dir() and not (project / "src" / "__init__.py").exists():
        yield "src", "src layout", False


def keeps_packages(project: Path) -> bool:
    """Tell whether a folder that is a package itself is one project with packages of its own, all the same.

    Its `setup.py` looks for packages beside itself, or lists one that is there. A `setup.py` that only
    configures the package around it, or calls its own folder a package, says nothing of the kind.
    """
    try:
        text = read_file(project / "setup.py").decode("utf-8", "replace")
    except OSError:
        return False
    if _FINDS.search(text):
        return True
    listed = _LISTED.search(text)
    names = _QUOTED.findall(listed[1]) if listed is not None else []
    return any((project / name.replace(".", "/") / "__init__.py").exists() for name in names)


_FINDS = re.compile(r"\bfind_(?:namespace_)?packages\(\s*(?:\)|exclude|include)")
_LISTED = re.compile(r"\bpackages\s*=\s*\[([^\]]*)\]")
_QUOTED = re.compile(r"[\"']([\w.]+)[\"']")


def project_name(project: Path) -> str:
    """Return the name of the distribution that a folder builds, as it stands there; empty where none does."""
    document = _toml(project / "pyproject.toml")
    named = (
        table_in(document, "project").get("name"),
        table_in(document, "tool", "poetry").get("name"),
    )
    found = next((name for name in named if isinstance(name, str)), "")
    return found or _ini(project / "setup.cfg").get("metadata", "name", fallback="")


def names_tests_by_path(project: Path) -> bool:
    """Tell whether pytest is told to name test files by their path (`--import-mode=importlib`)."""
    options = _pytest_setting(project, "addopts")
    return any(option in {"--import-mode=importlib", "importlib"} for option in options)


def test_folders(project: Path) -> tuple[str, ...]:
    """Return where pytest collects by default, relative to the project; none where that is everywhere.

    A pattern in place of a folder means everywhere, too.
    """
    clean = [place.removeprefix("./").rstrip("/") for place in _pytest_setting(project, "testpaths")]
    return () if any(set("*?[") & set(place) or place in {"", "."} for place in clean) else tuple(clean)


def _pytest_setting(project: Path, key: str) -> list[str]:
    pytest = table_in(_toml(project / "pyproject.toml"), "tool", "pytest")
    found = _strings(pytest.get(key)) + _strings(table_in(pytest, "ini_options").get(key))
    for name, section in _INI_SECTIONS:
        found += _ini(project / name).get(section, key, fallback="").split()
    return found


def _told(project: Path, document: Mapping[str, Any], tool: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((folder, "setuptools") for folder in _setuptools(table_in(tool, "setuptools")))
    yield from ((folder, "poetry") for folder in _poetry(table_in(tool, "poetry")))
    yield from ((folder, "hatch") for folder in _hatch(table_in(tool, "hatch", "build")))
    yield from ((folder, "pdm") for folder in _strings(table_in(tool, "pdm", "build").get("package-dir")))
    yield from ((folder, "uv") for folder in _uv(document, table_in(tool, "uv", "build-backend")))
    yield from ((folder, "maturin") for folder in _strings(table_in(tool, "maturin").get("python-source")))
    yield from ((folder, "scikit-build") for folder in _scikit_build(table_in(tool, "scikit-build", "wheel")))
    yield from ((folder, "setup.cfg") for folder in _setup_cfg(project / "setup.cfg"))
    yield from ((folder, "setup.py") for folder in _setup_py(project / "setup.py"))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return read_toml_file(path)
    except (OSError, ValueError):
        return {}


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return value.split()
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _above(package: str) -> str:
    return package.rstrip("/").rpartition("/")[0]


def _setuptools(table: Mapping[str, Any]) -> list[str]:
    package_dir = table.get("package-dir")
    roots = _strings(package_dir.get("")) if isinstance(package_dir, dict) else []
    return roots + _strings(table_in(table, "packages", "find").get("where"))


def _poetry(table: Mapping[str, Any]) -> list[str]:
    packages = table.get("packages")
    items = packages if isinstance(packages, list) else []
    return [item["from"] for item in items if isinstance(item, dict) and isinstance(item.get("from"), str)]


def _hatch(build: Mapping[str, Any]) -> list[str]:
    found = []
    for table in (table_in(build, "targets", "wheel"), build):
        found += [_above(package) for package in _strings(table.get("packages"))]
        sources = table.get("sources")
        found += [folder for folder in _strings(sources) if folder]
        if isinstance(sources, dict):  # a folder whose prefix the wheel drops
            found += [folder for folder, name in sources.items() if name == ""]
    return found


def _uv(document: Mapping[str, Any], table: Mapping[str, Any]) -> list[str]:
    is_used = table_in(document, "build-system").get("build-backend") == "uv_build"
    return _strings(table.get("module-root", "src" if is_used else None))


def _scikit_build(wheel: Mapping[str, Any]) -> list[str]:
    packages = wheel.get("packages")
    if isinstance(packages, dict):  # package = folder; where they end alike the rest is the root
        pairs = [(name.replace(".", "/"), str(folder).rstrip("/")) for name, folder in packages.items()]
        return [folder.removesuffix(name).rstrip("/") for name, folder in pairs if folder.endswith(name)]
    return [_above(package) for package in _strings(packages)]


def _ini(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    read_ini_file(path, parser)
    return parser


def _setup_cfg(path: Path) -> list[str]:
    parser = _ini(path)
    found = []
    for line in parser.get("options", "package_dir", fallback="").splitlines():
        key, _, value = line.partition("=")
        if not key.strip() and value.strip():
            found.append(value.strip())
    where = parser.get("options.packages.find", "where", fallback="").strip()
    return [*found, where] if where else found


def _setup_py(path: Path) -> list[str]:
    """Read the literal `package_dir={"": …}` and `find_packages(where)` of a `setup.py`."""
    try:
        source = read_file(path)
        if b"package" not in source:
            return []
    except OSError:
        return []
    tree = parse(source)
    if isinstance(tree, Broken):
        return []
    return [root for node in ast.walk(tree) if isinstance(node, ast.Call) for root in _named_by(node)]


def _named_by(call: ast.Call) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg == "package_dir" and isinstance(keyword.value, ast.Dict):
            pairs = zip(keyword.value.keys, keyword.value.values, strict=True)
            yield from (text for key, value in pairs if _text(key) == "" and (text := _text(value)))
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in {"find_packages", "find_namespace_packages"}:
        given = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "where")]
        yield from (text for value in given if (text := _text(value)))


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
