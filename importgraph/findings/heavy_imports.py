"""What each entry point loads, and which module holds most of it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from importgraph.findings.entry_points import EntryPoint, entry_points, with_tests
from importgraph.findings.model import EdgeRef, Evidence, Finding, Location, Severity
from importgraph.graph.algorithms import dominator_tree, retained, shortest_chain
from importgraph.graph.model import Call, Graph, ImportEdge
from importgraph.graph.views import View, closure, is_function, modules_of, runs_at_import
from importgraph.names import top_level
from importgraph.snapshot import Snapshot

_LEAST_MODULES = 8
_LEAST_SHARE = 0.04
_PER_ENTRY = 6


class Link(Evidence, frozen=True):
    """One step of an import chain."""

    source: str
    target: str
    path: str
    line: int | None
    """None where a module implies its parent package."""


class HeavyImport(Evidence, frozen=True):
    """A module that holds a large part of what an entry point loads."""

    entry: str
    reason: str
    """Why the entry point is one."""
    loaded: int
    """Modules of ours that the entry point loads."""
    module: str
    retained: int
    """Modules that would not be loaded without this one."""
    chain: tuple[Link, ...]
    """A shortest chain from the entry point to the module."""
    external: tuple[str, ...]
    """Distributions outside the tree that only this part of the load imports, by top-level name."""


@dataclass(frozen=True)
class Load:
    """Everything one entry point loads."""

    entry: EntryPoint
    modules: frozenset[str]
    retained: Mapping[str, int]
    """By node, in modules."""
    above: Mapping[str, str]
    """The immediate dominator of each node."""


def load_of(view: View, entry: EntryPoint) -> Load:
    """Compute what an entry point loads."""
    nodes = closure(view, [entry.node])
    weights = retained(view, entry.node, _one_module)
    return Load(entry, modules_of(nodes) & set(view.nodes) - {entry.node}, weights, dominator_tree(view, entry.node))


def _one_module(node: str) -> int:
    """Weigh a node: one for a module, nothing for a function or the test session."""
    return 0 if is_function(node) or node.startswith("<") else 1


def loads(snapshot: Snapshot) -> Iterator[tuple[View, Load]]:
    """Yield what each entry point loads, with the view it was computed on."""
    view = with_tests(snapshot.graph, snapshot.runtime)
    for entry in entry_points(snapshot.graph, snapshot.runtime, snapshot.entry_points):
        yield view, load_of(view, entry)


def find_heavy_imports(snapshot: Snapshot) -> tuple[HeavyImport, ...]:
    """Find for each entry point the modules that retain most, largest first; the last of a chain of equals is named."""
    outside = _external_imports(snapshot.graph)
    found = []
    for view, load in loads(snapshot):
        total = len(load.modules)
        for node in _heaviest(load, max(_LEAST_MODULES, round(total * _LEAST_SHARE))):
            chain = shortest_chain(view, load.entry.node, node) or ()
            found.append(
                HeavyImport(
                    entry=load.entry.node,
                    reason=load.entry.reason,
                    loaded=total,
                    module=node,
                    retained=load.retained[node],
                    chain=tuple(link(view, one, two) for one, two in zip(chain, chain[1:], strict=False)),
                    external=_exclusive(load, node, outside),
                )
            )
    return tuple(found)


def _heaviest(load: Load, least: int) -> list[str]:
    """Return the nodes worth naming: large, first-party modules, not the packages around the entry point itself."""
    around = load.entry.node
    children: dict[str, list[str]] = defaultdict(list)
    for node, dominator in load.above.items():
        children[dominator].append(node)
    chosen = []
    for node, weight in load.retained.items():
        if weight < least or node == around or is_function(node) or around.startswith(f"{node}."):
            continue
        largest = max((load.retained[child] for child in children[node] if not is_function(child)), default=0)
        if largest < weight * 0.9:  # otherwise the child is the better name for the same part
            chosen.append(node)
    chosen.sort(key=lambda node: (-load.retained[node], node))
    return chosen[:_PER_ENTRY]


def link(view: View, source: str, target: str) -> Link:
    """Describe one step of a chain by the statement or call that makes it."""
    for arc in view.arcs.get(source, ()):
        if arc.target == target:
            cause = arc.cause
            if isinstance(cause, ImportEdge | Call):
                return Link(source, target, cause.path, cause.line)
            break
    return Link(source, target, "", None)


def _external_imports(graph: Graph) -> dict[str, set[str]]:
    import sys

    found: dict[str, set[str]] = defaultdict(set)
    for edge in graph.imports:
        name = top_level(edge.imported)
        if edge.external and edge.function < 0 and name not in sys.stdlib_module_names and _runs(edge):
            found[edge.importer].add(name)
    return found


def _runs(edge: ImportEdge) -> bool:
    from msgspec.structs import replace

    return runs_at_import(replace(edge, external=False))


def _exclusive(load: Load, node: str, outside: Mapping[str, set[str]]) -> tuple[str, ...]:
    below = {node}
    for inner in load.retained:  # dominators come before what they dominate
        if load.above.get(inner) in below:
            below.add(inner)
    inside = {name for module in below for name in outside.get(module, ())}
    elsewhere = {name for module in load.modules - below for name in outside.get(module, ())}
    return tuple(sorted(inside - elsewhere))


def check_heavy_imports(snapshot: Snapshot) -> Iterator[Finding]:
    """Report the heaviest parts, each module once, for the entry point where it holds most."""
    best: dict[str, HeavyImport] = {}
    for heavy in find_heavy_imports(snapshot):
        if heavy.module not in best or heavy.retained > best[heavy.module].retained:
            best[heavy.module] = heavy
    for heavy in best.values():
        places = tuple(Location(one.path, one.line) for one in heavy.chain if one.line is not None)
        brings = f", and with them {', '.join(heavy.external[:4])}" if heavy.external else ""
        yield Finding(
            code="IG101",
            subject=heavy.module,
            message=(
                f"`{heavy.module}` holds {heavy.retained:,} of the {heavy.loaded:,} modules that {_title(heavy)} loads"
                f"{brings} (static count of modules, not time)."
            ),
            severity=Severity.WARNING,
            locations=places[-1:],
            evidence=heavy,
            weight=heavy.retained,
        )


def _title(heavy: HeavyImport) -> str:
    return "a test session" if heavy.entry.startswith("<") else f"`import {heavy.entry}`"


def references(chain: tuple[Link, ...]) -> tuple[EdgeRef, ...]:
    """Return the statements of a chain as evidence."""
    return tuple(EdgeRef(one.source, one.target, one.path, one.line) for one in chain if one.line is not None)
