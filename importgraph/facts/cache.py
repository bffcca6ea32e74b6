"""Facts by content: one small database that any checkout or CI run can share.

The key is a digest of the file's bytes, the shape of the facts and the Python that parsed them, so an entry
can never be stale; an unreadable database or entry is a miss. Nothing about paths is stored.
"""

import hashlib
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path

from importgraph.facts.model import SCHEMA
from importgraph.kept.parts import Unnoted
from importgraph.reads import spoil
from importgraph.storage import sealed, unsealed

_NAME = f"facts-{SCHEMA}.sqlite3"
_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n# Facts about Python files, by content. Safe to delete.\n"
)
_CHUNK = 500
_TIMEOUT = 1.0
"""Seconds to wait for another process that writes."""
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def digest(source: bytes) -> bytes:
    """Return the key of a file's bytes."""
    return hashlib.blake2b(source, digest_size=16, key=_stamp()).digest()


@cache
def _stamp() -> bytes:
    """Return a digest of this Python and of our parsing code: a changed parser meets no old entries."""
    sources = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.rglob("*.py")))
    version = f"{sys.implementation.name} {sys.version_info[:2]}".encode()
    return hashlib.blake2b(version + sources, digest_size=32).digest()


class Cache:
    """A store of encoded facts. Every failure of it is a miss, kept in `problem` for the user."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.problem = ""

    @contextmanager
    def _connected(self, *, create: bool) -> Iterator[sqlite3.Connection]:
        if self.folder is None:
            raise sqlite3.OperationalError("no cache folder")
        path = self.folder / _NAME
        if create:
            with Unnoted():  # else an answer would end with the next thing that is kept there
                self.folder.mkdir(parents=True, exist_ok=True)
                is_empty = not any(self.folder.iterdir())
            if is_empty:  # else it may be a folder of the user, whose files would be ignored
                (self.folder / ".gitignore").write_text("*\n", encoding="utf-8")
                (self.folder / "CACHEDIR.TAG").write_text(_TAG, encoding="utf-8")
        elif not path.exists():
            raise sqlite3.OperationalError("no cache yet")
        with closing(sqlite3.connect(path, timeout=_TIMEOUT)) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS facts (key BLOB PRIMARY KEY, value BLOB)")
            with connection:
                yield connection

    def get(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return the entries there are for the given keys."""
        wanted = list(dict.fromkeys(keys))
        found: dict[bytes, bytes] = {}
        if self.folder is None or not (self.folder / _NAME).exists():
            return found
        try:
            with self._connected(create=False) as connection:
                for start in range(0, len(wanted), _CHUNK):
                    part = wanted[start : start + _CHUNK]
                    query = f"SELECT key, value FROM facts WHERE key IN ({','.join('?' * len(part))})"  # noqa: S608 -- only marks
                    found.update(connection.execute(query, part))
        except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
            self.problem = f"the cache could not be read ({error})"
            spoil(self.problem)
            if getattr(error, "sqlite_errorcode", None) not in _BUSY:
                self._discard()
            return {}
        return dict(_whole(found))

    def put(self, entries: dict[bytes, bytes]) -> None:
        """Store entries; a store that fails leaves the run as it is."""
        if self.folder is None or not entries:
            return
        try:
            rows = [(key, sealed(key + value)) for key, value in sorted(entries.items())]  # else each seeks
            with self._connected(create=True) as connection:
                connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", rows)
        except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
            self.problem = f"the cache could not be written ({error})"
            spoil(self.problem)

    def _discard(self) -> None:
        if self.folder is not None:
            with suppress(OSError):
                (self.folder / _NAME).unlink(missing_ok=True)


def _whole(entries: dict[bytes, bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the entries that are as they were written; one that somebody damaged is a miss."""
    for key, stored in entries.items():
        if isinstance(key, bytes) and isinstance(stored, bytes):
            with suppress(ValueError):
                data = unsealed(stored)
                if data.startswith(key):
                    yield key, data[len(key) :]
