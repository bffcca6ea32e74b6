"""What tells that a file or a folder is as it was, without reading it where its times can tell.

Built-in modules alone are imported here.
"""

# ruff: noqa: PTH100, PTH123 -- pathlib takes longer to load than all of this

import os
import stat
from _blake2 import blake2b

Status = tuple[int, int, int, int]
"""Times of modification and of change in nanoseconds, inode, size."""
NOWHERE: Status = (-1, -1, -1, -1)
"""Of a file that is not there, or cannot be looked at."""
FOLDER: Status = (-2, -2, -2, -2)
"""Of a folder of which only its being there was asked."""
GRAIN_NS = 2_000_000_000
"""The coarsest clock of a common file system (FAT)."""
VOLATILE = frozenset({"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"})
"""Folders that tools make while one works; no answer depends on whether they are there."""
_stat = os.stat
_scandir = os.scandir
_listdir = os.listdir


def looked_at(path: str, *, follow: bool = True) -> "os.stat_result | None":
    """Return what is there; None for nothing, or what cannot be looked at."""
    try:
        return _stat(path, follow_symlinks=follow)
    except (OSError, ValueError):
        return None


def is_stream(found: "os.stat_result | None") -> bool:
    """Tell whether a pipe or a device is there: what comes out of it says nothing of the next time."""
    return found is not None and not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode)


def is_settled(status: Status, now_ns: int) -> bool:
    """Tell whether a file was as it is before a moment, and the next change will show in its times."""
    return max(status[0], status[1]) + GRAIN_NS < now_ns


def status_in(found: "os.stat_result | None") -> Status:
    """Return what tells that something is as it was; of a folder, only that it is one."""
    if found is None:
        return NOWHERE
    if stat.S_ISDIR(found.st_mode):
        return FOLDER
    return found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size


def status_at(path: str, *, follow: bool = True) -> Status:
    """Return what `status_in` says of a path as it is now."""
    return status_in(looked_at(path, follow=follow))


def listing_status(path: str) -> Status:
    """Return what changes when an entry of a folder comes or goes."""
    found = looked_at(path)
    return NOWHERE if found is None else (found.st_mtime_ns, found.st_ctime_ns, found.st_ino, 0)


def listing_digest(path: str) -> tuple[bytes, list[str]]:
    """Return a digest of the names and kinds in a folder, without what tools make, and its links.

    A folder that cannot be listed has the digest of its reason.
    """
    names, links = [], []
    try:
        with _scandir(path) as entries:
            for entry in entries:
                if entry.is_symlink():
                    links.append(entry.path)
                    names.append(f"l{entry.name}")
                elif not entry.is_dir():
                    names.append(f"f{entry.name}")
                elif entry.name not in VOLATILE or _holds_python(entry.path):
                    names.append(f"d{entry.name}")
    except OSError as error:
        names, links = [f"e{error.errno}"], []
    text = "\0".join(sorted(names)).encode("utf-8", "surrogateescape")
    return blake2b(text, digest_size=16).digest(), links


def _holds_python(path: str) -> bool:
    try:
        return any(name.endswith(".py") for name in _listdir(path))
    except OSError:
        return True


def content_digest(path: str) -> bytes:
    """Return a digest of a file's bytes; one of nothing where it cannot be read."""
    try:
        with open(path, "rb") as file:
            data = file.read() if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""
    except OSError:
        data = b""
    return blake2b(data, digest_size=16).digest()


_RANDOM = 8
"""The length of the names that `tempfile` chooses."""


def is_trial(place: str) -> bool:
    """Tell whether `tempfile` tries whether a folder can be written, under one of its random names."""
    folder, name = os.path.split(place)
    is_random = len(name) == _RANDOM and name.replace("_", "a").isalnum()
    return is_random and folder == _temporary()


def _temporary() -> str:
    named = (os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    return next((os.path.abspath(folder) for folder in named if folder), "/tmp")  # noqa: S108 -- as `tempfile` has it
