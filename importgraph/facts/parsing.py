"""Get facts of texts: from the cache, or by parsing, in processes or by helpers where there are many."""

import multiprocessing
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Self

import msgspec
from msgspec.structs import force_setattr

from importgraph.executors import Helpers, UnlikeError, Wait
from importgraph.facts.cache import Cache, digest
from importgraph.facts.model import Broken, ModuleFacts, Parsed
from importgraph.facts.parse import NOTHING
from importgraph.facts.reader import encoded_facts
from importgraph.facts.tasks import cut, without_collector

_FILES_PER_TASK = 40
_BYTES_PER_TASK = 1 << 20
_TASKS_PER_BATCH = 8
"""Of a batch at least so many tasks are made where files have their usual size; see `BATCH_BYTES`."""
_FEW_FILES, _FEW_BYTES = 150, 2 << 20
"""Below these numbers a process pool costs more than it saves (its start is some 60 ms)."""
_ENDED = "the process that read it ended (too little memory, or a fault of the interpreter); please report it"


def _parse_and_encode(sources: Sequence[bytes]) -> list[bytes]:
    with without_collector():
        return [encoded_facts(source) for source in sources]


def _parse_alike(like: bytes, sources: Sequence[bytes]) -> list[bytes]:
    """Parse for another process, which may be on another machine.

    Raises:
        UnlikeError: If that runs another Python, or another parser of ours.
    """
    if digest(b"") != like:
        raise UnlikeError("a worker runs another version of importgraph or of Python")
    return _parse_and_encode(sources)


def parse_cached(
    sources: Mapping[bytes, bytes], *, cache: Cache, workers: int | Helpers
) -> dict[bytes, Parsed]:
    """Return the facts of texts by their digests; what the cache lacks is parsed and stored."""
    with Parsing(cache, workers) as parsing:
        return parsing.finish(parsing.start(sources))


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts that are being parsed."""

    known: dict[bytes, Parsed]
    """By digest, what the cache had."""
    missing: tuple[bytes, ...]
    tasks: tuple[Wait[list[bytes]], ...]
    """What gives the encoded facts of the missing texts, some for each task, in their order."""

    @property
    def keys(self) -> Iterator[bytes]:
        """The digests of all its texts."""
        yield from self.known
        yield from self.missing


class Parsing:
    """Gets facts from the cache or by parsing, in processes once there is much to parse.

    Args:
        cache: Where facts of known contents are.
        workers: The number of processes, 1 to parse in this one; or who parses: they are sent the bytes.
        is_large: Names that occur in several files are to be held once: a fifth less memory of all facts, for
            an eighth more time to get them from the cache.
    """

    def __init__(self, cache: Cache, workers: int | Helpers, *, is_large: bool = False) -> None:
        self._cache = cache
        self._shared: dict[object, object] | None = {} if is_large else None
        self._workers = workers
        self._helpers: Helpers | None = None
        self._ending = ExitStack()
        self.ahead = 1 + workers.at_once // _TASKS_PER_BATCH if isinstance(workers, Helpers) else 1
        """How many batches of texts are being parsed while the next one is read."""

    def __enter__(self) -> Self:
        if isinstance(self._workers, Helpers):
            # threads silence warnings in turns, and the last to end would leave them silent
            self._ending.enter_context(warnings.catch_warnings())
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def _begin(self) -> Helpers | None:
        """Return who parses much: those that were given, else processes of our own, if any are to be."""
        if isinstance(self._workers, Helpers):
            return self._workers
        if self._workers <= 1:
            return None
        pool = ProcessPoolExecutor(self._workers)
        self._ending.callback(pool.shutdown, cancel_futures=True)
        return Helpers(pool, self._workers)

    def start(self, sources: Mapping[bytes, bytes]) -> Batch:
        """Begin to parse what the cache lacks of some texts."""
        known = self._decoded(self._cache.get(sources))
        missing = tuple(key for key in sources if key not in known)
        texts = [sources[key] for key in missing]
        is_much = len(texts) >= _FEW_FILES or sum(map(len, texts)) >= _FEW_BYTES
        if self._helpers is None and is_much:
            self._helpers = self._begin()
        return Batch(
            known, missing, tuple(map(self._started, cut(texts, _FILES_PER_TASK, _BYTES_PER_TASK, len)))
        )

    def _started(self, task: list[bytes]) -> Wait[list[bytes]]:
        if self._helpers is None:
            return partial(_parse_and_encode, task)
        return self._helpers.start(_parse_alike, digest(b""), task, here=partial(_one_by_one, task))

    def finish(self, batch: Batch, advanced: Callable[[int], None] = lambda _: None) -> dict[bytes, Parsed]:
        """Return the facts of a batch by their digests; those that were parsed are stored at once.

        `advanced` is called with the number of texts that are left, as they get fewer. What was parsed until
        an interruption is stored as well.
        """
        encoded: list[bytes] = []
        try:
            for task in batch.tasks:
                encoded += task()
                advanced(len(batch.missing) - len(encoded))
        finally:
            entries = dict(zip(batch.missing, encoded, strict=False))
            self._cache.put(entries)
        return {**batch.known, **self._decoded(entries)}

    def _decoded(self, entries: dict[bytes, bytes]) -> dict[bytes, Parsed]:
        found = _decode_all(entries)
        if self._shared is not None:
            for one in found.values():
                _share_names(one.facts, self._shared)
        return found


def _decode_all(entries: dict[bytes, bytes]) -> dict[bytes, Parsed]:
    decode = msgspec.msgpack.Decoder(Parsed).decode
    decoded = {}
    for key, value in entries.items():
        try:
            decoded[key] = decode(value)
        except msgspec.MsgspecError:
            continue  # an entry somebody damaged is a miss
    return decoded


def _share_names(facts: ModuleFacts, known: dict[object, object]) -> None:
    """Let equal names and parameters in facts that nobody else holds yet be one object in all files."""
    once = known.setdefault
    for function in facts.functions:
        force_setattr(function, "parameters", once(function.parameters, function.parameters))
        force_setattr(function, "steps", function.steps.copy())  # else it holds on to all that was decoded
    for step in facts.body:
        force_setattr(step, "name", once(step.name, step.name))


def _one_by_one(sources: list[bytes]) -> list[bytes]:
    """Read files of which one may end the process that reads it, each task and then each file in its own."""
    single_threaded = threading.active_count() == 1
    context = multiprocessing.get_context(None if single_threaded else "spawn")
    try:
        with ProcessPoolExecutor(1, context) as executor:
            return executor.submit(_parse_and_encode, sources).result()
    except BrokenProcessPool:
        if len(sources) > 1:
            return [encoded for source in sources for encoded in _one_by_one([source])]
        return [msgspec.msgpack.encode(Parsed(NOTHING, Broken(_ENDED, None)))]
