"""Where modules ask others for names that these do not bind, but may answer for when asked."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from importgraph.facts.model import Import, Origin, Scope, StepKind
from importgraph.graph.calls import CallFinder, Place
from importgraph.graph.resolve import Resolver

ANSWERING = {"__getattr__", "__getattribute__"}
"""Methods that answer for attributes which an object has not."""
_ASKING = frozenset({StepKind.USE, StepKind.CALL})
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
        stated = tuple(self._stated(module))
        for item, source in stated:
            if source in self.modules and self._is_answered(source, item.name):
                yield item.line
        asks = self._chains_that_ask(module, stated)
        if asks is not None:
            body = self.resolver.facts[module].body
            for step in body:
                if step.kind in _ASKING and asks(step.name):
                    yield step.line

    def _stated(self, module: str) -> Iterator[tuple[Import, str]]:
        """Yield the import statements of a body that name modules of the tree, with these."""
        imports = self.resolver.facts[module].imports
        for item, source in zip(imports, self.resolver.sources(module), strict=True):
            if source is not None and item.origin is Origin.STATEMENT and item.scope is not Scope.FUNCTION:
                yield item, source

    def asking_functions(self) -> Iterator[Place]:
        """Yield the functions in which objects are asked that import something then."""
        for module in self.resolver.facts if self.objects else ():
            objects = self._known_objects(module, self._stated(module))
            if objects:
                starts = tuple(f"{name}." for name in objects)
                for index, function in enumerate(self.resolver.facts[module].functions):
                    if any(chain.startswith(starts) for chain in function.uses):
                        yield Place(module, index)

    def _known_objects(self, module: str, stated: Iterable[tuple[Import, str]]) -> set[str]:
        """Return the chains by which a module knows objects that answer."""
        objects = set(self._objects_of.get(module, ()))
        for item, source in stated if self.objects else ():
            objects.update(self._bound_objects(item, source))
        return objects

    @cached_property
    def _objects_of(self) -> Mapping[str, list[str]]:
        """By module, the names that it binds to objects which answer."""
        found: dict[str, list[str]] = defaultdict(list)
        for owner, name in self.objects:
            found[owner].append(name)
        return found

    def _chains_that_ask(
        self, module: str, stated: Sequence[tuple[Import, str]]
    ) -> Callable[[str], bool] | None:
        """Return what tells whether a chain asks, or None where none of the module does."""
        prefixes: dict[str, str] = {}
        for item, source in stated if self.modules else ():
            prefixes.update(self._bound(item, source))
        starts = tuple(f"{name}." for name in self._known_objects(module, stated))
        if not prefixes and not starts:
            return None
        return lambda chain: self._asks(chain, prefixes) or chain.startswith(starts)

    def _is_answered(self, source: str, name: str | None) -> bool:
        return name is not None and (name == "*" or self._is_unbound(source, name))

    def _is_unbound(self, source: str, name: str) -> bool:
        names = self.resolver.names(source)
        return names is not None and name not in names.bindings

    def _bound(self, item: Import, source: str) -> Iterator[tuple[str, str]]:
        """Yield the chain by which an answering module can be used, and its name."""
        bound: str | None = source
        if item.name is not None and item.name != "*":
            is_answering = item.name in self._last_names
            bound = self.resolver.submodule(source, item.name) if is_answering else None
        if bound is not None and bound in self.modules:
            yield item.bound if item.name or item.alias else item.module, bound

    @cached_property
    def _last_names(self) -> frozenset[str]:
        """What statements call the modules that may answer, without the packages around them."""
        paths = (self.resolver.modules[module].path for module in self.modules)
        return frozenset(
            path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2] for path in paths
        )

    def _bound_objects(self, item: Import, source: str) -> Iterator[str]:
        """Yield the chains by which an import makes answering objects known."""
        inner: str | None = source
        if item.name is not None and item.name != "*":
            if (source, item.name) in self.objects:
                yield item.bound
            inner = self.resolver.submodule(source, item.name)
        prefix = item.bound if item.name or item.alias else item.module
        if prefix and inner is not None and inner in self._objects_of:
            yield from (f"{prefix}.{name}" for name in self._objects_of[inner])

    def _asks(self, chain: str, prefixes: Mapping[str, str]) -> bool:
        for prefix, source in prefixes.items():
            if chain.startswith(f"{prefix}."):
                name = chain[len(prefix) + 1 :].partition(".")[0].partition("(")[0]
                return self._is_unbound(source, name) and self.resolver.submodule(source, name) is None
        return False
