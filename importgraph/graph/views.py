"""Named views on a graph: what runs at import, what the architecture is, and the rest."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TypeVar

from msgspec import Struct

from importgraph.facts.model import Guard, Origin, Scope
from importgraph.graph.calls import function_node
from importgraph.graph.model import AtImport, Call, Graph, ImportEdge, OutsideImport, Ran
from importgraph.names import parent

_Node = TypeVar("_Node", bound=Hashable)


class Arc(Struct, frozen=True, gc=False):
    """One step of a view from a node to another, with what makes it."""

    source: str
    target: str
    cause: ImportEdge | Call | OutsideImport | None
    """None for the implicit import of the parent package."""
    certain: bool = True
    """It runs whenever its source does: no condition that is not decided stands around it."""


@dataclass(frozen=True)
class View:
    """A directed graph of modules and functions that run at import."""

    nodes: tuple[str, ...]
    """Sorted; modules and, as `module:qualname()`, functions."""
    arcs: Mapping[str, tuple[Arc, ...]]
    """By source, in the order of the text."""

    @cached_property
    def successors(self) -> Mapping[str, tuple[str, ...]]:
        """By source, where its arcs lead, each place once, in the order of the text."""
        return {node: _places(arcs) for node, arcs in self.arcs.items()}

    @cached_property
    def known(self) -> frozenset[str]:
        """The nodes, to ask whether there is one."""
        return frozenset(self.nodes)

    def leads(self, node: str) -> bool:
        """Tell whether a node leads anywhere."""
        return node in self.arcs

    def targets(self, node: str) -> tuple[str, ...]:
        """Return where a node leads, each place once, in the order of the text."""
        return self.successors.get(node, ())

    def with_arcs(self, changed: Mapping[str, tuple[Arc, ...]]) -> "View":
        """Return the view with other arcs from some of its nodes; what is known of the rest is kept."""
        view = View(self.nodes, {**self.arcs, **changed})
        fresh = {node: _places(arcs) for node, arcs in changed.items()}
        view.__dict__["successors"] = {**self.successors, **fresh}
        return view


def _places(arcs: Iterable[Arc]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([arc.target for arc in arcs]))


class LeadingView(View):
    """A view of which it is known where its nodes lead; why is found out when somebody asks."""

    def __init__(
        self,
        nodes: Iterable[str],
        successors: Mapping[str, tuple[str, ...]],
        find: Callable[[], Mapping[str, tuple[Arc, ...]]],
    ) -> None:
        """Take the nodes, where they lead as `successors` says it, and what finds their arcs."""
        self.__dict__.update(nodes=tuple(sorted(nodes)), successors=successors, _find=find)

    @cached_property
    def arcs(self) -> Mapping[str, tuple[Arc, ...]]:
        """By source, in the order of the text."""
        find: Callable[[], Mapping[str, tuple[Arc, ...]]] = self.__dict__["_find"]
        return find()

    def leads(self, node: str) -> bool:
        """Tell whether a node leads anywhere."""
        return node in self.successors


def is_function(node: str) -> bool:
    """Tell whether a node of a view is a function."""
    return node.endswith("()")


def runs_at_import(edge: ImportEdge) -> bool:
    """Tell whether an import of a module of the tree runs when the body around it runs."""
    return not edge.external and runs_with_body(edge)


def runs_with_body(edge: ImportEdge) -> bool:
    """Tell whether an import, of the tree or from outside, runs when the body around it runs."""
    return edge.at_import is AtImport.RUNS or (edge.at_import is AtImport.MAY and not edge.fallback)


def loaded_by(edge: ImportEdge) -> str:
    """Return the module that an import loads: the package alone where it binds the name itself."""
    return parent(edge.imported) if edge.shadowed else edge.imported


def runtime(graph: Graph) -> View:
    """View what executes when a module is imported, as far as text and environment tell.

    Module and class scope, functions called at import, implicit parent packages; not type-only, not lazy, not
    `__main__`, not excluded by version or platform. What may run is in it where that is likelier than not:
    in bodies of modules, but for handlers, and not in functions.
    """
    return _executed(graph, _likely)


def runtime_arcs(graph: Graph, names: Collection[str]) -> Mapping[str, tuple[Arc, ...]]:
    """Return the arcs of the runtime view from some modules and their functions."""
    called = {call.function for call in graph.calls}
    arcs: dict[str, list[Arc]] = defaultdict(list)
    edges = (
        edge
        for name in sorted(names, key=lambda one: graph.modules[one].path)
        for edge in graph.imports_of(name)
    )
    ran = (one for one in graph.ran if module_of(one.node) in names)
    calls = (call for call in graph.calls if module_of(call.caller) in names)
    imports = chain(_in_bodies(graph, edges, _likely), _in_functions(graph, ran, called, _likely))
    for arc in chain(_parents(graph, names), imports, _calls(calls, _likely)):
        arcs[arc.source].append(arc)
    return {node: tuple(found) for node, found in arcs.items()}


def module_of(node: str) -> str:
    """Return the module of a node: itself, or the one that a function stands in."""
    return node.partition(":")[0] if is_function(node) else node


def _likely(certain: bool, fallback: bool, inside: bool) -> bool:
    return certain or not (fallback or inside)


def possible(graph: Graph) -> View:
    """View all that may execute when a module is imported: what is not reached in it surely does not load."""
    return _executed(graph, lambda _certain, _fallback, _inside: True)


def _executed(graph: Graph, keep: "_Keep") -> View:
    """View what runs at import.

    Args:
        graph: The graph.
        keep: Tells whether a step counts: by whether it is sure, a handler's, and in a function.
    """
    called = {call.function for call in graph.calls}
    arcs: dict[str, list[Arc]] = defaultdict(list)
    in_functions = _in_functions(graph, graph.ran, called, keep)
    imports = chain(_in_bodies(graph, graph.imports, keep), in_functions)
    for arc in chain(_parents(graph, graph.modules), imports, _calls(graph.calls, keep)):
        arcs[arc.source].append(arc)
    nodes = sorted({*graph.modules, *called})
    return View(tuple(nodes), {node: tuple(arcs[node]) for node in nodes if node in arcs})


_Keep = Callable[[bool, bool, bool], bool]
"""Tells whether a step counts: by whether it is sure, a handler's, and in a function."""


def _parents(graph: Graph, names: Iterable[str]) -> Iterator[Arc]:
    for name in names:
        above = parent(name) if "/" not in name else ""
        if above in graph.modules:
            yield Arc(name, above, None)


def _in_bodies(graph: Graph, edges: Iterable[ImportEdge], keep: _Keep) -> Iterator[Arc]:
    modules = graph.modules
    for edge in edges:  # most of the time of a view goes here
        if edge.function >= 0 or edge.external or edge.at_import is AtImport.NO:
            continue
        certain, loaded = edge.at_import is AtImport.RUNS, loaded_by(edge)
        if loaded in modules and keep(certain, edge.fallback, False):
            yield Arc(edge.importer, loaded, edge, certain)


def _in_functions(graph: Graph, ran: Iterable[Ran], called: Collection[str], keep: _Keep) -> Iterator[Arc]:
    for one in ran:
        edge = graph.edge_at(one.index)
        runs = one.node in called and _is_inside(graph, edge)
        if runs and keep(one.certain, edge.fallback, True):
            yield Arc(one.node, loaded_by(edge), edge, one.certain)


def _is_inside(graph: Graph, edge: ImportEdge) -> bool:
    return not edge.external and loaded_by(edge) in graph.modules


def _calls(calls: Iterable[Call], keep: _Keep) -> Iterator[Arc]:
    for call in calls:
        if keep(call.certain, False, is_function(call.caller)):
            yield Arc(call.caller, call.function, call, call.certain)


def importing_node(graph: Graph, edge: ImportEdge) -> str:
    """Return the node whose run executes an import: its module, or the function around it."""
    if edge.function < 0:
        return edge.importer
    return function_node(edge.importer, graph.facts[edge.importer].functions[edge.function].qualname)


def architecture(graph: Graph) -> View:
    """View all static imports between modules, without implicit parents."""
    return _imports_only(graph, lambda edge: edge.origin in {Origin.STATEMENT, Origin.DYNAMIC})


def deferred(graph: Graph) -> View:
    """View the imports in functions and the lazy ones."""
    return _imports_only(
        graph, lambda edge: edge.origin is not Origin.MOCK and (edge.scope is Scope.FUNCTION or edge.lazy)
    )


def type_only(graph: Graph) -> View:
    """View the imports that only type checkers see."""
    return _imports_only(graph, lambda edge: Guard.TYPE_CHECKING in edge.guards)


def _imports_only(graph: Graph, keep: Callable[[ImportEdge], bool]) -> View:
    arcs: dict[str, list[Arc]] = defaultdict(list)
    for edge in graph.imports:
        if (
            keep(edge)
            and not edge.external
            and edge.imported in graph.modules
            and edge.imported != edge.importer
        ):
            arcs[edge.importer].append(Arc(edge.importer, edge.imported, edge))
    return View(tuple(graph.modules), {node: tuple(found) for node, found in arcs.items()})


def certain_part(view: View) -> View:
    """Return the view without steps that may not run: what a module reaches in it surely loads."""
    return without(view, lambda arc: not arc.certain)


def joined(view: View, more: View) -> View:
    """Return a view with the steps of both, those of the first before those that only the second has."""
    arcs = dict(view.arcs)
    for node, found in more.arcs.items():
        known = {(arc.target, arc.cause) for arc in arcs.get(node, ())}
        extra = tuple(arc for arc in found if (arc.target, arc.cause) not in known)
        arcs[node] = (*arcs.get(node, ()), *extra)
    return View(tuple(sorted({*view.nodes, *more.nodes})), arcs)


def closure(view: View, starts: Iterable[str]) -> frozenset[str]:
    """Return all nodes reachable from the given ones, these included."""
    return frozenset(reachable(view.successors, starts))


def reachable(arcs: Mapping[_Node, Iterable[_Node]], starts: Iterable[_Node]) -> set[_Node]:
    """Return what arcs lead to from the given nodes, these included."""
    seen = set(starts)
    work = list(seen)
    while work:
        for target in arcs.get(work.pop(), ()):
            if target not in seen:
                seen.add(target)
                work.append(target)
    return seen


def modules_of(nodes: Iterable[str]) -> frozenset[str]:
    """Keep the modules among the nodes of a view."""
    return frozenset(node for node in nodes if not is_function(node))


def without(view: View, dropped: Callable[[Arc], bool]) -> View:
    """Return the view without some arcs."""
    kept = {node: tuple(arc for arc in arcs if not dropped(arc)) for node, arcs in view.arcs.items()}
    return View(view.nodes, kept)
