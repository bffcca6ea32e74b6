"""What the settings of a project say of where imports look, and which files alone were read for that."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from importgraph.environment.declared import requirement_names
from importgraph.graph.layout.build_backends import names_tests_by_path, test_folders
from importgraph.graph.layout.roots import ImportPath, chosen_roots, configured_roots, own_distributions
from importgraph.kept.parts import Apart
from importgraph.kept.questions import digest_of
from importgraph.reads import present


@dataclass(frozen=True, slots=True)
class PathSettings:
    """What was read."""

    path: ImportPath
    opened: Apart
    """The notes of reading it."""

    @property
    def digest(self) -> str:
        """What tells that it says the same."""
        path = self.path
        requirements = sorted(path.requirements)
        return digest_of((path.roots, path.tests_by_path, path.test_folders, requirements))

    def files(self) -> tuple[str, ...]:
        """Return the files that were read for this and, up to now, nothing else, where notes are taken."""
        reads, own = present(), self.opened.reads
        if reads is None or own is None:
            return ()
        return tuple(
            path for path, times in own.opened_otherwise.items() if reads.opened_otherwise[path] == times
        )


def read_settings(
    root: Path, paths: Iterable[str], build: Iterable[str], chosen: Collection[str]
) -> PathSettings:
    """Read what the settings of a project say.

    Args:
        root: The folder of the tree.
        paths: Its Python files.
        build: Its files of settings.
        chosen: The source roots that a user named; none to infer them.
    """
    opened = Apart()
    with opened:
        files = project_files(paths, build)
        roots = chosen_roots(chosen) or configured_roots(root, files)
        required = declared_requirements(root, files)
        path = ImportPath(roots, names_tests_by_path(root), test_folders(root), required)
    return PathSettings(path, opened)


def project_files(paths: Iterable[str], build: Iterable[str]) -> tuple[str, ...]:
    """Return the files that tell where projects are: settings, and each `setup.py` in a package."""
    known = frozenset(paths)
    setups = sorted(path for path in known if path.endswith("/setup.py"))
    inside = (path for path in setups if f"{path.removesuffix('setup.py')}__init__.py" in known)
    return (*build, *inside)


def declared_requirements(root: Path, files: Iterable[str]) -> frozenset[str]:
    """Return the distributions from outside that projects declare, by normal names."""
    return requirement_names(root) - own_distributions(root, files)
