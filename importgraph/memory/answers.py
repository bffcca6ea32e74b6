"""The last answer to the same question, as long as nothing it depends on has changed.

A record holds the stamps of every file and folder that a collection looked at. Checking them reads no file:
where all of them are as they were, the answer of then is the answer of now. Of files and folders that
changed shortly before the question was asked, or later, nobody knows what was read: they are read again.
"""

# ruff: noqa: PTH208 -- paths are texts here: there are thousands

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from importgraph.files import read_file
from importgraph.kept.questions import program_stamp
from importgraph.memory.stamps import NOWHERE, Status, is_settled, status_of
from importgraph.storage import sealed, unsealed, write_whole

_VOLATILE = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}


class FileStamp(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What tells that a file is as it was."""

    path: str
    status: Status
    digest: bytes
    """Of the content; empty where nobody can say what was read, so that it has to be read again."""


class FolderStamp(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What tells that a folder holds the names it held."""

    path: str
    status: Status
    digest: bytes
    """Of the names; empty where nobody can say which they were."""


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


def question(parts: Iterable[object]) -> str:
    """Return a file name for a question."""
    watched = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "VIRTUAL_ENV", "PATH")
    text = repr([*parts, *[os.environ.get(name) for name in watched], program_stamp()])
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def stamp(
    files: Iterable[str],
    folders: Iterable[str],
    variables: Iterable[tuple[str, str | None]],
    asked_ns: int,
    known: Iterable[FileStamp] = (),
) -> Stamps:
    """Take the stamps of what an answer depends on, but for those of files that are known already.

    Args:
        files: Files whose text had a say.
        folders: Folders whose names had a say.
        variables: Variables of the environment that were looked at.
        asked_ns: When the question was asked, before anything was read.
        known: Stamps that were taken already.
    """
    taken = {found.path: found for found in known}
    return Stamps(
        tuple(taken.get(path) or _file_stamp(path, asked_ns) for path in sorted(set(files))),
        tuple(_folder_stamp(path, asked_ns) for path in sorted(set(folders))),
        tuple(sorted(variables)),
    )


def _file_stamp(path: str, asked_ns: int) -> FileStamp:
    status = status_of(path)
    try:
        digest = content_digest(path) if is_settled(status, asked_ns) else b""
    except OSError:
        digest = b""
    return FileStamp(path, status, digest if status_of(path) == status else b"")


def content_digest(path: str) -> bytes:
    """Return a digest of a file's bytes."""
    return hashlib.blake2b(read_file(path), digest_size=16).digest()


def _folder_stamp(path: str, asked_ns: int) -> FolderStamp:
    status = status_of(path)
    try:
        digest = _listing_digest(path) if is_settled(status, asked_ns) else b""
    except (OSError, ValueError):  # the second: a NUL in a setting
        digest = b""
    return FolderStamp(path, status, digest if status_of(path) == status else b"")


def _listing_digest(path: str) -> bytes:
    names = sorted(name for name in os.listdir(path) if name not in _VOLATILE)
    return hashlib.blake2b("\0".join(names).encode("utf-8", "surrogateescape"), digest_size=16).digest()


def changed(stamps: Stamps) -> tuple[set[str], set[str], bool]:
    """Return the files and folders that are not as they were, and whether a variable differs."""
    files = {found.path for found in stamps.files if not _is_same(found, content_digest)}
    folders = {found.path for found in stamps.folders if not _is_same(found, _listing_digest)}
    return files, folders, any(os.environ.get(name) != value for name, value in stamps.variables)


def _is_same(found: FileStamp | FolderStamp, digest: Callable[[str], bytes]) -> bool:
    status = status_of(found.path)
    if not found.digest:
        return status == found.status == NOWHERE
    if status == found.status:
        return True
    try:
        return digest(found.path) == found.digest
    except OSError:
        return False


def recall(folder: Path, name: str) -> Answer | None:
    """Return the stored answer to a question if it still holds."""
    stamps = load_stamps(folder, name)
    if stamps is None or any(changed(stamps)):
        return None
    try:
        return msgspec.msgpack.decode(unsealed((folder / f"{name}.answer").read_bytes()), type=Answer)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None


def load_stamps(folder: Path, name: str) -> Stamps | None:
    """Return the stamps of a stored answer."""
    try:
        return msgspec.msgpack.decode(unsealed((folder / f"{name}.stamps").read_bytes()), type=Stamps)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None


def keep(folder: Path, name: str, stamps: Stamps, answer: Answer) -> None:
    """Store an answer; a store that fails leaves the run as it is."""
    write(folder, f"{name}.answer", packed(answer))
    write(folder, f"{name}.stamps", packed(stamps))


def packed(value: msgspec.Struct) -> bytes:
    """Return what stands in a store; nothing, which reads as a miss, where a name of a file is no UTF-8."""
    try:
        return msgspec.msgpack.encode(value)
    except UnicodeEncodeError:
        return b""


def write(folder: Path, name: str, data: bytes) -> None:
    """Write a file of the store whole or not at all."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        write_whole(folder / name, sealed(data))
    except OSError:
        return  # the answer was given; it is only not kept
