"""Functions and classes that are there at once: those of a module, or the methods of a class."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache


class Group:
    """Nodes that come together, with what searches ask of them."""

    def __init__(self, home: str, nodes: Iterable[str]) -> None:
        """Take the node of the module or class, and the nodes in their order."""
        self.home = home
        self.nodes = tuple(nodes)
        self.names = tuple(map(short_name, self.nodes))
        self.by_node = {node: number for number, node in enumerate(self.nodes)}
        self.by_name: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self.names):
            self.by_name[name].append(number)
        self._fitting: dict[str, tuple[int, ...]] = {}

    def fitting(self, pattern: str) -> tuple[int, ...]:
        """Return the places of nodes with names of a pattern."""
        found = self._fitting.get(pattern)
        if found is None:
            fits = re.compile(pattern).fullmatch
            found = tuple(number for name, some in self.by_name.items() if fits(name) for number in some)
            self._fitting[pattern] = found
        return found


Place = tuple[Group, int]
"""A node of a group."""


@cache
def short_name(node: str) -> str:
    """Return the name of a function or class without what is around it."""
    return node.removesuffix("()").rpartition(":")[2].rpartition(".")[2]
