"""What a name may stand for, anywhere in a tree: all functions, classes and modules it can be bound to.

Every binding of a name counts, whichever comes last at run time. What text does not show is `UNKNOWN`.
"""

import builtins
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from importgraph.affected.lazy_names import answering_node
from importgraph.affected.units import ClassText, ModuleText, Unit
from importgraph.facts.model import Origin
from importgraph.graph.model import Graph, ImportEdge

UNKNOWN = "?"
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


def function_node(module: str, qualname: str) -> str:
    """Return the node of a function."""
    return f"{module}:{qualname}()"


def class_node(module: str, qualname: str) -> str:
    """Return the node of a class."""
    return f"{module}:{qualname}"


class Lookup:
    """Answers what names stand for.

    Args:
        graph: The tree.
        texts: By module, the units of its text.
    """

    def __init__(self, graph: Graph, texts: Mapping[str, ModuleText]) -> None:
        self.graph = graph
        self.texts = texts
        self.units: dict[str, list[Unit]] = defaultdict(list)
        """By node; a name that is defined twice has several."""
        self.classes: dict[str, ClassText] = {}
        self.methods: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        """By class and name, the nodes of functions."""
        self._edges: dict[str, dict[str, list[ImportEdge]]] = defaultdict(lambda: defaultdict(list))
        self._stars: dict[str, list[ImportEdge]] = defaultdict(list)
        self._own: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._found: dict[tuple[str, str], frozenset[str]] = {}
        for edge in graph.imports:
            self._add_edge(edge)
        for module, text in texts.items():
            self._add_text(module, text)
        self._parents = {node: tuple(self._bases(node)) for node in self.classes}
        self._families: dict[str, frozenset[str]] = {}
        self._children: dict[str, set[str]] = defaultdict(set)
        for node, bases in self._parents.items():
            for base in bases:
                self._children[base].add(node)

    def _add_edge(self, edge: ImportEdge) -> None:
        if edge.origin is not Origin.STATEMENT and answering_node(edge) is None:
            return
        if edge.name == "*":
            self._stars[edge.importer].append(edge)
        else:
            bound = edge.alias or edge.name or ""
            for name in (bound,) if bound else _tops(edge):
                self._edges[edge.importer][name].append(edge)

    def _add_text(self, module: str, text: ModuleText) -> None:
        self.units[module] = [text.body]
        for name in text.body.stored:
            self._own[module, name].add(UNKNOWN)
        for one in text.classes:
            node = class_node(module, one.qualname)
            known = self.classes.get(node)
            if known is not None:
                registered = known.registered or one.registered
                self.classes[node] = replace(known, bases=(*known.bases, *one.bases), registered=registered)
            else:
                self.classes[node] = one
            if "." not in one.qualname:
                self._own[module, one.qualname].add(node)
        for unit in text.functions:
            node = function_node(module, unit.qualname)
            self.units[node].append(unit)
            if unit.owner:
                self.methods[class_node(module, unit.owner)][unit.name].add(node)
            else:
                self._own[module, unit.qualname].add(node)

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
            own = self._own.get((module, name), ())
            yield from own
            edges = self._edges[module].get(name, ())
            further = [one for edge in edges for one in _of_import(edge)]
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
        edges = self._edges[module].get(name, ())
        return (
            bool(edges)
            and all(edge.external and edge.name is None for edge in edges)
            and not self._own.get((module, name))
        )

    def attribute(self, node: str, name: str) -> frozenset[str]:
        """Return what an attribute of a module or class may stand for."""
        if node in self.classes:
            found = {one for member in self.family(node) for one in self.methods[member].get(name, ())}
            nested = f"{node}.{name}"
            found |= {nested} & self.classes.keys()
            return frozenset(found or {UNKNOWN})
        if node in self.graph.modules:
            return self.name(node, name) if node in self.texts else frozenset({UNKNOWN})
        return frozenset({UNKNOWN})

    # -- classes --------------------------------------------------------------------------------

    def _bases(self, node: str) -> Iterator[str]:
        module = node.partition(":")[0]
        for chain in self.classes[node].bases:
            found = self.resolve(module, chain)
            if any(one in self.classes for one in found):
                yield from (one for one in found if one in self.classes and one != node)
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
        if node in self.classes:
            return {f"{node}.{name}"} & self.classes.keys() or {UNKNOWN}
        return self.attribute(node, name) if node in self.graph.modules else {UNKNOWN}

    def ancestors(self, node: str) -> frozenset[str]:
        """Return a class with all its bases, `UNKNOWN` for what comes from outside."""
        return _closure(self._parents, node)

    def family(self, node: str) -> frozenset[str]:
        """Return all classes of which an instance of the class, or of a subclass, may have methods."""
        if node not in self._families:
            descendants = _closure(self._children, node)
            self._families[node] = frozenset().union(*map(self.ancestors, descendants))
        return self._families[node]


def _closure(arcs: Mapping[str, Iterable[str]], start: str) -> frozenset[str]:
    seen = {start}
    work = [start]
    while work:
        for node in arcs.get(work.pop(), ()):
            if node not in seen:
                seen.add(node)
                work.append(node)
    return frozenset(seen)


def _of_import(edge: ImportEdge) -> "Iterator[str | tuple[str, str]]":
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


def _tops(edge: ImportEdge) -> Iterator[str]:
    """Yield the name that `import a.b` binds."""
    yield edge.imported.partition(".")[0]
