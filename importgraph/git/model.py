"""What git says of a repository, as values."""

from dataclasses import dataclass

from msgspec import Struct


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A file of a revision."""

    path: str
    """Relative to the top of the repository."""
    object: str
    is_link: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A file that differs between two states."""

    status: str
    """`A` added, `D` deleted, `M` modified, `R` renamed."""
    path: str
    """For a deleted file, where it was."""
    old_path: str
    """Where it was before; the same as `path` unless it was renamed."""


class Commit(Struct, frozen=True):
    """The commit that brought a line."""

    id: str
    author: str
    date: str
    """As `2026-01-31`."""
    summary: str
