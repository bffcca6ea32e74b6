"""Libraries whose cost nobody knows, because they are not installed here."""

from dataclasses import dataclass
from itertools import pairwise

from importgraph.environment.finder import Owner
from importgraph.findings.heavy_imports import Link, link
from importgraph.findings.loads import Load
from importgraph.graph.algorithms import shortest_chain
from importgraph.graph.views import View
from importgraph.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class UnknownLibrary:
    """A library that an entry point loads, and that is not installed here."""

    name: str
    """As statements name it."""
    distribution: str
    """The distribution of the project's requirements that brings it; empty where none does."""
    chain: tuple[Link, ...]
    """A shortest chain from the entry point; its last link is a statement of ours."""


def unknown_libraries(snapshot: Snapshot, view: View, load: Load) -> tuple[UnknownLibrary, ...]:
    """Return the libraries of unknown cost that an entry point loads, by name."""
    found = []
    for node in sorted(load.retained):
        if snapshot.owner(node) is Owner.THIRD_PARTY and snapshot.cost(node) is None:
            chain = shortest_chain(view, load.entry.node, node) or ()
            links = tuple(link(view, one, two) for one, two in pairwise(chain))
            found.append(UnknownLibrary(node, snapshot.required(node), links))
    return tuple(found)


def undecided_imports(snapshot: Snapshot) -> int:
    """Count the imports of libraries that are tried: without an environment nobody knows which are taken."""
    if snapshot.outside is not None or snapshot.profile is not None:
        return 0
    return sum(
        edge.external and edge.tried and snapshot.owner(edge.imported) is Owner.THIRD_PARTY
        for edge in snapshot.graph.imports
    )
