"""Records of files, kept between runs by their content.

The key is a digest of the bytes, of the code that splits them and of the Python that parses them, so an
entry can never be stale.
"""

import gc
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path

from importgraph.affected import mentioned, names_used, records, units
from importgraph.affected.mentioned import read_mentioned
from importgraph.affected.records import Record, decoded, encoded
from importgraph.affected.units import read_units
from importgraph.executors import Helpers, Wait
from importgraph.facts.cache import Cache, digest
from importgraph.facts.syntax import parse_source

_TASK_FILES, _TASK_BYTES = 40, 1 << 20
_BATCH_FILES, _BATCH_BYTES = 400, 16 << 20
"""What is read before it is split; a run that is ended keeps the batches before."""
_FEW_BYTES = 1 << 19
"""Below, processes cost more than they save."""


class Shelf:
    """Gets records from the store, or by splitting texts, in processes once there is much to split.

    Args:
        store: The cache of facts.
        workers: The number of processes; 1 splits in this one.
    """

    def __init__(self, store: Cache, workers: int = 1) -> None:
        self._store = store
        self._workers = workers
        self._known: dict[bytes, Record] = {}
        self._helpers: Helpers | None = None
        self._ending = ExitStack()

    def records(self, sources: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, Record]]:
        """Yield the record of each text; what was split now is added to the store.

        Args:
            sources: Names, and bytes of Python files; they are taken a batch at a time.
        """
        with self._ending:
            for batch in _batches(sources):
                keys = {name: _key(source) for name, source in batch.items()}
                texts = {keys[name]: source for name, source in batch.items()}
                self._get({key: source for key, source in texts.items() if key not in self._known})
                yield from ((name, self._known[key]) for name, key in keys.items())
            self._helpers = None

    def _get(self, texts: Mapping[bytes, bytes]) -> None:
        stored = self._store.get(texts)
        missing: dict[bytes, bytes] = {}
        for key, source in texts.items():
            record = decoded(stored.get(key))
            if record is None:
                missing[key] = source
            else:
                self._known[key] = record
        made: list[bytes] = []
        try:
            for wait in self._split(list(missing.values())):
                made += wait()
        finally:
            entries = dict(zip(missing, made, strict=False))
            self._store.put(entries)
        self._known.update((key, record) for key, one in entries.items() if (record := decoded(one)))

    def _split(self, texts: list[bytes]) -> list[Wait[list[bytes]]]:
        if self._helpers is None and self._workers > 1 and sum(map(len, texts)) >= _FEW_BYTES:
            pool = ProcessPoolExecutor(self._workers)
            self._ending.callback(pool.shutdown, cancel_futures=True)
            self._helpers = Helpers(pool, self._workers)
        waits: list[Wait[list[bytes]]] = []
        for task in _cut(texts, _TASK_FILES, _TASK_BYTES):
            here = partial(split_texts, task)
            waits.append(here if self._helpers is None else self._helpers.start(split_texts, task, here=here))
        return waits


def split_texts(texts: Sequence[bytes]) -> list[bytes]:
    """Return the encoded records of texts."""
    with _without_collector():
        return [encoded(read_units(parse_source(text).tree), read_mentioned(text)) for text in texts]


@contextmanager
def _without_collector() -> Iterator[None]:
    """Spare the garbage collector from looking at syntax trees, which hold no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _batches(sources: Iterable[tuple[str, bytes]]) -> Iterator[dict[str, bytes]]:
    batch: dict[str, bytes] = {}
    size = 0
    for name, source in sources:
        batch[name] = source
        size += len(source)
        if len(batch) >= _BATCH_FILES or size >= _BATCH_BYTES:
            yield batch
            batch, size = {}, 0
    if batch:
        yield batch


def _cut(texts: Iterable[bytes], most: int, most_bytes: int) -> Iterator[list[bytes]]:
    task: list[bytes] = []
    size = 0
    for text in texts:
        task.append(text)
        size += len(text)
        if len(task) >= most or size >= most_bytes:
            yield task
            task, size = [], 0
    if task:
        yield task


def _key(source: bytes) -> bytes:
    return hashlib.blake2b(digest(source), digest_size=16, key=_stamp()).digest()


@cache
def _stamp() -> bytes:
    """Return a digest of the code that splits texts."""
    files = (mentioned.__file__, records.__file__, units.__file__, names_used.__file__)
    return hashlib.blake2b(b"".join(Path(one).read_bytes() for one in files), digest_size=32).digest()
