"""Which modules may load which, by any link or name in them: all that searches can find, and more.

No function is split for it, so that those files alone are split which lie between tests and changes.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from importgraph.affected.dead_functions import DeadFunctions
from importgraph.affected.links import Link, ModuleLinks
from importgraph.affected.name_lookup import Lookup, bound_by
from importgraph.affected.texts import Texts
from importgraph.graph.model import Graph, ImportEdge
from importgraph.graph.views import loaded_by
from importgraph.names import ancestors

Named = Callable[[str], Iterable[Link]]
"""Returns the modules that the text of a module names to be run."""


class Arcs:
    """The arcs between the modules of one tree.

    Args:
        graph: The tree.
        texts: The outlines of its modules.
        links: The links of its modules.
        lookup: What imports bind.
        named: What texts name besides.
    """

    def __init__(self, texts: Texts, links: ModuleLinks, lookup: Lookup, named: Named) -> None:
        self._graph: Graph = lookup.graph
        self._texts = texts
        self._links = links
        self._lookup = lookup
        self._named = named
        self._bound: dict[str, frozenset[str]] = {}
        self._names: dict[str, Mapping[str, frozenset[str]]] = {}

    def leading_to(self, modules: Iterable[str]) -> frozenset[str]:
        """Return the modules that may lead to some, these included."""
        return _closure(self._backward, modules)

    def leading_alive(self, modules: Iterable[str], dead: DeadFunctions) -> frozenset[str]:
        """Return the modules that may lead to some even if no dead function runs, these included."""
        seen = set(modules)
        work = list(seen)
        while work:
            target = work.pop()
            for source in self._backward.get(target, ()):
                if source not in seen and self._leads_alive(source, target, dead):
                    seen.add(source)
                    work.append(source)
        return frozenset(seen)

    def _leads_alive(self, source: str, target: str, dead: DeadFunctions) -> bool:
        """Tell whether one of the arcs from a module to another is no import of a dead function."""
        edges = [edge for edge in self._links.edges(source) if target in self._imported(edge)]
        return any(not dead.holds(edge) for edge in edges) or target in self._beside(source)

    def leads(self, module: str, ends: Container[str], dead: DeadFunctions, without: set[str]) -> bool:
        """Tell whether a module may lead to an end, or one that asks for names, while no dead function runs.

        It looks at no more of the tree than the module leads to, and may find more than `leading_alive`.

        Args:
            module: The module.
            ends: Where it may lead.
            dead: What does not run.
            without: Modules that lead to no end; more are added.
        """
        seen = {module}
        work = [module]
        while work:
            last = work.pop()
            if last in ends or dead.asks(last):
                return True
            new = set(self._alive(last, dead)) - seen - without
            seen |= new
            work += new
        without |= seen
        return False

    def _alive(self, module: str, dead: DeadFunctions) -> Iterator[str]:
        """Yield where a module leads if no dead function runs."""
        for edge in self._links.edges(module):
            if not edge.external and not dead.holds(edge):
                yield from self._imported(edge)
        yield from self._beside(module, is_sifted=False)

    def reached_from(self, modules: Iterable[str], ends: Container[str] = frozenset()) -> frozenset[str]:
        """Return the modules that some may lead to, these included; ways go no further than the ends."""
        return _closure(self._forward, modules, ends)

    @cached_property
    def _forward(self) -> Mapping[str, frozenset[str]]:
        self._texts.outline_all()
        return {name: frozenset(self._targets(name)) for name in self._graph.modules}

    @cached_property
    def _backward(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for module, targets in self._forward.items():
            for target in targets:
                found[target].append(module)
        return found

    def _targets(self, module: str) -> Iterator[str]:
        for edge in self._links.edges(module):
            yield from self._imported(edge)
        yield from self._beside(module)

    def _imported(self, edge: ImportEdge) -> tuple[str, ...]:
        """Return the modules that an import may load, packages around it left out."""
        if edge.external:
            return ()
        if not edge.missing or edge.missing.startswith("."):
            return (edge.imported, loaded_by(edge))
        found = (name for name in ancestors(edge.missing) if name in self._graph.modules)
        return (edge.imported, loaded_by(edge), *found)

    def _beside(self, module: str, *, is_sifted: bool = True) -> Iterator[str]:
        """Yield where a module leads besides its imports.

        Args:
            module: The module.
            is_sifted: Find out first of the whole tree which modules have names for packages.
        """
        yield from (link.target for link in self._links.around(module))
        if module in self._texts:
            outline = self._texts.outline(module)
            if outline.computes:
                yield from (link.target for link in self._links.computed(module))
            if not is_sifted or self._leads_by_name(module):
                yield from self._by_name(module)
        yield from (link.target.partition(":")[0] for link in self._named(module))

    # -- modules by names --------------------------------------------------------------------------

    @cached_property
    def _children(self) -> Mapping[str, Mapping[str, str]]:
        """By package the modules right below it, by their last names."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for name in self._graph.modules:
            package, dot, last = name.rpartition(".")
            if dot:
                found[package][last] = name
        return found

    def _leads_by_name(self, module: str) -> bool:
        return module in self._leading or not self._leading.isdisjoint(self._holders(module))

    def _by_name(self, module: str) -> Iterator[str]:
        """Yield submodules that are attributes of packages a module has names for."""
        words = self._texts.outline(module).identifiers
        seen = {module}
        work = [module]
        while work:
            named = self._named_in(work.pop())
            found = {one for word in named.keys() & words for one in named[word]}
            yield from found
            work += found - seen
            seen |= found

    def _named_in(self, module: str) -> Mapping[str, frozenset[str]]:
        """Return the modules that names in a module may stand for, those of star imports included."""
        known = self._names.get(module)
        if known is None:
            found: dict[str, set[str]] = defaultdict(set)
            for owner in self._with_stars(module):
                for name, child in self._children.get(owner, {}).items():
                    found[name].add(child)
                for name, edges in self._lookup.edges_of(owner).items():
                    for one in self._bound_by(owner, name, edges):
                        found[name].add(one)
            known = self._names[module] = {name: frozenset(some) for name, some in found.items()}
        return known

    def _with_stars(self, module: str) -> list[str]:
        """Return a module and those that it takes all names of, one from the other."""
        found = [module]
        for owner in found:
            stars = (one.imported for one in self._lookup.stars_of(owner) if not one.external)
            found += [one for one in dict.fromkeys(stars) if one not in found]
        return found

    @cached_property
    def _leading(self) -> frozenset[str]:
        """The modules from which names lead to a package that holds modules."""
        back: dict[str, list[str]] = defaultdict(list)
        for module in self._graph.modules:
            for one in self._holders(module):
                back[one].append(module)
        return _closure(back, self._children)

    def _holders(self, module: str) -> frozenset[str]:
        """Return the modules that names of a module may stand for."""
        found = self._bound.get(module)
        if found is None:
            stars = (edge.imported for edge in self._lookup.stars_of(module) if not edge.external)
            names = self._lookup.edges_of(module)
            bound = (one for name, edges in names.items() for one in self._bound_by(module, name, edges))
            found = self._bound[module] = frozenset((*stars, *bound))
        return found

    def _bound_by(self, module: str, name: str, edges: Sequence[ImportEdge]) -> Iterable[str]:
        """Return `_modules_of`, what most imports bind without looking further."""
        edge = edges[0]
        if len(edges) > 1 or edge.name is None or edge.shadowed:
            return self._modules_of(module, name)
        if edge.external or not (edge.submodule or self._may_pass(edge)):
            return ()
        return (edge.imported,) if edge.submodule else self._modules_of(module, name)

    def _may_pass(self, edge: ImportEdge) -> bool:
        """Tell whether a name that is taken from a module may be another module there."""
        owner, name = edge.imported, edge.name or ""
        if name in self._children.get(owner, {}) or self._lookup.stars_of(owner):
            return True
        return name in self._lookup.edges_of(owner)

    def _modules_of(self, module: str, name: str) -> set[str]:
        """Return the modules that a name bound by imports may stand for, re-exports followed."""
        modules, found = self._graph.modules, set()
        seen = {(module, name)}
        work = [(module, name)]
        while work:
            owner, wanted = work.pop()
            edges = self._lookup.edges_of(owner).get(wanted, ())
            further = [one for edge in edges for one in bound_by(edge)]
            if not edges:
                further += [
                    (one.imported, wanted) for one in self._lookup.stars_of(owner) if not one.external
                ]
                further.append(f"{owner}.{wanted}")
            for one in further:
                if isinstance(one, str):
                    found.update({one} & modules.keys())
                elif one not in seen:
                    seen.add(one)
                    work.append(one)
        return found


def _closure(
    arcs: Mapping[str, Iterable[str]], starts: Iterable[str], ends: Container[str] = frozenset()
) -> frozenset[str]:
    seen = set(starts)
    work = list(seen)
    while work:
        last = work.pop()
        for node in arcs.get(last, ()) if last not in ends else ():
            if node not in seen:
                seen.add(node)
                work.append(node)
    return frozenset(seen)
