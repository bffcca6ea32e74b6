"""Read every file of a tree once: from the cache where it is known, in processes where there are many."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from importgraph.executors import Helpers
from importgraph.facts.cache import Cache, digest
from importgraph.facts.found import FoundFiles, Progress, Scan, ScannedFile
from importgraph.facts.lazy_stubs import with_stub
from importgraph.facts.model import Broken, Parsed
from importgraph.facts.notebooks import notebook_source
from importgraph.facts.parse import NOTHING
from importgraph.facts.parsing import Batch, Parsing
from importgraph.files import read_file
from importgraph.kept.parts import ReadingTexts

_BATCH_BYTES = 16 << 20
"""What is read before it is parsed: enough for many processes, and a small part of a large tree."""

_LARGE = 10_000
"""From this number of files on, memory counts more than the time to share names between them."""

_DECODES_ALL = (3, 14)
"""From this version on a byte that is no UTF-8 is an error in comments too."""


def scan_files(
    root: Path,
    found: FoundFiles,
    *,
    cache: Cache,
    workers: int | Helpers,
    progress: Progress | None = None,
) -> Scan:
    """Read facts for all found files.

    Args:
        root: The folder the paths are relative to.
        found: What discovery gave.
        cache: Where facts of known contents are.
        workers: The number of processes; 1 reads in this one. Or who parses: they are sent texts, and need no
            files.
        progress: Called as files get done.

    Returns:
        The facts in the order of the paths; the same for any number of workers and any state of the cache.
    """
    paths = (*found.files, *found.other.notebooks)
    parsing = Parsing(cache, workers, is_large=len(paths) >= _LARGE)
    with ReadingTexts():
        parsed = _read_all(root, paths, frozenset(found.other.notebooks), parsing, progress)
    stubs = frozenset(path for path in found.other.compiled if path.endswith(".pyi"))
    for path in found.files if stubs else ():
        entry = parsed[path]
        facts = with_stub(entry.facts, path, stubs, lambda stub: read_file(root / stub))
        parsed[path] = Parsed(facts, entry.broken, entry.late)
    files = tuple(_scanned(path, parsed[path]) for path in found.files)
    read = tuple(_notebook(path, parsed[path]) for path in found.other.notebooks)
    problems = (cache.problem,) if cache.problem else ()
    return Scan(files, found.excluded, found.links, found.other, read, problems)


def _scanned(path: str, parsed: Parsed) -> ScannedFile:
    return ScannedFile(path, parsed.facts, parsed.broken, parsed.late)


def _notebook(path: str, parsed: Parsed) -> ScannedFile:
    """Return a notebook. All its cells parse; what compiling finds besides (`await`), IPython allows."""
    is_code = parsed.broken is not None and parsed.broken.line is not None
    return ScannedFile(path, parsed.facts, None if is_code else parsed.broken, parsed.late)


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
    parsing: Parsing,
    progress: Progress | None,
) -> dict[str, Parsed]:
    """Return what each file says; of the texts, only those of two batches are in memory at any moment."""
    parsed: dict[str, Parsed] = {}
    known: dict[bytes, Parsed] = {}
    started: deque[tuple[Batch, dict[str, bytes]]] = deque()

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
            if len(started) > parsing.ahead:
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
