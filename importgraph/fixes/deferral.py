"""Which imports can be put off, and what a tree loads once they are."""

import ast
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from importgraph.facts.model import Flow, Guard, Origin, Scope, StepKind
from importgraph.findings.entry_points import entry_points
from importgraph.fixes.cuts import Openings, openings
from importgraph.fixes.parsed import parsed
from importgraph.fixes.reach import Reach
from importgraph.fixes.source_text import Text
from importgraph.fixes.statements import first_line
from importgraph.fixes.takers import FIRST_LAZY_ANNOTATIONS, Takers
from importgraph.fixes.use_sites import UseSites, find_use_sites
from importgraph.graph.model import ImportEdge, Kind
from importgraph.graph.views import (
    Arc,
    View,
    closure,
    importing_node,
    loaded_by,
    runs_at_import,
    runs_with_body,
)
from importgraph.names import is_within, top_level
from importgraph.snapshot import Snapshot

EdgeKey = tuple[str, int]
"""Importer and index: identifies an import in a graph."""

_INTROSPECTION = {"globals", "vars", "locals", "exec", "eval", "sys.modules"}


def key_of(edge: ImportEdge) -> EdgeKey:
    """Return what identifies an import."""
    return (edge.importer, edge.index)


def bound_by(edge: ImportEdge) -> str:
    """Return the local name that an import binds."""
    return edge.alias or edge.name or edge.imported.partition(".")[0]


_USING = frozenset({StepKind.USE, StepKind.CALL})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an import can be put off, as far as facts tell; the text is looked at before a proposal."""

    possible: bool
    reason: str
    """Why not."""
    exported: bool = False
    """Other modules take the name from this one."""
    unused: bool = False
    """Neither this module nor another uses the name."""


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
        return Takers(self.snapshot)

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
            self._texts[path] = Text(self.snapshot.read_text(path).removeprefix("\ufeff"))
        return self._texts[path]

    @cached_property
    def _first_lines(self) -> dict[tuple[str, int], int]:
        return {}

    @cached_property
    def _texts(self) -> dict[str, Text]:
        return {}

    @cached_property
    def _verdicts(self) -> dict[EdgeKey, Verdict]:
        return {}

    @cached_property
    def libraries(self) -> Mapping[str, tuple[str, ...]]:
        """By module, the third-party libraries it imports while it is imported, by top-level name."""
        found: dict[str, set[str]] = defaultdict(set)
        for edge in self.snapshot.graph.imports:
            if edge.external and edge.function < 0 and runs_with_body(edge):
                found[edge.importer].add(top_level(edge.imported))
        return {module: tuple(sorted(names - sys.stdlib_module_names)) for module, names in found.items()}

    @cached_property
    def _taken_by_entries(self) -> Mapping[tuple[str, str], str]:
        """By module and name, the entry point that takes the name from the module."""
        entries = [entry for entry in entry_points(self.snapshot) if entry.function]
        return {(one.module, one.function.partition(".")[0]): one.title for one in reversed(entries)}

    @cached_property
    def _used_at_import(self) -> Mapping[str, frozenset[str]]:
        return {name: frozenset(self._roots(name)) for name in self.snapshot.graph.facts}

    def _roots(self, module: str) -> Iterable[str]:
        """Yield the names a module needs while it is imported, also in functions of it that run then."""
        facts = self.snapshot.graph.facts[module]
        early = self.snapshot.graph.target.version < FIRST_LAZY_ANNOTATIONS and not facts.future_annotations
        aside = Flow.DEAD if early else Flow.DEAD | Flow.ANNOTATION
        used = {step.name for step in facts.body if step.kind in _USING and not step.flow & aside}
        yield from (name.partition(".")[0].partition("(")[0] for name in used)
        yield from (step.name for step in facts.body if step.kind is StepKind.DELETE)
        run = self._run_at_import.get(module, frozenset())
        for function in facts.functions if run else ():
            if function.qualname in run:
                yield from (use.partition(".")[0] for use in function.uses)

    @cached_property
    def _run_at_import(self) -> Mapping[str, frozenset[str]]:
        """By module, the qualified names of its functions that run while some module is imported."""
        found: dict[str, set[str]] = defaultdict(set)
        for node in self.snapshot.graph.run_at_import:
            module, _, call = node.partition(":")
            found[module].add(call.removesuffix("()"))
        return {module: frozenset(names) for module, names in found.items()}

    @cached_property
    def _used_later(self) -> Mapping[str, frozenset[str]]:
        return {
            name: frozenset(use.partition(".")[0] for function in facts.functions for use in function.uses)
            for name, facts in self.snapshot.graph.facts.items()
        }

    @cached_property
    def _rebound(self) -> Mapping[str, frozenset[str]]:
        kinds = {StepKind.FUNCTION, StepKind.CLASS, StepKind.BIND, StepKind.DELETE}
        found = {}
        for name, facts in self.snapshot.graph.facts.items():
            declared = (h.removeprefix("global ") for h in facts.hazards if h.startswith("global "))
            imported = [item.bound for item in facts.imports if item.scope is Scope.MODULE and item.bound]
            twice = {bound for bound in imported if imported.count(bound) > 1}
            found[name] = frozenset(
                {step.name for step in facts.body if step.kind in kinds}.union(declared, twice)
            )
        return found

    def verdict(self, edge: ImportEdge) -> Verdict:
        """Judge one import by facts."""
        key = key_of(edge)
        if key in self.refused:
            return Verdict(possible=False, reason=self.refused[key])
        if key not in self._verdicts:
            self._verdicts[key] = self._judge(edge)
        return self._verdicts[key]

    def _judge(self, edge: ImportEdge) -> Verdict:
        reason = self._obstacle(edge)
        if reason:
            return Verdict(possible=False, reason=reason)
        module, bound = edge.importer, bound_by(edge)
        used = bound in self._used_later[module]
        exported = self._is_exported(module, bound)
        if exported and edge.submodule and not used and not self._is_taken(module, bound):
            return Verdict(
                possible=False, reason=f"nobody takes `{bound}`: it is imported so that it is loaded"
            )
        if exported:
            reason = self._obstacle_to_export(edge, used=used)
            if reason:
                return Verdict(possible=False, reason=reason)
        return Verdict(possible=True, reason="", exported=exported, unused=not used and not exported)

    def _is_exported(self, module: str, bound: str) -> bool:
        if self.snapshot.graph.modules[module].path.endswith("__init__.py"):
            return True
        return self._is_taken(module, bound)

    def _is_taken(self, module: str, bound: str) -> bool:
        """Tell whether `__all__` lists a name or another module takes it."""
        facts = self.snapshot.graph.facts[module]
        if facts.exports is not None and bound in facts.exports.names:
            return True
        taken = (module, bound) in self.takers.by_statement or (module, bound) in self.takers.by_attribute
        return taken or bool(self.takers.by_star(module, bound))

    def _obstacle_to_export(self, edge: ImportEdge, *, used: bool) -> str:
        """Say why a module cannot answer lazily for a name, if it cannot."""
        module, bound = edge.importer, bound_by(edge)
        facts = self.snapshot.graph.facts[module]
        if edge.name is None:
            return f"others may reach `{bound}` through `{module}`"
        if used:
            return f"`{bound}` is both used here and taken from here by others"
        own = f"{module}.{bound}"
        if own in self.snapshot.graph.modules and not (edge.submodule and own == loaded_by(edge)):
            return f"`{own}` is a module too, and importing it would take the place of the lazy name"
        listed = facts.exports is not None and bound in facts.exports.names
        if self.takers.by_star(module, bound) and not listed:
            return f"a star import takes `{bound}`, which `__all__` does not list"
        if self.snapshot.resolver.lookup(module, "__getattr__") is not None:
            return f"`{module}` has its own `__getattr__`"
        return ""

    def _obstacle(self, edge: ImportEdge) -> str:
        module = self.snapshot.graph.modules[edge.importer]
        bound = bound_by(edge)
        if edge.origin is not Origin.STATEMENT or edge.index < 0:
            return "no statement to move"
        decided = self.snapshot.graph.facts[edge.importer].imports[edge.index].when
        hazards = set(self.snapshot.graph.facts[edge.importer].hazards) & _INTROSPECTION
        taken = self._taken_by_entries.get((edge.importer, bound))
        reasons = (
            (taken is not None, f"the entry point `{taken}` takes `{bound}` from here"),
            (edge.scope is not Scope.MODULE or edge.function >= 0, "not at module level"),
            (edge.name == "*", "a star import"),
            (
                edge.tried or edge.fallback or Guard.OPTIONAL in edge.guards,
                "its ImportError is caught where it stands",
            ),
            (edge.conditional or bool(edge.guards or decided), "under a condition"),
            (edge.recovered, "in a broken file"),
            (module.kind is Kind.TEST, "in a test file"),
            (
                bound in self._used_at_import[edge.importer],
                f"`{bound}` is used while `{edge.importer}` is imported",
            ),
            (bound in self._rebound[edge.importer], f"`{bound}` is bound again"),
            (bool(hazards), f"`{edge.importer}` looks at its own names ({', '.join(sorted(hazards))})"),
        )
        return next((reason for holds, reason in reasons if holds), "")

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
        for (package, name), accesses in self.takers.by_attribute.items():
            module = f"{package}.{name}"
            if module in removed:
                own = {importer for importer, imported in moved if is_within(imported, module)}
                for accessor in dict.fromkeys(access.accessor for access in accesses):
                    found = module in closure(after, [accessor]) or module not in closure(view, [accessor])
                    if not found and accessor not in own and not self._imports_inside(accessor, module):
                        return f"`{accessor}` reaches `{module}` without importing it"
        return ""

    def _imports_inside(self, accessor: str, module: str) -> bool:
        edges = (e for e in self.snapshot.graph.imports if e.importer == accessor and e.function >= 0)
        return any(is_within(edge.imported, module) for edge in edges)
