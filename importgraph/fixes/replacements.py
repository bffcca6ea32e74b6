"""Which modules of a tree put something else in the place of a name of another module, by text."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from importgraph.graph.views import loaded_by
from importgraph.snapshot import Snapshot

_STORES = re.compile(
    r"(?:^|;)[ \t]*([A-Za-z_]\w*(?:\.\w+)+)[ \t]*=(?!=)|\bsetattr\(\s*([A-Za-z_][\w.]*)\s*,", re.MULTILINE
)


class _Chain(NamedTuple):
    parts: tuple[str, ...]
    by_name: bool
    """`setattr` sets some attribute of it."""


class _Place(NamedTuple):
    importer: str
    path: str
    bound: str
    name: str
    """What of the module is imported; empty for the module itself."""


@dataclass(frozen=True)
class Replacements:
    """Answers for one tree, with memory."""

    snapshot: Snapshot

    def of(self, home: str, name: str) -> str:
        """Return a module that assigns a name of a module, or an attribute of what it names, from outside."""
        key = (home, name)
        if key not in self._known:
            self._known[key] = next(self._setting(home, name), "")
        return self._known[key]

    def paths(self, module: str) -> tuple[str, ...]:
        """Return the files that import a module or from it, sorted."""
        return tuple(sorted({place.path for place in self._places.get(module, ())}))

    @cached_property
    def _known(self) -> dict[tuple[str, str], str]:
        return {}

    @cached_property
    def _places(self) -> Mapping[str, Collection[_Place]]:
        """By module, who imports it."""
        found: dict[str, set[_Place]] = defaultdict(set)
        for edge in self.snapshot.graph.imports:
            if edge.name != "*":
                bound = edge.alias or edge.name or edge.imported.partition(".")[0]
                name = "" if edge.submodule else edge.name or ""
                found[loaded_by(edge)].add(_Place(edge.importer, edge.path, bound, name))
        return {module: sorted(places) for module, places in found.items()}

    def _setting(self, home: str, name: str) -> Iterator[str]:
        last = home.rpartition(".")[2]
        for place in self._places.get(home, ()):
            if place.importer != home:
                owners = {place.bound, last}
                if not self._may_set(place, name):
                    continue
                if any(_sets(chain, place, owners, name) for chain in self._assigned(place.path)):
                    yield place.importer

    def _may_set(self, place: _Place, name: str) -> bool:
        """Tell by words alone, which costs a tenth, whether a file may set a name of what it imports."""
        if place.path in self._chains:
            return True
        text = self.snapshot.read_text(place.path)
        if place.path not in self._with_setattr:
            self._with_setattr[place.path] = "setattr" in text
        is_named = place.name == name and f"{place.bound}." in text
        return self._with_setattr[place.path] or is_named or f".{name}" in text

    @cached_property
    def _with_setattr(self) -> dict[str, bool]:
        """By path, whether the text holds the word."""
        return {}

    def _assigned(self, path: str) -> tuple[_Chain, ...]:
        """Return the dotted names that a file assigns, in any scope, and what `setattr` is given."""
        if path not in self._chains:
            found = (
                _Chain(tuple((m[1] or m[2]).split(".")), bool(m[2]))
                for m in _STORES.finditer(self.snapshot.read_text(path))
            )
            self._chains[path] = tuple(dict.fromkeys(c for c in found if c.parts[0] not in {"self", "cls"}))
        return self._chains[path]

    @cached_property
    def _chains(self) -> dict[str, tuple[_Chain, ...]]:
        return {}


def _sets(chain: _Chain, place: _Place, owners: Collection[str], name: str) -> bool:
    parts = chain.parts
    if place.name == name and parts[0] == place.bound and (len(parts) > 1 or chain.by_name):
        return True
    if chain.by_name and parts[-1] in owners and not place.name:
        return True
    return any(one in owners and other == name for one, other in pairwise(parts))
