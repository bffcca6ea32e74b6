"""The `collect` command: options in, lines out. An unchanged answer is printed without loading the engine."""

# ruff: noqa: PTH100 -- paths are texts here: there are thousands

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from importgraph.errors import UsageError
from importgraph.memory.answers import Answer, changed, keep, load_stamps, question, recall, stamp
from importgraph.quoting import json_text, page
from importgraph.storage import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from importgraph.collection.model import Collection, Dynamic
    from importgraph.executors import Helpers
    from importgraph.memory.records import Depends

SCHEMA = "importgraph/collect/1"


class Options(msgspec.Struct, frozen=True):
    """What the command line said."""

    folder: Path
    words: tuple[str, ...]
    python: Path | None = None
    workers: int = 0
    timeout: float = 0
    pattern: str = ""
    format: str = "text"
    count: bool = False
    exact: bool = False
    dynamic: Path | None = None
    shard: str = ""
    durations: Path | None = None
    store: Path | None = None
    """Where answers and results are kept; None keeps nothing."""
    helpers: "Helpers | None" = None
    """Who collects, instead of processes of this machine."""


def run(options: Options) -> int:
    """Collect and print.

    Returns:
        The exit code: 0.

    Raises:
        UsageError: If an option is wrong, or time is over.
        ConfigError: If pytest would refuse its configuration.
    """
    show(answered(options))
    return 0


def answered(options: Options) -> Answer:
    """Return the answer to a question: the stored one if it still holds, else a fresh one.

    Raises:
        UsageError: If an option is wrong, or time is over.
        ConfigError: If pytest would refuse its configuration.
    """
    if options.format not in {"text", "json"}:
        raise UsageError(f"There is no format {options.format}.", "Use text or json.")
    answer = recalled(options) or _fresh(options, _name(options))
    if options.dynamic is not None:
        _write_dynamic(options.dynamic, answer.dynamic)
    return answer


def _write_dynamic(place: Path, paths: "Iterable[str]") -> None:
    try:
        write_whole(place, page(paths).encode())
    except OSError as error:
        raise UsageError(
            f"{place} cannot be written: {error.strerror}.", "Choose another --dynamic."
        ) from error


def show(answer: Answer) -> None:
    """Print an answer."""
    sys.stdout.write(answer.output)
    sys.stderr.write(answer.messages)


def recalled(options: Options) -> Answer | None:
    """Return the stored answer to a question, if there is one that still holds."""
    if options.store is None or options.exact:
        return None
    return recall(options.store, _name(options))


def depends_on(options: Options) -> "Depends | None":
    """Return the files and folders, with their stamps, and the variables that a stored answer depends on.

    Returns:
        None where nothing is stored, or something is not as it was when it was read.
    """
    if options.store is None:
        return None
    stamps = load_stamps(options.store, _name(options))
    if stamps is None or any(changed(stamps)):
        return None
    files = [(found.path, found.status) for found in stamps.files]
    return files, [(found.path, found.status) for found in stamps.folders], list(stamps.variables)


_MANY = 4
"""Files that share a reason are listed together from this number on."""


def _name(options: Options) -> str:
    return question(
        (options.folder, options.words, options.python, options.pattern, options.format, options.count,
         options.shard, options.durations)
    )  # fmt: skip


def _fresh(options: Options, name: str) -> Answer:
    from importgraph.collection.collect import collect
    from importgraph.collection.plan import Request
    from importgraph.facts.processors import default_workers

    shard = None
    if options.shard:
        from importgraph.collection.shards import parse_shard, take_shard

        shard = parse_shard(options.shard)
    workers = options.workers or default_workers()
    request = Request(
        options.folder,
        options.words,
        options.python,
        workers,
        options.pattern,
        options.timeout,
        options.store,
        options.helpers,
    )
    found = collect(request)
    depends = found.depends
    if options.exact:
        from importgraph.collection.exact import settle

        found = settle(request, found)
    if shard is not None:
        found = take_shard(found, shard, options.durations)
    answer = Answer(
        render(found, options.format, count=options.count),
        _messages(found, options.format),
        tuple(dynamic.path for dynamic in found.dynamic),
    )
    if options.store is not None and not options.exact:
        files = (*depends.files, *([os.path.abspath(options.durations)] if options.durations else []))
        stamps = stamp(files, depends.folders, depends.variables, request.asked_ns, depends.stamps)
        keep(options.store, name, stamps, answer)
    return answer


def _messages(found: "Collection", shape: str) -> str:
    notes = page(found.notes)
    if shape != "text":
        return notes
    if found.failing:
        notes += f"errors: pytest would fail to collect {len(found.failing)} of {found.files} files:\n"
        notes += _lines(found.failing)
    if found.dynamic:
        notes += f"dynamic: text cannot decide {len(found.dynamic)} of {found.files} files:\n"
        notes += _lines(found.dynamic)
    expanding = sum(item.expands for item in found.items)
    if expanding:
        notes += f"expands: {expanding} of {len(found.items)} ids stand for tests whose parameters are known "
        notes += "at run time only; --format json marks them.\n"
    return notes


def _lines(found: "Sequence[Dynamic]") -> str:
    """Write a line for each file, and one for all that share a reason where those are many."""
    sharing: dict[str, list[str]] = {}
    for one in found:
        sharing.setdefault(one.reason, []).append(one.path)
    lines = []
    for one in found:
        paths = sharing[one.reason]
        if len(paths) < _MANY:
            lines.append(f"{one.path}{f':{one.line}' if one.line else ''}: {one.reason}")
        elif one.path == paths[0]:
            shown = ", ".join(paths[: _MANY - 1])
            lines.append(f"{len(paths)} files ({shown}, …; --format json has all): {one.reason}")
    return page(lines)


def render(found: "Collection", shape: str, *, count: bool = False) -> str:
    """Render a collection: node ids one a line, a count, or JSON."""
    if shape == "json":
        items = [{"id": item.id, "path": item.path, "expands": item.expands} for item in found.items]
        dynamic = [{"path": d.path, "reason": d.reason, "line": d.line} for d in found.dynamic]
        failing = [{"path": d.path, "reason": d.reason, "line": d.line} for d in found.failing]
        document = {
            "schema": SCHEMA,
            "files": found.files,
            "count": len(items),
            "items": items,
            "dynamic": dynamic,
            "failing": failing,
        }
        if count:
            del document["items"]
        return json_text(document, 0) + "\n"
    if count:
        return f"{len(found.items)}\n"
    return page([item.id for item in found.items])
