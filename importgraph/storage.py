"""Where this program keeps things, and how it writes them: whole or not at all.

Built-in modules alone are imported here: a kept answer of `collect` is given without loading more.
"""

# ruff: noqa: PTH105, PTH107, PTH111, PTH117, PTH118, PTH123 -- pathlib takes longer to load than the rest to run

import binascii
import errno
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import TypeVar

    Part = TypeVar("Part", bytes, memoryview, bytes | memoryview)


def cache_home() -> str:
    """Return the folder of our caches: `IMPORTGRAPH_CACHE_DIR`, else in the user's cache folder.

    Returns:
        The folder, which may not exist yet; empty where the user has no home, so that nothing can be kept.
    """
    chosen = os.environ.get("IMPORTGRAPH_CACHE_DIR")
    if chosen:
        return chosen
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser(os.path.join("~", ".cache"))
    return os.path.join(base, "importgraph") if os.path.isabs(base) else ""


_SEAL = 4


def sealed(data: bytes) -> bytes:
    """Return what is stored of some data: with a checksum, so that damage is noticed."""
    return binascii.crc32(data).to_bytes(_SEAL, "big") + data


def sealed_parts(parts: "Callable[[], Iterable[Part]]") -> "Iterator[Part | bytes]":
    """Yield what is stored of data that comes in parts, as `sealed` gives it.

    Args:
        parts: Yields the data, the same each time: it is called twice.
    """
    checksum = 0
    for part in parts():
        checksum = binascii.crc32(part, checksum)
    yield checksum.to_bytes(_SEAL, "big")
    yield from parts()


def unsealed(stored: "Part") -> "Part":
    """Return the data of what `sealed` gave.

    Raises:
        ValueError: If it is not as it was written.
    """
    data = stored[_SEAL:]
    if stored[:_SEAL] != binascii.crc32(data).to_bytes(_SEAL, "big"):
        raise ValueError("damaged")
    return data


def own_bytes(path: str) -> bytes:
    """Return the bytes of a file of this user.

    Raises:
        OSError: If it cannot be read.
        ValueError: If it is somebody else's word.
    """
    with open(path, "rb") as stream:
        if os.fstat(stream.fileno()).st_uid != os.geteuid():
            raise ValueError("of another user")
        return stream.read()


def write_private(path: str, parts: "Iterable[bytes | memoryview]") -> int:
    """Write a file that only this user may read, whole or not at all; return the checksum of its bytes.

    Raises:
        OSError: If it cannot be written; nothing of the attempt is left.
    """
    checksum = 0
    scratch = f"{path}.{os.urandom(8).hex()}.tmp"
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as stream:
            for part in parts:
                checksum = binascii.crc32(part, checksum)
                stream.write(part)
        os.replace(scratch, path)
    except BaseException:
        os.remove(scratch)
        raise
    return checksum


def stays_below(root: "Path", path: "Path") -> bool:
    """Tell whether a path that a checkout names, in its settings say, lies below its root, links followed."""
    place, top = os.path.realpath(path), os.path.realpath(root)
    return place == top or place.startswith(os.path.join(top, ""))


def write_whole(path: "Path", data: bytes) -> None:
    """Write a file so that at every moment the old content or the new stands there, or nothing.

    Raises:
        OSError: If it cannot be written, or something else than a file stands there, a device say; nothing of
            the attempt is left.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    temporary = written_beside(path, data)
    try:
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def written_beside(path: "Path", data: bytes, mode: int | None = None) -> "Path":
    """Write what a file is to become into another beside it, and return that one.

    Its name ends in the number of this process and `.tmp`; nobody can know it beforehand, so that no link of
    a checkout stands there.

    Args:
        path: The file that the other is to replace.
        data: The new content.
        mode: The rights of the new file; None for the usual ones.

    Raises:
        OSError: If it cannot be written; nothing of the attempt is left.
    """
    temporary = path.with_name(f"{beside(path.name)}{os.urandom(8).hex()}.{os.getpid()}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def beside(name: str) -> str:
    """Return how the names of files begin that `written_beside` writes for one of this name."""
    return f".{name[:40]}."
