"""Ways that imports at the top of files make for sure: who runs one file loads another, whatever it uses.

They decide most tests without a search, and without splitting a file into its functions. What lies behind an
import in a function, a computed name or a name that is asked for is left to the search.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from importgraph.affected.links import Link, ModuleLinks
from importgraph.graph.model import Graph


class PlainWays:
    """The shortest ways from modules to some others, found backwards from these.

    Args:
        graph: The tree.
        links: The links of its modules.
        has_text: Tells whether a module has text, so that it runs.
    """

    def __init__(self, graph: Graph, links: ModuleLinks, has_text: Callable[[str], bool]) -> None:
        self._graph = graph
        self._links = links
        self._has_text = has_text
        self._next: dict[str, Link | None] = {}

    def __contains__(self, module: object) -> bool:
        """Tell whether a module loads one of those that were added."""
        return module in self._next

    @property
    def ends(self) -> Mapping[str, str]:
        """The modules that do, these included, each with nothing: sets of targets are mappings."""
        return dict.fromkeys(self._next, "")

    def way(self, module: str) -> tuple[Link, ...]:
        """Return the links from a module to the added one it is nearest to; none for an added one."""
        found: list[Link] = []
        link = self._next[module]
        while link is not None:
            found.append(link)
            link = self._next[link.target]
        return tuple(found)

    def add(self, modules: Iterable[str]) -> None:
        """Find the modules that lead to some, of those that lead to none yet."""
        level = [name for name in dict.fromkeys(modules) if name not in self._next]
        self._next.update(dict.fromkeys(level))
        while level:
            reached = set(level)
            found: dict[str, Link] = {}
            for name in level:
                for source in self._backward.get(name, ()):
                    if source not in self._next and source not in found:
                        found[source] = next(one for one in self.leaving(source) if one.target in reached)
            self._next.update(found)
            level = list(found)

    def leaving(self, module: str) -> Iterator[Link]:
        """Yield the links of a module that are followed whenever it is loaded, in order."""
        if self._has_text(module):
            yield from self._links.of_body(module)

    @cached_property
    def _backward(self) -> Mapping[str, list[str]]:
        """By module those that load it, in the order of the graph."""
        found: dict[str, list[str]] = defaultdict(list)
        for module in filter(self._has_text, self._graph.modules):
            for target in self._links.loaded_with(module):
                found[target].append(module)
        return found
