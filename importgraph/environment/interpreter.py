"""An interpreter and what is installed for it."""

import os
import re
from functools import cached_property
from pathlib import Path

import msgspec

from importgraph.environment.built_in import built_in_modules
from importgraph.environment.entry_points import EntryPoint, entry_points_in, read_entry_points
from importgraph.files import read_text_file

NEWEST_PATCH = 99
"""Stands for the newest patch release, in tests like `sys.version_info >= (3, 11, 3)`."""


def normal_name(distribution: str) -> str:
    """Return a distribution's name in the form that all its spellings share (PEP 503)."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


class Environment(msgspec.Struct, frozen=True, dict=True):
    """An interpreter: its version, and the folders it imports from."""

    version: tuple[int, int]
    standard: tuple[str, ...]
    """Folders of the standard library; empty where it cannot be read."""
    site: tuple[str, ...]
    """Folders of installed packages, with those that `.pth` files add."""
    folders: tuple[str, ...]
    """The `site-packages` folders themselves."""
    prefix: str = ""
    """The folder it was found in."""
    platform: str = "linux"
    """Its `sys.platform`, as far as the layout of its folders tells."""
    gaps: tuple[str, ...] = ()
    """What could not be read, one sentence each."""
    patch: int = NEWEST_PATCH
    """The third part of its version; where nothing states it, it is taken as the newest."""

    @property
    def full_version(self) -> tuple[int, int, int]:
        """Return what `sys.version_info` begins with."""
        return (*self.version, self.patch)

    @property
    def knows_installed(self) -> bool:
        """Tell whether it says what is installed: a standard library alone does not."""
        return bool(self.folders)

    @cached_property
    def installed(self) -> tuple[str, ...]:
        """Folders of installed packages; what other folders of `site` hold is somebody's work in progress.

        A `.pth` file may name the `site-packages` of another environment.
        """
        linked = (one for one in self.site if Path(one).name in {"site-packages", "dist-packages"})
        return tuple(dict.fromkeys((*self.folders, *linked)))

    @cached_property
    def built_in(self) -> frozenset[str]:
        """Modules that are part of the interpreter itself, with no file."""
        return built_in_modules(self.standard, self.version, self.platform)

    @cached_property
    def distributions(self) -> dict[str, Path]:
        """The metadata folder of each installed distribution, by normalised name."""
        found: dict[str, Path] = {}
        for folder in self.site:
            for name in sorted(list_folder(folder)):
                if name.endswith((".dist-info", ".egg-info")):
                    project = name.rpartition(".")[0].split("-")[0]
                    found.setdefault(normal_name(project), Path(folder, name))
        return found

    def distribution_folder(self, name: str) -> Path | None:
        """Return the metadata folder of an installed distribution."""
        return self.distributions.get(normal_name(name))

    def distribution_version(self, name: str) -> str | None:
        """Return the version of an installed distribution, from the name of its metadata folder."""
        folder = self.distribution_folder(name)
        if folder is None:
            return None
        parts = folder.name.rpartition(".")[0].split("-")
        return parts[1] if len(parts) > 1 else None

    @cached_property
    def pytest_plugins(self) -> tuple[tuple[str, str], ...]:
        """The `pytest11` entry points: (name, module), sorted."""
        found: set[tuple[str, str]] = set()
        for folder in self.distributions.values():
            text = read_text(folder / "entry_points.txt")
            if "pytest11" in text:
                points = (one for one in entry_points_in(text) if one.group == "pytest11")
                found.update((one.name, one.value.partition(":")[0].strip()) for one in points)
        return tuple(sorted(found))

    @cached_property
    def entry_points(self) -> tuple[EntryPoint, ...]:
        """What the distributions declare for each other, those of one after those of another."""
        distributions = self.distributions.items()
        return tuple(one for name, folder in distributions for one in read_entry_points(folder, name))


def read_text(path: Path) -> str:
    """Return the text of a file; empty where it cannot be read."""
    try:
        return read_text_file(path, "replace")
    except OSError:
        return ""


def list_folder(folder: str) -> list[str]:
    """Return the names in a folder; none where it cannot be read."""
    try:
        return os.listdir(folder)  # noqa: PTH208 -- names, not paths
    except OSError:
        return []
