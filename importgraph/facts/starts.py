"""What the files of a project start: commands and services that they name literally. Nothing is executed."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from importgraph.facts.start_commands import Start
from importgraph.facts.start_files import reader_of
from importgraph.files import read_text_file

_LARGEST = 400_000
"""Characters; a larger file is no Dockerfile that a person wrote."""
_BESIDE = ("", ".github/workflows", ".circleci", "docker", ".docker", "deploy", "deployment", "compose")
"""Where such files stand, seen from the folder of a project."""

Reader = Callable[[str, str], Iterator[Start]]


def read_starts(root: Path, folders: Iterable[str]) -> tuple[Start, ...]:
    """Read which modules and scripts the files of a project start.

    Read are, in each folder: `pyproject.toml`, `setup.cfg`, `setup.py` (literals), metadata of an unpacked
    distribution; Procfile, Dockerfile, compose files, Makefile, justfile, tox, nox, serverless and CI files.
    The last kinds are read line by line: a value that is a variable, an anchor or a template is not followed.

    Args:
        root: The analysed folder.
        folders: Folders relative to it that may hold a project; "" is the root.

    Returns:
        All starts found, each once, in the order of folders and files.
    """
    found: dict[Start, None] = {}
    for folder in folders:
        for path in _files(root, folder):
            reader = reader_of(PurePosixPath(path).name, path)
            text = _text(root / path) if reader is not None else ""
            if reader is not None and text:
                found.update(dict.fromkeys(reader(text, path)))
    return tuple(found)


def project_folders(roots: Iterable[str]) -> tuple[str, ...]:
    """Return the folders that may hold a project: each source root with the folders above it, top first."""
    found = {""}
    for root in roots:
        parts = PurePosixPath(root).parts
        found.update("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return tuple(sorted(found, key=lambda folder: (folder.count("/") + bool(folder), folder)))


def _files(root: Path, folder: str) -> Iterator[str]:
    for beside in _BESIDE:
        place = f"{folder}/{beside}".strip("/")
        try:
            names = os.listdir(root / place)  # noqa: PTH208 -- names alone, in one call
        except OSError:
            continue  # no such folder, or not ours to read
        for name in sorted(names, key=lambda name: (name.endswith("-info"), name)):
            if name.endswith((".dist-info", ".egg-info")):
                yield f"{place}/{name}/entry_points.txt".strip("/")
            else:
                yield f"{place}/{name}".strip("/")


def _text(path: Path) -> str:
    try:
        text = read_text_file(path, errors="replace")
    except OSError:
        return ""  # a folder of that name, or not ours to read
    return text if len(text) <= _LARGEST else ""
