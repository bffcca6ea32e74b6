"""Which imports of a module run when it is imported, and which modules each of them loads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from importgraph.facts.model import Flow, Guard, Import, ModuleFacts, Origin, Scope, StepKind
from importgraph.graph.dynamic import lazy_table
from importgraph.graph.edges import may_have
from importgraph.graph.model import Module
from importgraph.graph.resolve import Resolver
from importgraph.names import ancestors


@dataclass(frozen=True, slots=True)
class Loads:
    """What one import loads."""

    targets: tuple[str, ...]
    """Nodes, without the packages around them."""
    missing: bool
    """It fails: there is no such module, or it surely has no such name."""


class ImportTargets:
    """Answers which modules an import loads, with memory."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._tables: dict[str, dict[str, str]] = {}
        self._taken: dict[tuple[str, str], Loads] = {}
        """By module and name, what taking the name loads, where it does not hang on who takes it."""

    def of(self, module: Module, item: Import) -> Loads:
        """Return what an import in a module loads."""
        absolute = self.resolver.absolute(module, item)
        if not absolute:
            return Loads((), missing=True)
        source = self.resolver.finder.find(absolute, module)
        if source is None:
            found = (self.resolver.finder.find(name, module) for name in ancestors(absolute))
            return Loads(tuple(node for node in found if node is not None), missing=True)
        if item.name is None:
            return Loads((source,), missing=False)
        if item.name == "*":
            return Loads((source, *self._starred(source)), missing=False)
        known = self._taken.get((source, item.name)) if source != module.name else None
        return known if known is not None else self._named(source, item.name, module)

    def first(self, module: Module, item: Import) -> str | None:
        """Return the module that an import names before `import`, which it loads whatever it takes."""
        absolute = self.resolver.absolute(module, item)
        return self.resolver.finder.find(absolute, module) if absolute else None

    def _named(self, source: str, name: str, module: Module) -> Loads:
        inner = self.resolver.submodule(source, name)
        if inner is not None:
            hidden = source != module.name and self._is_bound_otherwise(source, name, inner)
            found = Loads((source,) if hidden else (source, inner), missing=False)
            return self._keep(source, name, module, found)
        answer = self._answer(source, name)
        if answer is not None and answer != module.name:
            return Loads((source, answer), missing=False)
        found = Loads((source,), missing=not may_have(source, name, self.resolver))
        return found if answer is not None else self._keep(source, name, module, found)

    def _answer(self, source: str, name: str) -> str | None:
        """Return the module that a table names for what a module does not bind."""
        names = self.resolver.names(source)
        if names is None or name in names.bindings:
            return None
        if source not in self._tables:
            self._tables[source] = dict(lazy_table(self.resolver, source))
        return self._tables[source].get(name)

    def _keep(self, source: str, name: str, module: Module, found: Loads) -> Loads:
        if source != module.name:
            self._taken[source, name] = found
        return found

    def _is_bound_otherwise(self, source: str, name: str, inner: str) -> bool:
        """Tell whether a package binds the name of its submodule to something else."""
        names = self.resolver.names(source)
        step = names.bindings.get(name) if names is not None else None
        if names is None or step is None or step.flow:
            return False
        if step.kind is not StepKind.IMPORT:
            return True
        symbol = self.resolver.of_import(source, names.facts.imports[step.index])
        return symbol is not None and (symbol.kind, symbol.module) != ("module", inner)

    def _starred(self, source: str) -> Iterator[str]:
        """Yield the submodules that `__all__` lists and the package does not bind: a star loads them."""
        names = self.resolver.names(source)
        if names is not None and names.facts.exports is not None:
            for name in names.facts.exports.names:
                inner = self.resolver.submodule(source, name) if name not in names.bindings else None
                if inner is not None:
                    yield inner


def _handled(facts: ModuleFacts) -> frozenset[int]:
    """Return the imports of a body that handle another failure than that of an import, or never run."""
    steps = (s for s in facts.body if s.kind is StepKind.IMPORT and s.flow & (Flow.HANDLER | Flow.DEAD))
    return frozenset(step.index for step in steps if facts.imports[step.index].handles < 0)


def items_of(facts: ModuleFacts, function: int = -1) -> Sequence[Import]:
    """Return the imports in a body that may run when the body does, in the order of the text."""
    handled = _handled(facts) if function < 0 else frozenset()
    return [
        item
        for index, item in enumerate(facts.imports)
        if item.function == function
        and index not in handled
        and (function >= 0 or item.scope is not Scope.FUNCTION)
        and item.origin in {Origin.STATEMENT, Origin.DYNAMIC, Origin.PARENT}
        and not item.lazy
        and Guard.TYPE_CHECKING not in item.guards
        and Guard.MAIN not in item.guards
    ]
