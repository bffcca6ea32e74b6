"""Which imports can be put off, and what a tree loads once they are."""

import ast
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from msgspec.structs import replace as replace_edge

from importgraph.facts.model import Flow, Guard, Origin, Scope, StepKind
from importgraph.facts.syntax import parse_source
from importgraph.fixes.use_sites import UseSites, find_use_sites
from importgraph.graph.calls import function_node
from importgraph.graph.model import ImportEdge, Kind
from importgraph.graph.views import Arc, View, loaded_by, runs_at_import
from importgraph.names import top_level
from importgraph.snapshot import Snapshot

EdgeKey = tuple[str, int]
"""Importer and index: identifies an import in a graph."""


def key_of(edge: ImportEdge) -> EdgeKey:
    """Return what identifies an import."""
    return (edge.importer, edge.index)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an import can be put off, as far as facts tell; the text is looked at before anything is proposed."""

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
        bound = edge.alias or edge.name or edge.imported.partition(".")[0]
        if (edge.path, bound) not in self._sites:
            lazy = self.snapshot.graph.target.version >= (3, 14)
            self._sites[edge.path, bound] = find_use_sites(self._tree(edge.path), bound, lazy_annotations=lazy)
        return self._sites[edge.path, bound]

    @cached_property
    def _sites(self) -> dict[tuple[str, str], UseSites]:
        return {}

    @cached_property
    def _tree(self) -> Callable[[str], ast.Module]:
        return lru_cache(maxsize=64)(lambda path: parse_source(self.snapshot.read_text(path).encode()).tree)

    @cached_property
    def _verdicts(self) -> dict[EdgeKey, Verdict]:
        return {}

    @cached_property
    def libraries(self) -> Mapping[str, tuple[str, ...]]:
        """By module, the third-party libraries it imports while it is imported, by top-level name."""
        found: dict[str, set[str]] = defaultdict(set)
        for edge in self.snapshot.graph.imports:
            if edge.external and edge.function < 0 and runs_at_import(replace_edge(edge, external=False)):
                found[edge.importer].add(top_level(edge.imported))
        return {module: tuple(sorted(names - sys.stdlib_module_names)) for module, names in found.items()}

    @cached_property
    def _taken(self) -> Mapping[tuple[str, str], tuple[ImportEdge, ...]]:
        """By (module, name), the imports elsewhere that take the name from the module."""
        found: dict[tuple[str, str], list[ImportEdge]] = defaultdict(list)
        for edge in self.snapshot.graph.imports:
            if edge.name is not None and not edge.external and edge.origin is Origin.STATEMENT and not edge.missing:
                source = edge.imported.rpartition(".")[0] if edge.submodule else edge.imported
                found[source, edge.name].append(edge)
        return {key: tuple(edges) for key, edges in found.items()}

    @cached_property
    def _used_at_import(self) -> Mapping[str, frozenset[str]]:
        return {name: frozenset(self._roots(name)) for name in self.snapshot.graph.facts}

    def _roots(self, module: str) -> Iterable[str]:
        """Yield the names a module needs while it is imported, also in functions of it that run then."""
        facts = self.snapshot.graph.facts[module]
        version = self.snapshot.graph.target.version
        for step in facts.body:
            if step.kind in {StepKind.USE, StepKind.CALL} and not step.flow & Flow.DEAD:
                if not step.flow & Flow.ANNOTATION or version < (3, 14):
                    yield step.name.partition(".")[0].partition("(")[0]
            elif step.kind is StepKind.DELETE:
                yield step.name
        for function in facts.functions:
            if function_node(module, function.qualname) in self.snapshot.graph.run_at_import:
                yield from (use.partition(".")[0] for use in function.uses)

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
            again = {step.name for step in facts.body if step.kind in kinds}
            again |= {hazard.removeprefix("global ") for hazard in facts.hazards if hazard.startswith("global ")}
            found[name] = frozenset(again)
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
        module, bound = edge.importer, edge.alias or edge.name or edge.imported.partition(".")[0]
        facts = self.snapshot.graph.facts[module]
        taken = bool(self._taken.get((module, bound)))
        exported = taken or (facts.exports is not None and bound in facts.exports.names)
        used = bound in self._used_later[module]
        if not exported and self.snapshot.graph.modules[module].path.endswith("__init__.py"):
            if edge.submodule and not used:
                reason = f"nobody takes `{bound}`: it is imported so that it is loaded"
                return Verdict(possible=False, reason=reason)
            exported = True  # users of the package may take it
        if exported and edge.name is None:
            return Verdict(possible=False, reason=f"others may reach `{bound}` through `{module}`")
        if exported and used:
            return Verdict(possible=False, reason=f"`{bound}` is both used here and taken from here by others")
        return Verdict(possible=True, reason="", exported=exported, unused=not used and not exported)

    def _obstacle(self, edge: ImportEdge) -> str:
        module = self.snapshot.graph.modules[edge.importer]
        bound = edge.alias or edge.name or edge.imported.partition(".")[0]
        if edge.origin is not Origin.STATEMENT or edge.index < 0:
            return "no statement to move"
        if edge.scope is not Scope.MODULE or edge.function >= 0:
            return "not at module level"
        if edge.name == "*":
            return "a star import"
        if edge.tried or edge.fallback or Guard.OPTIONAL in edge.guards:
            return "its ImportError is caught where it stands"
        if edge.conditional or edge.recovered:
            return "under a condition" if edge.conditional else "in a broken file"
        if module.kind is Kind.TEST:
            return "in a test file"
        if bound in self._used_at_import[edge.importer]:
            return f"`{bound}` is used while `{edge.importer}` is imported"
        if bound in self._rebound[edge.importer]:
            return f"`{bound}` is bound again"
        hazards = set(self.snapshot.graph.facts[edge.importer].hazards) & {"globals", "vars", "locals", "exec", "eval", "sys.modules"}
        if hazards:
            return f"`{edge.importer}` looks at its own names ({', '.join(sorted(hazards))})"
        return ""

    def after(self, view: View, deferred: Collection[EdgeKey]) -> View:
        """Return what runs at import once some imports are put off.

        Where a module answers lazily for a name that others take from it while they are imported, these load it.
        """
        chosen = set(deferred)
        arcs: dict[str, list[Arc]] = defaultdict(list)
        for node, found in view.arcs.items():
            for arc in found:
                if isinstance(arc.cause, ImportEdge) and key_of(arc.cause) in chosen:
                    self._redirect(arc, arcs)
                else:
                    arcs[node].append(arc)
        return replace(view, arcs={node: tuple(found) for node, found in arcs.items()})

    def _redirect(self, arc: Arc, arcs: dict[str, list[Arc]]) -> None:
        edge = arc.cause
        if not isinstance(edge, ImportEdge):
            return
        bound = edge.alias or edge.name or ""
        takers = (*self._taken.get((edge.importer, bound), ()), *self._star_takers(edge.importer, bound))
        for taker in takers:
            if taker.importer != edge.importer and runs_at_import(taker) and taker.function < 0:
                arcs[taker.importer].append(Arc(taker.importer, loaded_by(edge), taker))

    @cached_property
    def _stars(self) -> Mapping[str, tuple[ImportEdge, ...]]:
        found: dict[str, list[ImportEdge]] = defaultdict(list)
        for edge in self.snapshot.graph.imports:
            if edge.name == "*" and not edge.external:
                found[edge.imported].append(edge)
        return {module: tuple(edges) for module, edges in found.items()}

    def _star_takers(self, module: str, name: str) -> tuple[ImportEdge, ...]:
        stars = self._stars.get(module, ())
        return stars if stars and self.snapshot.resolver.star_exports(module, name) else ()
