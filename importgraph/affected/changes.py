"""Changed files to the modules and packages they may change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from importgraph.graph.model import Graph

SETTINGS = frozenset(
    {
        "pyproject.toml", "pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "tox.ini", "setup.cfg",
        "setup.py", "noxfile.py", "uv.lock", "poetry.lock", "pdm.lock", "Pipfile", "Pipfile.lock",
        "requirements.txt",
    }
)  # fmt: skip
"""Files that may change how every test runs."""
_PROSE = (".md", ".rst", ".adoc")
_ASIDE = frozenset(
    {
        "LICENSE",
        "LICENCE",
        "COPYING",
        "NOTICE",
        "AUTHORS",
        "CHANGELOG",
        "CHANGES",
        "CITATION",
        "CONTRIBUTING",
        "CONTRIBUTORS",
        "HISTORY",
        "MAINTAINERS",
        "NEWS",
        "README",
        "SECURITY",
        "THANKS",
        "TODO",
        "CODEOWNERS",
        "Makefile",
        "Dockerfile",
        "importgraph-baseline",
    }
)
_ASIDE_FOLDERS = frozenset({"docs", "doc", "node_modules"})
_COMPILED = (".so", ".pyd", ".pyx", ".pxd", ".pxi", ".c", ".h", ".cc", ".cpp", ".hpp", ".rs")


@dataclass(frozen=True, slots=True)
class Inside:
    """A change that lies in functions alone."""

    nodes: frozenset[str]
    """Functions that differ, and classes that methods were added to or taken from."""
    names: frozenset[str]
    """Names of functions that the module gained or lost."""


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
    inside: Mapping[str, Inside] = field(default_factory=dict)
    """Of the changed modules, those that changed in functions alone."""


def changed_modules(graph: Graph, paths: Iterable[str]) -> Changed:
    """Map changed paths to modules of one side.

    A data file changes every module in its folder or, where the folder holds none, in the nearest one above
    that does: any of them may read it. Settings change everything, and so do data files outside all code.
    Prose without code beside it, licences, documentation and hidden folders change nothing.

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
        elif not (readers := _readers(path, folders)):
            if _is_aside(path):
                ignored.append(path)
            else:
                everything.append((path, "a data file outside all code, which any test may read"))
        else:
            modules.update((reader, path) for reader in readers if reader not in modules)
            kind = "compiled source" if path.endswith(_COMPILED) else "data"
            data.append((path, f"{kind} near {readers[0]}: whatever stands beside it may read it"))
    return Changed(dict(sorted(modules.items())), tuple(everything), tuple(data), tuple(ignored))


def _modules_by_folder(graph: Graph) -> dict[str, list[str]]:
    folders: dict[str, list[str]] = {}
    for module in graph.modules.values():
        if module.path and not module.is_opaque:
            folders.setdefault(module.path.rpartition("/")[0], []).append(module.name)
    return folders


def _is_aside(path: str) -> bool:
    """Tell whether a file is prose, a licence, or in a hidden folder or one of documentation."""
    *folders, name = path.split("/")
    is_hidden = any(part.startswith(".") for part in (*folders, name))
    is_prose = name.endswith(_PROSE) or name.partition(".")[0] in _ASIDE
    return is_hidden or is_prose or bool(_ASIDE_FOLDERS & set(folders))


def _readers(path: str, folders: Mapping[str, list[str]]) -> list[str]:
    """Return the modules of the nearest folder with code; none for prose that no code stands beside."""
    folder = path.rpartition("/")[0]
    if path.endswith(_PROSE) and folder not in folders:
        return []
    while folder and folder not in folders:
        folder = folder.rpartition("/")[0]
    if not folder:
        return []
    return sorted(folders[folder])
