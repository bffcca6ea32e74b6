"""Would some order of imports fail once texts are edited? The import machine of `cycles` is asked.

An import that is deferred changes which module of a ring is entered first. Where the ring fails when it is
entered there, code that worked by luck stops: at import, or in the function that imports later.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from importgraph.facts.parse import parse_module
from importgraph.findings.crash_order.import_order import (
    Failure,
    FirstImports,
    first_imports,
    import_in_turn,
)
from importgraph.findings.cycles import find_cycles
from importgraph.findings.entry_points import entry_points
from importgraph.graph.depth_first import strong_components
from importgraph.graph.edges import module_edges
from importgraph.graph.model import Graph, ImportEdge
from importgraph.graph.resolve import Resolver
from importgraph.graph.views import importing_node, loaded_by, reachable, runs_at_import
from importgraph.names import is_within, parent
from importgraph.snapshot import Snapshot, once_per_snapshot

Pair = tuple[str, str]
"""An importer and the module that it imports."""
_STEPS = 100_000
"""What one question may take: a second."""
_LARGEST = 400
"""A ring of more modules is not asked about."""
_UNASKED = "whether a module fails then when it is imported first was not asked"


@dataclass(frozen=True, slots=True)
class Edited:
    """Texts after edits, and the imports that no longer run where they ran."""

    texts: Callable[[], Mapping[str, str]]
    """Returns them by path; not asked where no order is in question."""
    later: tuple[Pair, ...]
    """Imports of modules of the tree that are deferred or gone."""
    sooner: tuple[Pair, ...] = ()
    """Imports that were not there and that may close a ring."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of orders of imports."""

    failing: str = ""
    """Which import would fail that works today; empty where none does, as far as text shows."""
    unasked: str = ""
    """Why that is not known of all; empty where it is."""


@dataclass(frozen=True)
class ImportOrders:
    """Answers for one tree; what is asked again is remembered."""

    snapshot: Snapshot

    def ask(self, edited: Edited) -> Verdict:
        """Say which import would fail that works today."""
        rings = self.rings(edited)
        large = max(map(len, rings), default=0)
        if large > _LARGEST:
            return Verdict("", f"{_UNASKED}: {large:,} modules import each other")
        entered = self.entered(edited)
        if not rings and not entered:
            return Verdict()
        world = _World.of(self.snapshot, edited.texts())
        suspects, is_whole = set(entered), True
        for members in rings:
            after = world.first(members)
            fresh = sorted(set(after.failures) - set(self._failing(members)))
            if fresh:
                return Verdict(_said(f"`import {fresh[0]}`", after.failures[fresh[0]]))
            suspects.update(after.failures)
            is_whole &= not after.untried
        unasked = "" if is_whole else f"{_UNASKED} of all modules: it takes too long"
        turned = self._in_turn(world, edited) if suspects else Verdict()
        return replace(turned, unasked=turned.unasked or unasked)

    def rings(self, edited: Edited) -> list[tuple[str, ...]]:
        """Return the modules of each ring that edits take an import out of, or put one in."""
        inner = [pair for pair in edited.later if self._ring.get(pair[0], "") == self._ring.get(pair[1], "-")]
        found = [self._members[ring] for ring in dict.fromkeys(self._ring[importer] for importer, _ in inner)]
        for importer, target in edited.sooner:
            forward: set[str] = reachable(self._arcs, _executed(importer, target))
            if importer in forward:
                back: set[str] = reachable(self._importers, [importer])
                found.append(tuple(sorted(forward & back)))
        return list(dict.fromkeys(found))

    def entered(self, edited: Edited) -> frozenset[str]:
        """Return the modules that fail when imported first and that changed imports lead to."""
        if not self._crashing:
            return frozenset()
        led: set[str] = reachable(self._arcs, [target for _, target in (*edited.later, *edited.sooner)])
        return self._crashing & led

    @cached_property
    def _crashing(self) -> frozenset[str]:
        cycles = find_cycles(self.snapshot)
        return frozenset(one.module for cycle in cycles for one in cycle.crashes)

    def _in_turn(self, world: "_World", edited: Edited) -> Verdict:
        """Import what holds the edited code, then what is deferred, as the functions do that are called."""
        starts = {entry.module for entry in entry_points(self.snapshot)} - {""}
        pairs = (*edited.later, *edited.sooner)
        targets = {target for _, target in pairs}
        importers = {importer for importer, _ in pairs}
        roots = [one for one in sorted(starts) if one in self.snapshot.graph.modules]
        entered = []
        for root in dict.fromkeys([*sorted(importers), *roots]):
            led: set[str] = reachable(self._arcs, [root])
            if importers & led:
                entered.append(root)
        rows = [
            (root, *then) for root in entered for then in ((), *((target,) for target in sorted(targets)))
        ]
        before = self._today.in_turn(rows)
        after = world.in_turn(rows)
        for row, was, failure in zip(rows, before, after, strict=False):
            if was is None and failure is not None:
                then = f", then `{row[1]}`," if row[1:] else ""
                return Verdict(_said(f"`import {row[0]}`{then}", failure))
        is_whole = len(before) == len(after) == len(rows)
        return Verdict("", "" if is_whole else f"{_UNASKED} of all modules: it takes too long")

    def _failing(self, members: tuple[str, ...]) -> Mapping[str, Failure]:
        """Return the modules of a ring that fail today when they are imported first."""
        if members not in self._known:
            self._known[members] = self._today.first(members).failures
        return self._known[members]

    @cached_property
    def _known(self) -> dict[tuple[str, ...], Mapping[str, Failure]]:
        return {}

    @cached_property
    def _today(self) -> "_World":
        return _World(self.snapshot, self.snapshot.graph, self.snapshot.resolver, {})

    @cached_property
    def _arcs(self) -> Mapping[str, set[str]]:
        """Return whose import may execute whose body."""
        graph, found = self.snapshot.graph, dict[str, set[str]]()
        for importer, edges in graph.by_importer.items():
            loaded = {
                loaded_by(edge) for edge in edges if edge.imported in graph.modules and self._runs(edge)
            }
            if loaded:
                found[importer] = {name for target in loaded for name in _executed(importer, target)}
        return found

    def _runs(self, edge: ImportEdge) -> bool:
        """Tell whether an import runs while modules are imported."""
        if edge.function < 0 or edge.external:
            return edge.function < 0 and runs_at_import(edge)
        return importing_node(self.snapshot.graph, edge) in self.snapshot.graph.run_at_import

    @cached_property
    def _importers(self) -> Mapping[str, set[str]]:
        """Return the arcs the other way."""
        found: dict[str, set[str]] = defaultdict(set)
        for source, targets in self._arcs.items():
            for target in targets:
                found[target].add(source)
        return found

    @cached_property
    def _members(self) -> Mapping[str, tuple[str, ...]]:
        """Return the modules that import each other at import, by the first of them."""
        parts = strong_components(sorted(self._arcs), self._arcs)
        return {min(part): tuple(sorted(part)) for part in parts if len(part) > 1}

    @cached_property
    def _ring(self) -> Mapping[str, str]:
        return {name: ring for ring, members in self._members.items() for name in members}


def _executed(importer: str, target: str) -> Iterator[str]:
    """Yield a module and the packages around it that its importer does not stand in."""
    yield target
    above = parent(target)
    while above and not is_within(importer, above):
        yield above
        above = parent(above)


def _said(what: str, failure: Failure) -> str:
    return f"{what} would fail: {failure.kind}: {failure.message} ({failure.path}:{failure.line})"


@dataclass(frozen=True, slots=True)
class _World:
    """A tree as it is, or with other texts in some files."""

    snapshot: Snapshot
    graph: Graph
    resolver: Resolver
    texts: Mapping[str, str]

    @classmethod
    def of(cls, snapshot: Snapshot, texts: Mapping[str, str]) -> "_World":
        """Read the facts of edited files; the calls and runs of the graph stay those of today."""
        graph = snapshot.graph
        edited = {m.name: m for m in graph.modules.values() if m.path in texts and m.name in graph.facts}
        facts = {name: parse_module(texts[m.path].encode()).facts for name, m in edited.items()}
        resolver = snapshot.resolver.with_facts(facts)
        kept = [edge for edge in graph.imports if edge.importer not in edited]
        fresh = (edge for module in edited.values() for edge in module_edges(module, resolver))
        changed = replace(graph, facts=resolver.facts, imports=(*kept, *fresh))
        return cls(snapshot, changed, resolver, texts)

    def read_text(self, path: str) -> str:
        """Return the text of a file."""
        return self.texts[path] if path in self.texts else self.snapshot.read_text(path)

    def first(self, members: Iterable[str]) -> FirstImports:
        """Return which modules fail when they are imported first."""
        return first_imports(self.graph, self.resolver, members, self.read_text, steps=_STEPS)

    def in_turn(self, rows: Iterable[Sequence[str]]) -> list[Failure | None]:
        """Return what fails in each row of modules that are imported one after the other."""
        return import_in_turn(self.graph, self.resolver, rows, self.read_text, steps=_STEPS)


@once_per_snapshot
def import_orders(snapshot: Snapshot) -> ImportOrders:
    """Return what is known of the orders of imports of a tree."""
    return ImportOrders(snapshot)
