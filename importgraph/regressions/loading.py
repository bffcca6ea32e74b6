"""The loading view: the runtime view with the test session and with external modules as nodes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from importgraph.findings.entry_points import entry_points, is_entry_node, with_entries
from importgraph.graph.views import Arc, View, closure, importing_node, is_function, runs_with_body
from importgraph.names import top_level
from importgraph.regressions.model import EntryLoad
from importgraph.snapshot import Snapshot

EXTERNAL = "@"
"""What the node of an external module begins with, followed by its top-level name."""


def loading_view(snapshot: Snapshot) -> View:
    """View what is loaded at import, external modules included; arcs in the order of the text."""
    graph = snapshot.graph
    view = with_entries(snapshot, snapshot.runtime)
    called = {call.function for call in graph.calls}
    arcs: dict[str, list[Arc]] = defaultdict(list)
    for edge in graph.imports:
        if edge.external and runs_with_body(edge):
            node = importing_node(graph, edge)
            if edge.function < 0 or (node in called and not edge.conditional):
                arcs[node].append(Arc(node, EXTERNAL + top_level(edge.imported), edge))
    outside = {arc.target for found in arcs.values() for arc in found}
    merged = {node: (*view.arcs.get(node, ()), *arcs.get(node, ())) for node in sorted({*view.arcs, *arcs})}
    return View(tuple(sorted({*view.nodes, *outside})), merged)


def loading_map(view: View) -> Mapping[str, tuple[str, ...]]:
    """Return a view as a plain map from node to sorted targets."""
    return {node: tuple(sorted(view.targets(node))) for node in view.arcs}


def as_view(loading: Mapping[str, Iterable[str]]) -> View:
    """Return a plain map as a view without causes."""
    arcs = {node: tuple(Arc(node, target, None) for target in targets) for node, targets in loading.items()}
    nodes = {*loading, *(arc.target for found in arcs.values() for arc in found)}
    return View(tuple(sorted(nodes)), arcs)


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
