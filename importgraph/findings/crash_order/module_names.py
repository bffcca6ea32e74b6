"""What text says about the names of a module: which appear by the end, and where text cannot tell."""

from importgraph.facts.model import Flow, Import
from importgraph.graph.dynamic import lazy_table
from importgraph.graph.model import Graph
from importgraph.graph.resolve import Resolver

_COMPUTED = {"globals", "vars", "locals", "exec", "sys.modules"}


class ModuleNames:
    """Answers from facts, with memory."""

    def __init__(self, graph: Graph, resolver: Resolver) -> None:
        self.graph = graph
        self.resolver = resolver
        self._open: dict[tuple[str, str], bool] = {}
        self._lazy: dict[str, dict[str, str]] = {}

    def is_package(self, module: str) -> bool:
        """Tell whether a module has a `__path__`."""
        return self.graph.modules[module].holds_modules

    def answered_by(self, module: str, name: str) -> str | None:
        """Return the module that the `__getattr__` of a module imports for a name, by its literal table."""
        if module not in self._lazy:
            self._lazy[module] = dict(lazy_table(self.resolver, module))
        return self._lazy[module].get(name)

    def appears(self, module: str, name: str) -> bool:
        """Tell whether a module binds a name by the end of its import, as far as text shows."""
        names = self.resolver.names(module)
        return names is not None and (name in names.bindings or self.is_from_star(module, name))

    def is_from_star(self, module: str, name: str) -> bool:
        """Tell whether a name comes through a star import of ours."""
        names = self.resolver.names(module)
        if names is None or not names.stars or name in names.bindings:
            return False
        found = self.resolver.lookup(module, name)
        return found is not None and bool(found.via)

    def is_open(self, module: str, name: str) -> bool:
        """Tell whether a module may get a name in a way that no step shows."""
        key = (module, name)
        if key not in self._open:
            self._open[key] = self._is_open(module, name)
        return self._open[key]

    def _is_open(self, module: str, name: str) -> bool:
        names = self.resolver.names(module)
        if names is None:
            return self.graph.modules[module].is_opaque or self.resolver.is_extended(module)
        if self.graph.modules[module].broken or (name.startswith("__") and name.endswith("__")):
            return True
        if set(names.facts.hazards) & {*_COMPUTED, f"global {name}"} or self.resolver.is_extended(module):
            return True
        if any(step.name == name and step.flow & (Flow.HANDLER | Flow.DEAD) for step in names.facts.body):
            return True
        return any(self._is_open_star(module, item, name) for item in names.stars)

    def _is_open_star(self, module: str, item: Import, name: str) -> bool:
        source = self.resolver.module_of(module, item)
        if source is None:
            return True
        self._open.setdefault((module, name), False)  # a ring of star imports brings nothing
        return self.is_open(source, name)

    def exported(self, module: str) -> tuple[str, ...] | None:
        """Return what `__all__` lists, or None where a part of it is computed."""
        names = self.resolver.names(module)
        exports = names.facts.exports if names is not None else None
        if exports is None or not exports.exact:
            return None
        found = list(exports.names)
        for chain in exports.modules:
            inner = self.resolver.chain(module, chain)
            more = self.exported(inner.module) if inner is not None and inner.kind == "module" else None
            if more is None or inner is None or inner.module == module:
                return None
            found += more
        return tuple(found)
