"""Read every file of a tree once: from the cache where it is known, in processes where there are many."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

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
_FEW_FILES = 150
"""Below this number a process pool costs more than it saves (its start is some 60 ms)."""

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
    notebooks = frozenset(found.other.notebooks)
    parsed: dict[str, Parsed] = {}
    keys: dict[str, bytes] = {}
    sources: dict[bytes, bytes] = {}
    for path in (*found.files, *found.other.notebooks):
        source = read_source(root / path)
        if path in notebooks and not isinstance(source, Broken):
            source = notebook_source(source) or Broken("no notebook of Python code", None)
        if isinstance(source, Broken):
            parsed[path] = Parsed(NOTHING, source)
        else:
            keys[path] = digest(source)
            sources[keys[path]] = source
    known = parse_cached(sources, cache=cache, workers=workers, progress=progress)
    parsed.update((path, known[key]) for path, key in keys.items())
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


def parse_cached(
    sources: Mapping[bytes, bytes], *, cache: Cache, workers: int, progress: Progress | None = None
) -> dict[bytes, Parsed]:
    """Return the facts of texts by their digests; what the cache lacks is parsed and stored."""
    known = _decode_all(cache.get(sources))
    missing = [key for key in sources if key not in known]
    fresh = _parse_all([sources[key] for key in missing], workers, progress)
    entries = dict(zip(missing, fresh, strict=True))
    cache.put(entries)
    known.update(_decode_all(entries))
    return known


def _decode_all(entries: dict[bytes, bytes]) -> dict[bytes, Parsed]:
    decode = msgspec.msgpack.Decoder(Parsed).decode
    decoded = {}
    for key, value in entries.items():
        try:
            decoded[key] = decode(value)
        except msgspec.MsgspecError:
            continue  # an entry somebody damaged is a miss
    return decoded


def _parse_all(sources: list[bytes], workers: int, progress: Progress | None) -> list[bytes]:
    tasks = [sources[start : start + _FILES_PER_TASK] for start in range(0, len(sources), _FILES_PER_TASK)]
    encoded: list[bytes] = []
    for part in _in_order(tasks, workers if len(sources) >= _FEW_FILES else 1):
        encoded.extend(part)
        if progress is not None:
            progress(len(encoded), len(sources))
    return encoded


def _in_order(tasks: list[list[bytes]], workers: int) -> Iterator[list[bytes]]:
    if workers <= 1:
        yield from map(_parse_and_encode, tasks)
        return
    done = 0
    try:
        with ProcessPoolExecutor(workers) as executor:
            for part in executor.map(_parse_and_encode, tasks):
                yield part
                done += 1
    except BrokenProcessPool:
        yield from (_one_by_one(task) for task in tasks[done:])


def _one_by_one(sources: list[bytes]) -> list[bytes]:
    """Read files of which one may end the process that reads it, each task and then each file in its own."""
    try:
        with ProcessPoolExecutor(1) as executor:
            return executor.submit(_parse_and_encode, sources).result()
    except BrokenProcessPool:
        if len(sources) > 1:
            return [encoded for source in sources for encoded in _one_by_one([source])]
        return [msgspec.msgpack.encode(Parsed(NOTHING, Broken(_ENDED, None)))]
