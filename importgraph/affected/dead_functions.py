"""Functions that nothing runs as far as the words of a tree tell: imports in them lead nowhere.

Nothing is split for it. A function counts as dead only where no text has its name but where it is defined,
no decorator hands it to anybody, and nobody calls functions of its kind unasked. Code that asks for names it
does not say, or lists them, may run any function: what leads to such code is left to the search.
"""

import re
from collections.abc import Iterable
from functools import cached_property

from importgraph.affected.outlines import Outline
from importgraph.affected.texts import Texts
from importgraph.graph.model import Graph, ImportEdge

ASKING = frozenset(
    {
        "getattr", "hasattr", "attrgetter", "methodcaller", "exec", "eval", "dir", "vars", "globals",
        "inspect", "getmembers", "getmembers_static", "classify_class_attrs", "__dict__", "__subclasses__",
    }
)  # fmt: skip
"""A text that asks for a name it does not say has one of these words."""
_CALLED_UNASKED = re.compile(
    r"_.*_|pytest_.*|test.*|setup.*|teardown.*|setUp.*|tearDown.*|runTest.*|asyncSetUp.*"
)


class DeadFunctions:
    """Tells which functions of a tree are dead.

    Args:
        graph: The tree.
        texts: The outlines of its modules.
        entries: Functions that the project's settings hand to others, as `module:function`.
        running: Modules all of whose functions run: test files.
    """

    def __init__(self, graph: Graph, texts: Texts, entries: frozenset[str], running: Iterable[str]) -> None:
        self._graph = graph
        self._texts = texts
        self._entries = entries
        self._running = frozenset(running)
        self._said: dict[str, bool] = {}

    def holds(self, edge: ImportEdge) -> bool:
        """Tell whether an import stands in a dead function."""
        if edge.function < 0 or edge.importer in self._running:
            return False
        functions = self._graph.facts[edge.importer].functions
        name = functions[edge.function].qualname.partition(".<locals>")[0]
        if not name.isidentifier() or f"{edge.importer}:{name}" in self._entries:
            return False
        if any(one.decorators for one in functions if one.qualname == name):
            return False
        return _CALLED_UNASKED.fullmatch(name) is None and not self._is_said(name)

    def asks(self, module: str) -> bool:
        """Tell whether a module may ask for names it does not say."""
        return module in self._texts and any(map(self._texts.outline(module).has_word, ASKING))

    @cached_property
    def asking(self) -> frozenset[str]:
        """The modules that do."""
        return frozenset(filter(self.asks, self._graph.modules))

    @cached_property
    def _outlines(self) -> list[Outline]:
        return [self._texts.outline(name) for name in self._graph.modules if name in self._texts]

    def _is_said(self, name: str) -> bool:
        """Tell whether some text has a name, or its parts where dashes may stand between them."""
        found = self._said.get(name)
        if found is None:
            parts = [part for part in name.split("_") if part]
            found = self._is_somewhere(name) or (len(parts) > 1 and all(map(self._is_somewhere, parts)))
            self._said[name] = found
        return found

    def _is_somewhere(self, word: str) -> bool:
        return any(one.says(word) for one in self._outlines)
