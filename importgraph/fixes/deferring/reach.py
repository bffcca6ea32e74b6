"""What code may run while modules are imported: more than the graph says, to be sure that a promise is whole.

The graph follows what text shows to be called. Here conditional calls count too, and a call through `self`
or `cls` may reach the method of any class below. Arithmetic with first-party values at module level may
reach anything.
"""

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from importgraph.facts.model import Flow, Function, Guard, Origin, StepKind
from importgraph.fixes.texts.parsed import parsed
from importgraph.graph.calls import CallFinder, Place
from importgraph.graph.model import ImportEdge
from importgraph.graph.resolve import Symbol
from importgraph.graph.views import loaded_by
from importgraph.snapshot import Snapshot

_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.MatMult, ast.FloorDiv)


@dataclass(frozen=True)
class Reach:
    """Code that may run, over one tree."""

    snapshot: Snapshot

    @cached_property
    def _finder(self) -> CallFinder:
        return CallFinder(self.snapshot.resolver)

    @cached_property
    def _below(self) -> Mapping[tuple[str, str], tuple[Symbol, ...]]:
        """By class, the classes that inherit from it."""
        found: dict[tuple[str, str], list[Symbol]] = defaultdict(list)
        for module, facts in self.snapshot.graph.facts.items():
            for item in facts.classes:
                symbol = Symbol("class", module, item.qualname)
                for base in self.snapshot.resolver.mro(symbol)[1:]:
                    found[base.module, base.name].append(symbol)
        return {key: tuple(symbols) for key, symbols in found.items()}

    @cached_property
    def _functions(self) -> Mapping[tuple[str, str], Place]:
        facts = self.snapshot.graph.facts
        return {(m, f.qualname): Place(m, i) for m in facts for i, f in enumerate(facts[m].functions)}

    @cached_property
    def _next(self) -> dict[Place, tuple[Place, ...]]:
        return {}

    def _following(self, place: Place) -> tuple[Place, ...]:
        if place not in self._next:
            self._next[place] = tuple(dict.fromkeys(self._callees(place)))
        return self._next[place]

    def _callees(self, place: Place) -> Iterator[Place]:
        facts = self.snapshot.graph.facts[place.module]
        for step in facts.body if place.function < 0 else facts.functions[place.function].body:
            if step.flow & (Flow.DEAD | Flow.HANDLER):
                continue
            yield from self._finder.run_by(place, step)
            if step.kind is StepKind.CALL and place.function >= 0:
                yield from self._overridden(place.module, facts.functions[place.function], step.name)

    def _overridden(self, module: str, function: Function, chain: str) -> Iterator[Place]:
        """Yield what `self.name()` and `cls.name()` may run: methods of that name in classes below."""
        owner = function.qualname.rpartition(".")[0]
        root, _, name = chain.partition(".")
        if owner and function.parameters and root == function.parameters[0]:
            for symbol in self._below.get((module, owner), ()):
                if (symbol.module, f"{symbol.name}.{name}") in self._functions:
                    yield self._functions[symbol.module, f"{symbol.name}.{name}"]

    def places(self, modules: Iterable[str], loaded: Collection[str]) -> frozenset[Place]:
        """Return the bodies and functions that may run while modules are imported, in loaded modules."""
        work = [Place(name) for name in modules if name in self.snapshot.graph.facts]
        seen: set[Place] = set(work)
        while work:
            for callee in self._following(work.pop()):
                if callee not in seen and callee.module in loaded:
                    seen.add(callee)
                    work.append(callee)
        return frozenset(seen)

    @cached_property
    def _inner(self) -> Mapping[Place, tuple[ImportEdge, ...]]:
        found: dict[Place, list[ImportEdge]] = defaultdict(list)
        for edge in self.snapshot.graph.imports:
            runs = (
                edge.active and not edge.external and not edge.lazy and Guard.TYPE_CHECKING not in edge.guards
            )
            if edge.function >= 0 and runs and edge.origin is not Origin.MOCK:
                found[Place(edge.importer, edge.function)].append(edge)
        return {place: tuple(edges) for place, edges in found.items()}

    def may_load_more(self, removed: Collection[str], before: Collection[str]) -> str:
        """Say what else might no longer be loaded besides what the graph says; empty if nothing."""
        for name in sorted(removed):
            line = self._computes(name)
            if line:
                return f"`{name}` computes with values of the program on line {line}"
        for place in sorted(self.places(removed, before), key=lambda place: (place.module, place.function)):
            for edge in self._inner.get(place, ()):
                if loaded_by(edge) not in before:
                    return f"`{edge.path}:{edge.line}` may load `{loaded_by(edge)}` on the way"
        return ""

    @cached_property
    def _lines(self) -> dict[str, int]:
        return {}

    def _computes(self, module: str) -> int:
        """Return the first line of module-level arithmetic with first-party values, 0 for none."""
        facts = self.snapshot.graph.facts.get(module)
        if facts is None:
            return 0
        if module not in self._lines:
            path = self.snapshot.graph.modules[module].path
            tree = parsed(self.snapshot.read_text(path)).tree
            self._lines[module] = next(self._arithmetic(module, tree), 0)
        return self._lines[module]

    def _arithmetic(self, module: str, tree: ast.Module) -> Iterator[int]:
        stack: list[ast.AST] = list(reversed(tree.body))
        while stack:
            node = stack.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
                continue
            if (
                isinstance(node, ast.BinOp)
                and isinstance(node.op, _ARITHMETIC)
                and self._of_program(module, node)
            ):
                yield node.lineno
            stack.extend(ast.iter_child_nodes(node))

    def _of_program(self, module: str, node: ast.BinOp) -> bool:
        """Tell whether an operand is an instance that the program makes."""
        for side in (node.left, node.right):
            inner = side.func if isinstance(side, ast.Call) else side
            if isinstance(inner, ast.Name):
                symbol = self.snapshot.resolver.lookup(module, inner.id)
                if symbol is not None and (symbol.kind == "class" or self._is_foreign(symbol, module)):
                    return True
        return False

    def _is_foreign(self, symbol: Symbol, module: str) -> bool:
        """Tell whether a symbol is a value of another module, and not a list of names or a literal."""
        if symbol.kind != "value" or symbol.module == module:
            return False
        constants = {name for name, _ in self.snapshot.graph.facts[symbol.module].strings}
        return symbol.name != "__all__" and symbol.name not in constants
