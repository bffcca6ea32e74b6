"""By which name a maintainer knows a set of modules: that of the distribution that costs most in it."""

from collections import Counter
from collections.abc import Iterable

from importgraph.names import is_within, top_level
from importgraph.snapshot import Snapshot


def costliest(snapshot: Snapshot, freed: Iterable[str], *, prefer: str = "") -> str:
    """Return the part that costs most: a library by its name, or the module of ours that holds most.

    Args:
        snapshot: Gives the weights.
        freed: Modules that are no longer loaded.
        prefer: The module to name where the part is our own code, or where parts weigh the same.
    """
    ours = snapshot.graph.modules
    weights: Counter[str] = Counter()
    own: list[str] = []
    for name in sorted(freed):
        group = "" if name in ours else top_level(name)
        weights[group] += snapshot.weight(name)
        if not group:
            own.append(name)
    if not weights:
        return prefer
    heaviest = max(
        weights, key=lambda group: (weights[group], is_within(prefer, group) if group else not group)
    )
    if heaviest:
        return heaviest
    return prefer if prefer in ours else max(own, key=lambda name: (snapshot.weight(name), name))
