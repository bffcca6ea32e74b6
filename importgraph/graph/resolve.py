"""Resolve names: from what a statement says to the module, and through re-exports to the definition."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from importgraph.facts.model import Condition, Flow, Guard, Import, ModuleFacts, Scope, Step, StepKind
from importgraph.graph.model import Kind, Module, Target
from importgraph.names import resolve_relative, top_level


class Finder:
    """Finds modules by the name a statement uses, in `sys.path` order: the importer's own root first."""

    def __init__(self, modules: Mapping[str, Module], roots: Sequence[str]) -> None:
        self.modules = modules
        self._by_path = {m.path: m.name for m in modules.values() if m.path.endswith(".py")}
        self._extensions = {m.name for m in modules.values() if m.kind is Kind.EXTENSION}
        self._folders = {f for path in self._by_path for f in _folders(path)}
        self._public = [root for root in roots if _is_public(root, modules)]
        self._known: dict[tuple[str, str], str | None] = {}

    def find(self, name: str, importer: Module) -> str | None:
        """Return the name of the first-party module that an absolute name means to an importer, or None."""
        key = (importer.root, name)
        if key not in self._known:
            self._known[key] = self._search(name, importer.root)
        return self._known[key]

    def _search(self, name: str, own: str) -> str | None:
        shadowed = top_level(name) in sys.stdlib_module_names
        roots = [own, *(root for root in self._public if root != own and not shadowed)]
        portion = None
        for root in roots:
            path = name.replace(".", "/")
            path = f"{root}/{path}" if root else path
            for candidate in (f"{path}/__init__.py", f"{path}.py"):
                if candidate in self._by_path:
                    return self._by_path[candidate]
            if name in self._extensions:
                return name
            if path in self._folders and name in self.modules and portion is None:
                portion = name
        return portion

    def owns(self, name: str, importer: Module) -> bool:
        """Tell whether the top-level package of a name is ours, so that what is not found is missing."""
        return self.find(top_level(name), importer) is not None


def _folders(path: str) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


_PRIVATE_FOLDERS = {
    "docs",
    "doc",
    "examples",
    "example",
    "samples",
    "demo",
    "demos",
    "scripts",
    "tests",
    "test",
    "benchmarks",
}
"""A root below one of these serves the code below it alone: nobody else means `examples/pydantic/`."""


def _is_public(root: str, modules: Mapping[str, Module]) -> bool:
    """Tell whether code outside a root may import from it."""
    if root == "":
        return True
    if _PRIVATE_FOLDERS & set(root.split("/")):
        return False
    return any(
        m.root == root and m.kind in {Kind.PACKAGE, Kind.NAMESPACE, Kind.MODULE} for m in modules.values()
    )


def holds(condition: Condition, target: Target) -> bool:
    """Decide a version or platform test for a target."""
    if condition.subject in {"environment", "never"}:
        verdict = False  # variables that switch something on are taken as not set
    elif condition.subject.startswith("version"):
        verdict = _version_holds(condition, target.version)
    else:
        system = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}.get(
            target.platform, target.platform
        )
        actual = {
            "platform": target.platform,
            "os": "nt" if target.platform == "win32" else "posix",
            "system": system,
            "implementation": target.implementation,
        }[condition.subject]
        verdict = _text_holds(condition.operator, actual, condition.value.split("|"))
    return verdict != condition.negated


def _version_holds(condition: Condition, version: tuple[int, ...]) -> bool:
    value = tuple(int(part) for part in condition.value.split("."))
    count = int(condition.subject[9:-1]) if condition.subject != "version" else 0
    actual = version[:count] if count else (*version, 99)
    match condition.operator:
        case ">=":
            return actual >= value
        case ">":
            return actual > value
        case "<=":
            return actual <= value
        case "<":
            return actual < value
        case "==":
            return actual[: len(value)] == value
        case _:
            return actual[: len(value)] != value


def _text_holds(operator: str, actual: str, values: list[str]) -> bool:
    actual, values = actual.lower(), [value.lower() for value in values]
    match operator:
        case "startswith":
            return actual.startswith(tuple(values))
        case "==" | "in":
            return actual in values
        case _:
            return actual not in values


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a dotted name turned out to be."""

    kind: str
    """`module`, `function`, `class`, `value`, `external` or `missing`."""
    module: str
    """Where it is defined; for an external or missing one, its dotted name."""
    name: str = ""
    """Qualified name in that module; empty for a module."""
    via: tuple[str, ...] = ()
    """The modules that pass it on, from the one asked to the one before the definition."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One statement that gives a name a meaning."""

    step: Step
    name: str


class Names:
    """The namespace of one module at the end of its import, for one target."""

    def __init__(self, facts: ModuleFacts, target: Target) -> None:
        self.facts = facts
        self._active = [holds(condition, target) for condition in facts.conditions]

    def active(self, when: tuple[int, ...]) -> bool:
        """Tell whether all the conditions hold for the target."""
        return not when or all(self._active[index] for index in when)

    @cached_property
    def bindings(self) -> dict[str, Step]:
        """By name (methods and attributes as `Class.name`), the step that decides what it is.

        A binding in an `except` block counts only where there is no other; later bindings win over earlier
        ones.
        """
        found: dict[str, Step] = {}
        for step in self.facts.body:
            binds = step.kind in {StepKind.IMPORT, StepKind.FUNCTION, StepKind.CLASS, StepKind.BIND}
            if not binds or not step.name or not self.active(step.when):
                continue
            weak = step.flow & (Flow.HANDLER | Flow.DEAD)
            if step.name in found and (weak or (step.kind is StepKind.BIND and not step.value)):
                continue
            found[step.name] = step
        return found

    @cached_property
    def stars(self) -> tuple[Import, ...]:
        """The star imports that run, in order."""
        steps = (s for s in self.facts.body if s.kind is StepKind.IMPORT and self.active(s.when))
        imports = (self.facts.imports[s.index] for s in steps)
        return tuple(i for i in imports if i.name == "*" and i.scope is Scope.MODULE)

    @cached_property
    def type_only(self) -> dict[str, Import]:
        """Names bound under TYPE_CHECKING alone."""
        return {i.bound: i for i in self.facts.imports if Guard.TYPE_CHECKING in i.guards and i.bound}

    @cached_property
    def has_getattr(self) -> bool:
        """Tell whether the module answers for names it does not bind (PEP 562)."""
        return "__getattr__" in self.bindings


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
        self._symbols: dict[tuple[str, str], Symbol | None] = {}
        self._mros: dict[tuple[str, str], tuple[Symbol, ...]] = {}

    def names(self, module: str) -> Names | None:
        """Return the namespace of a module, or None for a namespace package."""
        if module not in self.facts:
            return None
        if module not in self._names:
            self._names[module] = Names(self.facts[module], self.target)
        return self._names[module]

    def absolute(self, importer: Module, item: Import) -> str | None:
        """Return the absolute module name an import asks for, or None past the top-level package."""
        return resolve_relative(importer.package, item.level, item.module)

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
            if step is not None:
                return self._of_step(module, names, step)
            found = self._through_stars(module, names, name)
            if found is not None:
                return found
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

    def _through_stars(self, module: str, names: Names, name: str) -> Symbol | None:
        if name.startswith("__"):
            return None
        for item in reversed(names.stars):
            source = self.module_of(module, item)
            if source is not None and self.star_exports(source, name):
                found = self.lookup(source, name)
                if found is not None:
                    return Symbol(found.kind, found.module, found.name, (source, *found.via))
        return None

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

    def of_import(self, importer: str, item: Import) -> Symbol | None:
        """Resolve what an import binds."""
        module = self.modules[importer]
        absolute = self.absolute(module, item)
        if absolute is None:
            return None
        source = self.finder.find(absolute, module)
        if source is None:
            dotted = f"{absolute}.{item.name}" if item.name else absolute
            return Symbol("missing" if self.finder.owns(absolute, module) else "external", dotted)
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
        known = (symbol.module, symbol.name)
        if known not in self._mros:
            self._mros[known] = self._mro(symbol)
        return self._mros[known]

    def _mro(self, symbol: Symbol) -> tuple[Symbol, ...]:
        seen: dict[tuple[str, str], Symbol] = {}
        stack = [symbol]
        while stack:
            current = stack.pop()
            key = (current.module, current.name)
            if key in seen or current.kind != "class":
                continue
            seen[key] = current
            bases = (self.in_scope(current.module, current.name, base) for base in self._bases(current))
            stack.extend(base for base in reversed(list(bases)) if base is not None)
        return tuple(seen.values())

    def _bases(self, symbol: Symbol) -> tuple[str, ...]:
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
