"""By which name a maintainer knows a set of modules: that of the library that costs most in it."""

from collections import defaultdict
from collections.abc import Collection

from importgraph.findings.groups import group_of
from importgraph.snapshot import Snapshot


def costliest(snapshot: Snapshot, freed: Collection[str], loaded: frozenset[str], prefer: str) -> str:
    """Return the part that costs most: a library by its distribution's name, or a module of ours.

    Args:
        snapshot: Gives the weights.
        freed: Modules that are no longer loaded.
        loaded: All that was loaded before.
        prefer: The module of ours to name where our own code costs most.
    """
    weights: dict[str, int] = defaultdict(int)
    own = [name for name in sorted(freed) if name in snapshot.graph.modules]
    for name in freed:
        key = group_of(snapshot, name)
        weights["" if name in snapshot.graph.modules else key] += snapshot.weight(name)
    heaviest = max(sorted(weights), key=weights.__getitem__, default="")
    if heaviest:
        whole = all(group_of(snapshot, name) != heaviest for name in loaded.difference(freed))
        return heaviest[1:-1] if whole else f"a part of {heaviest[1:-1]}"
    if prefer in freed or not own:
        return prefer
    return max(own, key=lambda name: (snapshot.weight(name), name))
