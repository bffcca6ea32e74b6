"""A resolver that knows which modules it was asked about; so does the way to their texts."""

from collections.abc import Callable, Iterator, Mapping

from importgraph.facts.model import ModuleFacts
from importgraph.graph.model import Graph
from importgraph.graph.resolve import Resolver


class NotedNames:
    """What a simulation reads of a tree: everything it finds out hangs on these modules alone.

    Besides, it hangs on which modules there are, and on which of them have their `__path__` changed.
    """

    def __init__(self, graph: Graph, resolver: Resolver, read_text: Callable[[str], str]) -> None:
        """Take the tree, its names, and how its texts are read."""
        self.asked: set[str] = set()
        """The modules whose facts or texts were read."""
        self._owners = {module.path: name for name, module in graph.modules.items() if module.path}
        self._read = read_text
        self.resolver = Resolver(
            graph.modules, _NotedFacts(graph.facts, self.asked), resolver.finder, graph.target
        )
        vars(self.resolver)["opened"] = resolver.opened

    def read_text(self, path: str) -> str:
        """Return the text of a file."""
        self.asked.add(self._owners.get(path, path))
        return self._read(path)


class _NotedFacts(Mapping[str, ModuleFacts]):
    """Facts by module; it knows whose were asked for."""

    def __init__(self, facts: Mapping[str, ModuleFacts], asked: set[str]) -> None:
        self._facts = facts
        self._asked = asked

    def __getitem__(self, name: str) -> ModuleFacts:
        self._asked.add(name)
        return self._facts[name]

    def __contains__(self, name: object) -> bool:
        return name in self._facts  # a kept graph of changed texts has facts of the same modules

    def __iter__(self) -> Iterator[str]:
        for name in self._facts:
            self._asked.add(name)
            yield name

    def __len__(self) -> int:
        return len(self._facts)
