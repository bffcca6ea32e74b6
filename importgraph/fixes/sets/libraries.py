"""By which name a maintainer knows a set of modules: that of the library that costs most in it."""

from collections import defaultdict
from collections.abc import Collection

from importgraph.findings.groups import group_of, groups_by_entry
from importgraph.snapshot import Snapshot


def costliest(
    snapshot: Snapshot, entry: str, freed: Collection[str], loaded: frozenset[str], prefer: str
) -> str:
    """Return the part that costs most: a library by its distribution's name, or a module of ours.

    A library counts with all that only it brings: who imports requests knows it by that name, although most
    of the time goes into urllib3.

    Args:
        snapshot: Gives the weights.
        entry: The node of the entry point that is helped most.
        freed: Modules that it no longer loads.
        loaded: All that it loaded before.
        prefer: The module of ours to name where our own code costs most.
    """
    own = [name for name in sorted(freed) if name in snapshot.graph.modules]
    keys = {name: group_of(snapshot, name) for name in freed if name not in snapshot.graph.modules}
    ours = sum(map(snapshot.weight, own))
    theirs = sum(map(snapshot.weight, keys))
    if keys and theirs > ours:
        kept = groups_by_entry(snapshot)[entry].retained
        left = {group_of(snapshot, name) for name in loaded.difference(freed)}
        whole = sorted(set(keys.values()) - left)
        weights: dict[str, int] = defaultdict(int)
        for name, key in keys.items():
            weights[key] += snapshot.weight(name)
        weights.update({key: kept.get(key, 0) for key in whole})
        heaviest = max(sorted(weights), key=weights.__getitem__)
        return heaviest[1:-1] if heaviest in whole else f"a part of {heaviest[1:-1]}"
    if prefer in freed or not own:
        return prefer
    return max(own, key=lambda name: (snapshot.weight(name), name))
