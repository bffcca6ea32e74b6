"""What is found in a tree: its files, what was left out of them, and what their texts say.

These are values alone: who finds them brings patterns of ignored files, processes and a cache.
"""

from collections.abc import Callable
from dataclasses import dataclass

from importgraph.facts.model import Broken, ModuleFacts

Progress = Callable[[int, int], None]
"""Called with the number of files done and their total."""
IgnoreLines = tuple[str, tuple[str, ...]]
"""The folder of an ignore file as a prefix of paths, empty or with `/` at its end, and its lines."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """A file or folder left out, with the reason."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class OtherFiles:
    """What stands beside the Python files that are analysed: paths relative to the root, sorted."""

    compiled: tuple[str, ...] = ()
    """Files of modules without Python source: built extensions, Cython, stubs, C and Rust sources."""
    build: tuple[str, ...] = ()
    """Files that tell what a build makes, and which folders are projects of their own."""
    unread: tuple[str, ...] = ()
    """Python files that git ignores, and with `/` at their end folders that it ignores: there, not read."""
    notebooks: tuple[str, ...] = ()
    ignore_files: tuple[IgnoreLines, ...] = ()
    """The lines of the `.gitignore` files, outermost first."""


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """The outcome of discovery: paths relative to the root, with `/`, sorted."""

    files: tuple[str, ...]
    excluded: tuple[Excluded, ...]
    """Python files that are not analysed."""
    links: tuple[Excluded, ...]
    """Folders behind symbolic links, which are not followed."""
    other: OtherFiles = OtherFiles()


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """One file with what its text says."""

    path: str
    """Relative to the root, with `/`."""
    facts: ModuleFacts
    broken: Broken | None
    late: Broken | None = None
    """Why Python rejects it from 3.14 on, where earlier ones do not."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Everything the text of a tree says."""

    files: tuple[ScannedFile, ...]
    """Sorted by path."""
    excluded: tuple[Excluded, ...]
    links: tuple[Excluded, ...]
    other: OtherFiles
    notebooks: tuple[ScannedFile, ...]
    """Notebooks as scripts, sorted by path; none of them is among the files."""
    notes: tuple[str, ...]
    """What the user should know about the scan itself."""
