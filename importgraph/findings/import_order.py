"""Which modules fail when imported first: simulate the order of statements and the names bound so far.

A cycle crashes when a module takes a name from another that is still being executed and has not bound it yet. The rules
are those of `importlib._bootstrap._handle_fromlist` and of IMPORT_FROM in CPython's `ceval.c`, which falls back on
`sys.modules` for a submodule.
"""

import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from importgraph.facts.model import Flow, Guard, Import, Origin, Scope, Step, StepKind
from importgraph.graph.calls import CallFinder, Place
from importgraph.graph.model import Graph, ImportEdge
from importgraph.graph.resolve import Resolver
from importgraph.names import ancestors, parent

_LOADING, _LOADED = 1, 2
_DEPTH = 60
"""How deep calls at import are followed."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why importing a module first fails."""

    kind: str
    """The exception: ImportError, AttributeError, NameError or ModuleNotFoundError."""
    message: str
    module: str
    """The module whose statement fails."""
    path: str
    line: int
    circular: bool
    """True where it fails because a module of the chain is only half executed."""
    chain: tuple[str, ...]
    """The modules being executed, from the first import to the failing one."""


class _FailedImportError(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Simulation:
    """A make-believe interpreter: modules are absent, loading or loaded, and bind names as their steps run."""

    def __init__(self, graph: Graph, resolver: Resolver) -> None:
        self.graph = graph
        self.resolver = resolver
        self.calls = CallFinder(resolver)
        self.edges: dict[tuple[str, int], ImportEdge] = {(e.importer, e.index): e for e in graph.imports if e.index >= 0}
        self.state: dict[str, int] = {}
        self.bound: dict[str, set[str]] = {}
        self.stack: list[str] = []
        self._ran: set[Place] = set()
        self._depth = 0

    # -- one import -----------------------------------------------------------------------------

    def fork(self) -> "Simulation":
        """Return a simulation that goes on from here without changing this one."""
        other = object.__new__(Simulation)
        other.__dict__.update(self.__dict__)
        other.state = dict(self.state)
        other.bound = {**self.bound}
        other.stack = list(self.stack)
        other._ran = set(self._ran)
        return other

    def load(self, name: str) -> None:
        """Import a module and the packages around it.

        Raises:
            _FailedImportError: If a statement on the way fails; the modules it interrupted are absent again.
        """
        for package in (*ancestors(name), name):
            if package in self.graph.modules and package not in self.state:
                self._execute(package)

    def _execute(self, name: str) -> None:
        self.state[name] = _LOADING
        self.bound[name] = set()
        self.stack.append(name)
        names = self.resolver.names(name)
        try:
            if names is not None:
                self._run(name, Place(name), names.facts.body)
        except _FailedImportError:
            del self.state[name]
            raise
        finally:
            self.stack.pop()
        self.state[name] = _LOADED

    # -- steps ----------------------------------------------------------------------------------

    def _run(self, module: str, place: Place, body: Iterable[Step]) -> None:
        names = self.resolver.names(module)
        if names is None:
            return
        for step in body:
            if step.flow & (Flow.DEAD | Flow.HANDLER) and step.kind in {StepKind.IMPORT, StepKind.CALL, StepKind.USE}:
                continue
            if not names.active(step.when):
                continue
            try:
                self._step(module, place, step)
            except _FailedImportError as error:
                if not _is_caught(error.failure, step.flow):
                    raise

    def _step(self, module: str, place: Place, step: Step) -> None:
        if step.kind is StepKind.IMPORT:
            self._import(module, place, self.resolver.facts[module].imports[step.index], step)
        elif step.kind in {StepKind.FUNCTION, StepKind.CLASS, StepKind.BIND}:
            if step.kind is StepKind.CLASS and place.function < 0:
                self._called(place, step)
            if place.function < 0:
                self.bound[module].add(step.name)
        elif step.kind is StepKind.DELETE:
            self.bound[module].discard(step.name)
        elif step.kind in {StepKind.USE, StepKind.CALL}:
            if not step.flow & Flow.ANNOTATION or self.graph.target.version < (3, 14):
                self._use(module, place, step)
            if step.kind is StepKind.CALL:
                self._called(place, step)

    def _called(self, place: Place, step: Step) -> None:
        for callee in self.calls.run_by(place, step):
            if callee in self._ran or self._depth > _DEPTH or self.state.get(callee.module) is None:
                continue
            self._ran.add(callee)
            self._depth += 1
            try:
                body = self.resolver.facts[callee.module].functions[callee.function].body
                self._run(callee.module, callee, (s for s in body if not s.flow & Flow.CONDITIONAL))
            except _FailedImportError:
                self._ran.discard(callee)
                raise
            finally:
                self._depth -= 1

    def _import(self, module: str, place: Place, item: Import, step: Step) -> None:
        edge = self.edges.get((module, step.index))
        if edge is None or edge.external or edge.lazy or edge.fallback or item.origin is Origin.MOCK:
            self._bind(module, place, item.bound)
            return
        absolute = self.resolver.absolute(self.graph.modules[module], item)
        source = self.resolver.finder.find(absolute, self.graph.modules[module]) if absolute else None
        if source is None:
            self._fail("ModuleNotFoundError", f"No module named '{absolute or item.module}'", module, step, circular=False)
            return
        self.load(source)
        if item.name == "*":
            self._star(module, source)
        elif item.name is not None:
            self._take(module, source, item.name, step)
        self._bind(module, place, item.bound)

    def _bind(self, module: str, place: Place, name: str) -> None:
        if name and place.function < 0:
            self.bound[module].add(name)

    def _star(self, module: str, source: str) -> None:
        for name in list(self.bound.get(source, ())):
            if "." not in name and self.resolver.star_exports(source, name):
                self.bound[module].add(name)

    def _take(self, module: str, source: str, name: str, step: Step) -> None:
        """Take a name from a module as `from source import name` does."""
        if name in self.bound.get(source, ()):
            return
        inner = self.resolver.submodule(source, name)
        if inner is not None:
            self.load(inner)
            return
        if self._appears(source, name):
            if self.state.get(source) == _LOADING:
                message = f"cannot import name '{name}' from partially initialized module '{source}'"
                self._fail("ImportError", message, module, step, circular=True)
            return
        edge = self.edges.get((module, step.index))
        if edge is not None and edge.missing:
            self._fail("ImportError", f"cannot import name '{name}' from '{source}'", module, step, circular=False)

    def _appears(self, source: str, name: str) -> bool:
        """Tell whether a module binds a name by the end of its import, as far as text shows."""
        names = self.resolver.names(source)
        if names is None or names.has_getattr:
            return False
        return name in names.bindings or self._is_from_star(source, name)

    def _is_from_star(self, source: str, name: str) -> bool:
        names = self.resolver.names(source)
        if names is None or not names.stars:
            return False
        return self.resolver.lookup(source, name) is not None

    def _use(self, module: str, place: Place, step: Step) -> None:
        """Check that what a chain reads is there: a global name, then attributes of half-executed modules."""
        links = step.name.partition("(")[0].split(".")
        if place.function >= 0 and self._is_local(place, links[0]):
            return
        if links[0] not in self.bound[module]:
            self._unbound(module, links[0], step)
            return
        current = self.resolver.lookup(module, links[0])
        for link in links[1:]:
            if current is None or current.kind != "module":
                return
            owner = current.module
            if self.state.get(owner) != _LOADED and not self._has(owner, link) and self._appears(owner, link):
                message = f"partially initialized module '{owner}' has no attribute '{link}'"
                self._fail("AttributeError", message, module, step, circular=True)
                return
            inner = self.resolver.submodule(owner, link)
            if inner is not None and link not in self.bound.get(owner, ()) and self.state.get(inner) == _LOADING:
                message = f"partially initialized module '{owner}' has no attribute '{link}'"
                self._fail("AttributeError", message, module, step, circular=True)
                return
            current = self.resolver.attribute(current, link)

    def _has(self, module: str, name: str) -> bool:
        if name in self.bound.get(module, ()):
            return True
        inner = self.resolver.submodule(module, name)
        return inner is not None and self.state.get(inner) == _LOADED

    def _is_local(self, place: Place, name: str) -> bool:
        function = self.resolver.facts[place.module].functions[place.function]
        if name in function.parameters:
            return True
        return any(step.name.rpartition(".")[2] == name for step in function.body if step.kind is not StepKind.CALL)

    def _unbound(self, module: str, name: str, step: Step) -> None:
        """Fail for a global that a star import from a half-executed module did not bring, or that comes later."""
        if hasattr(builtins, name) or name.startswith("__"):
            return
        names = self.resolver.names(module)
        if names is None or name in names.bindings or not self._is_from_star(module, name):
            return
        self._fail("NameError", f"name '{name}' is not defined", module, step, circular=True)

    def _fail(self, kind: str, message: str, module: str, step: Step, *, circular: bool) -> None:
        path = self.graph.modules[module].path
        raise _FailedImportError(Failure(kind, message, module, path, step.line, circular, tuple(self.stack)))


def _is_caught(failure: Failure, flow: int) -> bool:
    if failure.kind in {"ImportError", "ModuleNotFoundError"}:
        return bool(flow & Flow.CATCHES_IMPORT)
    return failure.kind == "AttributeError" and bool(flow & Flow.CATCHES_ATTRIBUTE)


def first_import_failures(graph: Graph, resolver: Resolver, modules: Iterable[str]) -> dict[str, Failure]:
    """Return for each of the given modules why it fails when imported first in a fresh interpreter.

    Modules that do not fail are left out. All modules below one package share the simulation of that package.
    """
    found: dict[str, Failure] = {}
    bases: dict[str, Simulation | Failure] = {}
    start = Simulation(graph, resolver)
    for name in sorted(modules):
        package = parent(name)
        if package not in bases:
            bases[package] = _after(start, package)
        base = bases[package]
        if isinstance(base, Failure):
            found[name] = base
            continue
        outcome = _after(base, name)
        if isinstance(outcome, Failure):
            found[name] = outcome
    return found


def _after(base: Simulation, name: str) -> Simulation | Failure:
    if not name or name in base.state:
        return base
    simulation = base.fork()
    try:
        simulation.load(name)
    except _FailedImportError as error:
        return error.failure
    except RecursionError:
        return base
    return simulation
