"""What each entry point loads, and what each part of that retains."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from importgraph.environment.finder import Owner
from importgraph.findings.entry_points import EntryPoint, entry_points, with_entries
from importgraph.graph.algorithms import dominator_tree, retained
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


def load_of(snapshot: Snapshot, view: View, entry: EntryPoint, sure: View | None = None) -> Load:
    """Compute what an entry point loads, by the weights of the snapshot.

    Args:
        snapshot: The tree.
        view: What loads what, with the entry point.
        entry: The entry point.
        sure: The steps of the view that are sure to run, where somebody has them already.
    """
    modules = modules_loaded(snapshot.graph.modules, view, entry.node)
    surely = modules_loaded(snapshot.graph.modules, sure or certain_part(view), entry.node)
    above = dominator_tree(view, entry.node)
    weights = retained(above, entry.node, snapshot.weight)
    total = len(modules) if snapshot.unit == "modules" else weights[entry.node]
    return Load(entry, modules, total, weights, above, len(surely))


def modules_loaded(ours: Collection[str], view: View, node: str) -> frozenset[str]:
    """Return the modules of the tree that a node of a view loads, without itself."""
    return modules_of(closure(view, [node])).intersection(ours) - {node}


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
