"""Which imports can be put off, as far as facts tell: the same for all who ask about one tree."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from importgraph.facts.model import Flow, Guard, Origin, Scope, StepKind
from importgraph.findings.entry_points import entry_points
from importgraph.fixes.takers import FIRST_LAZY_ANNOTATIONS, Takers, takers_of
from importgraph.graph.model import ImportEdge, Kind
from importgraph.graph.views import loaded_by, runs_with_body
from importgraph.names import top_level
from importgraph.snapshot import Snapshot, once_per_snapshot

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
class ImportVerdicts:
    """Verdicts on the imports of one tree, each worked out once."""

    snapshot: Snapshot

    @cached_property
    def takers(self) -> Takers:
        """Who takes which name from which module."""
        return takers_of(self.snapshot)

    def verdict(self, edge: ImportEdge) -> Verdict:
        """Judge one import."""
        key = key_of(edge)
        if key not in self._verdicts:
            self._verdicts[key] = self._judge(edge)
        return self._verdicts[key]

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


@once_per_snapshot
def import_verdicts(snapshot: Snapshot) -> ImportVerdicts:
    """Return the verdicts on the imports of a tree."""
    return ImportVerdicts(snapshot)
