"""The files that git tracks, read from its index without starting git (gitformat-index(5), versions 2 to 4).

Git itself would start programs that the configuration of a checkout names as soon as it compares files.
"""

import re
import struct
from pathlib import Path
from struct import Struct

from importgraph.git.layout import find_layout

_HEADER = Struct(">4sII")
_FIXED = 40
"""Bytes of an entry before the name of its object: times, device, inode, mode, owner, size."""
_MODE = Struct(">I")
_MODE_AT = 24
_FLAGS = Struct(">H")
_EXTENDED = 0x4000
_PREFIX_COMPRESSED = 4
_KIND, _FOLDER = 0o170000, 0o040000
_EXTENSION = Struct(">4sI")
_SHA256 = re.compile(rb"^\s*objectformat\s*=\s*sha256\s*$", re.IGNORECASE | re.MULTILINE)
_LARGEST = 512 * 1024 * 1024


def tracked_below(folder: Path) -> frozenset[str]:
    """Return the files below a folder that git tracks, relative to it; empty where none can be known."""
    layout = find_layout(folder)
    if layout is None:
        return frozenset()
    found = tracked_files(layout.own, layout.common) or frozenset()
    inside = folder.resolve().relative_to(layout.top).as_posix()
    if inside == ".":
        return found
    return frozenset(path.removeprefix(f"{inside}/") for path in found if path.startswith(f"{inside}/"))


def index_files(folder: Path) -> tuple[str, ...]:
    """Return the files of git that `tracked_below` looks at, whether or not they are there."""
    layout = find_layout(folder)
    if layout is None:
        return ()
    return (str(layout.own / "index"), str(layout.own / "HEAD"), str(layout.common / "config"))


def tracked_files(own: Path, common: Path) -> frozenset[str] | None:
    """Return the paths that the index of a work tree holds, relative to its top, with `/`.

    Args:
        own: The folder of the work tree's own git files, where its index is.
        common: The folder that all work trees of the repository share.

    Returns:
        None where there is no index or it cannot be read. Names whose bytes are no UTF-8 are left out.
    """
    size = 32 if _SHA256.search(_bytes_of(common / "config")) else 20
    data = _bytes_of(own / "index")
    if not data:
        return None
    try:
        found, end = _paths(data, size)
        shared = _shared_index(data[end : len(data) - size], size)
        if shared:
            found += _paths(_bytes_of(own / f"sharedindex.{shared}"), size)[0]
    except (ValueError, struct.error, IndexError):
        return None
    return frozenset(found)


def _bytes_of(path: Path) -> bytes:
    """Return the contents of a file, empty where it cannot be read or is too large to be one of git's."""
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return b""
        return path.read_bytes()
    except OSError:
        return b""


def _paths(data: bytes, size: int) -> tuple[list[str], int]:
    """Return the names of the entries and the place behind the last one.

    Raises:
        ValueError, struct.error, IndexError: If the bytes are no index.
    """
    signature, version, count = _HEADER.unpack_from(data)
    if signature != b"DIRC" or version not in {2, 3, 4}:
        raise ValueError(signature)
    found: list[str] = []
    place, name = _HEADER.size, b""
    for _ in range(count):
        (mode,) = _MODE.unpack_from(data, place + _MODE_AT)
        (flags,) = _FLAGS.unpack_from(data, place + _FIXED + size)
        start = place + _FIXED + size + (4 if flags & _EXTENDED else 2)
        if version == _PREFIX_COMPRESSED:
            kept, start = _number(data, start)
            end = data.index(b"\0", start)
            name = name[: len(name) - kept] + data[start:end]
            place = end + 1
        else:
            end = data.index(b"\0", start)
            name = data[start:end]
            place += (end - place + 8) & ~7  # padded with one to eight NULs
        if mode & _KIND != _FOLDER and (text := _text(name)):
            found.append(text)
    return found, place


def _text(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return ""


def _number(data: bytes, place: int) -> tuple[int, int]:
    """Read a number of variable length, as git packs offsets; return it and the place behind it."""
    byte = data[place]
    value = byte & 0x7F
    while byte & 0x80:
        place += 1
        byte = data[place]
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, place + 1


def _shared_index(extensions: bytes, size: int) -> str:
    """Return the name of the shared index that this one adds to (`git update-index --split-index`)."""
    place = 0
    while place < len(extensions):
        signature, length = _EXTENSION.unpack_from(extensions, place)
        start = place + _EXTENSION.size
        if signature == b"link":
            shared = extensions[start : start + size]
            return shared.hex() if any(shared) else ""
        place = start + length
    return ""
