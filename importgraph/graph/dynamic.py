"""Imports of computed names that text still shows: loops over known names, and tables of lazy answers."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from importgraph.facts.model import Dynamic, Origin
from importgraph.graph.model import ImportEdge, Module
from importgraph.graph.resolve import Resolver, Symbol
from importgraph.names import resolve_relative


def looped(resolver: Resolver, module: str, dynamic: Dynamic) -> Iterator[str]:
    """Yield the modules that an import of computed names loads, where it runs over known ones."""
    for name in names_of(resolver, module, dynamic):
        found = _find(resolver, resolver.modules[module], name)
        if found is not None:
            yield found


def names_of(resolver: Resolver, module: str, dynamic: Dynamic) -> tuple[str, ...]:
    """Return the names that an import of computed names runs over; none where text does not show them."""
    if not dynamic.pattern or not dynamic.values:
        return ()
    is_literal = dynamic.values.startswith("=")
    values = dynamic.values[1:].split("|") if is_literal else _constant(resolver, module, dynamic)
    return tuple(dynamic.pattern.replace("{}", value) for value in values)


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


def table_answers(resolver: Resolver, imports: Iterable[ImportEdge]) -> Iterator[ImportEdge]:
    """Yield what `from package import name` loads where a table of the package answers."""
    tables: dict[str, Mapping[str, str]] = {}
    for edge in imports:
        aside = edge.external or edge.submodule or bool(edge.missing) or edge.origin is not Origin.STATEMENT
        names = resolver.names(edge.imported) if edge.name is not None and not aside else None
        if names is None or edge.name is None or edge.name in names.bindings or names.has_getattr:
            continue
        if edge.imported not in tables:
            tables[edge.imported] = (
                dict(lazy_table(resolver, edge.imported)) if names.facts.lazy_table else {}
            )
        target = tables[edge.imported].get(edge.name)
        if target is not None and target != edge.importer and edge.function < 0:
            yield replace(edge, imported=target, origin=Origin.DYNAMIC, index=-1)
