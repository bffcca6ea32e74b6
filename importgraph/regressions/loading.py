"""The loading view: the runtime view with the test session and with external modules as nodes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from importgraph.findings.entry_points import entry_arcs, entry_points, is_entry_node, with_entries
from importgraph.graph.model import Graph, ImportEdge
from importgraph.graph.views import (
    Arc,
    LeadingView,
    View,
    closure,
    importing_node,
    is_function,
    module_of,
    runs_with_body,
    runtime_arcs,
)
from importgraph.names import top_level
from importgraph.regressions.model import EntryLoad
from importgraph.snapshot import Snapshot

EXTERNAL = "@"
"""What the node of an external module begins with, followed by its top-level name."""


def loading_view(snapshot: Snapshot) -> View:
    """View what is loaded at import, external modules included; arcs in the order of the text."""
    known = _recalled(snapshot)
    return known if known is not None else _looked_at(snapshot)


def _looked_at(snapshot: Snapshot) -> View:
    graph, since = snapshot.graph, snapshot.since
    arcs = _external_arcs(graph, graph.imports)
    if since is not None:
        since.keep(_PART, _leading(snapshot.runtime.arcs, arcs))
    view = with_entries(snapshot, snapshot.runtime)
    outside = {arc.target for found in arcs.values() for arc in found}
    merged = {node: (*view.arcs.get(node, ()), *arcs.get(node, ())) for node in sorted({*view.arcs, *arcs})}
    return View(tuple(sorted({*view.nodes, *outside})), merged)


_PART = "leading"
_Arcs = Mapping[str, Sequence[Arc]]


def _external_arcs(graph: Graph, edges: Iterable[ImportEdge]) -> _Arcs:
    called = {call.function for call in graph.calls}
    arcs: dict[str, list[Arc]] = defaultdict(list)
    for edge in edges:
        if edge.external and runs_with_body(edge):
            node = importing_node(graph, edge)
            if edge.function < 0 or (node in called and not edge.conditional):
                arcs[node].append(Arc(node, EXTERNAL + top_level(edge.imported), edge))
    return arcs


def _leading(inside: _Arcs, outside: _Arcs) -> dict[str, tuple[str, ...]]:
    """Return by node where it leads, modules of the tree before those from outside, each place once."""
    return {
        node: tuple(dict.fromkeys([arc.target for arc in (*inside.get(node, ()), *outside.get(node, ()))]))
        for node in sorted({*inside, *outside})
    }


def _recalled(snapshot: Snapshot) -> View | None:
    """Return the view from what was kept of it, with what starts in changed modules looked at again."""
    since, graph = snapshot.since, snapshot.graph
    kept = since.load(_PART, dict[str, tuple[str, ...]]) if since is not None else None
    if since is None or kept is None:
        return None
    changed = since.changed
    if changed:
        edges = chain.from_iterable(map(graph.imports_of, changed))
        fresh = _leading(runtime_arcs(graph, changed), _external_arcs(graph, edges))
        same = {node: targets for node, targets in kept.items() if module_of(node) not in changed}
        kept = {**same, **fresh}
    inside = {node: found for node, all_ in kept.items() if (found := _parted(all_)[0])}
    nodes = {*graph.modules, *(call.function for call in graph.calls)}
    started = entry_arcs(snapshot, LeadingView(nodes, inside, lambda: snapshot.runtime.arcs))
    for node, arcs in started.items():
        first = tuple(dict.fromkeys([arc.target for arc in arcs]))
        kept[node] = (*first, *_parted(kept.get(node, ()))[1])
    outside = (target for targets in kept.values() for target in targets if target.startswith(EXTERNAL))
    leading = dict(sorted(kept.items()))
    return LeadingView({*nodes, *started, *outside}, leading, lambda: _looked_at(snapshot).arcs)


def _parted(targets: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is of the tree, and what is from outside."""
    count = sum(not target.startswith(EXTERNAL) for target in targets)
    return tuple(targets[:count]), tuple(targets[count:])


def loading_map(view: View) -> Mapping[str, tuple[str, ...]]:
    """Return a view as a plain map from node to sorted targets."""
    return {node: tuple(sorted(targets)) for node, targets in view.successors.items()}


def as_view(loading: Mapping[str, Iterable[str]]) -> View:
    """Return a plain map as a view without causes."""
    leading = {node: tuple(targets) for node, targets in loading.items()}

    def arcs() -> Mapping[str, tuple[Arc, ...]]:
        return {node: tuple(Arc(node, one, None) for one in targets) for node, targets in leading.items()}

    return LeadingView({*leading, *chain.from_iterable(leading.values())}, leading, arcs)


def entry_loads(snapshot: Snapshot, view: View) -> tuple[EntryLoad, ...]:
    """Compute what each entry point loads, in the order of the entry points."""
    entries = entry_points(snapshot)
    return tuple(load_from(view, entry.node, entry.reason) for entry in entries)


def load_from(view: View, node: str, reason: str) -> EntryLoad:
    """Compute what is loaded from one node of a loading view."""
    reached = closure(view, [node])
    modules = tuple(sorted(n for n in reached if is_module(n)))
    external = tuple(sorted(n.removeprefix(EXTERNAL) for n in reached if n.startswith(EXTERNAL)))
    return EntryLoad(node, reason, modules, external)


def is_module(node: str) -> bool:
    """Tell whether a node is a module of ours: no function, no external, not the test session."""
    return not is_function(node) and not node.startswith(EXTERNAL) and not is_entry_node(node)


def title(node: str) -> str:
    """Name a node as people do: an external module without its mark."""
    return node.removeprefix(EXTERNAL)
