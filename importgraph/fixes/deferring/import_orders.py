"""Would some order of imports fail once texts are edited? The import machine of `cycles` is asked.

An import that is deferred changes which module of a ring is entered first. Where the ring fails when it is
entered there, code that worked by luck stops: at import, or in the function that imports later.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from importgraph.facts.parse import parse_module
from importgraph.findings.crash_order.import_order import Failure, first_imports, import_in_turn
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


@dataclass(frozen=True, slots=True)
class Edited:
    """Texts after edits, and the imports that no longer run where they ran."""

    texts: Mapping[str, str]
    """By path."""
    later: tuple[Pair, ...]
    """Imports of modules of the tree that are deferred or gone."""


@dataclass(frozen=True)
class ImportOrders:
    """Answers for one tree; what is asked again is remembered."""

    snapshot: Snapshot

    def failure(self, edited: Edited) -> str:
        """Say which import would fail that works today; empty where none does, as far as text shows."""
        inner = [pair for pair in edited.later if self._ring.get(pair[0], "") == self._ring.get(pair[1], "-")]
        rings = dict.fromkeys(self._ring[importer] for importer, _ in inner)
        if any(len(self._members[ring]) > _LARGEST for ring in rings):
            return ""
        entered = self._entered(edited)
        if not rings and not entered:
            return ""
        world = _World.of(self.snapshot, edited.texts)
        suspects = set(entered)
        for ring in rings:
            after = world.first(self._members[ring])
            fresh = sorted(set(after) - set(self._failing(ring)))
            if fresh:
                return _said(f"`import {fresh[0]}`", after[fresh[0]])
            suspects.update(after)
        return self._in_turn(world, edited) if suspects else ""

    def _entered(self, edited: Edited) -> set[str]:
        """Return the modules that fail when imported first, of the rings that deferred imports lead to."""
        led = reachable(self._arcs, [target for _, target in edited.later])
        rings = {self._ring[name] for name in led if name in self._ring}
        return {name for ring in rings for name in self._failing(ring)}

    def _in_turn(self, world: "_World", edited: Edited) -> str:
        """Import what holds the edited code, then what is deferred, as the functions do that are called."""
        starts = {entry.module for entry in entry_points(self.snapshot)} - {""}
        targets = {target for _, target in edited.later}
        importers = {importer for importer, _ in edited.later}
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
                return _said(f"`import {row[0]}`{then}", failure)
        return ""

    def _failing(self, ring: str) -> Mapping[str, Failure]:
        """Return the modules of a ring that fail today when they are imported first."""
        if ring not in self._known:
            members = self._members[ring]
            small = len(members) <= _LARGEST
            self._known[ring] = self._today.first(members) if small else {}
        return self._known[ring]

    @cached_property
    def _known(self) -> dict[str, Mapping[str, Failure]]:
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
    def _members(self) -> Mapping[str, Sequence[str]]:
        """Return the modules that import each other at import, by the first of them."""
        parts = strong_components(sorted(self._arcs), self._arcs)
        return {min(part): sorted(part) for part in parts if len(part) > 1}

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

    def first(self, members: Iterable[str]) -> Mapping[str, Failure]:
        """Return which modules fail when they are imported first."""
        return first_imports(self.graph, self.resolver, members, self.read_text, steps=_STEPS).failures

    def in_turn(self, rows: Iterable[Sequence[str]]) -> list[Failure | None]:
        """Return what fails in each row of modules that are imported one after the other."""
        return import_in_turn(self.graph, self.resolver, rows, self.read_text, steps=_STEPS)


@once_per_snapshot
def import_orders(snapshot: Snapshot) -> ImportOrders:
    """Return what is known of the orders of imports of a tree."""
    return ImportOrders(snapshot)
