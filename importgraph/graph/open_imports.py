"""Where code that runs at import imports what no text names: what is loaded besides is not known."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from importgraph.facts.model import Dynamic, Flow, Origin, StepKind
from importgraph.graph import calls
from importgraph.graph.calls import function_node
from importgraph.graph.dynamic import names_of
from importgraph.graph.model import Graph
from importgraph.graph.resolve import Resolver
from importgraph.names import top_level

Place = tuple[str, int]
"""A path and a line."""


@dataclass(frozen=True)
class OpenImports:
    """The imports of a tree whose names are computed and that evaluation did not find."""

    graph: Graph
    resolver: Resolver

    def run_by(self, nodes: Collection[str]) -> tuple[Place, ...]:
        """Return where some nodes of a view that run at import import computed names, sorted.

        A function that does so counts where text shows that a body calls it, directly or through others, and
        where a body calls its name as an attribute (`app.load_plugins()`), whatever stands before the dot:
        text often does not show what that is.

        Args:
            nodes: Modules and functions, all that run.
        """
        facts = self.graph.facts
        modules = sorted({node.partition(":")[0] for node in nodes}.intersection(facts))
        found = [(name, one) for name in modules for one in facts[name].dynamic]
        found = [(name, one) for name, one in found if not self._is_known(name, one, nodes)]
        if not found:
            return ()
        running = {_base(node) for node in nodes}
        if any(one.function >= 0 for _, one in found):
            running.update(self._functions_run(modules))
            running.update(name for module in modules for name in self._called_attributes(module))
        open_ = [one for one in found if not running.isdisjoint(self._names(*one))]
        return tuple(sorted({self._line(*one) for one in open_}))

    def _is_known(self, module: str, found: Dynamic, nodes: Collection[str]) -> bool:
        """Tell whether all that an import loads is among some nodes: evaluation or text shows its names."""
        if self._line(module, found) in self._followed:
            return True
        names = names_of(self.resolver, module, found)
        return bool(names) and all(name in nodes or top_level(name) in nodes for name in names)

    def _names(self, module: str, found: Dynamic) -> tuple[str, ...]:
        """Return the names under which what holds an import runs: its node, and that of an attribute."""
        if found.function < 0:
            return (module,)
        name = self.graph.facts[module].functions[found.function].qualname
        return _base(function_node(module, name)), f".{name.rpartition('.')[2]}"

    def _line(self, module: str, found: Dynamic) -> Place:
        return self.graph.modules[module].path, found.line

    @cached_property
    def _followed(self) -> frozenset[Place]:
        """Where evaluation found what is imported."""
        edges = self.graph.imports
        return frozenset((edge.path, edge.line) for edge in edges if edge.origin is Origin.DYNAMIC)

    def _functions_run(self, modules: Iterable[str]) -> Iterator[str]:
        """Yield the functions that text shows the bodies of modules to run, by their names as nodes."""
        seen: set[calls.Place] = set()
        work = [calls.Place(module) for module in modules]
        while work:
            for place in self._callees(work.pop()):
                if place not in seen:
                    seen.add(place)
                    work.append(place)
                    function = self.graph.facts[place.module].functions[place.function]
                    yield _base(function_node(place.module, function.qualname))

    def _callees(self, place: calls.Place) -> tuple[calls.Place, ...]:
        if place not in self._known:
            self._known[place] = tuple(callee for callee, _ in self._finder.calls(place))
        return self._known[place]

    @cached_property
    def _known(self) -> dict[calls.Place, tuple[calls.Place, ...]]:
        return {}

    @cached_property
    def _finder(self) -> calls.CallFinder:
        return calls.CallFinder(self.resolver)

    def _called_attributes(self, module: str) -> Iterator[str]:
        """Yield the names of attributes that a module calls while it is imported, each after a dot."""
        for step in self.graph.facts[module].body:
            if step.kind is StepKind.CALL and not step.flow & (Flow.DEAD | Flow.HANDLER) and "." in step.name:
                yield f".{step.name.rpartition('.')[2]}"


def _base(node: str) -> str:
    """Return the name of a node without the number of the way in which a function runs."""
    return node.partition("#")[0].removesuffix("()")
