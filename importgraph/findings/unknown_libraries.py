"""Libraries whose cost nobody knows, because they are not installed here."""

from dataclasses import dataclass
from itertools import pairwise

from importgraph.environment.finder import Owner
from importgraph.facts.model import Guard
from importgraph.findings.heavy_imports import Link, link
from importgraph.findings.loads import Load
from importgraph.graph.algorithms import shortest_chain
from importgraph.graph.model import ImportEdge, OutsideImport
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
    """Return the libraries of unknown cost that an entry point loads, by name.

    Where the environment is known, an import that is tried or stands under a condition is not among them:
    what it asks for is absent, so it costs nothing there.
    """
    asked = load.retained if snapshot.outside is None else _asked_for(view, load.entry.node)
    found = []
    for node in sorted(asked):
        if snapshot.owner(node) is Owner.THIRD_PARTY and snapshot.cost(node) is None:
            chain = shortest_chain(view, load.entry.node, node) or ()
            links = tuple(link(view, one, two) for one, two in pairwise(chain))
            found.append(UnknownLibrary(node, snapshot.required(node), links))
    return tuple(found)


def _asked_for(view: View, start: str) -> set[str]:
    """Return what a node loads by imports that nothing catches and no condition holds back."""
    seen = {start}
    work = [start]
    while work:
        for arc in view.arcs.get(work.pop(), ()):
            cause = arc.cause
            tried = isinstance(cause, ImportEdge) and (cause.tried or Guard.OPTIONAL in cause.guards)
            held = isinstance(cause, ImportEdge | OutsideImport) and cause.conditional
            if arc.target not in seen and not tried and not held:
                seen.add(arc.target)
                work.append(arc.target)
    return seen


def undecided_imports(snapshot: Snapshot) -> int:
    """Count the imports of libraries that are tried: without an environment nobody knows which are taken."""
    if snapshot.knows_installed or snapshot.profile is not None:
        return 0
    return sum(
        edge.external and edge.tried and snapshot.owner(edge.imported) is Owner.THIRD_PARTY
        for edge in snapshot.graph.imports
    )
