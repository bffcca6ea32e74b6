"""What tells that a file or folder is as it was when it was read, without reading it again.

Size and time of modification can be put back (`touch -r`, archives, editors); the time of the last change of
the inode cannot, and a file put in another's place has another inode. A file that changed while an answer was
found, or so shortly before that the clock of the file system may give the next change the same time, vouches
for nothing (git calls such entries racy: its Documentation/technical/racy-git.txt).

Built-in modules alone are imported here.
"""

# ruff: noqa: PTH116 -- pathlib takes longer to load than the rest to run

import os

Status = tuple[int, int, int, int]
"""Times of modification and of change in nanoseconds, inode, size."""
NOWHERE: Status = (-1, -1, -1, -1)
"""Of a file that is not there, or cannot be looked at."""
GRAIN_NS = 2_000_000_000
"""The coarsest clock of a common file system (FAT)."""


def status_of(path: str) -> Status:
    """Return what the file system says of a path."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return NOWHERE
    return found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size


def is_settled(status: Status, asked_ns: int) -> bool:
    """Tell whether a file was as it is before a moment, and the next change will show in its times."""
    return max(status[0], status[1]) + GRAIN_NS < asked_ns
