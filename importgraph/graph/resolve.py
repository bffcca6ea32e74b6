"""Resolve names across modules: through re-exports and stars to the definition."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from importgraph.facts.model import Import, ModuleFacts, Step, StepKind
from importgraph.graph.layout.finder import Finder, finder_of
from importgraph.graph.model import Graph, Kind, Module, Target
from importgraph.graph.namespaces import Names
from importgraph.names import parent, resolve_relative, top_level


class Symbol(NamedTuple):
    """What a dotted name turned out to be."""

    kind: str
    """`module`, `function`, `class`, `value`, `external` or `missing`."""
    module: str
    """Where it is defined; for an external or missing one, its dotted name."""
    name: str = ""
    """Qualified name in that module; empty for a module."""
    via: tuple[str, ...] = ()
    """The modules that pass it on, from the one asked to the one before the definition."""


_DEEPEST = 50
"""How many classes above each other are looked at one within the other."""


class Resolver:
    """Resolves names across modules, with memory."""

    def __init__(
        self, modules: Mapping[str, Module], facts: Mapping[str, ModuleFacts], finder: Finder, target: Target
    ) -> None:
        self.modules = modules
        self.facts = facts
        self.finder = finder
        self.target = target
        self._names: dict[str, Names] = {}
        self.walked: set[str] = set()
        """Modules whose imports were followed to see whether a package is half executed."""
        self.ordered: set[str] = set()
        """Modules of which the order of their statements was asked."""
        self._symbols: dict[tuple[str, str], Symbol | None] = {}
        self._mros: dict[tuple[str, str], tuple[Symbol, ...]] = {}
        self._open: set[tuple[str, str]] = set()
        """Classes whose bases are being looked at."""
        self._stars: dict[str, tuple[tuple[int, str, bool], ...]] = {}
        self._sources: dict[str, tuple[str | None, ...]] = {}

    def names(self, module: str) -> Names | None:
        """Return the namespace of a module, or None for a namespace package."""
        known = self._names.get(module)
        if known is None and module in self.facts:
            known = self._names[module] = Names(self.facts[module], self.target)
        return known

    def asked(self, module: str) -> frozenset[str]:
        """Return the names that a module was asked for, whether or not it has them."""
        known = self._names.get(module)
        return frozenset(known.bindings.asked) if known is not None else frozenset()

    def beside(self, modules: Mapping[str, Module], facts: Mapping[str, ModuleFacts]) -> "Resolver":
        """Return a resolver that knows other modules, too; what it asks of ours is noted here."""
        own = Resolver({**self.modules, **modules}, {**self.facts, **facts}, self.finder, self.target)
        own._names, own.walked, own.ordered = self._names, self.walked, self.ordered
        return own

    def with_facts(self, facts: Mapping[str, ModuleFacts]) -> "Resolver":
        """Return a resolver that knows other facts of some modules; the namespaces of the rest are shared."""
        other = Resolver(self.modules, {**self.facts, **facts}, self.finder, self.target)
        other._names = {name: names for name, names in self._names.items() if name not in facts}
        return other

    def absolute(self, importer: Module, item: Import) -> str | None:
        """Return the absolute module name an import asks for, or None past the top-level package."""
        return resolve_relative(importer.package, item.level, item.module) if item.level else item.module

    def holder(self, absolute: str, importer: Module) -> str | None:
        """Return the innermost first-party module above a module that is not found, or None."""
        around = parent(absolute)
        while around:
            nearest = self.finder.find(around, importer)
            if nearest is not None:
                return nearest
            around = parent(around)
        return None

    def is_open(self, name: str) -> bool:
        """Tell whether modules may stand below one that the tree does not show.

        Beside what `is_extended` says: a module that is no package may answer for `__path__` itself.
        """
        names = self.names(name)
        answers = names is not None and names.has_getattr and not self.modules[name].holds_modules
        return answers or self.is_extended(name)

    def is_extended(self, name: str) -> bool:
        """Tell whether others may put modules below one.

        Other distributions add to a namespace package, a package may change its `__path__`, and a module may
        put others into `sys.modules`.
        """
        if self.modules[name].kind is Kind.NAMESPACE or name in self.opened:
            return True
        names = self.names(name)
        return names is not None and "sys.modules" in names.facts.hazards

    @cached_property
    def opened(self) -> frozenset[str]:
        """The modules of which some module changes the `__path__`."""
        return frozenset(
            found
            for name, facts in self.facts.items()
            for path in facts.path_changes
            for found in self._owners(name, path)
        )

    def _owners(self, name: str, path: str) -> Iterator[str]:
        """Yield the modules that `package.__path__` means in a module, by its import statements alone."""
        owner, _, last = path.rpartition(".")
        if last != "__path__":
            return
        if not owner:
            yield name
        first, _, rest = owner.partition(".")
        module = self.modules[name]
        for item in self.facts[name].imports:
            absolute = self.absolute(module, item) if item.bound == first and first else None
            if absolute is not None:
                whole = ".".join(filter(None, (absolute, item.name, rest)))
                dotted = owner if item.name is None and item.alias is None else whole
                found = self.finder.find(dotted, module)
                yield from [found] if found is not None else []

    def submodule(self, package: str, name: str) -> str | None:
        """Return the module `package.name` if there is one."""
        module = self.modules[package]
        if not module.holds_modules:
            return None
        return self.finder.find(f"{module.importable_as}.{name}", module)

    def lookup(self, module: str, name: str) -> Symbol | None:
        """Resolve a simple name in a module's namespace through re-exports to what it is.

        Returns:
            The symbol, or None if the module binds no such name.
        """
        key = (module, name)
        if key not in self._symbols:
            self._symbols[key] = None  # a re-export that leads back to itself binds nothing
            self._symbols[key] = self._lookup(module, name)
        return self._symbols[key]

    def _lookup(self, module: str, name: str) -> Symbol | None:
        names = self.names(module)
        if names is not None:
            step = names.bindings.get(name)
            found = self._through_stars(module, names, name, 0 if step is None else step.line)
            if found is not None:
                return found
            if step is not None:
                return self._of_step(module, names, step)
        inner = self.submodule(module, name)
        if inner is not None:
            return Symbol("module", inner)
        if names is not None and name in names.type_only:
            return self.of_import(module, names.type_only[name])
        return None

    def _of_step(self, module: str, names: Names, step: Step) -> Symbol | None:
        if step.kind is StepKind.IMPORT:
            return self.of_import(module, names.facts.imports[step.index])
        if step.kind is StepKind.FUNCTION:
            return Symbol("function", module, step.name)
        if step.kind is StepKind.CLASS:
            return Symbol("class", module, step.name)
        if step.value and "(" not in step.value and step.value.partition(".")[0] != step.name:
            target = self.chain(module, step.value)
            if target is not None and target.kind in {"function", "class", "module"}:
                return target
        return Symbol("value", module, step.name)

    def _through_stars(self, module: str, names: Names, name: str, after: int) -> Symbol | None:
        """Resolve a name that a star import behind a line brings."""
        if name.startswith("__"):
            return None
        is_public, known = not name.startswith("_"), self._symbols
        for line, source, is_open in self._star_sources(module, names):
            if line < after:
                return None
            if (is_open and is_public) or self.star_exports(source, name):
                key = (source, name)
                found = known[key] if key in known else self.lookup(source, name)
                if found is not None:
                    return Symbol(found.kind, found.module, found.name, (source, *found.via))
        return None

    def _star_sources(self, module: str, names: Names) -> tuple[tuple[int, str, bool], ...]:
        """Return the star imports of a module, last first: line, source, whether that has no `__all__`."""
        if module not in self._stars:
            found = ((item.line, self.module_of(module, item)) for item in reversed(names.stars))
            self._stars[module] = tuple(
                (line, source, (inner := self.names(source)) is None or inner.facts.exports is None)
                for line, source in found
                if source is not None
            )
        return self._stars[module]

    def star_exports(self, module: str, name: str) -> bool:
        """Tell whether `from module import *` gives a name (if the module has it at all)."""
        names = self.names(module)
        if names is None or names.facts.exports is None:
            return not name.startswith("_")
        exports = names.facts.exports
        if name in exports.names or not exports.exact:
            return True
        return any(
            inner.kind == "module" and self.star_exports(inner.module, name)
            for inner in (self.chain(module, chain) for chain in exports.modules)
            if inner is not None
        )

    def module_of(self, importer: str, item: Import) -> str | None:
        """Return the first-party module an import statement names before `import`, or None."""
        module = self.modules[importer]
        absolute = self.absolute(module, item)
        return self.finder.find(absolute, module) if absolute else None

    def sources(self, importer: str) -> tuple[str | None, ...]:
        """Return what `module_of` gives for each import of a module, in the order of its facts."""
        if importer not in self._sources:
            module, find = self.modules[importer], self.finder.find
            absolute = (self.absolute(module, item) for item in self.facts[importer].imports)
            self._sources[importer] = tuple(find(name, module) if name else None for name in absolute)
        return self._sources[importer]

    def of_import(self, importer: str, item: Import) -> Symbol | None:
        """Resolve what an import binds."""
        module = self.modules[importer]
        absolute = self.absolute(module, item)
        if absolute is None:
            return None
        source = self.finder.find(absolute, module)
        if source is None:
            dotted = f"{absolute}.{item.name}" if item.name else absolute
            holder = self.holder(absolute, module)
            if holder is not None and not self.is_open(holder):
                return Symbol("missing", dotted)
            binds_top = item.name is None and item.alias is None and item.level == 0
            return Symbol("external", top_level(dotted) if binds_top else dotted)
        if item.name is None:
            binds_top = item.alias is None and "." in item.module and item.level == 0
            bound = self.finder.find(top_level(absolute), module) if binds_top else source
            return Symbol("module", bound) if bound is not None else None
        inner = self.submodule(source, item.name) if source == importer else None
        if inner is not None:  # `from . import x` in a package: its own binding is this statement
            return Symbol("module", inner)
        found = self.lookup(source, item.name)
        return Symbol(found.kind, found.module, found.name, (source, *found.via)) if found else None

    def chain(self, module: str, chain: str) -> Symbol | None:
        """Resolve a chain without calls (`a.b.C.method`) from a module's namespace."""
        first, *rest = chain.split(".")
        symbol = self.lookup(module, first)
        for link in rest:
            if symbol is None:
                return None
            symbol = self.attribute(symbol, link)
        return symbol

    def attribute(self, symbol: Symbol, name: str) -> Symbol | None:
        """Resolve an attribute of a module or class."""
        if symbol.kind == "module":
            return self.lookup(symbol.module, name)
        if symbol.kind == "class":
            return self.method(symbol, name)
        if symbol.kind == "external":
            return Symbol("external", f"{symbol.module}.{name}")
        return None

    def method(self, symbol: Symbol, name: str) -> Symbol | None:
        """Find an attribute of a class through its bases, depth first."""
        for owner in self.mro(symbol):
            names = self.names(owner.module)
            step = names.bindings.get(f"{owner.name}.{name}") if names is not None else None
            if names is not None and step is not None:
                return self._of_step(owner.module, names, step)
        return None

    def mro(self, symbol: Symbol) -> tuple[Symbol, ...]:
        """Return a class and its first-party bases, depth first, each once."""
        key = (symbol.module, symbol.name)
        known = self._mros.get(key)
        if known is not None:
            return known
        if key in self._open or len(self._open) >= _DEEPEST:
            return self._walked(symbol)
        self._open.add(key)
        found = {key: symbol} if symbol.kind == "class" else {}
        is_ring = False
        for base in self._bases(symbol) if found else ():
            above = self.mro(base)
            for owner in (base, *above[1:]) if above else ():
                is_ring = is_ring or (owner.module, owner.name) == key
                found.setdefault((owner.module, owner.name), owner)
        self._open.remove(key)
        self._mros[key] = self._walked(symbol) if is_ring else tuple(found.values())
        return self._mros[key]

    def _walked(self, symbol: Symbol) -> tuple[Symbol, ...]:
        """Return a class and its bases where one may stand above itself, or very many above each other."""
        seen: dict[tuple[str, str], Symbol] = {}
        stack = [symbol]
        while stack:
            current = stack.pop()
            key = (current.module, current.name)
            if key in seen or current.kind != "class":
                continue
            seen[key] = current
            stack.extend(reversed(self._bases(current)))
        return tuple(seen.values())

    def _bases(self, symbol: Symbol) -> list[Symbol]:
        """Return what the bases of a class are, as far as they are known."""
        found = (self.in_scope(symbol.module, symbol.name, base) for base in self._written_bases(symbol))
        return [base for base in found if base is not None]

    def _written_bases(self, symbol: Symbol) -> tuple[str, ...]:
        names = self.names(symbol.module)
        step = names.bindings.get(symbol.name) if names is not None else None
        if names is None or step is None or step.kind is not StepKind.CLASS:
            return ()
        return tuple(base for base in names.facts.classes[step.index].bases if base and "(" not in base)

    def in_scope(self, module: str, owner: str, chain: str) -> Symbol | None:
        """Resolve a chain as code inside a class body sees it: the enclosing classes' names first."""
        outer = owner.rpartition(".")[0]
        names = self.names(module)
        first = chain.partition(".")[0]
        while outer and names is not None:
            if f"{outer}.{first}" in names.bindings:
                symbol = self._of_step(module, names, names.bindings[f"{outer}.{first}"])
                for link in chain.split(".")[1:]:
                    symbol = self.attribute(symbol, link) if symbol is not None else None
                return symbol
            outer = outer.rpartition(".")[0]
        return self.chain(module, chain)


def graph_resolver(graph: Graph) -> Resolver:
    """Return a resolver over a graph's modules."""
    return Resolver(graph.modules, graph.facts, finder_of(graph), graph.target)
