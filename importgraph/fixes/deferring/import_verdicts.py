"""Which imports can be put off, as far as facts tell: the same for all who ask about one tree."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from importgraph.facts.model import Flow, Guard, Origin, Scope, StepKind
from importgraph.findings.entry_points import entry_points
from importgraph.fixes.deferring.takers import FIRST_LAZY_ANNOTATIONS, Takers, takers_of
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
_BINDING = frozenset({StepKind.FUNCTION, StepKind.CLASS, StepKind.BIND, StepKind.DELETE})


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

    def _used_at_import(self, module: str) -> frozenset[str]:
        if module not in self._early:
            self._early[module] = frozenset(self._roots(module))
        return self._early[module]

    @cached_property
    def _early(self) -> dict[str, frozenset[str]]:
        """By module that was asked about, the names it needs while it is imported."""
        return {}

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

    def _used_later(self, module: str) -> frozenset[str]:
        if module not in self._late:
            functions = self.snapshot.graph.facts[module].functions
            self._late[module] = frozenset(
                use.partition(".")[0] for function in functions for use in function.uses
            )
        return self._late[module]

    @cached_property
    def _late(self) -> dict[str, frozenset[str]]:
        """By module that was asked about, the names that its functions use."""
        return {}

    def _rebound(self, module: str) -> frozenset[str]:
        if module not in self._bound_again:
            facts = self.snapshot.graph.facts[module]
            declared = (h.removeprefix("global ") for h in facts.hazards if h.startswith("global "))
            imported = Counter(item.bound for item in facts.imports if item.scope is Scope.MODULE)
            twice = (bound for bound, count in imported.items() if bound and count > 1)
            bound = (step.name for step in facts.body if step.kind in _BINDING)
            self._bound_again[module] = frozenset(bound).union(declared, twice)
        return self._bound_again[module]

    @cached_property
    def _bound_again(self) -> dict[str, frozenset[str]]:
        """By module that was asked about, the names that more than one import binds."""
        return {}

    def _judge(self, edge: ImportEdge) -> Verdict:
        reason = self._obstacle(edge)
        if reason:
            return Verdict(possible=False, reason=reason)
        module, bound = edge.importer, bound_by(edge)
        used = bound in self._used_later(module)
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
        """Say why a statement cannot be moved, if it cannot: by the statement first, then by its module."""
        if edge.origin is not Origin.STATEMENT or edge.index < 0:
            return "no statement to move"
        bound = bound_by(edge)
        taken = self._taken_by_entries.get((edge.importer, bound))
        if taken is not None:
            return f"the entry point `{taken}` takes `{bound}` from here"
        return self._obstacle_of_statement(edge) or self._obstacle_in_module(edge.importer, bound)

    def _obstacle_of_statement(self, edge: ImportEdge) -> str:
        if edge.scope is not Scope.MODULE or edge.function >= 0:
            return "not at module level"
        if edge.name == "*":
            return "a star import"
        if edge.tried or edge.fallback or Guard.OPTIONAL in edge.guards:
            return "its ImportError is caught where it stands"
        decided = self.snapshot.graph.facts[edge.importer].imports[edge.index].when
        if edge.conditional or edge.guards or decided:
            return "under a condition"
        return "in a broken file" if edge.recovered else ""

    def _obstacle_in_module(self, module: str, bound: str) -> str:
        if self.snapshot.graph.modules[module].kind is Kind.TEST:
            return "in a test file"
        if bound in self._used_at_import(module):
            return f"`{bound}` is used while `{module}` is imported"
        if bound in self._rebound(module):
            return f"`{bound}` is bound again"
        hazards = _INTROSPECTION.intersection(self.snapshot.graph.facts[module].hazards)
        return f"`{module}` looks at its own names ({', '.join(sorted(hazards))})" if hazards else ""


@once_per_snapshot
def import_verdicts(snapshot: Snapshot) -> ImportVerdicts:
    """Return the verdicts on the imports of a tree."""
    return ImportVerdicts(snapshot)
