"""Records and outlines of files, kept between runs by their content.

The key is a digest of the bytes, of the code that splits them and of the Python that parses them, so an
entry can never be stale.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

import msgspec

from importgraph.affected import names_used, outlines, records, units
from importgraph.affected.outlines import Outline, read_outline
from importgraph.affected.records import Record, decode_record, encoded
from importgraph.affected.units import read_units
from importgraph.executors import Helpers, Wait
from importgraph.facts.cache import Cache, digest
from importgraph.facts.source.syntax import parse_source
from importgraph.facts.tasks import cut, without_collector

_TASK_FILES, _TASK_BYTES = 40, 1 << 20
_BATCH_FILES, _BATCH_BYTES = 400, 16 << 20
"""What is read before it is split; a run that is ended keeps the batches before."""
_FEW_BYTES = 1 << 19
"""Below, processes cost more than they save."""
Kept = TypeVar("Kept")
_decode_outline = msgspec.msgpack.Decoder(Outline).decode
Texts = Iterable[tuple[str, bytes]]
"""Names, and bytes of Python files."""


class Shelf:
    """Gets records and outlines from the store, or from texts, in processes once there is much to read.

    Args:
        store: The cache of facts.
        workers: The number of processes; 1 reads in this one.
    """

    def __init__(self, store: Cache, workers: int = 1) -> None:
        self._store = store
        self._workers = workers
        self._unstored: dict[bytes, bytes] = {}
        """What was made where nothing is stored."""
        self._outlines: dict[bytes, Outline] = {}
        self._records: dict[bytes, Record] = {}
        self._helpers: Helpers | None = None
        self._ending = ExitStack()

    def outlines(self, sources: Texts) -> Iterator[tuple[str, bytes]]:
        """Read the outlines of texts, and yield their keys; they are taken a batch at a time."""
        with self._ending:
            for batch in _batches(sources):
                keys = {name: digest(source) for name, source in batch.items()}
                texts = {keys[name]: batch[name] for name in keys if keys[name] not in self._outlines}
                self._outlines.update(_decoded(self._stored(texts, read_outlines), _decode_outline))
                missing = {key: text for key, text in texts.items() if key not in self._outlines}
                facts = self._store.get(missing)  # the keys are those of facts
                items = {key: (text, facts.get(key, b"")) for key, text in missing.items()}
                self._outlines.update(_decoded(self._made(items, read_outlines), _decode_outline))
                yield from keys.items()
            self._helpers = None

    def recall(self, keys: Iterable[bytes]) -> None:
        """Read the outlines of texts from the store, those that it has."""
        missing = [key for key in keys if key not in self._outlines]
        self._outlines.update(_decoded(self._stored(missing, read_outlines), _decode_outline))

    def has(self, key: bytes) -> bool:
        """Tell whether the outline of a text was read."""
        return key in self._outlines

    def outline(self, key: bytes) -> Outline:
        """Return the outline of a text by the key that `outlines` gave."""
        return self._outlines[key]

    def split(self, keys: Mapping[str, bytes], read: Callable[[str], bytes]) -> None:
        """Make the records of texts that have none yet, and store them.

        Args:
            keys: Keys by name.
            read: Returns the bytes of a text by its name.
        """
        wanted = {key: name for name, key in keys.items() if key not in self._records}
        known = self._stored(wanted, split_texts).keys()
        missing = [name for key, name in wanted.items() if key not in known]
        with self._ending:
            for batch in _batches((name, read(name)) for name in missing):
                self._made({keys[name]: (source, b"") for name, source in batch.items()}, split_texts)
            self._helpers = None

    def records(self, keys: Mapping[str, bytes], read: Callable[[str], bytes]) -> dict[str, Record]:
        """Return the records of texts by their names, from the store or from what `read` gives."""
        wanted = {key: name for name, key in keys.items() if key not in self._records}
        self._records.update(_decoded(self._stored(wanted, split_texts), decode_record))
        missing = {key: (read(name), b"") for key, name in wanted.items() if key not in self._records}
        self._records.update(_decoded(self._made(missing, split_texts), decode_record))
        return {name: self._records[key] for name, key in keys.items()}

    def _stored(self, keys: Iterable[bytes], make: "Make") -> dict[bytes, bytes]:
        """Return the entries there are by the keys of texts."""
        named = {_entry_key(key, make): key for key in keys}
        entries = self._store.get(named) if self._store.folder is not None else self._unstored
        return {key: entries[name] for name, key in named.items() if name in entries}

    def _made(self, texts: Mapping[bytes, "Item"], make: "Make") -> dict[bytes, bytes]:
        """Return the entries of texts by their keys, made now and stored."""
        made: list[bytes] = []
        try:
            for wait in self._started(list(texts.values()), make):
                made += wait()
        finally:
            entries = {_entry_key(key, make): entry for key, entry in zip(texts, made, strict=False)}
            if self._store.folder is None:
                self._unstored.update(entries)
            else:
                self._store.put(entries)
        return dict(zip(texts, made, strict=True))

    def _started(self, texts: "list[Item]", make: "Make") -> list[Wait[list[bytes]]]:
        if self._helpers is None and self._workers > 1 and sum(map(_size, texts)) >= _FEW_BYTES:
            pool = ProcessPoolExecutor(self._workers)
            self._ending.callback(pool.shutdown, cancel_futures=True)
            self._helpers = Helpers(pool, self._workers)
        waits: list[Wait[list[bytes]]] = []
        for task in cut(texts, _TASK_FILES, _TASK_BYTES, _size):
            here = partial(make, task)
            waits.append(here if self._helpers is None else self._helpers.start(make, task, here=here))
        return waits


Item = tuple[bytes, bytes]
"""A text, and its facts as they are stored; empty where they are not."""
Make = Callable[[Sequence[Item]], list[bytes]]
"""Makes entries of texts."""


def _size(item: Item) -> int:
    return len(item[0])


def split_texts(texts: Sequence[Item]) -> list[bytes]:
    """Return the encoded records of texts."""
    with without_collector():
        return [encoded(read_units(parse_source(text).tree)) for text, _ in texts]


def read_outlines(texts: Sequence[Item]) -> list[bytes]:
    """Return the encoded outlines of texts."""
    with without_collector():
        return [msgspec.msgpack.encode(read_outline(*item)) for item in texts]


def _decoded(entries: Mapping[bytes, bytes], decode: Callable[[bytes], Kept]) -> dict[bytes, Kept]:
    """Return what entries say; one that somebody damaged is left out."""
    found: dict[bytes, Kept] = {}
    for key, entry in entries.items():
        try:
            found[key] = decode(entry)
        except msgspec.MsgspecError:
            continue
    return found


def _batches(sources: Texts) -> Iterator[dict[str, bytes]]:
    return map(dict, cut(sources, _BATCH_FILES, _BATCH_BYTES, lambda one: len(one[1])))


def _entry_key(key: bytes, make: Make) -> bytes:
    kind = make.__name__.encode()
    return hashlib.blake2b(key + kind, digest_size=16, key=_stamp()).digest()


@cache
def _stamp() -> bytes:
    """Return a digest of the code that splits texts."""
    files = (outlines.__file__, records.__file__, units.__file__, names_used.__file__)
    return hashlib.blake2b(b"".join(Path(one).read_bytes() for one in files), digest_size=32).digest()
