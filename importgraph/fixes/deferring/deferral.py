"""Which imports can be put off, and what a tree loads once they are."""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from importgraph.fixes.deferring.cuts import Openings, openings
from importgraph.fixes.deferring.import_verdicts import (
    EdgeKey,
    ImportVerdicts,
    Verdict,
    bound_by,
    import_verdicts,
    key_of,
)
from importgraph.fixes.deferring.reach import Reach
from importgraph.fixes.deferring.takers import FIRST_LAZY_ANNOTATIONS, Takers
from importgraph.fixes.texts.parsed import parsed
from importgraph.fixes.texts.source_text import Text
from importgraph.fixes.texts.statements import first_line
from importgraph.fixes.texts.use_sites import UseSites, find_use_sites
from importgraph.graph.model import ImportEdge
from importgraph.graph.reachability import Pair, leading_pairs
from importgraph.graph.views import Arc, View, importing_node, runs_at_import
from importgraph.names import is_within
from importgraph.snapshot import Snapshot

_TEXTS = 100
"""Texts that are kept as lines."""


@dataclass(frozen=True)
class Deferrals:
    """Verdicts on the imports of one tree, with memory of the last text-level refusals."""

    snapshot: Snapshot
    refused: dict[EdgeKey, str]
    """Imports that a closer look ruled out, with the reason; grows while proposals are made."""

    def use_sites(self, edge: ImportEdge) -> UseSites:
        """Return where the importer uses the name of an import, from its text."""
        key = (edge.path, bound_by(edge))
        if key not in self._sites:
            lazy = self.snapshot.graph.target.version >= FIRST_LAZY_ANNOTATIONS
            self._sites[key] = find_use_sites(self.tree(edge.path), key[1], lazy_annotations=lazy)
        return self._sites[key]

    @cached_property
    def accepted(self) -> set[EdgeKey]:
        """Imports whose text has been looked at and stands up."""
        return set()

    @cached_property
    def reach(self) -> Reach:
        """What may run at import beyond what the graph says."""
        return Reach(self.snapshot)

    @cached_property
    def takers(self) -> Takers:
        """Who takes which name from which module."""
        return self._facts.takers

    @property
    def libraries(self) -> Mapping[str, tuple[str, ...]]:
        """By module, the third-party libraries it imports while it is imported, by top-level name."""
        return self._facts.libraries

    @cached_property
    def _facts(self) -> ImportVerdicts:
        return import_verdicts(self.snapshot)

    @cached_property
    def _sites(self) -> dict[tuple[str, str], UseSites]:
        return {}

    def tree(self, path: str) -> ast.Module:
        """Return the syntax tree of a file."""
        return parsed(self.snapshot.read_text(path)).tree

    def statement_line(self, edge: ImportEdge) -> int:
        """Return the first line of the statement behind an import; an edge has the line of the name."""
        key = (edge.path, edge.line)
        if key not in self._first_lines:
            self._first_lines[key] = first_line(self.text(edge.path).lines, edge.line)
        return self._first_lines[key]

    def text(self, path: str) -> Text:
        """Return a file as lines, without its byte order mark, as the positions of its tree have it."""
        if path not in self._texts:
            if len(self._texts) >= _TEXTS:
                del self._texts[next(iter(self._texts))]
            self._texts[path] = Text(self.snapshot.read_text(path).removeprefix("\ufeff"))
        return self._texts[path]

    @cached_property
    def _first_lines(self) -> dict[tuple[str, int], int]:
        return {}

    @cached_property
    def _texts(self) -> dict[str, Text]:
        return {}

    def verdict(self, edge: ImportEdge) -> Verdict:
        """Judge one import by facts, and by the closer look where there was one."""
        key = key_of(edge)
        if key in self.refused:
            return Verdict(possible=False, reason=self.refused[key])
        return self._facts.verdict(edge)

    def may_go(self, edge: ImportEdge) -> bool:
        """Tell whether an import can be put off, as far as is known by now."""
        return self.verdict(edge).possible

    def openings(self, view: View, entry: str) -> Openings:
        """Return what an entry point loads, parted by what can be put off as far as was known at first."""
        key = (id(view), entry)
        if key not in self._openings:  # the view is kept too, so that its id stays its own
            self._openings[key] = view, openings(view, entry, self.may_go)
        return self._openings[key][1]

    @cached_property
    def _openings(self) -> dict[tuple[int, str], tuple[View, Openings]]:
        return {}

    def after(self, view: View, deferred: Collection[EdgeKey]) -> View:
        """Return what runs at import once some imports are put off.

        Where a module answers lazily for a name that others take from it while they are imported, these
        load it.
        """
        chosen = set(deferred)
        arcs: dict[str, tuple[Arc, ...]] = {}
        importers = {importer for importer, _ in chosen}
        taken: list[Arc] = []
        for node in [node for node in view.arcs if node.partition(":")[0] in importers]:
            kept = []
            for arc in view.arcs[node]:
                if isinstance(arc.cause, ImportEdge) and key_of(arc.cause) in chosen:
                    taken += [Arc(taker, arc.target, None) for taker in self._loads_still(arc.cause, chosen)]
                else:
                    kept.append(arc)
            arcs[node] = tuple(kept)
        for arc in taken:
            arcs[arc.source] = (*arcs.get(arc.source, view.arcs.get(arc.source, ())), arc)
        return view.with_arcs(arcs)

    def _loads_still(self, edge: ImportEdge, chosen: Collection[EdgeKey]) -> Iterator[str]:
        """Yield the modules that take a lazy name while they are imported."""
        graph = self.snapshot.graph
        key = (edge.importer, bound_by(edge))
        for taker in (*self.takers.by_statement.get(key, ()), *self.takers.by_star(*key)):
            runs = taker.function < 0 or importing_node(graph, taker) in graph.run_at_import
            eager = runs_at_import(taker) and key_of(taker) not in chosen
            if runs and eager and taker.importer != edge.importer:
                yield taker.importer
        for access in self.takers.by_attribute.get(key, ()):
            if access.at_import and access.accessor != edge.importer:
                yield access.accessor

    def left_alone(
        self, view: View, after: View, removed: Collection[str], edges: Iterable[ImportEdge] = ()
    ) -> str:
        """Say which module reaches a submodule that only an import put off has loaded for it, if one does.

        A module whose own `import a.b` is put off reaches `a.b` by the statement in the function, or by the
        lazy name, that takes its place.
        """
        moved = [(edge.importer, edge.imported) for edge in edges if edge.name is None]
        pairs: dict[Pair, None] = {}
        for (package, name), accesses in self.takers.by_attribute.items():
            module = f"{package}.{name}"
            if module in removed:
                own = {importer for importer, imported in moved if is_within(imported, module)}
                accessors = {access.accessor: None for access in accesses if access.accessor not in own}
                pairs.update({(a, module): None for a in accessors if not self._imports_inside(a, module)})
        loaded = leading_pairs(view.successors, pairs)
        left = loaded - leading_pairs(after.successors, loaded)
        found = next((pair for pair in pairs if pair in left), None)
        return f"`{found[0]}` reaches `{found[1]}` without importing it" if found is not None else ""

    def _imports_inside(self, accessor: str, module: str) -> bool:
        return any(is_within(imported, module) for imported in self._inner_imports.get(accessor, ()))

    @cached_property
    def _inner_imports(self) -> Mapping[str, list[str]]:
        """By module, what its functions import."""
        found: dict[str, list[str]] = {}
        for edge in self.snapshot.graph.imports:
            if edge.function >= 0:
                found.setdefault(edge.importer, []).append(edge.imported)
        return found
