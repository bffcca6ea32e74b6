"""Where the parts of a repository are on disk, found without asking git (gitrepository-layout(5)).

Git itself would take a folder of a checkout that looks like a bare repository for one, with what that
configures. Here only a `.git` counts: a folder, or the file that a linked work tree and a submodule have.
"""

from dataclasses import dataclass
from pathlib import Path

_LONGEST = 65_536
"""Bytes of a `.git` file, `HEAD` or `commondir`: they hold one line."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of one work tree's repository."""

    top: Path
    """The work tree."""
    own: Path
    """What belongs to this work tree: `HEAD`, the index."""
    common: Path
    """What all work trees share: objects, refs; the same as `own` where there is one."""


def find_layout(folder: Path) -> Layout | None:
    """Return the repository around a folder, None where there is none with a work tree."""
    start = folder.resolve()
    for top in (start, *start.parents):
        own = _git_folder(top / ".git")
        if own is not None:
            common = _common_folder(own)
            if (common / "objects").is_dir() and (own / "HEAD").exists():
                return Layout(top, own, common)
    return None


def read_line(path: Path) -> str:
    """Return the text of a small file without white space around it; empty where it cannot be read."""
    try:
        if path.is_file():
            with path.open("rb") as file:
                return file.read(_LONGEST).decode(errors="surrogateescape").strip()
    except OSError:
        pass  # the caller takes an unreadable file as one that is not there
    return ""


def _git_folder(place: Path) -> Path | None:
    if place.is_dir():
        return place
    kind, _, path = read_line(place).partition(":")
    if kind != "gitdir" or "\0" in path:
        return None
    folder = place.parent / path.strip()
    return folder.resolve() if folder.is_dir() else None


def _common_folder(own: Path) -> Path:
    path = read_line(own / "commondir")
    return (own / path).resolve() if path and "\0" not in path else own
