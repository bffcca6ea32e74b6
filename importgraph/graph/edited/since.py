"""What was found out about a kept graph, and which modules have changed since.

A result may be used again where nothing that it reads is in a changed module; who keeps one knows what it
reads.
"""

from dataclasses import dataclass
from typing import TypeVar

import msgspec

from importgraph.graph.model import Graph
from importgraph.kept.beside import Beside
from importgraph.reads import present

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Since:
    """A graph as it was kept, its results, and what is new."""

    beside: Beside
    before: Graph
    """The graph as it was kept."""
    changed: frozenset[str] = frozenset()
    """The modules whose texts are others now; the graph of now has the same modules."""

    @property
    def changed_paths(self) -> frozenset[str]:
        """The files of the changed modules."""
        return frozenset(self.before.modules[name].path for name in self.changed)

    def load(self, part: str, kind: type[_Value]) -> _Value | None:
        """Return a result that was kept of the graph as it was."""
        data = self.beside.load(part)
        try:
            return msgspec.msgpack.decode(data, type=kind) if data is not None else None
        except (msgspec.MsgspecError, ValueError):
            return None

    def keep(self, part: str, value: object) -> None:
        """Keep a result of the graph, where nothing has changed since.

        Nothing is kept while a file is so new that a change might have gone unseen between two looks at it.
        """
        reads = present()
        if self.changed or reads is None or reads.harm or any(digest for *_, digest in reads.notes()):
            return
        try:
            self.beside.keep(part, msgspec.msgpack.encode(value))
        except UnicodeEncodeError:
            return  # a name of a file is no text
