"""``python -m importgraph.plugin.digest RECORD ROOT`` turns a session's trace of imports into JSON."""

import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from importgraph.measurements.assemble import Runs, import_events, microseconds, module_timings
from importgraph.measurements.interpreter import describe_interpreter, shown_path
from importgraph.measurements.model import ENTRY_MODULE, ImportProfile, ModuleTiming
from importgraph.measurements.retained import import_edges, retained_by_group
from importgraph.measurements.target import Target
from importgraph.measurements.trace import Load, Trace, read_trace

PYTEST = ("_pytest.", "importlib")
"""What imports test files and conftests."""


class Sites:
    """The line that was the first to load a module.

    Args:
        trace: What was loaded.
        root: What paths are relative to.
    """

    def __init__(self, trace: Trace, root: Path) -> None:
        self.root = root
        self.by_number = {load.number: load for load in trace.loads}
        self.first: dict[str, Load] = {}
        for load in trace.loads:
            self.first.setdefault(load.name, load)

    def of(self, name: str) -> dict[str, Any]:
        """Return importer, path and line; the line is 0 where pytest did it for a file."""
        load = self.first[name]
        below = self.by_number.get(load.parent)
        if load.importer.startswith(PYTEST) and below is not None:
            return {"importer": below.name, "path": shown_path(below.path, self.root), "line": 0}
        return {"importer": load.importer, "path": shown_path(load.file, self.root), "line": load.line}


def digest(record: Path, root: Path) -> dict[str, Any]:
    """Return modules with self, cumulative and retained time, and groups of them, the costliest first.

    A group is an installed distribution, a top-level package of the standard library, or one of the project's
    own. Modules that pytest itself imports (test files, conftests) are no groups: they are listed as files.

    Raises:
        ValueError: The record is not a trace.
    """
    trace = read_trace(record, time.time_ns())
    if trace is None:
        raise ValueError("the trace of imports is empty")
    target = Target(sys.executable, "pytest", "collection", cwd=root)
    interpreter = describe_interpreter(target, record.with_name("compiled"))
    imports = import_events(trace, root)
    profile = ImportProfile(
        entry="collection",
        kind="pytest",
        python=trace.version,
        total_us=microseconds(trace.total_ns),
        spread_us=0,
        modules=tuple(module_timings(Runs((trace,)), imports, interpreter, root)),
        imports=tuple(imports),
    )
    sites = Sites(trace, root)
    modules = sorted(profile.modules, key=lambda module: (-module.retained_us, module.name))
    return {
        "problem": None,
        "total_us": sum(module.self_us for module in modules if not module.thread),
        "modules": [
            {
                "name": module.name,
                "self_us": module.self_us,
                "cumulative_us": module.cumulative_us,
                "retained_us": module.retained_us,
                "path": module.path,
                "group": module.group,
                "how": module.how,
                "error": module.error,
                "first": sites.of(module.name),
            }
            for module in modules
        ],
        "groups": _groups(profile, sites),
    }


def group_name(module: ModuleTiming) -> str:
    """Return what a module counts as part of; what pytest itself imports counts alone."""
    top = module.name.partition(".")[0]
    if module.group == "standard":
        return f"{top} (standard)"
    if module.group == "external":
        return module.distribution or top
    return module.name if module.loaded_by == ENTRY_MODULE else top


def _groups(profile: ImportProfile, sites: Sites) -> list[dict[str, Any]]:
    names = {module.name: group_name(module) for module in profile.modules}
    by_pytest = {m.name for m in profile.modules if m.loaded_by == ENTRY_MODULE and m.group == "first-party"}
    edges = import_edges([(module.name, module.loaded_by) for module in profile.modules], profile.imports)
    self_us = {module.name: module.self_us for module in profile.modules}
    kept = retained_by_group(self_us, edges, names)
    members: dict[str, list[ModuleTiming]] = {}
    for module in profile.modules:
        members.setdefault(names[module.name], []).append(module)
    groups = [
        {
            "name": name,
            "own": any(module.group == "first-party" for module in found),
            "retained_us": kept[name],
            "self_us": sum(module.self_us for module in found),
            "modules": len(found),
            "first": sites.of(min(found, key=lambda module: module.order).name),
        }
        for name, found in members.items()
        if name not in by_pytest
    ]
    return sorted(groups, key=lambda group: (-group["retained_us"], group["name"]))


def main(record: str, root: str) -> None:
    """Print the digest."""
    sys.stdout.buffer.write(msgspec.json.encode(digest(Path(record), Path(root))))


if __name__ == "__main__":
    main(*sys.argv[1:])
