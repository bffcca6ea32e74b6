"""A copy of what a run printed: in memory as long as it is short, else in a file that has no name.

Built-in modules alone are imported here.
"""

# ruff: noqa: PTH102, PTH103, PTH107, PTH112, PTH118, PTH120, PTH123 -- pathlib takes longer to load than the rest to run

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SHORT = 4 << 20
"""Bytes that are held in memory."""
LARGEST = 256 << 20
"""Bytes beyond which there is no copy."""
_PART = 1 << 20


class Copy:
    """Takes bytes as they are written, and gives them again."""

    def __init__(self, folder: str) -> None:
        """Begin with none.

        Args:
            folder: Where the file goes that holds many; only this user can read it.
        """
        self._folder = folder
        self._parts: list[bytes] = []
        self._short = 0
        self._file = -1
        self.size = 0
        """How many bytes were written."""

    def add(self, data: bytes) -> None:
        """Take what was written."""
        self.size += len(data)
        if self.size > LARGEST:
            self._parts.clear()
            return
        self._parts.append(data)
        self._short += len(data)
        if self._short >= _SHORT and self._opened():
            for part in self._parts:
                self._store(part)
            self._parts.clear()
            self._short = 0

    def _opened(self) -> bool:
        """Tell whether there is a file; it loses its name at once, so that nothing of it can be left."""
        if self._file == -1:
            try:
                private_folder(self._folder)
                path = os.path.join(self._folder, f"{os.urandom(8).hex()}.tmp")
                self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
                os.remove(path)
            except OSError:
                self._file = -2  # memory holds it all
        return self._file >= 0

    def _store(self, data: bytes) -> None:
        try:
            while data:
                data = data[os.write(self._file, data) :]
        except OSError:
            self.size = LARGEST + 1  # no room: there is no copy

    def parts(self) -> "Iterator[bytes]":
        """Yield what was written, from the beginning, in parts; nothing where it was too much."""
        if self.size > LARGEST:
            return
        at = 0
        while self._file >= 0 and (part := os.pread(self._file, _PART, at)):
            at += len(part)
            yield part
        yield from self._parts

    def whole(self) -> bytes:
        """Return what was written."""
        return b"".join(self.parts())


def private_folder(folder: str) -> None:
    """Make a folder of our caches that only this user can read, which git ignores, where there is none.

    Raises:
        OSError: If that cannot be done.
    """
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    if not os.path.isdir(folder):
        os.mkdir(folder, 0o700)
        with open(os.path.join(folder, ".gitignore"), "x", encoding="utf-8") as stream:
            stream.write("*\n")
