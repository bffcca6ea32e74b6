"""Where loading begins: what people start or import first, each with the place that says so."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from importgraph.facts.start_commands import Start
from importgraph.facts.start_declared import PLUGIN
from importgraph.findings.importance import importance
from importgraph.findings.main_blocks import (
    RUN,
    called_function,
    imports_of,
    module_run,
    run_arcs,
    run_node,
)
from importgraph.findings.start_modules import StartModules, is_aside
from importgraph.graph.edited.since import of_modules
from importgraph.graph.model import Graph, Kind
from importgraph.graph.views import Arc, View, is_function
from importgraph.measurements.model import SEVERAL
from importgraph.names import top_level
from importgraph.snapshot import Snapshot, once_per_snapshot

TESTS = "<all tests>"
"""The node from which all test files and conftests are imported, as a collecting pytest does."""
_MOST_PLUGINS = 4
"""More plug-ins of one project are not looked at."""
_MOST = 40
"""More entry points are not looked at, the least important first."""


class EntryKind(StrEnum):
    """How a process begins there."""

    MODULE = "module"
    """The module is imported."""
    SCRIPT = "script"
    """The module is run as a script, so its main block counts."""
    CALLED = "called"
    """The module is imported and a function of it called, which imports more."""
    TESTS = "tests"


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A node of the loading view that something outside begins with, and why it is one."""

    node: str
    reason: str
    """What it is, such as `console script`."""
    module: str = ""
    """The module that is imported or run; empty for the test session."""
    kind: EntryKind = EntryKind.MODULE
    label: str = ""
    """What people type: `app`, `python -m app`, `import app`."""
    path: str = ""
    line: int = 0
    """Where it is named; 0 where no line names it."""
    importance: float = 1.0
    """From 0 to 1: how much a millisecond there counts beside one elsewhere."""
    function: str = ""
    """What is called at once in the module, by its qualified name."""

    @property
    def title(self) -> str:
        """How it is written in text."""
        return self.label or entry_title(self.node)

    @property
    def place(self) -> str:
        """The file and line that name it, or nothing."""
        return f"{self.path}:{self.line}" if self.line else self.path


def entry_title(node: str) -> str:
    """Return how the node of an entry point is written in text."""
    if node == TESTS:
        return "a test session"
    run = module_run(node)
    if not run:
        return f"import {node}"
    if ":" in run:
        return f"{run.replace(':', '.')}()"
    return f"python {run}" if "/" in run else f"python -m {run.removesuffix('.__main__')}"


@once_per_snapshot
def entry_points(snapshot: Snapshot) -> tuple[EntryPoint, ...]:
    """Choose the entry points of a tree, the most important first; of one node the most important reason.

    What the settings name is all; `extend-entry-points` adds. Otherwise: what the project starts, what
    it distributes, `python -m` packages, and the test session. Where nothing else is named, the top-level
    packages are taken.
    """
    config = snapshot.config
    measured = list(_of_profile(snapshot))
    if measured:
        return tuple(measured)
    named = [*_configured(snapshot, config.entry_points)]
    extra = [*_configured(snapshot, config.extend_entry_points)]
    found = [*named, *extra] if named else [*extra, *_found(snapshot)]
    first: dict[str, EntryPoint] = {}
    for entry in sorted(found, key=lambda entry: (-entry.importance, entry.kind, entry.label, entry.node)):
        first.setdefault(entry.node, entry)
    return tuple(first.values())[:_MOST]


def _of_profile(snapshot: Snapshot) -> Iterator[EntryPoint]:
    """Yield what a profile was taken of, by whichever name it goes there."""
    profile = snapshot.profile
    if profile is None or profile.kind == SEVERAL:
        return
    name = profile.entry.partition(" ")[0]
    if profile.kind == "pytest":
        yield EntryPoint(TESTS, "profiled", kind=EntryKind.TESTS, label="a test session")
        return
    known = [one for one in _found(snapshot) if name in {one.label, one.node}]
    if known:
        yield replace(known[0], reason="profiled")
    elif name in snapshot.graph.modules:
        yield EntryPoint(name, "profiled", name, label=f"import {name}")


def _configured(snapshot: Snapshot, names: tuple[str, ...]) -> Iterator[EntryPoint]:
    """Yield what the settings name: a module, `module:object`, a path, or `python -m module`."""
    lookup = StartModules(snapshot.graph)
    for text in names:
        runs = text.startswith("python ")
        target, _, function = text.removeprefix("python ").removeprefix("-m ").partition(":")
        label = text if runs else f"python {target}" if target.endswith(".py") else ""
        runs = runs or target.endswith(".py")
        start = Start(
            target, "configured", label, "pyproject.toml", 0, function, runs or target.endswith(".py")
        )
        yield from _entries(snapshot, lookup, start)


def _found(snapshot: Snapshot) -> Iterator[EntryPoint]:
    lookup = StartModules(snapshot.graph)
    started = [entry for start in snapshot.starts for entry in _entries(snapshot, lookup, start)]
    started = [one for one in started if not one.reason.startswith(PLUGIN)] + _plugins(started)
    shipped = [
        EntryPoint(
            name,
            "distributed package",
            name,
            label=f"import {name}",
            path=one.path,
            importance=importance("distributed package", one.path),
        )
        for one in snapshot.distributed
        for name in lookup.shipped(one)
    ]
    run = list(_run_with_m(snapshot.graph))
    yield from (*started, *shipped, *run)
    if not started and not shipped and not run:
        for name in lookup.top_packages(""):
            yield EntryPoint(name, "top-level package", name, label=f"import {name}", importance=0.5)
    if tests_of(snapshot):
        yield EntryPoint(TESTS, "test session", kind=EntryKind.TESTS, label="a test session", importance=0.7)


def _plugins(started: list[EntryPoint]) -> list[EntryPoint]:
    """Return the first plug-ins of a project: together they weigh as much as one."""
    found = {one.node: one for one in reversed(started) if one.reason.startswith(PLUGIN)}
    first = list(reversed(found.values()))[:_MOST_PLUGINS]
    return [replace(one, importance=one.importance / len(first)) for one in first]


def _entries(snapshot: Snapshot, lookup: StartModules, start: Start) -> Iterator[EntryPoint]:
    name = lookup.of(start)
    if name is None:
        return
    kind = EntryKind.SCRIPT if start.runs else EntryKind.MODULE
    if not start.runs and _calls_more(snapshot, name, start):
        kind = EntryKind.CALLED
    node = name
    if kind is not EntryKind.MODULE:
        node = run_node(name, start.function if kind is EntryKind.CALLED else "")
    plugin = start.reason.startswith(PLUGIN)
    label = entry_title(node) if plugin or not start.label else start.label
    yield EntryPoint(
        node,
        start.reason,
        name,
        kind,
        label,
        start.path,
        start.line,
        importance(start.reason, start.path),
        start.function,
    )


def _calls_more(snapshot: Snapshot, module: str, start: Start) -> bool:
    """Tell whether a start calls a function of a module that imports more than the standard library."""
    if not start.function or not start.reason.endswith("script"):
        return False  # an object that a server takes is not called, a plug-in's later
    places = called_function(snapshot, module, start.function)
    imported = [edge.imported for place in places for edge in imports_of(snapshot, place)]
    return any(top_level(name) not in sys.stdlib_module_names for name in imported)


def _run_with_m(graph: Graph) -> Iterator[EntryPoint]:
    for module in graph.modules.values():
        package = module.name.removesuffix(".__main__")
        is_main = package != module.name and module.kind is Kind.MODULE
        if is_main and "." not in package and not is_aside(module.path):
            yield EntryPoint(
                run_node(module.name),
                "package run with -m",
                module.name,
                EntryKind.SCRIPT,
                f"python -m {package}",
                module.path,
                1,
                importance("package run with -m"),
            )


def entered_modules(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the modules of the tree at which its entry points begin, sorted; none where there are none."""
    found: set[str] = set()
    for entry in entry_points(snapshot):
        found.update((entry.node, entry.module) if entry.kind is not EntryKind.TESTS else tests_of(snapshot))
    return tuple(sorted(found & set(snapshot.graph.modules)))


@once_per_snapshot
def tests_of(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the test files and conftests; a module that other code imports is no test, whatever its name."""
    graph = snapshot.graph
    tests = {m.name for m in graph.modules.values() if m.kind is Kind.TEST}

    def takes(name: str) -> tuple[str, ...]:
        named = {edge.imported for edge in graph.imports_of(name)} if name not in tests else set[str]()
        return tuple(sorted(named & tests))

    taken = of_modules(snapshot.since, "tests", tuple[str, ...], graph.modules, takes) if tests else {}
    left = tests.difference(*taken.values())
    conftests = {m.name for m in graph.modules.values() if m.kind is Kind.CONFTEST}
    return tuple(sorted(left | conftests)) if left else ()


def entry_arcs(snapshot: Snapshot, view: View) -> dict[str, tuple[Arc, ...]]:
    """Return the arcs of nodes that lead nowhere in a view: all tests together, modules run as scripts."""
    arcs: dict[str, tuple[Arc, ...]] = {}
    tests = tests_of(snapshot)
    if tests:
        runner = ("pytest",) if "pytest" in view.known else ()
        arcs[TESTS] = tuple(Arc(TESTS, name, None) for name in (*runner, *tests))
    for entry in entry_points(snapshot):
        if entry.kind in {EntryKind.SCRIPT, EntryKind.CALLED}:
            function = entry.function if entry.kind is EntryKind.CALLED else ""
            for node, found in run_arcs(snapshot, view, entry.module, function).items():
                if not view.leads(node):
                    arcs.setdefault(node, found)
    return arcs


def with_entries(snapshot: Snapshot, view: View) -> View:
    """Add the nodes that entry points begin with: all tests together, and modules run as scripts."""
    arcs = entry_arcs(snapshot, view)
    if not arcs:
        return view
    merged: Mapping[str, tuple[Arc, ...]] = {**view.arcs, **arcs}
    return replace(view, nodes=(*view.nodes, *arcs), arcs=merged)


def imported_by(view: View, entry: EntryPoint) -> tuple[str, ...]:
    """Return the modules that starting an entry point imports directly, in the order of the text.

    For a module run as a script these are the imports of its body too, but not the module itself: importing
    it would run what stands in it under another name.
    """
    inner = [node for node in view.targets(entry.node) if is_function(node)]
    nodes = [entry.node, *inner, *([entry.module] if entry.kind is EntryKind.SCRIPT else [])]
    found = (target for node in nodes for target in view.targets(node) if not is_function(target))
    itself = entry.module if entry.kind is EntryKind.SCRIPT else ""
    return tuple(dict.fromkeys(name for name in found if name != itself))


def is_entry_node(node: str) -> bool:
    """Tell whether a node is the beginning of an entry point and no module."""
    return node == TESTS or node.startswith(RUN)


__all__ = [
    "TESTS",
    "EntryKind",
    "EntryPoint",
    "entry_points",
    "entry_title",
    "is_entry_node",
    "tests_of",
    "with_entries",
]
