"""What the compiled reader of facts is made from; for the build backend, so nothing else of ours loads."""

import hashlib
from pathlib import Path

SOURCES = Path(__file__).with_name("native")
_REPEATED = (
    *("calls", "chains", "conditions", "expressions", "model", "parse", "path_changes", "recorder"),
    *("statements", "tally", "thinning", "walk"),
)
"""The modules whose rules the compiled reader repeats: with other rules it is of yesterday."""


def sources_digest() -> str:
    """Return a digest of what the reader is compiled from, and of the rules in Python that it repeats."""
    files = sorted(SOURCES.glob("*.[ch]"))
    files += [Path(__file__).with_name(f"{name}.py") for name in _REPEATED]
    return hashlib.blake2b(b"\0".join(path.read_bytes() for path in files), digest_size=16).hexdigest()
