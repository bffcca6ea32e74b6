"""Imports whose target is computed, where the text still shows what they import.

Three idioms: a loop over literal names (`for name in PLUGINS: import_module(f"app.plugins.{name}")`), a
registry (strings given to one method of a class, imported by another), and a table of lazily answered
names.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from importgraph.facts.model import Dynamic, Flow, Origin, Scope, Step, StepKind
from importgraph.graph.calls import CallFinder, Place
from importgraph.graph.model import ImportEdge, Module
from importgraph.graph.resolve import Resolver, Symbol
from importgraph.names import resolve_relative


def looped_imports(finder: CallFinder) -> Iterator[ImportEdge]:
    """Yield the imports that a loop over known names makes, located at the call that makes them."""
    resolver = finder.resolver
    for name in resolver.facts:
        for dynamic in resolver.facts[name].dynamic:
            for target in looped(resolver, name, dynamic):
                yield make_edge(resolver, Place(name, dynamic.function), target, dynamic.line)


def make_edge(resolver: Resolver, place: Place, imported: str, line: int) -> ImportEdge:
    """Make the edge of an import that no statement names."""
    module = resolver.modules[place.module]
    return ImportEdge(
        importer=place.module,
        imported=imported,
        name=None,
        path=module.path,
        line=line,
        column=1,
        scope=Scope.MODULE if place.function < 0 else Scope.FUNCTION,
        guards=(),
        lazy=False,
        recovered=module.broken,
        origin=Origin.DYNAMIC,
        external=False,
        active=True,
        fallback=False,
        conditional=False,
        function=place.function,
        index=-1,
        missing="",
        submodule=False,
        shadowed=False,
        tried=False,
        alias=None,
    )


# -- loops ------------------------------------------------------------------------------------------


def looped(resolver: Resolver, module: str, dynamic: Dynamic) -> Iterator[str]:
    """Yield the modules that an import of computed names loads, where it runs over known ones."""
    if not dynamic.pattern or not dynamic.values:
        return
    values = (
        dynamic.values[1:].split("|")
        if dynamic.values.startswith("=")
        else _constant(resolver, module, dynamic)
    )
    for value in values:
        found = _find(resolver, resolver.modules[module], dynamic.pattern.replace("{}", value))
        if found is not None:
            yield found


def _find(resolver: Resolver, importer: Module, target: str) -> str | None:
    level = len(target) - len(target.lstrip("."))
    absolute = resolve_relative(importer.package, level, target[level:])
    return resolver.finder.find(absolute, importer) if absolute else None


def _constant(resolver: Resolver, module: str, dynamic: Dynamic) -> tuple[str, ...]:
    """Return the strings that a chain stands for: a constant of some module, or a module's `__all__`."""
    owner, _, last = dynamic.values.rpartition(".")
    if last == "__all__":
        source = resolver.chain(module, owner) if owner else Symbol("module", module)
        facts = resolver.facts.get(source.module if source is not None and source.kind == "module" else "")
        return facts.exports.names if facts is not None and facts.exports is not None else ()
    if "(" in dynamic.values:
        return ()
    symbol = resolver.chain(module, dynamic.values)
    if symbol is None or symbol.kind != "value":
        return ()
    return dict(resolver.facts[symbol.module].strings).get(symbol.name, ())


# -- registries -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RegistryImport:
    """A module that a registry imports once some other module has registered it."""

    edge: ImportEdge
    place: Place
    registrants: frozenset[str]


def registry_imports(finder: CallFinder) -> tuple[RegistryImport, ...]:
    """Connect the calls that import from a registry with the modules registered in it.

    A registry is a class with a method that imports computed names. Whatever literal module names its other
    methods are given at import time is registered; a literal given to the importing method narrows by
    prefix.
    """
    return tuple(_registry_imports(finder))


def _registry_imports(finder: CallFinder) -> Iterator[RegistryImport]:
    resolver = finder.resolver
    importing = {
        (module, facts.functions[dynamic.function].qualname)
        for module, facts in resolver.facts.items()
        for dynamic in facts.dynamic
        if dynamic.function >= 0 and "<locals>" not in facts.functions[dynamic.function].qualname
    }
    classes = {(module, qualname.rpartition(".")[0]) for module, qualname in importing if "." in qualname}
    if not classes:
        return
    registered: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    demands: list[tuple[tuple[str, str], Place, Step]] = []
    for place, step in _literal_calls(resolver):
        value = finder.evaluate(place, step.name)
        if value is None or value.symbol.kind != "function":
            continue
        module, qualname = value.symbol.module, value.symbol.name
        owner = (module, qualname.rpartition(".")[0])
        if (module, qualname) in importing:
            demands.append((owner, place, step))
        elif owner in classes:
            for target in step.value.split("|"):
                registered[owner][target].add(place.module)
    for owner, place, step in demands:
        yield from _demanded(resolver, registered[owner], place, step)


def _literal_calls(resolver: Resolver) -> Iterator[tuple[Place, Step]]:
    for module, facts in resolver.facts.items():
        bodies: Iterable[tuple[int, tuple[Step, ...]]] = [
            (-1, facts.body),
            *((i, f.body) for i, f in enumerate(facts.functions)),
        ]
        for function, body in bodies:
            for step in body:
                if step.kind is StepKind.CALL and step.value and not step.flow & (Flow.HANDLER | Flow.DEAD):
                    yield Place(module, function), step


def _demanded(
    resolver: Resolver, registered: Mapping[str, set[str]], place: Place, step: Step
) -> Iterator[RegistryImport]:
    module = resolver.modules[place.module]
    for target in sorted(registered):
        found = resolver.finder.find(target, module) if target.startswith(step.value) else None
        if found is not None and found != place.module:
            yield RegistryImport(
                make_edge(resolver, place, found, step.line), place, frozenset(registered[target])
            )


# -- names answered lazily --------------------------------------------------------------------------


def lazy_answers(resolver: Resolver, imports: Iterable[ImportEdge]) -> Iterator[ImportEdge]:
    """Yield what `from package import name` imports where the package answers for the name lazily.

    The answer may come from a table (`lazy_loader.attach`, a literal dictionary) or from an import
    statement in the package's `__getattr__` (PEP 562).
    """
    tables: dict[str, Mapping[str, str]] = {}
    for edge in imports:
        if (
            edge.name is None
            or edge.external
            or edge.submodule
            or edge.origin is not Origin.STATEMENT
            or edge.missing
        ):
            continue
        names = resolver.names(edge.imported)
        if names is None or edge.name in names.bindings:
            continue
        if edge.imported not in tables:
            tables[edge.imported] = dict(lazy_table(resolver, edge.imported))
        target = tables[edge.imported].get(edge.name)
        if target is not None and target != edge.importer:
            yield _answered(edge, target)


def lazy_table(resolver: Resolver, package: str) -> Iterator[tuple[str, str]]:
    """Yield (name, module) for the names that a package answers for by importing a module."""
    module, facts = resolver.modules[package], resolver.facts[package]
    for row in facts.lazy_table:
        for target in (row.module, f".{row.module}"):
            found = _find(resolver, module, target)
            if found is not None:
                yield row.name, found
                break
    answering = {
        index for index, function in enumerate(facts.functions) if function.qualname == "__getattr__"
    }
    for item in facts.imports:
        if item.function in answering or (item.lazy and item.origin is Origin.DYNAMIC):
            source = resolver.module_of(package, item)
            inner = resolver.submodule(source, item.name) if source is not None and item.name else None
            if source is not None and item.name:
                yield item.name, inner or source


def _answered(edge: ImportEdge, target: str) -> ImportEdge:
    from msgspec.structs import replace

    return replace(edge, imported=target, origin=Origin.DYNAMIC, index=-1)
