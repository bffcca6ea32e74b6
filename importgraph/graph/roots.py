"""Source roots that the project's own configuration names."""

import configparser
from pathlib import Path
from typing import Any

from importgraph.files import read_ini_file, read_toml_file


def configured_roots(root: Path) -> tuple[tuple[str, str], ...]:
    """Read source roots from build backends and pytest, and take `src/` by convention.

    Files that cannot be read say nothing here; the configuration loader reports them.

    Returns:
        Pairs (folder relative to the root, reason), without duplicates, in order of authority.
    """
    found: dict[str, str] = {}
    for folder, reason in _candidates(root):
        clean = str(folder).strip("/").removeprefix("./").replace("\\", "/")
        clean = "" if clean == "." else clean
        if (root / clean).is_dir() and ".." not in clean:
            found.setdefault(clean, reason)
    return tuple(found.items())


def _candidates(root: Path) -> list[tuple[str, str]]:
    tool = _table(_toml(root / "pyproject.toml"), "tool")
    found = [(folder, "setuptools") for folder in _setuptools(_table(tool, "setuptools"))]
    found += [(folder, "poetry") for folder in _poetry(_table(tool, "poetry"))]
    wheel = _table(tool, "hatch", "build", "targets", "wheel")
    found += [(str(Path(p).parent), "hatch") for p in _strings(wheel.get("packages"))]
    found += [(folder, "hatch") for folder in _strings(wheel.get("sources")) if folder]
    if isinstance(package_dir := _table(tool, "pdm", "build").get("package-dir"), str):
        found.append((package_dir, "pdm"))
    if isinstance(source := _table(tool, "uv", "build-backend").get("module-root"), str):
        found.append((source, "uv"))
    if isinstance(maturin := _table(tool, "maturin").get("python-source"), str):
        found.append((maturin, "maturin"))
    found += [(folder, "setup.cfg") for folder in _setup_cfg(root / "setup.cfg")]
    found += [(folder, "pytest pythonpath") for folder in _pytest_paths(root, tool)]
    if (root / "src").is_dir() and not (root / "src" / "__init__.py").exists():
        found.append(("src", "src layout"))
    return found


def _toml(path: Path) -> dict[str, Any]:
    try:
        return read_toml_file(path)
    except (OSError, ValueError):
        return {}


def _table(table: dict[str, Any], *keys: str) -> dict[str, Any]:
    for key in keys:
        inner = table.get(key)
        if not isinstance(inner, dict):
            return {}
        table = inner
    return table


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return value.split()
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _setuptools(table: dict[str, Any]) -> list[str]:
    package_dir = table.get("package-dir")
    roots = (
        [package_dir[""]] if isinstance(package_dir, dict) and isinstance(package_dir.get(""), str) else []
    )
    return roots + _strings(_table(table, "packages", "find").get("where"))


def _poetry(table: dict[str, Any]) -> list[str]:
    packages = table.get("packages")
    items = packages if isinstance(packages, list) else []
    return [item["from"] for item in items if isinstance(item, dict) and isinstance(item.get("from"), str)]


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


def _pytest_paths(root: Path, tool: dict[str, Any]) -> list[str]:
    pytest = _table(tool, "pytest")
    found = _strings(pytest.get("pythonpath")) + _strings(_table(pytest, "ini_options").get("pythonpath"))
    for name, section in (("pytest.ini", "pytest"), ("tox.ini", "pytest"), ("setup.cfg", "tool:pytest")):
        found += _ini(root / name).get(section, "pythonpath", fallback="").split()
    return found
