"""The last answer to the same question, as long as nothing it depends on has changed.

A record holds the stamps of every file and folder that a collection looked at. Checking them reads no file:
where size and time of all of them are as they were, the answer of then is the answer of now. Files changed
too shortly before the record was made to be told apart by their time are compared by content.
"""

# ruff: noqa: PTH116, PTH123, PTH208 -- paths are texts here: there are thousands

import hashlib
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

_RACY_NS = 2_000_000_000
_VOLATILE = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}


class FileStamp(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What tells that a file is as it was."""

    path: str
    mtime_ns: int
    """-1 where only the content can tell."""
    size: int
    digest: bytes


class FolderStamp(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What tells that a folder holds the names it held."""

    path: str
    mtime_ns: int
    digest: bytes


class Stamps(msgspec.Struct, frozen=True, array_like=True):
    """All that an answer depends on."""

    files: tuple[FileStamp, ...]
    folders: tuple[FolderStamp, ...]
    variables: tuple[tuple[str, str | None], ...]


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """What was printed."""

    output: str
    messages: str
    dynamic: tuple[str, ...]


def code_stamp() -> str:
    """Return what changes when this program does."""
    parts = [sys.version]
    for folder in (Path(__file__).parent, Path(__file__).parent.parent / "facts"):
        with os.scandir(folder) as entries:
            parts += sorted(f"{e.name}{e.stat().st_mtime_ns}" for e in entries if e.name.endswith(".py"))
    return "".join(parts)


def question(parts: Iterable[object]) -> str:
    """Return a file name for a question."""
    watched = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "VIRTUAL_ENV", "PATH")
    text = repr([*parts, *[os.environ.get(name) for name in watched], code_stamp()])
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def stamp(
    files: Iterable[str],
    folders: Iterable[str],
    variables: Iterable[tuple[str, str | None]],
    known: Iterable[FileStamp] = (),
) -> Stamps:
    """Take the stamps of what an answer depends on, but for those of files that are known already."""
    now = time.time_ns()
    taken = {found.path: found for found in known}
    return Stamps(
        tuple(taken.get(path) or _file_stamp(path, now) for path in sorted(set(files))),
        tuple(_folder_stamp(path) for path in sorted(set(folders))),
        tuple(sorted(variables)),
    )


def _file_stamp(path: str, now: int) -> FileStamp:
    try:
        status = os.stat(path)
        digest = content_digest(path)
    except OSError:
        return FileStamp(path, -1, -1, b"")
    mtime = status.st_mtime_ns
    return FileStamp(path, mtime if now - mtime > _RACY_NS else -1, status.st_size, digest)


def content_digest(path: str) -> bytes:
    """Return a digest of a file's bytes."""
    with open(path, "rb") as stream:
        return hashlib.blake2b(stream.read(), digest_size=16).digest()


def _folder_stamp(path: str) -> FolderStamp:
    try:
        return FolderStamp(path, os.stat(path).st_mtime_ns, _listing_digest(path))
    except OSError:
        return FolderStamp(path, -1, b"")


def _listing_digest(path: str) -> bytes:
    names = sorted(name for name in os.listdir(path) if name not in _VOLATILE)
    return hashlib.blake2b("\0".join(names).encode("utf-8", "surrogateescape"), digest_size=16).digest()


def changed(stamps: Stamps) -> tuple[set[str], set[str], bool]:
    """Return the files and folders that are not as they were, and whether a variable differs."""
    files = {found.path for found in stamps.files if not _same_file(found)}
    folders = {found.path for found in stamps.folders if not _same_folder(found)}
    return files, folders, any(os.environ.get(name) != value for name, value in stamps.variables)


def _same_file(found: FileStamp) -> bool:
    try:
        status = os.stat(found.path)
        if status.st_mtime_ns == found.mtime_ns and status.st_size == found.size:
            return True
        return status.st_size == found.size and content_digest(found.path) == found.digest
    except OSError:
        return found.size == -1


def _same_folder(found: FolderStamp) -> bool:
    try:
        return (
            os.stat(found.path).st_mtime_ns == found.mtime_ns or _listing_digest(found.path) == found.digest
        )
    except OSError:
        return found.mtime_ns == -1


def recall(folder: Path, name: str) -> Answer | None:
    """Return the stored answer to a question if it still holds."""
    stamps = load_stamps(folder, name)
    if stamps is None or any(changed(stamps)):
        return None
    try:
        return msgspec.msgpack.decode((folder / f"{name}.answer").read_bytes(), type=Answer)
    except (OSError, msgspec.MsgspecError):
        return None


def load_stamps(folder: Path, name: str) -> Stamps | None:
    """Return the stamps of a stored answer."""
    try:
        return msgspec.msgpack.decode((folder / f"{name}.stamps").read_bytes(), type=Stamps)
    except (OSError, msgspec.MsgspecError):
        return None


def is_fresh(stamps: Stamps) -> bool:
    """Tell whether some file or folder changed too shortly ago for its time to tell the next change."""
    now = time.time_ns()
    for path in (*[found.path for found in stamps.files], *[found.path for found in stamps.folders]):
        try:
            if now - os.stat(path).st_mtime_ns <= _RACY_NS:
                return True
        except OSError:
            continue
    return False


def keep(folder: Path, name: str, stamps: Stamps, answer: Answer) -> None:
    """Store an answer; a store that fails leaves the run as it is."""
    write(folder, f"{name}.answer", msgspec.msgpack.encode(answer))
    write(folder, f"{name}.stamps", msgspec.msgpack.encode(stamps))


def write(folder: Path, name: str, data: bytes) -> None:
    """Write a file of the store whole or not at all."""
    scratch = folder / f"{name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        scratch.write_bytes(data)
        scratch.replace(folder / name)
    except OSError:
        scratch.unlink(missing_ok=True)
