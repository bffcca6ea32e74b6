"""Who takes which name from which module: by statement, by star, or as an attribute of the module."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from importgraph.facts.model import Flow, Guard, ModuleFacts, Origin, StepKind
from importgraph.graph.calls import function_node
from importgraph.graph.model import ImportEdge
from importgraph.names import parent
from importgraph.snapshot import Snapshot, once_per_snapshot

FIRST_LAZY_ANNOTATIONS = (3, 14)
"""From this Python on, annotations are not evaluated at import (PEP 649)."""


@dataclass(frozen=True, slots=True)
class Access:
    """A module reaches `module.name` as an attribute."""

    accessor: str
    at_import: bool


@dataclass(frozen=True)
class Takers:
    """Answers for one tree."""

    snapshot: Snapshot

    @cached_property
    def by_statement(self) -> Mapping[tuple[str, str], tuple[ImportEdge, ...]]:
        """By (module, name), the imports elsewhere that take the name from the module."""
        found: dict[tuple[str, str], list[ImportEdge]] = defaultdict(list)
        for edge in self.snapshot.graph.imports:
            usable = not edge.external and edge.origin is Origin.STATEMENT and not edge.missing
            if edge.name is not None and usable:
                source = parent(edge.imported) if edge.submodule else edge.imported
                found[source, edge.name].append(edge)
        return {key: tuple(edges) for key, edges in found.items()}

    @cached_property
    def _stars(self) -> Mapping[str, tuple[ImportEdge, ...]]:
        found: dict[str, list[ImportEdge]] = defaultdict(list)
        for edge in self.snapshot.graph.imports:
            if edge.name == "*" and not edge.external:
                found[edge.imported].append(edge)
        return {module: tuple(edges) for module, edges in found.items()}

    def by_star(self, module: str, name: str) -> tuple[ImportEdge, ...]:
        """Return the star imports that give a name of a module to others."""
        stars = self._stars.get(module, ())
        return stars if stars and self.snapshot.resolver.star_exports(module, name) else ()

    @cached_property
    def by_attribute(self) -> Mapping[tuple[str, str], tuple[Access, ...]]:
        """By (module, name), the modules that reach the name as an attribute of the module."""
        found: dict[tuple[str, str], set[Access]] = defaultdict(set)
        for module, facts in self.snapshot.graph.facts.items():
            imported = {item.bound for item in facts.imports}
            holds: dict[str, bool] = {}
            """By name that a chain starts with, whether an import binds it to a module of the tree."""
            for chain, at_import in self._chains(module, facts, imported):
                root = chain.partition(".")[0]
                if root not in holds:
                    symbol = self.snapshot.resolver.lookup(module, root)
                    holds[root] = symbol is not None and symbol.kind == "module"
                for key in self._links(module, chain) if holds[root] else ():
                    found[key].add(Access(module, at_import))
            for key in self._of_inner_imports(module, facts):
                found[key].add(Access(module, at_import=False))
        return {
            key: tuple(sorted(some, key=lambda a: (a.accessor, a.at_import))) for key, some in found.items()
        }

    def _chains(self, module: str, facts: ModuleFacts, roots: Collection[str]) -> Iterator[tuple[str, bool]]:
        """Yield each dotted chain of a module once, with whether it is evaluated at import.

        Args:
            module: The module.
            facts: What its text says.
            roots: The names that the chains begin with.
        """
        annotations = self.snapshot.graph.target.version < FIRST_LAZY_ANNOTATIONS
        found: dict[str, bool] = {}
        for step in facts.body:
            if step.flow & Flow.ANNOTATION and not annotations:
                continue
            if "." in step.name and step.name.partition(".")[0] in roots:
                found[step.name] = True
            if step.kind is StepKind.BIND and "." in step.value and step.value.partition(".")[0] in roots:
                found[step.value] = True
        for function in facts.functions:
            dotted = [use for use in function.uses if "." in use and use.partition(".")[0] in roots]
            if dotted:
                runs = function_node(module, function.qualname) in self.snapshot.graph.run_at_import
                for chain in dotted:
                    found[chain] = found.get(chain, False) or runs
        found.update((chain, True) for chain in _of_classes(facts) if chain.partition(".")[0] in roots)
        yield from found.items()

    def _links(self, module: str, chain: str) -> Iterator[tuple[str, str]]:
        resolver = self.snapshot.resolver
        root, *rest = chain.split(".")
        symbol = resolver.lookup(module, root)
        for link in rest:
            if symbol is None or symbol.kind != "module":
                return
            name = link.partition("(")[0]
            yield symbol.module, name
            symbol = resolver.attribute(symbol, name) if name == link else None

    def _of_inner_imports(self, module: str, facts: ModuleFacts) -> Iterator[tuple[str, str]]:
        """Yield what functions and main blocks reach through modules that they import themselves, by text."""
        inner = [item for item in facts.imports if item.function >= 0 or Guard.MAIN in item.guards]
        text = ""
        for item in inner:
            symbol = self.snapshot.resolver.of_import(module, item) if item.bound else None
            if symbol is not None and symbol.kind == "module":
                text = text or self.snapshot.read_text(self.snapshot.graph.modules[module].path)
                for chain in set(re.findall(rf"\b{item.bound}((?:\.\w+)+)", text)):
                    yield from self._from(symbol.module, chain[1:].split("."))

    def _from(self, module: str, names: list[str]) -> Iterator[tuple[str, str]]:
        for name in names:
            yield module, name
            inner = self.snapshot.resolver.lookup(module, name)
            if inner is None or inner.kind != "module":
                return
            module = inner.module

    def takes(self, module: str, name: str) -> bool:
        """Tell whether somebody else may take a name from a module, or its `__all__` lists it."""
        facts = self.snapshot.graph.facts.get(module)
        listed = facts is not None and facts.exports is not None and name in facts.exports.names
        taken = (module, name) in self.by_statement or (module, name) in self.by_attribute
        return listed or taken or bool(self.by_star(module, name))


@once_per_snapshot
def takers_of(snapshot: Snapshot) -> Takers:
    """Return the takers of a tree, worked out once."""
    return Takers(snapshot)


def _of_classes(facts: ModuleFacts) -> Iterator[str]:
    for item in facts.classes:
        values = (value for _, value in item.attributes)
        yield from (c for c in (*item.bases, *item.decorators, item.metaclass, *values) if "." in c)
