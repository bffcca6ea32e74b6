"""Where modules ask others for names that these do not bind, but may answer for when asked."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from importgraph.facts.model import Import, Origin, Scope, StepKind
from importgraph.graph.calls import CallFinder, Place
from importgraph.graph.resolve import Resolver

ANSWERING = {"__getattr__", "__getattribute__"}
"""Methods that answer for attributes which an object has not."""
_REPLACES = "sys.modules"
"""What a module uses that puts something else in its place."""


@dataclass(frozen=True)
class Answers:
    """Answers for one tree."""

    finder: CallFinder
    leading: frozenset[Place]
    """What may lead to an import in a function."""

    @property
    def resolver(self) -> Resolver:
        """What resolves names."""
        return self.finder.resolver

    @cached_property
    def modules(self) -> frozenset[str]:
        """The modules that may answer: with a `__getattr__`, a lazy loader, or an object in their place."""
        return frozenset(module for module in self.resolver.facts if self._may_answer(module))

    def _may_answer(self, module: str) -> bool:
        names = self.resolver.names(module)
        return names is not None and bool(
            names.has_getattr or names.listed_lazily or _REPLACES in names.facts.hazards
        )

    @cached_property
    def objects(self) -> frozenset[tuple[str, str]]:
        """Names that modules bind to objects which import something when an attribute is asked for."""
        classes = set(self._answering_classes())
        simple = {name.rpartition(".")[2] for _, name in classes}
        return frozenset(
            (module, step.name)
            for module, facts in (self.resolver.facts.items() if classes else ())
            for step in facts.body
            if step.kind is StepKind.BIND and step.value.removesuffix("()").rpartition(".")[2] in simple
            if self._class_of(module, step.value) in classes
        )

    def _answering_classes(self) -> Iterator[tuple[str, str]]:
        for place in self.leading:
            if place.function >= 0:
                owner, _, name = (
                    self.resolver.facts[place.module].functions[place.function].qualname.rpartition(".")
                )
                if name in ANSWERING and owner:
                    yield place.module, owner

    def _class_of(self, module: str, chain: str) -> tuple[str, str] | None:
        value = self.finder.evaluate(Place(module), chain)
        return (value.symbol.module, value.symbol.name) if value is not None and value.is_instance else None

    def asked_at(self, module: str) -> Iterator[int]:
        """Yield the lines of a body that ask, those of imports among them."""
        if not self.modules and not self.objects:
            return
        facts = self.resolver.facts[module]
        for item in facts.imports:
            stated = item.origin is Origin.STATEMENT and item.scope is not Scope.FUNCTION
            if stated and self._is_answered(module, item):
                yield item.line
        asks = self._chains_that_ask(module)
        if asks is not None:
            for step in facts.body:
                if step.kind in {StepKind.USE, StepKind.CALL} and asks(step.name):
                    yield step.line

    def asking_functions(self) -> Iterator[Place]:
        """Yield the functions in which objects are asked that import something then."""
        for module in self.resolver.facts if self.objects else ():
            objects = self._known_objects(module)
            if objects:
                starts = tuple(f"{name}." for name in objects)
                for index, function in enumerate(self.resolver.facts[module].functions):
                    if any(chain.startswith(starts) for chain in function.uses):
                        yield Place(module, index)

    def _known_objects(self, module: str) -> set[str]:
        """Return the chains by which a module knows objects that answer."""
        objects = {name for owner, name in self.objects if owner == module}
        for item in self.resolver.facts[module].imports:
            if item.origin is Origin.STATEMENT and item.scope is not Scope.FUNCTION:
                objects.update(self._bound_objects(module, item))
        return objects

    def _chains_that_ask(self, module: str) -> Callable[[str], bool] | None:
        """Return what tells whether a chain asks, or None where none of the module does."""
        prefixes: dict[str, str] = {}
        for item in self.resolver.facts[module].imports:
            if item.origin is Origin.STATEMENT and item.scope is not Scope.FUNCTION:
                prefixes.update(self._bound(module, item))
        starts = tuple(f"{name}." for name in self._known_objects(module))
        if not prefixes and not starts:
            return None
        return lambda chain: self._asks(chain, prefixes) or chain.startswith(starts)

    def _is_answered(self, module: str, item: Import) -> bool:
        source = self.resolver.module_of(module, item) if item.name is not None else None
        if source is None or source not in self.modules or item.name is None:
            return False
        return item.name == "*" or self._is_unbound(source, item.name)

    def _is_unbound(self, source: str, name: str) -> bool:
        names = self.resolver.names(source)
        return names is not None and name not in names.bindings

    def _bound(self, module: str, item: Import) -> Iterator[tuple[str, str]]:
        """Yield the chain by which an answering module can be used, and its name."""
        source = self.resolver.module_of(module, item)
        if source is not None and item.name not in {None, "*"}:
            source = self.resolver.submodule(source, item.name or "")
        if source in self.modules and source is not None:
            yield item.bound if item.name or item.alias else item.module, source

    def _bound_objects(self, module: str, item: Import) -> Iterator[str]:
        """Yield the chains by which an import makes answering objects known."""
        source = self.resolver.module_of(module, item) if self.objects else None
        if source is not None and item.name not in {None, "*"}:
            if (source, item.name) in self.objects:
                yield item.bound
            source = self.resolver.submodule(source, item.name or "")
        prefix = item.bound if item.name or item.alias else item.module
        yield from (f"{prefix}.{name}" for owner, name in self.objects if owner == source and prefix)

    def _asks(self, chain: str, prefixes: Mapping[str, str]) -> bool:
        for prefix, source in prefixes.items():
            if chain.startswith(f"{prefix}."):
                name = chain[len(prefix) + 1 :].partition(".")[0].partition("(")[0]
                return self._is_unbound(source, name) and self.resolver.submodule(source, name) is None
        return False
