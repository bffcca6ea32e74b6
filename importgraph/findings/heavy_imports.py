"""What each entry point loads, and which module holds most of it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from importgraph.environment.finder import Owner
from importgraph.findings.entry_points import TESTS, EntryPoint, entry_points, entry_title, with_entries
from importgraph.findings.model import Evidence, Finding, Location, Severity, amount
from importgraph.graph.algorithms import dominator_tree, retained, shortest_chain
from importgraph.graph.model import Call, Graph, ImportEdge, OutsideImport
from importgraph.graph.views import View, closure, is_function, modules_of, runs_with_body
from importgraph.names import is_within, top_level
from importgraph.snapshot import Snapshot, once_per_snapshot

_LEAST = {"modules": 8, "us": 2000}
"""What a part must hold to be named, by the unit of weights."""
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
    """Modules of ours that the entry point loads, or what importing it costs."""
    module: str
    """One of ours, or a library where time was measured."""
    retained: int
    """What would not be loaded without this one."""
    chain: tuple[Link, ...]
    """A shortest chain from the entry point to the module."""
    external: tuple[str, ...]
    """Distributions outside the tree that only this part of the load imports, by top-level name."""
    unit: str = "modules"
    estimated: bool = False
    """The times are estimates."""
    distribution: str = ""
    """The distribution that the module belongs to, where it is not ours."""
    """`modules` for a static count, `us` for measured microseconds."""


@dataclass(frozen=True)
class Load:
    """Everything one entry point loads."""

    entry: EntryPoint
    modules: frozenset[str]
    total: int
    """Modules without the entry point itself; or what it costs, measured."""
    retained: Mapping[str, int]
    """By node, in modules or measured microseconds."""
    above: Mapping[str, str]
    """The immediate dominator of each node."""


def load_of(snapshot: Snapshot, view: View, entry: EntryPoint) -> Load:
    """Compute what an entry point loads, by the weights of the snapshot."""
    modules = modules_of(closure(view, [entry.node])) & set(snapshot.graph.modules) - {entry.node}
    above = dominator_tree(view, entry.node)
    weights = retained(above, entry.node, snapshot.weight)
    total = len(modules) if snapshot.unit == "modules" else weights[entry.node]
    return Load(entry, modules, total, weights, above)


@once_per_snapshot
def loads(snapshot: Snapshot) -> tuple[tuple[View, Load], ...]:
    """Return what each entry point loads, with the view it was computed on."""
    view = with_entries(snapshot, snapshot.loading)
    return tuple((view, load_of(snapshot, view, entry)) for entry in entry_points(snapshot))


def find_heavy_imports(snapshot: Snapshot) -> tuple[HeavyImport, ...]:
    """Find for each entry point the modules that retain most, largest first.

    Of a chain of equals the last is named.
    """
    outside = _external_imports(snapshot.graph)
    found = []
    for view, load in loads(snapshot):
        for node in _heaviest(snapshot, load):
            chain = shortest_chain(view, load.entry.node, node) or ()
            found.append(
                HeavyImport(
                    entry=load.entry.node,
                    reason=load.entry.reason,
                    loaded=load.total,
                    module=node,
                    retained=load.retained[node],
                    chain=tuple(link(view, one, two) for one, two in pairwise(chain)),
                    external=_exclusive(load, node, outside),
                    unit=snapshot.unit,
                    estimated=snapshot.estimated,
                    distribution=_distribution(snapshot, node),
                )
            )
    return tuple(found)


def _distribution(snapshot: Snapshot, node: str) -> str:
    found = snapshot.distribution(node)
    return f"{found.name} {found.version}" if found is not None else ""


def is_candidate(snapshot: Snapshot, node: str, above: Mapping[str, str]) -> bool:
    """Tell whether a node is worth naming: a module of ours, or what ours loads of a library.

    What only a library loads is the library's; a profile knows libraries by their top-level names.

    Args:
        snapshot: The tree.
        node: A node that an entry point loads.
        above: The immediate dominators of what it loads.
    """
    if node in snapshot.graph.modules:
        return True
    if is_function(node) or node.startswith("<"):
        return False
    if snapshot.profile is not None:
        return "." not in node
    holder = above.get(node, "")
    while is_function(holder) and holder in above:
        holder = above[holder]
    return not holder or snapshot.owner(holder) is Owner.FIRST_PARTY


def _heaviest(snapshot: Snapshot, load: Load) -> list[str]:
    """Return the nodes worth naming: large ones, not the packages around the entry point itself."""
    around = load.entry.module or load.entry.node
    least = max(_LEAST[snapshot.unit], round(load.total * _LEAST_SHARE))
    children: dict[str, list[str]] = defaultdict(list)
    for node, dominator in load.above.items():
        if is_candidate(snapshot, node, load.above):
            children[dominator].append(node)
    chosen = []
    for node, weight in load.retained.items():
        if weight < least or is_within(around, node) or not is_candidate(snapshot, node, load.above):
            continue
        largest = max((load.retained[child] for child in children[node]), default=0)
        if largest < weight * 0.9:  # otherwise the child is the better name for the same part
            chosen.append(node)
    chosen.sort(key=lambda node: (-load.retained[node], node))
    return chosen[:_PER_ENTRY]


def link(view: View, source: str, target: str) -> Link:
    """Describe one step of a chain by the statement or call that makes it."""
    for arc in view.arcs.get(source, ()):
        if arc.target == target:
            cause = arc.cause
            if isinstance(cause, ImportEdge | Call | OutsideImport):
                return Link(source, target, cause.path, cause.line)
            break
    return Link(source, target, "", None)


def _external_imports(graph: Graph) -> dict[str, set[str]]:
    import sys

    found: dict[str, set[str]] = defaultdict(set)
    for edge in graph.imports:
        name = top_level(edge.imported)
        if (
            edge.external
            and edge.function < 0
            and name not in sys.stdlib_module_names
            and runs_with_body(edge)
        ):
            found[edge.importer].add(name)
    return found


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
        ours = snapshot.graph.modules
        places = tuple(
            Location(one.path, one.line)
            for one in heavy.chain
            if one.line is not None and one.source.partition(":")[0] in ours
        )
        brings = f", and with them {', '.join(heavy.external[:4])}" if heavy.external else ""
        yield Finding(
            code="IG101",
            subject=heavy.module,
            message=_message(heavy, brings),
            severity=Severity.WARNING,
            locations=places[-1:],
            evidence=heavy,
            weight=heavy.retained,
        )


def _message(heavy: HeavyImport, brings: str) -> str:
    if heavy.unit == "us":
        part = amount(heavy.retained, heavy.unit, estimated=heavy.estimated)
        whole = amount(heavy.loaded, heavy.unit, estimated=heavy.estimated)
        whose = f" ({heavy.distribution})" if heavy.distribution else ""
        how = "estimated" if heavy.estimated else "measured"
        what = f"`{heavy.module}`{whose} holds {part} of the {whole} that {_title(heavy)} takes"
        return f"{what}{brings} ({how})."
    part = f"{heavy.retained:,} of the {heavy.loaded:,} modules"
    what = f"`{heavy.module}` holds {part} that {_title(heavy)} loads"
    return f"{what}{brings} (static count of modules, not time)."


def _title(heavy: HeavyImport) -> str:
    return entry_title(heavy.entry) if heavy.entry == TESTS else f"`{entry_title(heavy.entry)}`"
