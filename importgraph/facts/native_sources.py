"""What the compiled reader of facts is made from; for the build backend, so nothing else of ours loads."""

import hashlib
import struct
from pathlib import Path

NAME = "_reader.abi3.so"
"""The compiled reader, beside this module."""
SOURCES = Path(__file__).with_name("native")
_REPEATED = (
    *(
        "recording/bindings",
        "recording/calls",
        "recording/chains",
        "recording/import_statements",
        "recording/conditions",
        "recording/expressions",
    ),
    *("recording/recorder", "recording/statements", "recording/tally", "recording/walk"),
    *("model", "parse", "path_changes", "source/thinning"),
)
"""The modules whose rules the compiled reader repeats: with other rules it is of yesterday."""


def sources_digest() -> str:
    """Return a digest of what the reader is compiled from, and of the rules in Python that it repeats."""
    files = sorted(SOURCES.glob("*.[ch]"))
    files += [Path(__file__).parent / f"{name}.py" for name in _REPEATED]
    return hashlib.blake2b(b"\0".join(path.read_bytes() for path in files), digest_size=16).hexdigest()


def is_whole(library: Path) -> bool:
    """Tell whether a library is not cut off, which ends who loads it (ELF of 64 bits is known)."""
    data = library.read_bytes()
    if not data.startswith(b"\x7fELF\x02\x01"):
        return bool(data)
    if len(data) < 64:  # noqa: PLR2004 -- the header of such a file
        return False
    (table,) = struct.unpack_from("<Q", data, 40)
    size, count = struct.unpack_from("<HH", data, 58)
    return bool(table + size * count <= len(data))
