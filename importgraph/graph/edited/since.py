"""What was found out about a kept graph, and which modules have changed since.

A result may be used again where nothing that it reads is in a changed module; who keeps one knows what it
reads.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from types import GenericAlias
from typing import TypeVar, cast

import msgspec

from importgraph.facts.model import ModuleFacts
from importgraph.graph.model import Graph
from importgraph.kept.beside import Beside
from importgraph.kept.conditions import is_same
from importgraph.kept.parts import Unnoted
from importgraph.reads import Reads, present

_Value = TypeVar("_Value")


def of_modules(
    since: "Since | None",
    part: str,
    kind: type[_Value],
    names: Iterable[str],
    make: Callable[[str], _Value],
) -> dict[str, _Value]:
    """Return what `Since.of_modules` gives, found out about all modules where nothing is kept."""
    if since is None:
        return {name: value for name in names if (value := make(name))}
    return since.of_modules(part, kind, names, make)


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

    def stands(self, now: Graph, part: Callable[[ModuleFacts], object]) -> bool:
        """Tell whether the changed modules say the same to a question about their facts."""
        return all(part(self.before.facts[name]) == part(now.facts[name]) for name in self.changed)

    def load(self, part: str, kind: type[_Value]) -> _Value | None:
        """Return a result that was kept of the graph as it was."""
        data = self.beside.load(part)
        try:
            return msgspec.msgpack.decode(data, type=kind) if data is not None else None
        except (msgspec.MsgspecError, ValueError):
            return None

    def of_modules(
        self, part: str, kind: type[_Value], names: Iterable[str], make: Callable[[str], _Value]
    ) -> dict[str, _Value]:
        """Return what is found out about each of some modules, without those of which that is empty or false.

        Args:
            part: The name under which it is kept.
            kind: What it is.
            names: The modules, the same for the graph as it was kept.
            make: Finds it out; it reads the facts and the text of that module, and nothing else that changes.
        """
        by_name = cast("type[dict[str, _Value]]", GenericAlias(dict, (str, kind)))
        kept = self.load(part, by_name)
        if kept is None:
            kept = {name: value for name in names if (value := make(name))}
            self.keep(part, kept)
            return kept
        fresh = {name: value for name in names if name in self.changed and (value := make(name))}
        return {**{name: value for name, value in kept.items() if name not in self.changed}, **fresh}

    def keep(self, part: str, value: object) -> None:
        """Keep a result of the graph, where nothing has changed since.

        Files so new that their times would not show a change are read again: they must hold what they held
        when the graph was made, so that what was found out is about that.
        """
        if not self._is_kept():
            return
        try:
            self.beside.keep(part, msgspec.msgpack.encode(value))
        except UnicodeEncodeError:
            return  # a name of a file is no text

    def keep_of_unchanged(self, part: str, values: Mapping[str, object]) -> None:
        """Keep by path what was found out of modules from their texts alone, without those that changed."""
        reads = present()
        if reads is not None and not reads.harm and _is_as_noted(reads):
            changed = self.changed_paths
            kept = {path: value for path, value in values.items() if path not in changed}
            self.beside.keep(part, msgspec.msgpack.encode(kept))

    def keep_long(self, part: str, pieces: Mapping[str, bytes]) -> None:
        """Keep long pieces, as `keep` does, to be looked at without reading them all."""
        if self._is_kept():
            checksum = self.beside.keep_long(part, pieces.values())
            if checksum is not None:
                self.keep(f"{part}-sizes", (checksum, {name: len(piece) for name, piece in pieces.items()}))

    def load_long(self, part: str) -> tuple[memoryview, dict[str, int]] | None:
        """Return pieces that were kept, one behind the other, and the size of each in their order."""
        sizes = self.load(f"{part}-sizes", tuple[int, dict[str, int]])
        data = self.beside.load_long(part, sizes[0]) if sizes is not None else None
        return (data, sizes[1]) if sizes is not None and data is not None else None

    def _is_kept(self) -> bool:
        reads = present()
        return not self.changed and reads is not None and not reads.harm and _is_as_noted(reads)


_MOST_NEW = 200
"""More new files are not read again: a tree that was just checked out is kept by a later run."""


def _is_as_noted(reads: Reads) -> bool:
    new = list(islice((note for note in reads.notes() if note[3]), _MOST_NEW + 1))
    with Unnoted():
        return len(new) <= _MOST_NEW and all(map(is_same, new))
