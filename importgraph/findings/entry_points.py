"""Where loading begins: console scripts, `__main__`, packages, conftests, all tests together."""

import configparser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from importgraph.files import read_ini_file, read_toml_file
from importgraph.graph.model import Graph, Kind, Module
from importgraph.graph.views import Arc, View, closure, modules_of

TESTS = "<all tests>"
"""The node from which all test files and conftests are imported, as a collecting pytest does."""


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A node of the runtime view that something outside imports first."""

    node: str
    reason: str


def entry_points(graph: Graph, view: View, configured: tuple[tuple[str, str], ...]) -> tuple[EntryPoint, ...]:
    """Choose the entry points of a tree.

    Args:
        graph: The tree.
        view: Its runtime view.
        configured: (module, reason) from settings or console scripts; where settings name any, they are all.
    """
    named = [EntryPoint(name, reason) for name, reason in configured if name in graph.modules]
    if any(entry.reason in {"profiled", "configured"} for entry in named):
        return tuple(named)
    found = {entry.node: entry for entry in reversed([*named, *_inferred(graph, view)])}
    return tuple(sorted(found.values(), key=lambda entry: (_ORDER.index(entry.reason), entry.node)))


_ORDER = [
    "profiled",
    "configured",
    "console script",
    "test session",
    "top-level package",
    "conftest",
    "__main__ module",
    "package",
]
_MUCH = 0.3
"""A top-level package that loads this share of its modules is the entry point to look at."""
_DOORS = 6
_DEEPEST = 2


def _inferred(graph: Graph, view: View) -> Iterator[EntryPoint]:
    for module in graph.modules.values():
        if module.kind is Kind.CONFTEST and module.path.count("/") <= 1:
            yield EntryPoint(module.name, "conftest")
        elif module.kind is Kind.PACKAGE and "." not in module.name and not _is_aside(module.path):
            yield EntryPoint(module.name, "top-level package")
        elif module.name.endswith(".__main__") and module.kind is Kind.MODULE and not _is_aside(module.path):
            yield EntryPoint(module.name, "__main__ module")
    yield from _packages(graph, view)
    if tests_of(graph):
        yield EntryPoint(TESTS, "test session")


def _packages(graph: Graph, view: View) -> Iterator[EntryPoint]:
    """Yield the heaviest doors of a library whose top-level package loads little of itself.

    Doors are its modules and its packages down to the second level, private ones left out.
    """
    tops = [m for m in graph.modules.values() if m.kind is Kind.PACKAGE and "." not in m.name]
    for top in [m for m in tops if not _is_aside(m.path)]:
        inside = [m for m in graph.modules.values() if m.name.startswith(f"{top.name}.")]
        loaded = closure(view, [top.name])
        if len(loaded) >= _MUCH * len(inside):
            continue
        doors = [m.name for m in inside if _is_door(m) and not _is_aside(m.path)]
        sizes = {name: len(modules_of(closure(view, [name]))) for name in doors}
        doors.sort(key=lambda name: (-sizes[name], name))
        yield from (EntryPoint(name, "package") for name in doors[:_DOORS])


def _is_door(module: Module) -> bool:
    depth = module.name.count(".")
    private = any(part.startswith("_") for part in module.name.split("."))
    return not private and (
        (module.kind is Kind.PACKAGE and depth <= _DEEPEST) or (module.kind is Kind.MODULE and depth == 1)
    )


def tests_of(graph: Graph) -> tuple[str, ...]:
    """Return the test files and conftests; a module that other code imports is no test, whatever its name."""
    tests = {m.name for m in graph.modules.values() if m.kind is Kind.TEST}
    used = {e.imported for e in graph.imports if e.imported in tests and e.importer not in tests}
    conftests = {m.name for m in graph.modules.values() if m.kind is Kind.CONFTEST}
    return tuple(sorted((tests - used) | conftests)) if tests - used else ()


_ASIDE = {"tests", "test", "testing", "docs", "doc", "examples", "example", "benchmarks"}


def _is_aside(path: str) -> bool:
    return bool(_ASIDE & set(path.split("/")[:-1]))


def with_tests(graph: Graph, view: View) -> View:
    """Add the node that imports all test files and conftests."""
    tests = tests_of(graph)
    if not tests:
        return view
    arcs: Mapping[str, tuple[Arc, ...]] = {
        **view.arcs,
        TESTS: tuple(Arc(TESTS, name, None) for name in tests),
    }
    return replace(view, nodes=(*view.nodes, TESTS), arcs=arcs)


def console_scripts(root: Path) -> tuple[tuple[str, str], ...]:
    """Read the modules of console scripts from `pyproject.toml`, `setup.cfg` or metadata in the tree."""
    found: list[str] = []
    try:
        data: dict[str, Any] = read_toml_file(root / "pyproject.toml")
    except (OSError, ValueError):
        data = {}
    project = data.get("project") if isinstance(data.get("project"), dict) else {}
    poetry = data.get("tool", {}).get("poetry", {}) if isinstance(data.get("tool"), dict) else {}
    for table in (project, poetry if isinstance(poetry, dict) else {}):
        scripts = table.get("scripts") if isinstance(table, dict) else None
        found += (
            [target for target in scripts.values() if isinstance(target, str)]
            if isinstance(scripts, dict)
            else []
        )
    for path in [root / "setup.cfg", *sorted(root.glob("*.dist-info/entry_points.txt"))]:
        found += _from_ini(path)
    return tuple((target.partition(":")[0].strip(), "console script") for target in dict.fromkeys(found))


def _from_ini(path: Path) -> list[str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=",))
    read_ini_file(path, parser)
    if parser.has_section("console_scripts"):
        return list(dict(parser.items("console_scripts")).values())
    lines = parser.get("options.entry_points", "console_scripts", fallback="").splitlines()
    return [line.partition("=")[2] for line in lines if "=" in line]
