"""From what the hooks saw to the report: parts that add up, files, conftests, plugins, rewriting, imports."""

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from importgraph.plugin.imports import digest_imports
from importgraph.plugin.rewriting import Rewriting
from importgraph.plugin.stopwatch import Kind, Share

SCHEMA = "importgraph/collection-profile/1"
PARTS = (
    "configuration", "conftest files", "imports of test files", "assertion rewriting", "parametrisation",
    "building tests", "finding files", "selection and order", "plugins", "garbage collection",
    "this profiler", "rest",
)  # fmt: skip
"""The parts of collection, in the order of a report. They add up to its time."""
FILE_PARTS = ("imports", "rewriting", "parametrisation", "building", "plugins")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one process saw of its own collection. Times are nanoseconds."""

    root: Path
    record: Path
    """The trace of imports."""
    shares: Mapping[Kind, Share]
    total_ns: int
    """From the plugin's first hook to the end of collection."""
    lost_ns: int
    """The profiler's own work in that time."""
    garbage_ns: int
    """The garbage collector's pauses in that time, which no other part contains."""
    collections: int
    run_ns: int
    """From the same beginning to the end of the session."""
    startup_ns: int | None
    """From the beginning of the process to the plugin's first hook; None where that is not known."""
    tests: Mapping[str, int]
    deselected: int
    errors: int
    collect_only: bool
    rewriting: Rewriting
    workers: Sequence[dict[str, Any]]
    """What the workers of xdist reported, when this process is their controller."""
    controller: bool
    notes: tuple[str, ...] = ()


def build_report(seen: Seen) -> dict[str, Any]:
    """Return the report as JSON values: whole microseconds, paths relative to the root, all sorted."""
    rows = [row for kind, share in seen.shares.items() for row in _charged(kind, share)]
    collection = seen.total_ns // 1000
    begun = time.perf_counter_ns()
    imports = (
        {"modules": [], "groups": [], "problem": "imported in the workers"}
        if seen.controller
        else digest_imports(seen.record, seen.root)
    )
    analysis = time.perf_counter_ns() - begun
    workers = sorted(seen.workers, key=lambda worker: str(worker["worker"]))
    return {
        "schema": SCHEMA,
        "collection_us": collection,
        "run_us": seen.run_ns // 1000,
        "startup_us": None if seen.startup_ns is None else seen.startup_ns // 1000,
        "collect_only": seen.collect_only,
        "tests": sum(seen.tests.values()),
        "deselected": seen.deselected,
        "errors": seen.errors,
        "parts": _parts(rows, collection, seen),
        "files": _files(rows, seen),
        "conftests": _conftests(rows, seen.root),
        "plugins": _plugins(seen.shares),
        "garbage_collections": seen.collections,
        "rewriting": _rewriting(seen.rewriting),
        "imports": imports,
        "analysis_us": analysis // 1000,
        "workers": workers,
        "notes": list(seen.notes),
    }


def _charged(kind: Kind, share: Share) -> Iterable[tuple[str, str, Kind, int]]:
    """Divide a share into (part, part of a file, kind, nanoseconds)."""
    yield "assertion rewriting", "rewriting", kind, share.rewrote
    if kind.part in {"files", "finding files"}:
        yield "imports of test files", "imports", kind, share.imported - share.rewrote
        part = "building tests" if kind.part == "files" else kind.part
        yield part, "building", kind, share.own - share.imported
    else:
        inside = {"parametrisation": "parametrisation", "plugins": "plugins"}.get(kind.part, "building")
        yield kind.part, inside, kind, share.own - share.rewrote


def _parts(rows: Iterable[tuple[str, str, Kind, int]], collection: int, seen: Seen) -> list[dict[str, Any]]:
    found = dict.fromkeys(PARTS, 0)
    for part, _, kind, spent in rows:
        if kind.part != "rest":
            found[part] += spent
    found = {part: spent // 1000 for part, spent in found.items()}
    found["garbage collection"] = seen.garbage_ns // 1000
    found["this profiler"] = seen.lost_ns // 1000
    found["rest"] = collection - sum(found.values())
    return [{"name": part, "us": found[part]} for part in PARTS]


def _files(rows: Iterable[tuple[str, str, Kind, int]], seen: Seen) -> list[dict[str, Any]]:
    """Return the test files, the slowest first."""
    found: dict[str, dict[str, int]] = {path: dict.fromkeys(FILE_PARTS, 0) for path in seen.tests}
    for _, inside, kind, spent in rows:
        if kind.file and kind.part != "conftest files" and not kind.file.endswith("conftest.py"):
            found.setdefault(kind.file, dict.fromkeys(FILE_PARTS, 0))[inside] += spent
    files = [
        {
            "path": _shown(path, seen.root),
            "us": sum(parts.values()) // 1000,
            "tests": seen.tests.get(path, 0),
            **{f"{part}_us": spent // 1000 for part, spent in parts.items()},
        }
        for path, parts in found.items()
    ]
    return sorted(files, key=lambda file: (-file["us"], file["path"]))


def _conftests(rows: Iterable[tuple[str, str, Kind, int]], root: Path) -> list[dict[str, Any]]:
    found: dict[str, int] = {}
    for _, _, kind, spent in rows:
        if kind.part == "conftest files":
            found[kind.file] = found.get(kind.file, 0) + spent
    conftests = [{"path": _shown(path, root), "us": spent // 1000} for path, spent in found.items()]
    return sorted(conftests, key=lambda file: (-file["us"], file["path"]))


def _plugins(shares: Mapping[Kind, Share]) -> list[dict[str, Any]]:
    found: dict[str, tuple[int, int]] = {}
    for kind, share in shares.items():
        if kind.part == "plugins":
            spent, times = found.get(kind.owner, (0, 0))
            found[kind.owner] = spent + share.own - share.rewrote, times + share.times
    plugins = [
        {"plugin": plugin, "hook": hook, "us": spent // 1000, "calls": times}
        for (plugin, _, hook), spent, times in (
            (owner.rpartition(": "), spent, times) for owner, (spent, times) in found.items()
        )
    ]
    return sorted(plugins, key=lambda row: (-row["us"], row["plugin"], row["hook"]))


def _rewriting(seen: Rewriting) -> dict[str, Any]:
    """Say how many files were rewritten, and why the result was not kept for the next run."""
    unwritten = len(seen.rewritten) - seen.written
    reason = None
    if seen.missing:
        reason = "not watched: this pytest has no " + ", ".join(seen.missing)
    elif seen.switched_off:
        by = (
            "PYTHONDONTWRITEBYTECODE"
            if os.environ.get("PYTHONDONTWRITEBYTECODE")
            else "sys.dont_write_bytecode"
        )
        reason = f"{by} is set"
    elif unwritten:
        reason = "the __pycache__ folder cannot be written"
    return {
        "rewritten": len(seen.rewritten),
        "reused": seen.reused,
        "unwritten": unwritten,
        "reason": reason,
    }


def _shown(path: str, root: Path) -> str:
    """Return a path relative to the root where it lies inside."""
    try:
        return Path(path).relative_to(root).as_posix()
    except ValueError:
        return Path(path).as_posix()
