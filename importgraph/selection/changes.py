"""Changed files to the modules and packages they may change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from importgraph.graph.model import Graph, Kind

SETTINGS = frozenset(
    {
        "pyproject.toml", "pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "tox.ini", "setup.cfg",
        "setup.py", "noxfile.py", "uv.lock", "poetry.lock", "pdm.lock", "Pipfile", "Pipfile.lock",
        "requirements.txt",
    }
)  # fmt: skip
"""Files that may change how every test runs."""
_PROSE = (".md", ".rst", ".adoc")
_COMPILED = (".so", ".pyd", ".pyx", ".pxd", ".pxi", ".c", ".h", ".cc", ".cpp", ".hpp", ".rs")


@dataclass(frozen=True, slots=True)
class Change:
    """A file that differs between two states."""

    status: str
    """`A` added, `D` deleted, `M` modified, `R` renamed."""
    path: str
    """For a deleted file, where it was."""
    old_path: str
    """Where it was before; the same as `path` unless it was renamed."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a set of changes means for one side of it."""

    modules: Mapping[str, str]
    """Changed modules, each with the path of the change, sorted."""
    everything: tuple[tuple[str, str], ...]
    """Changes that may affect every test, as (path, reason)."""
    data: tuple[tuple[str, str], ...]
    """Data files and what was taken to read them, as (path, reason)."""
    ignored: tuple[str, ...]
    """Changes that reach no test as far as text shows, sorted."""


def changed_modules(graph: Graph, paths: Iterable[str]) -> Changed:
    """Map changed paths to modules of one side.

    A data file changes every module in its folder or, where the folder holds none, in the nearest one above
    that does, and the packages around it: any of them may read it. Settings change everything. Prose and files
    above every module change nothing.

    Args:
        graph: The side of the change that is looked at.
        paths: Relative to the analysed root, where the files stand (or stood) on that side.
    """
    by_path = {module.path: module.name for module in graph.modules.values() if module.path}
    folders = _modules_by_folder(graph)
    modules: dict[str, str] = {}
    everything, data, ignored = [], [], []
    for path in sorted(set(paths)):
        name = PurePosixPath(path).name
        if path in by_path:
            modules.setdefault(by_path[path], path)
        elif name in SETTINGS or name.startswith("requirements"):
            everything.append((path, "settings of the project"))
        elif path.endswith(".py"):
            ignored.append(path)
        else:
            readers = (
                [] if path.endswith(_PROSE) and not _near_code(path, folders) else _readers(path, folders)
            )
            for reader in readers:
                modules.setdefault(reader, path)
            if readers:
                kind = "compiled source" if path.endswith(_COMPILED) else "data"
                data.append((path, f"{kind} near {readers[0]}: whatever stands beside it may read it"))
            else:
                ignored.append(path)
    return Changed(dict(sorted(modules.items())), tuple(everything), tuple(data), tuple(ignored))


def _modules_by_folder(graph: Graph) -> dict[str, list[str]]:
    folders: dict[str, list[str]] = {}
    for module in graph.modules.values():
        if module.path and module.kind is not Kind.EXTENSION:
            folders.setdefault(module.path.rpartition("/")[0], []).append(module.name)
    return folders


def _near_code(path: str, folders: Mapping[str, list[str]]) -> bool:
    return path.rpartition("/")[0] in folders


def _readers(path: str, folders: Mapping[str, list[str]]) -> list[str]:
    """Return the modules of the nearest folder with code, and the packages around that folder."""
    folder = path.rpartition("/")[0]
    while folder and folder not in folders:
        folder = folder.rpartition("/")[0]
    if not folder:
        return []
    return sorted(folders[folder])
