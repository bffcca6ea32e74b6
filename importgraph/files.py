"""Read files of an analysed tree: regular ones alone, up to a size.

A tree may hold a link to an endless device, a pipe that nobody writes to, or a file larger than the memory.
All code that reads a file of a tree reads it here, so none of these stops or swells a run.
"""

import configparser
import errno
import os
import stat
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, AnyStr, Generic

LARGEST = 64 << 20
"""The most bytes of one file that are read: a hundred times the largest source of CPython's library."""
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
)
_PART = 1 << 20


def read_file(path: str | Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        OSError: If it cannot be read, is not a regular file or is larger than `LARGEST`; its `strerror` says
            which.
    """
    descriptor, size = _open(path)
    try:
        first = os.read(descriptor, size + 1)
        if len(first) <= size:
            return first  # a regular file gives less than it is asked for only where it ends
        parts, total = [first], 0
        while parts[-1]:
            total += len(parts[-1])
            if total > LARGEST:
                raise _refusal(errno.EFBIG, _TOO_LARGE, path)
            parts.append(os.read(descriptor, _PART))
        return b"".join(parts)
    finally:
        os.close(descriptor)


class RecentTexts(Generic[AnyStr]):
    """Texts, or their bytes, as they were read first, as long as they are among those asked for last.

    All texts of a large tree at once would take more memory than all that is known of it. Each is asked for
    several times in a row, rule by rule; who goes through all texts of a large tree never meets the last ones
    of who did before, so that few are kept there.
    """

    def __init__(self, most: int = 64 << 20, few: int = 8 << 20) -> None:
        """Keep texts of so many characters, or bytes, together.

        Args:
            most: As long as all that were asked for have no more.
            few: From then on.
        """
        self._most, self._few = most, min(few, most)
        self._size = 0
        self._kept: dict[str, AnyStr] = {}

    def get(self, path: str, read: Callable[[], AnyStr]) -> AnyStr:
        """Return the text of a path, which `read` gives if it is not known."""
        text = self._kept.pop(path, None)
        if text is None:
            text = read()
            self._size += len(text)
        self._kept[path] = text  # at the end: the last to go
        if self._size > self._most:
            self._most = self._few
        while self._size > self._most and len(self._kept) > 1:
            self._size -= len(self._kept.pop(next(iter(self._kept))))
        return text


def read_head(path: str | Path, size: int) -> bytes:
    """Return the first bytes of a file, at most `size`.

    Raises:
        OSError: As `read_file` does.
    """
    descriptor, _ = _open(path)
    try:
        return os.read(descriptor, size)
    finally:
        os.close(descriptor)


def read_text_file(path: str | Path, errors: str = "strict") -> str:
    r"""Return the text of a UTF-8 file, with line ends as `\n`.

    Raises:
        OSError: As `read_file` does.
        UnicodeDecodeError: If it is not UTF-8, unless `errors` says otherwise.
    """
    return source_text(read_file(path), errors)


def source_text(source: bytes, errors: str = "replace") -> str:
    r"""Decode UTF-8, with line ends as `\n`; what is none is replaced, unless `errors` says otherwise."""
    return source.decode("utf-8", errors).replace("\r\n", "\n").replace("\r", "\n")


def read_toml_file(path: str | Path) -> dict[str, Any]:
    """Return what a TOML file says.

    Raises:
        OSError: As `read_file` does.
        ValueError: If it is not UTF-8 or not TOML.
    """
    text = read_text_file(path)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def table_in(table: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Return the table that keys lead to, one inside the other; an empty one where something else stands."""
    for key in keys:
        inner = table.get(key)
        if not isinstance(inner, dict):
            return {}
        table = inner
    return table


def read_ini_file(path: str | Path, parser: configparser.RawConfigParser) -> bool:
    """Read a file of sections into a parser; False, with the parser empty, where it cannot be read."""
    try:
        parser.read_string(read_text_file(path), str(path))
    except (OSError, ValueError, configparser.Error):
        parser.clear()
        return False
    return True


def is_folder(entry: "os.DirEntry[str]") -> bool:
    """Tell whether an entry of a folder is a folder; a link that leads to itself is none."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def is_regular(entry: "os.DirEntry[str]") -> bool:
    """Tell whether an entry of a folder is a file, or leads to one."""
    try:
        return entry.is_file()
    except OSError:
        return False


_TOO_LARGE = f"larger than {LARGEST >> 20} MB"


def _open(path: str | Path) -> tuple[int, int]:
    """Return the descriptor of a file that may be read, and its size."""
    _check(os.stat(path), path)  # noqa: PTH116 -- opening a device can already act on it
    descriptor = os.open(path, _FLAGS)
    try:
        return descriptor, _check(os.fstat(descriptor), path)
    except OSError:
        os.close(descriptor)
        raise


def _check(status: os.stat_result, path: str | Path) -> int:
    """Return the size of what may be read."""
    if not stat.S_ISREG(status.st_mode):
        raise _refusal(errno.EINVAL, "not a regular file", path)
    if status.st_size > LARGEST:
        raise _refusal(errno.EFBIG, _TOO_LARGE, path)
    return status.st_size


def _refusal(code: int, reason: str, path: str | Path) -> OSError:
    return OSError(code, reason, str(path))
