"""Compare two digests under gates."""

from collections.abc import Iterator
from dataclasses import dataclass

from importgraph.graph.views import View
from importgraph.regressions.collection_gates import collection_ratchet
from importgraph.regressions.cycle_gates import cycle_limits, cycle_ratchets
from importgraph.regressions.finding_gates import finding_ratchets, fragmentation_gates
from importgraph.regressions.gates import Gates
from importgraph.regressions.load_gates import load_gates
from importgraph.regressions.loading import as_view
from importgraph.regressions.model import Digest, Regression, Stale
from importgraph.regressions.moves import rename, renamed_modules
from importgraph.regressions.places import Places
from importgraph.regressions.stale import find_stale


@dataclass(frozen=True, slots=True)
class Comparison:
    """What got worse, and what the earlier digest holds in vain."""

    regressions: tuple[Regression, ...]
    """By gate and subject."""
    stale: tuple[Stale, ...]


def compare(
    before: Digest | None,
    after: Digest,
    gates: Gates,
    places: Places | None = None,
    view: View | None = None,
) -> Comparison:
    """Compare a digest with an earlier one.

    Args:
        before: The earlier digest; None checks only the gates that need none.
        after: The later digest.
        gates: What counts as worse.
        places: Where the edges after stand in the text; None names modules without lines.
        view: The loading view after, if it is at hand.

    Returns:
        Regressions sorted by gate, subject and edge. Modules that were renamed count as the same, so
        comparing a digest with itself finds nothing, and neither do moves alone.
    """
    places = places or Places()
    if before is not None:
        before = rename(before, renamed_modules(before.modules, after.modules))
    now = view if view is not None else as_view(after.loading)
    found = [*load_gates(before, after, gates, now, places), *cycle_limits(after, gates)]
    found += fragmentation_gates(before, after, gates)
    if before is not None:
        found += cycle_ratchets(before, after, gates, places)
        found += finding_ratchets(before, after, gates, places)
        found += collection_ratchet(before, after, gates, places.causes)
    stale = find_stale(before, after) if before is not None else ()
    return Comparison(tuple(sorted(_once(found), key=_order)), stale)


def _once(found: list[Regression]) -> Iterator[Regression]:
    seen = set()
    for one in found:
        if (one.gate, one.subject, one.message, one.edge) not in seen:
            seen.add((one.gate, one.subject, one.message, one.edge))
            yield one


def _order(one: Regression) -> tuple[str, str, str, str, str]:
    edge = one.edge
    return (one.gate, one.subject, edge.source if edge else "", edge.target if edge else "", one.message)
