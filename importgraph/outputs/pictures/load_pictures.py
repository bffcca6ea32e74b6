"""Pictures of what entry points cost: the heaviest parts of each, and the chain to one of them."""

from collections.abc import Iterator, Sequence

from importgraph.findings.heavy_imports import Link as Step
from importgraph.findings.loads import Load, is_candidate
from importgraph.graph.views import is_function
from importgraph.outputs.pictures.diagram_chain import chain
from importgraph.outputs.pictures.diagram_heavy import heavy
from importgraph.outputs.pictures.drawing import Link, Retained, one_line
from importgraph.outputs.report import Costs
from importgraph.snapshot import Snapshot


def costs_of(snapshot: Snapshot) -> Costs:
    """Return in what the costs of a snapshot are given."""
    return Costs(snapshot.unit, estimated=snapshot.estimated)


def named(snapshot: Snapshot, node: str) -> str:
    """Return a node's name, with the distribution that it belongs to."""
    found = snapshot.distribution(node)
    if found is None:
        return node
    whole = f"{found.name} {found.version}"
    return whole if found.name.replace("-", "_").lower() == node.lower() else f"{node} ({whole})"


def retained_tree(snapshot: Snapshot, load: Load) -> list[Retained]:
    """Return the dominator tree of what an entry point loads; a library that ours loads is one node.

    Returns:
        The entry point first; each node after the one it stands below.
    """
    entry = load.entry.node
    home = {entry: entry}
    tree = [Retained(entry, "", load.retained.get(entry, load.total), load.entry.title)]
    for node, weight in load.retained.items():
        if node == entry:
            continue
        above = load.above.get(node, entry)
        home[node] = home.get(above, entry)
        is_ours = node in snapshot.graph.modules
        if not is_function(node) and (is_ours or is_candidate(snapshot, node, load.above)):
            tree.append(Retained(node, home[node], weight, named(snapshot, node)))
            home[node] = node
    return tree


def load_picture(snapshot: Snapshot, load: Load, title: str = "") -> str:
    """Draw the heaviest parts of what an entry point loads."""
    shown = title or f"What {one_line(load.entry.title)} costs"
    return heavy(load.entry.node, retained_tree(snapshot, load), costs=costs_of(snapshot), title=shown)


def chain_picture(snapshot: Snapshot, found: Sequence[Step], load: Load | None, title: str = "") -> str:
    """Draw a chain, with what each of its modules retains of what its first module loads."""
    nodes = [found[0].source, *(one.target for one in found)]
    steps = [Link(one.source, one.target, one.path, one.line or 0) for one in found]
    return chain(nodes, steps, title, dict(_notes(snapshot, nodes, load)))


def _notes(snapshot: Snapshot, nodes: list[str], load: Load | None) -> Iterator[tuple[str, str]]:
    costs = costs_of(snapshot)
    for node in nodes:
        parts = [found for found in [snapshot.distribution(node)] if found is not None]
        words = [f"{one.name} {one.version}" for one in parts]
        if load is not None and node in load.retained:
            words.append(costs.text(load.retained[node]))
        if words:
            yield node, ", ".join(words)
