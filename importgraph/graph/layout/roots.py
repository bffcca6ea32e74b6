"""Source roots that the settings, the build backends and pytest name."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from importgraph.environment.interpreter import normal_name
from importgraph.graph.layout.build_backends import keeps_packages, project_name, project_roots


@dataclass(frozen=True, slots=True)
class SourceRoot:
    """A folder that is on `sys.path` when the project runs."""

    folder: str
    """Relative to the analysed root; empty for the root itself."""
    reason: str
    settled: bool = False
    """What stands below is named from here, however statements call it."""


@dataclass(frozen=True, slots=True)
class ImportPath:
    """What is known of where imports look as the project runs."""

    roots: tuple[SourceRoot, ...]
    """Most authoritative first."""
    tests_by_path: bool = False
    """Pytest names test files outside of packages by their path from the top."""
    test_folders: tuple[str, ...] = ()
    """Where pytest collects by default; none where that is everywhere."""
    requirements: frozenset[str] = frozenset()
    """The distributions the project declares, by normal names."""


def chosen_roots(folders: Iterable[str]) -> tuple[SourceRoot, ...]:
    """Return the roots that the settings name: they are final."""
    clean = (folder.replace("\\", "/").removeprefix("./").strip("/") for folder in folders)
    return tuple(SourceRoot("" if folder == "." else folder, "configured", settled=True) for folder in clean)


def configured_roots(root: Path, build_files: Iterable[str] = ()) -> tuple[SourceRoot, ...]:
    """Read source roots from build backends and pytest, and take `src/` by convention.

    Files that cannot be read say nothing here; the configuration loader reports them.

    Args:
        root: The analysed root.
        build_files: Paths below it, relative, among them those of the settings of projects in sub-folders.

    Returns:
        The roots, without duplicates, in order of authority.
    """
    found: dict[str, SourceRoot] = {}
    for project in ("", *_sub_projects(root, build_files)):
        for folder, reason, settled in project_roots(root / project):
            clean = _joined(project, folder)
            if clean is not None and os.path.isdir(root / clean):  # noqa: PTH112 -- no error for what is no path
                found.setdefault(clean, SourceRoot(clean, reason, settled and bool(clean)))
        if project:
            inner = (root / project / "__init__.py").exists()  # else its modules are named from further up
            found.setdefault(project, SourceRoot(project, "project folder", settled=inner))
    return tuple(found.values())


def own_distributions(root: Path, build_files: Iterable[str] = ()) -> frozenset[str]:
    """Return the distributions that the projects of a tree build, by normal names."""
    projects = ("", *_sub_projects(root, build_files))
    return frozenset(normal_name(name) for project in projects if (name := project_name(root / project)))


def _sub_projects(root: Path, build_files: Iterable[str]) -> Iterator[str]:
    """Yield the folders below the root that are projects of their own, sorted.

    What is a package is none, but for a folder in which one finds packages, `__init__.py` or not.
    """
    settings = ("pyproject.toml", "setup.cfg", "setup.py")
    folders = {path.rpartition("/")[0] for path in build_files if path.endswith(settings) and "/" in path}
    for folder in sorted(folders):
        if not (root / folder / "__init__.py").exists() or keeps_packages(root / folder):
            yield folder


def _joined(project: str, folder: str) -> str | None:
    """Join a folder to the project that names it; None where it leads out of the project."""
    parts = [part for part in folder.replace("\\", "/").split("/") if part not in {"", "."}]
    return None if ".." in parts else "/".join(([project] if project else []) + parts)
