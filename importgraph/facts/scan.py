"""Read every file of a tree once: from the cache where it is known, in processes where there are many."""

import gc
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import msgspec

from importgraph.facts.cache import Cache, digest
from importgraph.facts.discover import Excluded, FoundFiles, OtherFiles
from importgraph.facts.lazy_stubs import with_stub
from importgraph.facts.model import Broken, ModuleFacts, Parsed
from importgraph.facts.notebooks import notebook_source
from importgraph.facts.parse import NOTHING, parse_module
from importgraph.files import read_file

Progress = Callable[[int, int], None]
"""Called with the number of files done and their total."""

_FILES_PER_TASK = 40
_BYTES_PER_TASK = 1 << 20
_FEW_FILES, _FEW_BYTES = 150, 2 << 20
"""Below these numbers a process pool costs more than it saves (its start is some 60 ms)."""
_BATCH_BYTES = 16 << 20
"""What is read before it is parsed: enough for many processes, and a small part of a large tree."""

_DECODES_ALL = (3, 14)
"""From this version on a byte that is no UTF-8 is an error in comments too."""
_ENDED = "the process that read it ended (too little memory, or a fault of the interpreter); please report it"


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """One file with what its text says."""

    path: str
    """Relative to the root, with `/`."""
    facts: ModuleFacts
    broken: Broken | None
    late: Broken | None = None
    """Why Python rejects it from 3.14 on, where earlier ones do not."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Everything the text of a tree says."""

    files: tuple[ScannedFile, ...]
    """Sorted by path."""
    excluded: tuple[Excluded, ...]
    links: tuple[Excluded, ...]
    other: OtherFiles
    notebooks: tuple[ScannedFile, ...]
    """Notebooks as scripts, sorted by path; none of them is among the files."""
    notes: tuple[str, ...]
    """What the user should know about the scan itself."""


def _parse_and_encode(sources: Sequence[bytes]) -> list[bytes]:
    encode = msgspec.msgpack.Encoder().encode
    with _without_collector():
        return [encode(parse_module(source)) for source in sources]


@contextmanager
def _without_collector() -> Iterator[None]:
    """Spare the garbage collector from looking at syntax trees, which hold no cycles: a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def scan_files(
    root: Path,
    found: FoundFiles,
    *,
    cache: Cache,
    workers: int,
    progress: Progress | None = None,
) -> Scan:
    """Read facts for all found files.

    Args:
        root: The folder the paths are relative to.
        found: What discovery gave.
        cache: Where facts of known contents are.
        workers: The number of processes; 1 reads in this one.
        progress: Called as files get done.

    Returns:
        The facts in the order of the paths; the same for any number of workers and any state of the cache.
    """
    paths = (*found.files, *found.other.notebooks)
    parsed = _read_all(root, paths, frozenset(found.other.notebooks), _Parsing(cache, workers), progress)
    stubs = frozenset(path for path in found.other.compiled if path.endswith(".pyi"))
    for path in found.files if stubs else ():
        entry = parsed[path]
        facts = with_stub(entry.facts, path, stubs, lambda stub: read_file(root / stub))
        parsed[path] = Parsed(facts, entry.broken, entry.late)
    files = tuple(_scanned(path, parsed[path]) for path in found.files)
    read = tuple(_scanned(path, parsed[path]) for path in found.other.notebooks)
    problems = (cache.problem,) if cache.problem else ()
    return Scan(files, found.excluded, found.links, found.other, read, problems)


def _scanned(path: str, parsed: Parsed) -> ScannedFile:
    return ScannedFile(path, parsed.facts, parsed.broken, parsed.late)


def judged_for(scan: Scan, version: tuple[int, ...]) -> Scan:
    """Return a scan in which what one version of Python rejects is broken."""
    if version < _DECODES_ALL or not any(file.late for file in scan.files):
        return scan
    files = tuple(replace(file, broken=file.broken or file.late) for file in scan.files)
    return replace(scan, files=files)


def read_source(path: Path | str) -> bytes | Broken:
    """Return the bytes of a file, or why it cannot be read."""
    try:
        return read_file(path)
    except OSError as error:
        return Broken(f"cannot be read: {error.strerror or error}", None)


def _read_all(
    root: Path,
    paths: Sequence[str],
    notebooks: frozenset[str],
    parsing: "_Parsing",
    progress: Progress | None,
) -> dict[str, Parsed]:
    """Return what each file says; of the texts, only those of two batches are in memory at any moment."""
    parsed: dict[str, Parsed] = {}
    known: dict[bytes, Parsed] = {}
    started: deque[tuple[_Batch, dict[str, bytes]]] = deque()

    def finish() -> None:
        batch, keys = started.popleft()
        total = len(paths)

        def advanced(left: int) -> None:
            if progress is not None:
                progress(len(parsed) + len(keys) - left, total)

        known.update(parsing.finish(batch, advanced))
        parsed.update((path, known[key]) for path, key in keys.items())

    with parsing:
        for sources in _batches(root, paths, notebooks):
            parsed.update(
                (path, Parsed(NOTHING, one)) for path, one in sources.items() if isinstance(one, Broken)
            )
            texts = {path: one for path, one in sources.items() if isinstance(one, bytes)}
            keys = {path: digest(text) for path, text in texts.items()}
            coming = known.keys() | {key for batch, _ in started for key in batch.keys}
            fresh = {key: texts[path] for path, key in keys.items() if key not in coming}
            started.append((parsing.start(fresh), keys))
            if len(started) > 1:
                finish()
        while started:
            finish()
    return parsed


def _batches(
    root: Path, paths: Sequence[str], notebooks: frozenset[str]
) -> Iterator[dict[str, bytes | Broken]]:
    """Yield files with their bytes, or why they cannot be read, so many at once that a pool has work."""
    batch: dict[str, bytes | Broken] = {}
    size = 0
    for path in paths:
        source = read_source(root / path)
        if path in notebooks and isinstance(source, bytes):
            source = notebook_source(source) or Broken("no notebook of Python code", None)
        batch[path] = source
        size += len(source) if isinstance(source, bytes) else 0
        if size >= _BATCH_BYTES:
            yield batch
            batch, size = {}, 0
    yield batch


def parse_cached(sources: Mapping[bytes, bytes], *, cache: Cache, workers: int) -> dict[bytes, Parsed]:
    """Return the facts of texts by their digests; what the cache lacks is parsed and stored."""
    with _Parsing(cache, workers) as parsing:
        return parsing.finish(parsing.start(sources))


@dataclass(frozen=True, slots=True)
class _Batch:
    """Texts that are being parsed."""

    known: dict[bytes, Parsed]
    """By digest, what the cache had."""
    missing: tuple[bytes, ...]
    tasks: tuple[tuple[list[bytes], "Future[list[bytes]] | None"], ...]
    """The missing texts in order, each list with the process that works on it, if another does."""

    @property
    def keys(self) -> Iterator[bytes]:
        """The digests of all its texts."""
        yield from self.known
        yield from self.missing


class _Parsing:
    """Gets facts from the cache or by parsing, in processes once there is much to parse."""

    def __init__(self, cache: Cache, workers: int) -> None:
        self._cache = cache
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def start(self, sources: Mapping[bytes, bytes]) -> _Batch:
        """Begin to parse what the cache lacks of some texts."""
        known = _decode_all(self._cache.get(sources))
        missing = tuple(key for key in sources if key not in known)
        texts = [sources[key] for key in missing]
        is_much = len(texts) >= _FEW_FILES or sum(map(len, texts)) >= _FEW_BYTES
        if self._pool is None and self._workers > 1 and is_much:
            self._pool = ProcessPoolExecutor(self._workers)
        return _Batch(known, missing, tuple((task, self._submitted(task)) for task in _tasks(texts)))

    def _submitted(self, task: list[bytes]) -> "Future[list[bytes]] | None":
        if self._pool is None:
            return None
        try:
            return self._pool.submit(_parse_and_encode, task)
        except BrokenProcessPool:
            broken: Future[list[bytes]] = Future()
            broken.set_exception(BrokenProcessPool())
            return broken

    def finish(self, batch: _Batch, advanced: Callable[[int], None] = lambda _: None) -> dict[bytes, Parsed]:
        """Return the facts of a batch by their digests; those that were parsed are stored at once.

        `advanced` is called with the number of texts that are left, as they get fewer.
        """
        encoded: list[bytes] = []
        for task, future in batch.tasks:
            encoded += _parse_and_encode(task) if future is None else _result(task, future)
            advanced(len(batch.missing) - len(encoded))
        entries = dict(zip(batch.missing, encoded, strict=True))
        self._cache.put(entries)
        return {**batch.known, **_decode_all(entries)}


def _tasks(sources: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Cut texts into lists that are worth sending to another process."""
    task: list[bytes] = []
    size = 0
    for source in sources:
        task.append(source)
        size += len(source)
        if len(task) >= _FILES_PER_TASK or size >= _BYTES_PER_TASK:
            yield task
            task, size = [], 0
    if task:
        yield task


def _result(task: list[bytes], future: "Future[list[bytes]]") -> list[bytes]:
    try:
        return future.result()
    except BrokenProcessPool:
        return _one_by_one(task)


def _decode_all(entries: dict[bytes, bytes]) -> dict[bytes, Parsed]:
    decode = msgspec.msgpack.Decoder(Parsed).decode
    decoded = {}
    for key, value in entries.items():
        try:
            decoded[key] = decode(value)
        except msgspec.MsgspecError:
            continue  # an entry somebody damaged is a miss
    return decoded


def _one_by_one(sources: list[bytes]) -> list[bytes]:
    """Read files of which one may end the process that reads it, each task and then each file in its own."""
    try:
        with ProcessPoolExecutor(1) as executor:
            return executor.submit(_parse_and_encode, sources).result()
    except BrokenProcessPool:
        if len(sources) > 1:
            return [encoded for source in sources for encoded in _one_by_one([source])]
        return [msgspec.msgpack.encode(Parsed(NOTHING, Broken(_ENDED, None)))]
