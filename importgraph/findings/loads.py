"""What each entry point loads, and what each part of that retains."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from importgraph.environment.finder import Owner
from importgraph.findings.entry_points import EntryPoint, entry_points, with_entries
from importgraph.graph.algorithms import dominator_tree, retained
from importgraph.graph.open_imports import OpenImports, Place
from importgraph.graph.views import View, certain_part, closure, is_function, modules_of
from importgraph.snapshot import Snapshot, once_per_snapshot


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
    surely: int = 0
    """How many of the modules are sure to be loaded."""
    open: tuple[Place, ...] = ()
    """Where it imports names that are computed: there is more that it loads, and nobody knows what."""


def load_of(snapshot: Snapshot, view: View, entry: EntryPoint, sure: View | None = None) -> Load:
    """Compute what an entry point loads, by the weights of the snapshot.

    Args:
        snapshot: The tree.
        view: What loads what, with the entry point.
        entry: The entry point.
        sure: The steps of the view that are sure to run, where somebody has them already.
    """
    start, ours = entry.node, snapshot.graph.modules
    nodes = closure(view, [start])
    modules = modules_of_tree(ours, nodes, start)
    surely = modules_of_tree(ours, closure(sure or certain_part(view), [start]), start)
    above = dominator_tree(view, start)
    weights = retained(above, start, snapshot.weight)
    total = len(modules) if snapshot.unit == "modules" else weights[start]
    return Load(entry, modules, total, weights, above, len(surely), computed_imports(snapshot, nodes))


def computed_imports(snapshot: Snapshot, nodes: Collection[str]) -> tuple[Place, ...]:
    """Return where nodes that run import names that are computed; none where a run showed what they load."""
    return () if snapshot.profile is not None else _open_imports(snapshot).run_by(nodes)


@once_per_snapshot
def _open_imports(snapshot: Snapshot) -> OpenImports:
    return OpenImports(snapshot.graph, snapshot.resolver)


def modules_of_tree(ours: Collection[str], nodes: Collection[str], start: str) -> frozenset[str]:
    """Return the modules of the tree among the nodes that one node loads, without itself."""
    return modules_of(nodes).intersection(ours) - {start}


@once_per_snapshot
def loads(snapshot: Snapshot) -> tuple[tuple[View, Load], ...]:
    """Return what each entry point loads, with the view it was computed on."""
    view = with_entries(snapshot, snapshot.loading)
    sure = certain_part(view)
    return tuple((view, load_of(snapshot, view, entry, sure)) for entry in entry_points(snapshot))


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
