"""What a name may stand for, anywhere in a tree: all functions, classes and modules it can be bound to.

Every binding of a name counts, whichever comes last at run time. What text does not show is `UNKNOWN`.
"""

import builtins
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from importgraph.affected.lazy_names import answering_node
from importgraph.affected.links import ModuleLinks
from importgraph.affected.module_names import UNKNOWN, ModuleNames, module_names
from importgraph.affected.records import Header
from importgraph.affected.texts import Texts
from importgraph.affected.units import ClassText, Unit
from importgraph.facts.model import Origin
from importgraph.graph.model import Graph, ImportEdge

_BUILTINS = frozenset(dir(builtins))
_INERT_BASES = frozenset(
    {
        "object",
        "Generic",
        "Protocol",
        "ABC",
        "NamedTuple",
        "TypedDict",
        "Enum",
        "IntEnum",
        "StrEnum",
        "Flag",
        "IntFlag",
    }
    | {name for name in _BUILTINS if isinstance(getattr(builtins, name), type)}
)
"""Classes from outside that call no method of a subclass by a name of its own."""


class Lookup:
    """Answers what names stand for; of the tree it reads what the answers need.

    Args:
        graph: The tree.
        texts: The units of its modules.
        links: Their imports.
    """

    def __init__(self, graph: Graph, texts: Texts, links: ModuleLinks) -> None:
        self.graph = graph
        self.texts = texts
        self._links = links
        self._modules: dict[str, ModuleNames] = {}
        self._edges: dict[str, dict[str, list[ImportEdge]]] = {}
        self._stars: dict[str, list[ImportEdge]] = defaultdict(list)
        self._found: dict[tuple[str, str], frozenset[str]] = {}
        self._bases: dict[str, tuple[str, ...]] = {}
        self._ancestors: dict[str, frozenset[str]] = {}
        self._families: dict[str, frozenset[str]] = {}

    def edges_of(self, module: str) -> Mapping[str, list[ImportEdge]]:
        """Return the imports of a module by the names they bind; those of all names are put aside."""
        found = self._edges.get(module)
        if found is None:
            found = self._edges[module] = {}
            for edge in self._links.edges(module):
                if edge.origin is not Origin.STATEMENT and answering_node(edge) is None:
                    continue
                if edge.name == "*":
                    self._stars[module].append(edge)
                else:
                    bound = edge.alias or edge.name or edge.imported.partition(".")[0]
                    found.setdefault(bound, []).append(edge)
        return found

    def stars_of(self, module: str) -> list[ImportEdge]:
        """Return the imports of all names in a module."""
        self.edges_of(module)
        return self._stars.get(module, [])

    def names_of(self, module: str) -> ModuleNames:
        """Return the nodes of a module; none for one without text."""
        found = self._modules.get(module)
        if found is None:
            record = self.texts.record(module) if module in self.texts else None
            found = self._modules[module] = module_names(module, record) if record else ModuleNames()
        return found

    def has(self, node: str) -> bool:
        """Tell whether a node is a body or a function with text."""
        module = node.partition(":")[0]
        return module in self.texts and node in self.names_of(module).units

    def units(self, node: str) -> Iterator[Unit]:
        """Yield the units of a body or function, in the order of the text."""
        module = node.partition(":")[0]
        for number in self.names_of(module).units.get(node, ()):
            yield self.texts.unit(module, number)

    def headers(self, node: str) -> Iterator[Header]:
        """Yield the headers of a function, in the order of the text."""
        module = node.partition(":")[0]
        for number in self.names_of(module).units.get(node, ()):
            yield self.texts.record(module).functions[number - 1]

    def class_text(self, node: str) -> ClassText | None:
        """Return the class of a node; None for what is none."""
        module, colon, _ = node.partition(":")
        return self.names_of(module).classes.get(node) if colon else None

    def methods(self, node: str) -> Mapping[str, str]:
        """Return the methods of a class by their names."""
        return self.names_of(node.partition(":")[0]).methods.get(node, {})

    # -- names ----------------------------------------------------------------------------------

    def name(self, module: str, name: str) -> frozenset[str]:
        """Return the nodes that a bare name in a module may stand for; none for what comes from outside."""
        key = (module, name)
        if key not in self._found:
            self._found[key] = frozenset(self._follow(key))
        return self._found[key]

    def _follow(self, start: tuple[str, str]) -> Iterator[str]:
        """Follow re-exports, each once."""
        seen = {start}
        work = [start]
        while work:
            module, name = work.pop()
            own = self.names_of(module).own.get(name, ())
            yield from own
            edges = self.edges_of(module).get(name, ())
            further = [one for edge in edges for one in bound_by(edge)]
            if not own and not edges:
                further = list(self._unbound(module, name))
            for one in further:
                if isinstance(one, str):
                    yield one if one in self.graph.modules else UNKNOWN
                elif one not in seen:
                    seen.add(one)
                    work.append(one)

    def _unbound(self, module: str, name: str) -> "Iterator[str | tuple[str, str]]":
        """Yield what a name may be that the module does not bind by itself."""
        stars = self._stars.get(module, ())
        yield from ((edge.imported, name) for edge in stars if not edge.external)
        if f"{module}.{name}" in self.graph.modules:
            yield f"{module}.{name}"
        elif name not in _BUILTINS:
            yield UNKNOWN

    def is_outside(self, module: str, name: str) -> bool:
        """Tell whether a name is a module from outside the tree and nothing else."""
        edges = self.edges_of(module).get(name, ())
        return (
            bool(edges)
            and all(edge.external and edge.name is None for edge in edges)
            and not self.names_of(module).own.get(name)
        )

    def attribute(self, node: str, name: str) -> frozenset[str]:
        """Return what an attribute of a module or class may stand for."""
        if self.class_text(node) is not None:
            found = {one for member in self.family(node) if (one := self.methods(member).get(name))}
            nested = f"{node}.{name}"
            found |= {nested} if self.class_text(nested) is not None else set()
            return frozenset(found or {UNKNOWN})
        if node in self.graph.modules:
            return self.name(node, name) if node in self.texts else frozenset({UNKNOWN})
        return frozenset({UNKNOWN})

    # -- classes --------------------------------------------------------------------------------

    def bases(self, node: str) -> tuple[str, ...]:
        """Return the bases of a class as they are named, with `UNKNOWN` for what comes from outside."""
        if node not in self._bases:
            self._bases[node] = tuple(self._find_bases(node))
        return self._bases[node]

    def _find_bases(self, node: str) -> Iterator[str]:
        text = self.class_text(node)
        module = node.partition(":")[0]
        for chain in text.bases if text is not None else ():
            found = self.resolve(module, chain)
            if any(self.class_text(one) is not None for one in found):
                yield from (one for one in found if one != node and self.class_text(one) is not None)
                if UNKNOWN in found:
                    yield UNKNOWN
            elif not chain or chain[-1] not in _INERT_BASES:
                yield UNKNOWN

    def resolve(self, module: str, chain: tuple[str, ...]) -> frozenset[str]:
        """Return what a chain of names at module level may stand for."""
        if not chain:
            return frozenset({UNKNOWN})
        nodes = self.name(module, chain[0])
        for attribute in chain[1:]:
            nodes = frozenset(one for node in nodes for one in self.attribute_of_base(node, attribute))
        return nodes

    def attribute_of_base(self, node: str, name: str) -> Iterable[str]:
        """Return an attribute of a module or of a class itself, without its family."""
        if self.class_text(node) is not None:
            nested = f"{node}.{name}"
            return {nested} if self.class_text(nested) is not None else {UNKNOWN}
        return self.attribute(node, name) if node in self.graph.modules else {UNKNOWN}

    def ancestors(self, node: str) -> frozenset[str]:
        """Return a class with all its bases, `UNKNOWN` for what comes from outside."""
        found = self._ancestors.get(node)
        if found is None:
            found = self._ancestors[node] = _closure(self.bases, node)
        return found

    def family(self, node: str) -> frozenset[str]:
        """Return all classes of which an instance of the class, or of a subclass, may have methods."""
        if node not in self._families:
            descendants = _closure(lambda one: self._children.get(one, ()), node)
            self._families[node] = frozenset().union(*map(self.ancestors, descendants))
        return self._families[node]

    @cached_property
    def _children(self) -> Mapping[str, set[str]]:
        """By class the classes of the whole tree that have it among their bases."""
        found: dict[str, set[str]] = defaultdict(set)
        for module, _ in self.texts.all():
            for node in self.names_of(module).classes:
                for base in self.bases(node):
                    found[base].add(node)
        return found


def _closure(arcs: Callable[[str], Iterable[str]], start: str) -> frozenset[str]:
    seen = {start}
    work = [start]
    while work:
        for node in arcs(work.pop()):
            if node not in seen:
                seen.add(node)
                work.append(node)
    return frozenset(seen)


def bound_by(edge: ImportEdge) -> "Iterator[str | tuple[str, str]]":
    """Yield what an import binds: a module, or a name of one."""
    if edge.external:
        return
    if edge.missing:
        yield UNKNOWN
    if edge.name is None:
        yield edge.imported if edge.alias else edge.imported.partition(".")[0]
    elif edge.submodule:
        yield edge.imported
        if edge.shadowed:
            yield (edge.imported.rpartition(".")[0], edge.name)
    else:
        yield (edge.imported, edge.name)
