"""Small things that are kept beside a large one: what was found out about it, each in a file of its own.

They hold as long as the large one does and go with it. Built-in modules alone are imported here.
"""

import binascii
import os

from importgraph.kept.store import BESIDE, mapped
from importgraph.storage import own_bytes, sealed, unsealed, write_private

TYPE_CHECKING = False  # loading typing would take longer than giving a kept answer
if TYPE_CHECKING:
    from collections.abc import Iterable


class Beside:
    """What stands beside one kept thing."""

    def __init__(self, folder: str, name: str) -> None:
        """Take the folder and the name under which `keep` stored the large one."""
        self._start = os.path.join(folder, name.partition(".")[0])  # noqa: PTH118 -- pathlib takes longer to load

    def load(self, part: str) -> bytes | None:
        """Return what was kept under a name; None for nothing, or for what is damaged."""
        try:
            return unsealed(own_bytes(f"{self._start}.{part}{BESIDE}"))
        except (OSError, ValueError):
            return None

    def keep(self, part: str, data: bytes) -> None:
        """Keep bytes under a name; a store that fails leaves the run as it is."""
        try:
            write_private(f"{self._start}.{part}{BESIDE}", [sealed(data)])
        except OSError:
            return

    def keep_long(self, part: str, texts: "Iterable[bytes]") -> int | None:
        """Keep bytes that come in parts; return their checksum, or None where that failed."""
        try:
            return write_private(f"{self._start}.{part}{BESIDE}", texts)
        except OSError:
            return None

    def load_long(self, part: str, checksum: int) -> memoryview | None:
        """Return what was kept in parts; None for nothing, or for what is damaged."""
        try:
            data = mapped(f"{self._start}.{part}{BESIDE}")
        except (OSError, ValueError):
            return None
        return data if binascii.crc32(data) == checksum else None
