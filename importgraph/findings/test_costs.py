"""Which test files make a session slow to collect: what it would not load without them."""

from dataclasses import dataclass

from importgraph.findings.entry_points import EntryKind
from importgraph.findings.groups import group_of
from importgraph.findings.loads import Load
from importgraph.graph.model import Kind
from importgraph.snapshot import Snapshot

_MOST = 3
_LEAST_SHARE = 0.04
_LEAST_US = 5000


@dataclass(frozen=True, slots=True)
class CostlyFile:
    """A test file or conftest that holds a large part of what a session loads."""

    path: str
    cost: int
    """What would not be loaded without it, in the unit of weights."""
    share: float
    """Of what the session loads, from 0 to 1."""
    brings: str
    """The library that costs most of what it alone loads; empty where that is its own code."""


def costly_test_files(snapshot: Snapshot, load: Load) -> tuple[CostlyFile, ...]:
    """Return the test files that hold most of a session, largest first; none for other entry points."""
    if load.entry.kind is not EntryKind.TESTS:
        return ()
    total = load.retained.get(load.entry.node, 0)
    modules = snapshot.graph.modules
    files = [
        (weight, name)
        for name, weight in load.retained.items()
        if name in modules and modules[name].kind in {Kind.TEST, Kind.CONFTEST}
    ]
    least = max(_LEAST_US, total * _LEAST_SHARE)
    large = sorted((one for one in files if one[0] >= least), key=lambda one: (-one[0], one[1]))
    return tuple(
        CostlyFile(modules[name].path, weight, weight / total, _library(snapshot, load, name))
        for weight, name in large[:_MOST]
    )


def _library(snapshot: Snapshot, load: Load, name: str) -> str:
    """Return the library that weighs most below a module in the dominator tree."""
    weights: dict[str, int] = {}
    for node in _below(load, name):
        key = group_of(snapshot, node)
        if key[0] in "[(":
            weights[key] = weights.get(key, 0) + snapshot.weight(node)
    heaviest = max(sorted(weights), key=weights.__getitem__, default="")
    return heaviest[1:-1] if heaviest and weights[heaviest] * 2 >= load.retained[name] else ""


def _below(load: Load, name: str) -> set[str]:
    found = {name}
    for node in load.retained:  # dominators come before what they dominate
        if load.above.get(node) in found:
            found.add(node)
    return found
