"""What each entry point loads, and which module holds most of it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

from importgraph.findings.entry_points import TESTS, entry_title
from importgraph.findings.groups import GroupLoad, chain_to, groups_by_entry
from importgraph.findings.loads import Load, loads
from importgraph.findings.model import Evidence, Finding, Location, Severity, amount
from importgraph.graph.model import Call, Graph, ImportEdge, OutsideImport
from importgraph.graph.views import View, closure, is_function, runs_with_body
from importgraph.names import is_within, top_level
from importgraph.snapshot import Snapshot

_LEAST = {"modules": 8, "us": 2000}
"""What a part must hold to be named, by the unit of weights."""
_LEAST_SHARE = 0.04
_PER_ENTRY = 6
_RUNNER = "pytest"
"""What runs a test session: nobody can keep what it loads itself from loading."""


class Link(Evidence, frozen=True, omit_defaults=True):
    """One step of an import chain."""

    source: str
    target: str
    path: str
    line: int | None
    """None where a module implies its parent package."""
    certain: bool = True
    """It runs whenever its source does."""


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
    """`modules` for a static count, `us` for microseconds."""
    estimated: bool = False
    """The times are estimates."""
    distribution: str = ""
    """The distribution that the module belongs to, where it is not ours."""
    open: bool = False
    """The entry point loads more, by imports of computed names."""


def find_heavy_imports(snapshot: Snapshot) -> tuple[HeavyImport, ...]:
    """Find for each entry point the parts that retain most, largest first: modules of ours, and libraries.

    A library is one part, however many of its modules are imported. Of a chain of equals the last is named.
    """
    outside = _external_imports(snapshot.graph)
    grouped = groups_by_entry(snapshot)
    found = []
    for view, load in loads(snapshot):
        by_group = grouped[load.entry.node]
        for key in _heaviest(snapshot, view, load, by_group):
            chain = chain_to(view, load.entry.node, by_group.members[key])
            group = by_group.groups.get(key)
            node = group.top if group is not None else key
            found.append(
                HeavyImport(
                    entry=load.entry.node,
                    reason=load.entry.reason,
                    loaded=load.total,
                    module=node,
                    retained=by_group.retained[key],
                    chain=tuple(link(view, one, two) for one, two in pairwise(chain)),
                    external=_exclusive(load, node, outside) if group is None else (),
                    unit=snapshot.unit,
                    estimated=snapshot.estimated,
                    distribution=_distribution(snapshot, node),
                    open=bool(load.open),
                )
            )
    return tuple(found)


def _distribution(snapshot: Snapshot, node: str) -> str:
    found = snapshot.distribution(node)
    return f"{found.name} {found.version}" if found is not None else ""


def _heaviest(snapshot: Snapshot, view: View, load: Load, by_group: GroupLoad) -> list[str]:
    """Return the parts worth naming: large ones, not the packages around the entry point itself."""
    around = load.entry.module or load.entry.node
    least = max(_LEAST[snapshot.unit], round(load.total * _LEAST_SHARE))
    candidates = {
        key
        for key, weight in by_group.retained.items()
        if weight >= least and not is_within(around, key) and _is_named(key, by_group)
    }
    if load.entry.node == TESTS and _RUNNER in view.known:
        runner = closure(view, [_RUNNER])
        candidates = {key for key in candidates if not by_group.members[key] <= runner}
    children: dict[str, list[str]] = defaultdict(list)
    for key in candidates:
        children[_holder(key, by_group)].append(key)
    chosen = []
    for key in candidates:
        largest = max((by_group.retained[child] for child in children[key]), default=0)
        if largest < by_group.retained[key] * 0.9:  # otherwise the child is the better name for the part
            chosen.append(key)
    chosen.sort(key=lambda key: (-by_group.retained[key], key))
    return chosen[:_PER_ENTRY]


def _is_named(key: str, by_group: GroupLoad) -> bool:
    """Tell whether a part is ours or a library that ours loads; what only a library loads is its own."""
    if is_function(key) or key.startswith("<"):
        return False
    return key not in by_group.groups or _holder(key, by_group) not in by_group.groups


def _holder(key: str, by_group: GroupLoad) -> str:
    """Return what holds a part: the nearest dominator that is no function."""
    holder = by_group.above.get(key, "")
    while is_function(holder):
        holder = by_group.above.get(holder, "")
    return holder


def link(view: View, source: str, target: str) -> Link:
    """Describe one step of a chain by the statement or call that makes it."""
    steps = [arc for arc in view.arcs.get(source, ()) if arc.target == target]
    surest = next((arc for arc in steps if arc.certain), steps[0] if steps else None)
    if surest is not None and isinstance(surest.cause, ImportEdge | Call | OutsideImport):
        return Link(source, target, surest.cause.path, surest.cause.line, surest.certain)
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
        whole = amount(heavy.loaded, heavy.unit, estimated=heavy.estimated) + (" + ?" if heavy.open else "")
        whose = f" ({heavy.distribution})" if heavy.distribution else ""
        how = "estimated" if heavy.estimated else "measured"
        what = f"`{heavy.module}`{whose} holds {part} of the {whole} that {_title(heavy)} takes"
        return f"{what}{brings} ({how})."
    least = "at least " if heavy.open else ""
    part = f"{heavy.retained:,} of the {least}{heavy.loaded:,} modules"
    what = f"`{heavy.module}` holds {part} that {_title(heavy)} loads"
    return f"{what}{brings} (static count of modules, not time)."


def _title(heavy: HeavyImport) -> str:
    return entry_title(heavy.entry) if heavy.entry == TESTS else f"`{entry_title(heavy.entry)}`"
