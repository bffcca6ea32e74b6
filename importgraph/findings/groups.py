"""Loads by what people install: a library is one thing, however many of its modules are imported.

A library that is imported through several of its modules has no single node that holds it: only together do
they retain what it costs.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from importgraph.environment.finder import Owner
from importgraph.findings.loads import Load, loads
from importgraph.graph.algorithms import dominator_tree, retained
from importgraph.graph.views import Arc, View, is_function
from importgraph.names import top_level
from importgraph.snapshot import Snapshot, once_per_snapshot


@dataclass(frozen=True, slots=True)
class Group:
    """A library, or a package of the standard library, as an entry point loads it."""

    name: str
    """The distribution's name, or the top-level name of the package."""
    top: str
    """The top-level name that it is imported by, a public one if it can be, of the part that costs most."""
    members: frozenset[str]
    """Its modules that are loaded."""
    retained: int
    """What would not be loaded without all of it, in the unit of weights."""


def group_of(snapshot: Snapshot, node: str) -> str:
    """Return the key of the group that a node belongs to: itself for modules and functions of the tree."""
    if node in snapshot.graph.modules or is_function(node) or node.startswith("<"):
        return node
    if snapshot.owner(node) is Owner.STANDARD:
        return f"({top_level(node)})"
    found = snapshot.distribution(node)
    name = found.name if found is not None else _seen_in_profile(snapshot).get(node)
    return f"[{name or top_level(node)}]"


@once_per_snapshot
def _seen_in_profile(snapshot: Snapshot) -> Mapping[str, str]:
    """Return by module the distribution that a profile found it in."""
    modules = snapshot.profile.modules if snapshot.profile is not None else ()
    return {module.name: module.distribution for module in modules if module.distribution}


@dataclass(frozen=True, slots=True)
class GroupLoad:
    """What an entry point loads, with each library as one part; parts go by the keys of `group_of`."""

    groups: Mapping[str, Group]
    """The libraries, those that retain most first."""
    members: Mapping[str, frozenset[str]]
    retained: Mapping[str, int]
    above: Mapping[str, str]
    """The immediate dominator of each part."""


@once_per_snapshot
def groups_by_entry(snapshot: Snapshot) -> Mapping[str, GroupLoad]:
    """Return what each entry point loads by parts, by its node."""
    keys: dict[str, str] = {}
    return {load.entry.node: _group_load(snapshot, view, load, keys) for view, load in loads(snapshot)}


def _group_load(snapshot: Snapshot, view: View, load: Load, keys: dict[str, str]) -> GroupLoad:
    members: dict[str, list[str]] = defaultdict(list)
    for node in load.retained:
        if node not in keys:
            keys[node] = group_of(snapshot, node)
        members[keys[node]].append(node)
    weights = {key: sum(map(snapshot.weight, nodes)) for key, nodes in members.items()}
    start = load.entry.node
    above = dominator_tree(_contracted(view, load.retained, keys), start)
    kept = retained(above, start, lambda key: weights.get(key, 0))
    found = [
        (key, Group(key[1:-1], _top(snapshot, members[key]), frozenset(members[key]), weight))
        for key, weight in kept.items()
        if key[0] in "[("
    ]
    found.sort(key=lambda item: (-item[1].retained, item[0]))
    return GroupLoad(dict(found), {key: frozenset(nodes) for key, nodes in members.items()}, kept, above)


def _contracted(view: View, nodes: Collection[str], keys: Mapping[str, str]) -> View:
    """Return a view in which each group is one node."""
    arcs: dict[str, dict[str, Arc]] = defaultdict(dict)
    for node in nodes:
        source = keys[node]
        for target in view.targets(node):
            if keys[target] != source:
                arcs[source].setdefault(keys[target], Arc(source, keys[target], None))
    return View(
        tuple(sorted({keys[node] for node in nodes})), {s: tuple(t.values()) for s, t in arcs.items()}
    )


def _top(snapshot: Snapshot, members: Collection[str]) -> str:
    weights: dict[str, int] = defaultdict(int)
    for node in members:
        weights[top_level(node)] += snapshot.weight(node)
    return max(sorted(weights), key=lambda name: (not name.startswith("_"), weights[name]))


def chain_to(view: View, start: str, members: Collection[str]) -> tuple[str, ...]:
    """Return a shortest chain from a node to one of several, empty where there is none."""
    before = {start: ""}
    work = deque([start])
    while work:
        node = work.popleft()
        if node in members:
            chain = [node]
            while before[chain[-1]]:
                chain.append(before[chain[-1]])
            return tuple(reversed(chain))
        for target in view.targets(node):
            if target not in before:
                before[target] = node
                work.append(target)
    return ()
