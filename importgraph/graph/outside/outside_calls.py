"""Imports in functions of the environment that run while something is imported."""

from collections.abc import Iterator

from importgraph.facts.model import Import
from importgraph.graph.calls import CallFinder, Place
from importgraph.graph.outside.outside import OUTSIDE, Outside
from importgraph.graph.outside.outside_imports import items_of

_DEPTH = 10
"""How many calls deep a body is followed."""


class OutsideCalls:
    """Follows calls at import into functions of the environment, with memory."""

    def __init__(self, outside: Outside) -> None:
        self.outside = outside
        self._finder = CallFinder(outside.resolver)
        self._callees: dict[Place, tuple[Place, ...]] = {}
        self._inner: dict[Place, tuple[Import, ...]] = {}

    def imports(self, node: str) -> Iterator[tuple[str, tuple[Import, ...]]]:
        """Yield the imports of the functions from outside that the body of a module runs.

        Args:
            node: A module, of the tree or from outside.

        Yields:
            The module of a function, and what the function imports without condition, in its order.
        """
        for place in self._run_by(Place(node)):
            if self.outside.modules[place.module].root == OUTSIDE:
                found = self._imports_of(place)
                if found:
                    yield place.module, found

    def _imports_of(self, place: Place) -> tuple[Import, ...]:
        if place not in self._inner:
            self._inner[place] = self._find_imports(place)
        return self._inner[place]

    def _find_imports(self, place: Place) -> tuple[Import, ...]:
        names = self.outside.resolver.names(place.module)
        if names is None:
            return ()
        items = items_of(names.facts, place.function)
        return tuple(item for item in items if names.active(item.when) and not item.conditional)

    def _run_by(self, start: Place) -> list[Place]:
        seen: dict[Place, None] = {}
        wave = [start]
        for _ in range(_DEPTH):
            wave = [callee for place in wave for callee in self._calls(place) if callee not in seen]
            if not wave:
                break
            seen.update(dict.fromkeys(wave))
            wave = list(dict.fromkeys(wave))
        return list(seen)

    def _calls(self, place: Place) -> tuple[Place, ...]:
        if place not in self._callees:
            found = (callee for callee, _ in self._finder.calls(place) if callee.function >= 0)
            self._callees[place] = tuple(dict.fromkeys(found))
        return self._callees[place]
