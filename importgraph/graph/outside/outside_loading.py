"""What modules from outside load, as far as something reaches them."""

from collections.abc import Collection, Iterable, Iterator

from importgraph.environment.compiled_imports import COMPILED_IMPORTS
from importgraph.environment.finder import FileKind, Owner
from importgraph.environment.start_up import start_imports, start_modules
from importgraph.facts.model import Import
from importgraph.graph.dynamic import looped
from importgraph.graph.model import OutsideImport
from importgraph.graph.outside.outside import Outside
from importgraph.graph.outside.outside_calls import OutsideCalls
from importgraph.graph.outside.outside_imports import ImportTargets, Loads, items_of
from importgraph.graph.views import Arc
from importgraph.names import parent

MOST_MODULES = 12_000
"""How many modules from outside are read; what is beyond is left unread, and that is said."""
_ROUNDS = 20
"""A handler that runs may bring modules that fail, and so on; so often at most."""


class OutsideLoading:
    """Follows imports through an environment, with memory."""

    def __init__(self, outside: Outside, most: int = MOST_MODULES) -> None:
        self.outside = outside
        self.most = most
        self.targets = ImportTargets(outside.resolver)
        self.arcs: dict[str, tuple[Arc, ...]] = {}
        """By node from outside, what it loads."""
        self.failing: frozenset[str] = frozenset()
        """Nodes whose import fails, because something that they need is not installed."""
        self.unread: set[str] = set()
        """Nodes that were left unread because there are too many."""
        self._needs: dict[str, tuple[bool, frozenset[str]]] = {}
        self._tries: dict[str, frozenset[str]] = {}
        self._calls = OutsideCalls(outside)
        self._called: dict[str, tuple[Arc, ...]] = {}
        self.started: frozenset[str] = frozenset()
        """What the interpreter has loaded when it starts."""
        self._start_up()

    def _start_up(self) -> None:
        found = (self.outside.find(name) for name in start_imports(self.outside.environment))
        extra = [node for node in found if node is not None and node in self.outside.files]
        known = (self.outside.find(name) for name in start_modules(self.outside.environment))
        self.started = frozenset(node for node in known if node is not None)
        self.reach(extra)
        self.started |= self._below(extra)

    def _below(self, nodes: Iterable[str]) -> set[str]:
        seen = set(nodes)
        work = list(seen)
        while work:
            for arc in self.arcs.get(work.pop(), ()):
                if arc.target not in seen:
                    seen.add(arc.target)
                    work.append(arc.target)
        return seen

    def reach(self, nodes: Iterable[str]) -> None:
        """Follow what nodes load until nothing new is found, and settle which imports fail."""
        self._follow(nodes)
        for _ in range(_ROUNDS):
            failing = self._find_failing()
            changed = failing ^ self.failing
            if not changed:
                return
            self.failing = failing
            again = [node for node, tried in self._tries.items() if tried & changed or node in changed]
            for node in again:
                self.arcs[node] = (*self._arcs(node), *self._called.get(node, ()))
            self._follow(arc.target for node in again for arc in self.arcs[node])

    def _follow(self, nodes: Iterable[str]) -> None:
        wave = self._new(nodes)
        while wave:
            if len(self.arcs) + len(wave) > self.most:
                self.unread.update(wave)
                self.arcs.update((node, ()) for node in wave)
                return
            self.outside.read_ahead(wave)
            self.outside.read_ahead(self._firsts(wave))
            for node in wave:
                try:
                    self.arcs[node] = self._arcs(node)
                except RecursionError:  # names passed on through hundreds of modules
                    self.unread.add(node)
                    self.arcs[node] = ()
            wave = self._new(arc.target for node in wave for arc in self.arcs[node])

    def _new(self, nodes: Iterable[str]) -> list[str]:
        known = self.arcs
        return [n for n in dict.fromkeys(nodes) if n not in known and n in self.outside.files]

    def _firsts(self, wave: Collection[str]) -> list[str]:
        """Return the modules that imports of a wave name first; they are read together."""
        found: dict[str, None] = {}
        for node in wave:
            for item in self._items(node):
                first = self.targets.first(self.outside.modules[node], item)
                if first is not None:
                    found[first] = None
        return list(found)

    def _items(self, node: str) -> Iterator[Import]:
        names = self.outside.resolver.names(node)
        if names is not None and node not in self.started:
            yield from (item for item in items_of(names.facts) if names.active(item.when))

    def _arcs(self, node: str) -> tuple[Arc, ...]:
        """Return what a module from outside loads, up to the first import that fails; note what it needs."""
        module = self.outside.modules[node]
        above = self.outside.find(parent(module.importable_as)) if "." in module.importable_as else None
        arcs = [Arc(node, above, None)] if above is not None and above != node else []
        needed: set[str] = set()
        tried: set[str] = set()
        lacking = stopped = False
        for item, loads in self.running(node, self._items(node)):
            fails = self.fails(loads)
            required = item.tried < 0 and not item.conditional
            if required:
                needed.update(loads.targets)
                lacking = lacking or loads.missing
            else:
                tried.update(loads.targets)
            if stopped or (item.conditional and fails):
                continue  # a branch whose import fails is not the one that is taken
            cause = OutsideImport(module.path, item.line, item.conditional)
            sure = not item.conditional
            arcs += [Arc(node, target, cause, sure) for target in loads.targets if target != node]
            stopped = required and fails
        if not stopped:
            arcs += self._looped(node)
        if self.outside.files[node].kind is FileKind.COMPILED:
            arcs = [] if lacking else arcs  # the text beside it is another implementation, not its source
            lacking, needed = False, set()
        self._needs[node] = lacking, frozenset(needed)
        self._tries[node] = frozenset(tried)
        return tuple(arcs)

    def _looped(self, node: str) -> Iterator[Arc]:
        """Yield what a loop over known names imports, and what is known of a compiled module."""
        file, module = self.outside.files[node], self.outside.modules[node]
        if file.readable:
            if node in self.started:
                return
            for dynamic in self.outside.resolver.facts[node].dynamic:
                if dynamic.function < 0:
                    cause = OutsideImport(module.path, dynamic.line, conditional=False)
                    for target in looped(self.outside.resolver, node, dynamic):
                        yield Arc(node, target, cause)
        elif file.owner is Owner.STANDARD:
            for name in COMPILED_IMPORTS.get(file.name, ()):
                found = self.outside.find(name)
                if found is not None:
                    yield Arc(node, found, None)

    def finish(self, nodes: Iterable[str] = ()) -> None:
        """Follow the calls that bodies make while they are imported into functions that import.

        Args:
            nodes: Modules of the tree whose bodies may call functions from outside.
        """
        work = [*nodes, *self.arcs]
        while work:
            added: list[str] = []
            for node in work:
                if node in self._called or node in self.started:
                    continue
                found = self._called[node] = self._called_by(node)
                if found:
                    self.arcs[node] = (*self.arcs.get(node, ()), *found)
                    added += [arc.target for arc in found]
            before = set(self.arcs)
            self.reach(added)
            work = [node for node in self.arcs if node not in before]

    def _called_by(self, node: str) -> tuple[Arc, ...]:
        known = {arc.target for arc in self.arcs.get(node, ())} | {node}
        arcs: list[Arc] = []
        for module, items in self._calls.imports(node):
            for item, loads in self.running(module, items):
                cause = OutsideImport(self.outside.modules[module].path, item.line, conditional=False)
                for target in loads.targets:
                    if target not in known:
                        known.add(target)
                        arcs.append(Arc(node, target, cause))
        return tuple(arcs)

    def running(self, node: str, items: Iterable[Import]) -> Iterator[tuple[Import, Loads]]:
        """Yield the imports of a body that run: after one that fails in a `try`, its handler's.

        Args:
            node: The module the body is of.
            items: The imports in the order of the text.
        """
        module = self.outside.modules[node]
        failed: set[int] = set()
        for item in items:
            if item.handles >= 0 and item.handles not in failed:
                continue
            if item.tried >= 0 and item.tried in failed:
                continue
            loads = self.targets.of(module, item)
            yield item, loads
            if item.tried >= 0 and self.fails(loads):
                failed.add(item.tried)

    def fails(self, loads: Loads) -> bool:
        """Tell whether an import fails, as far as is known by now."""
        return loads.missing or any(target in self.failing for target in loads.targets)

    def _find_failing(self) -> frozenset[str]:
        users: dict[str, list[str]] = {}
        for node, (_, needed) in self._needs.items():
            for target in needed:
                users.setdefault(target, []).append(node)
        work = [node for node, (lacking, _) in self._needs.items() if lacking]
        failing = set(work)
        while work:
            for user in users.get(work.pop(), ()):
                if user not in failing:
                    failing.add(user)
                    work.append(user)
        return frozenset(failing)
