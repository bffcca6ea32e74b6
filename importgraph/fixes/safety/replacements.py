"""Which modules of a tree put something else in the place of a name of another module, by text."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from importgraph.graph.model import ImportEdge
from importgraph.graph.views import loaded_by
from importgraph.snapshot import Snapshot

_STORED = re.compile(r"(\.\w+)[ \t]*=(?!=)")
"""The last link of what is assigned: a pattern that begins with a dot is looked for much faster."""
_ASSIGNED = re.compile(r"[ \t]*([A-Za-z_]\w*(?:\.\w+)+)")
_SET = re.compile(r"setattr\(\s*([A-Za-z_][\w.]*)\s*,")


class Chain(NamedTuple):
    """A dotted name that is assigned."""

    parts: tuple[str, ...]
    by_name: bool
    """`setattr` sets some attribute of it."""


@dataclass(frozen=True, slots=True)
class _Importer:
    """What one module imports from another."""

    name: str
    path: str
    bound: Mapping[str, Collection[str]]
    """By name of the imported module, what it is called here; by the empty name, the module itself."""
    owners: Collection[str]
    """All that is imported, as it is called here, and the last part of the imported module's name."""


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
        return tuple(sorted({one.path for one in self._importers_of(module)}))

    @cached_property
    def _known(self) -> dict[tuple[str, str], str]:
        return {}

    def _importers_of(self, module: str) -> Sequence[_Importer]:
        """Return who imports a module, sorted."""
        if module not in self._importers:
            found: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(dict)
            for edge in self._edges.get(module, ()):
                bound = edge.alias or edge.name or edge.imported.partition(".")[0]
                name = "" if edge.submodule else edge.name or ""
                found[edge.importer, edge.path].setdefault(name, set()).add(bound)
            last = module.rpartition(".")[2]
            self._importers[module] = [
                _Importer(*importer, found[importer], {last}.union(*found[importer].values()))
                for importer in sorted(found)
            ]
        return self._importers[module]

    @cached_property
    def _importers(self) -> dict[str, Sequence[_Importer]]:
        return {}

    @cached_property
    def _edges(self) -> Mapping[str, Sequence[ImportEdge]]:
        """By module, the imports that load it."""
        found: dict[str, list[ImportEdge]] = defaultdict(list)
        for edge in self.snapshot.graph.imports:
            if edge.name != "*":
                found[loaded_by(edge)].append(edge)
        return found

    def _setting(self, home: str, name: str) -> Iterator[str]:
        last, written = home.rpartition(".")[2], f".{name}".encode()
        for one in self._importers_of(home):
            if one.name != home and self._may_set(one, name, written):
                itself = {*one.bound[""], last} if "" in one.bound else ()
                if any(_sets(chain, one, itself, name) for chain in self._assigned(one.path)):
                    yield one.name

    def _may_set(self, one: _Importer, name: str, written: bytes) -> bool:
        """Tell by words alone, which costs a tenth, whether a file may set a name of what it imports.

        Args:
            one: Who imports it.
            name: The name.
            written: The name as it stands behind a dot.
        """
        if one.path in self._chains:
            return True
        source = self.snapshot.read_bytes(one.path)
        if one.path not in self._with_setattr:
            self._with_setattr[one.path] = b"setattr" in source
        if self._with_setattr[one.path] or written in source or not name.isascii():
            return True
        return name in one.bound and any(f"{bound}.".encode() in source for bound in one.bound[name])

    @cached_property
    def _with_setattr(self) -> dict[str, bool]:
        """By path, whether the text holds the word."""
        return {}

    def _assigned(self, path: str) -> tuple[Chain, ...]:
        """Return the dotted names that a file assigns, in any scope, and what `setattr` is given."""
        if path not in self._chains:
            found = chains_set(self.snapshot.read_text(path))
            self._chains[path] = tuple(dict.fromkeys(c for c in found if c.parts[0] not in {"self", "cls"}))
        return self._chains[path]

    @cached_property
    def _chains(self) -> dict[str, tuple[Chain, ...]]:
        return {}


def chains_set(text: str) -> Iterator[Chain]:
    """Yield the dotted names that statements of a text assign, and then those that `setattr` is given."""
    for match in _STORED.finditer(text):
        start = max(text.rfind("\n", 0, match.start()), text.rfind(";", 0, match.start())) + 1
        whole = _ASSIGNED.fullmatch(text, start, match.end(1))
        if whole is not None:
            yield Chain(tuple(whole[1].split(".")), by_name=False)
    for match in _SET.finditer(text):
        before = text[match.start() - 1 : match.start()]
        if not (before.isalnum() or before == "_"):
            yield Chain(tuple(match[1].split(".")), by_name=True)


def _sets(chain: Chain, one: _Importer, itself: Collection[str], name: str) -> bool:
    """Tell whether an assignment sets a name of what a module imports.

    Args:
        chain: What is assigned.
        one: Who assigns it, with what it imports.
        itself: What it calls the imported module itself; nothing where it imports names alone.
        name: The name.
    """
    parts = chain.parts
    if parts[0] in one.bound.get(name, ()) and (len(parts) > 1 or chain.by_name):
        return True
    if chain.by_name and parts[-1] in itself:
        return True
    return any(owner in one.owners and other == name for owner, other in pairwise(parts))
