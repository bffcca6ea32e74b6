"""Different definitions that share a name, with how much their bodies have in common."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import combinations
from typing import NamedTuple

from importgraph.facts.model import Definition
from importgraph.findings.model import Evidence, Finding, Location, Severity
from importgraph.findings.test_code import is_test_code
from importgraph.graph.edited.since import of_modules
from importgraph.graph.model import Graph, Kind
from importgraph.snapshot import Snapshot

_TOKEN = re.compile(r"\w+|[^\w\s]")
__all__ = ["Duplicate", "DuplicateDefinition", "check_duplicates", "find_duplicates", "is_test_code"]

_SHINGLE = 3
_COMPARED = 8
"""Of a name with more definitions than this, the first ones by path are compared."""
_LEAST_LINES = 5
_ALIKE = 0.7
_SOME = 0.3
"""Definitions that have less in common share but a name, as `main` functions do."""
_MANY = 3


class DuplicateDefinition(Evidence, frozen=True):
    """One of the definitions."""

    module: str
    path: str
    line: int
    lines: int


class Duplicate(Evidence, frozen=True):
    """A name that several modules define."""

    name: str
    kind: str
    definitions: tuple[DuplicateDefinition, ...]
    similarity: float
    """Mean share of common three-token sequences over pairs of bodies (Jaccard), 0 to 1."""
    compared: int
    """How many of the definitions were compared."""

    @property
    def is_alike(self) -> bool:
        """Tell whether they have more in common than the name."""
        return self.similarity >= _SOME


def find_duplicates(snapshot: Snapshot) -> tuple[Duplicate, ...]:
    """Find classes and functions that share a name across modules; tests are left out.

    Returns:
        The names, most repeated lines (similarity times the lines of all but one) first; last those whose
        definitions have little but the name in common.
    """
    modules, since = snapshot.graph.modules, snapshot.since
    born = of_modules(since, "definitions", tuple[_Born, ...], modules, partial(_born, snapshot.graph))
    by_name: dict[tuple[str, str], list[tuple[str, _Born]]] = defaultdict(list)
    for module in modules:
        for one in born.get(module, ()):
            by_name[one.name, one.kind].append((module, one))
    compare = _Comparison(snapshot, since.load(_PART, _Kept) if since is not None else None)
    found = [
        compare.duplicate(
            name,
            kind,
            tuple(DuplicateDefinition(m, modules[m].path, one.line, one.lines) for m, one in places),
        )
        for (name, kind), places in by_name.items()
        if len(places) > 1
    ]
    if since is not None and not compare.known:
        since.keep(_PART, tuple(found))
    return tuple(sorted(found, key=lambda d: (not d.is_alike, -_repeated_lines(d), d.name, d.kind)))


class _Born(NamedTuple):
    """A class or function that a module defines, where it does so last."""

    name: str
    kind: str
    line: int
    lines: int


def _born(graph: Graph, name: str) -> tuple[_Born, ...]:
    """Return what a module defines by public names, nothing for tests and scripts."""
    module, facts = graph.modules[name], graph.facts.get(name)
    is_aside = module.kind in {Kind.TEST, Kind.CONFTEST, Kind.SCRIPT} or is_test_code(module.path)
    if facts is None or is_aside:
        return ()
    last: Mapping[str, Definition] = {d.name: d for d in facts.definitions if d.kind != "constant"}
    found = (one for one in last.values() if not one.name.startswith("__"))
    return tuple(_Born(one.name, one.kind, one.line, one.end_line - one.line + 1) for one in found)


def _repeated_lines(duplicate: Duplicate) -> int:
    lines = sorted(one.lines for one in duplicate.definitions)
    return round(duplicate.similarity * sum(lines[:-1]))


_Kept = tuple[Duplicate, ...]
_PART = "duplicates"


class _Comparison:
    def __init__(self, snapshot: Snapshot, known: _Kept | None) -> None:
        """Take the tree, and what was found of it as it was kept; that holds for texts which are the same."""
        changed = snapshot.since.changed if snapshot.since is not None else frozenset()
        self.known: dict[tuple[str, str, tuple[DuplicateDefinition, ...]], float] = {}
        """By name, kind and the definitions that are compared, how alike they are."""
        for one in known or ():
            compared = one.definitions[:_COMPARED]
            if changed.isdisjoint(place.module for place in compared):
                self.known[one.name, one.kind, compared] = one.similarity
        self._lines = lru_cache(maxsize=256)(lambda path: snapshot.read_text(path).splitlines())

    def duplicate(self, name: str, kind: str, places: tuple[DuplicateDefinition, ...]) -> Duplicate:
        compared = places[:_COMPARED]
        known = self.known.get((name, kind, compared))
        alike = self._alike(compared) if known is None else known
        return Duplicate(name, kind, places, alike, len(compared))

    def _alike(self, compared: Sequence[DuplicateDefinition]) -> float:
        bodies = [self._shingles(place) for place in compared]
        pairs = [_jaccard(one, two) for one, two in combinations(bodies, 2)]
        return round(sum(pairs) / len(pairs), 3)

    def _shingles(self, place: DuplicateDefinition) -> frozenset[tuple[str, ...]]:
        text = "\n".join(self._lines(place.path)[place.line - 1 : place.line - 1 + place.lines])
        tokens = _TOKEN.findall(text)
        shifted = (tokens[start:] for start in range(_SHINGLE))
        return frozenset(zip(*shifted, strict=False)) or frozenset([tuple(tokens)])


def _jaccard(one: frozenset[tuple[str, ...]], two: frozenset[tuple[str, ...]]) -> float:
    return len(one & two) / len(one | two) if one or two else 1.0


def check_duplicates(snapshot: Snapshot) -> Iterator[Finding]:
    """Report duplicated bodies, and classes of one name in three or more modules."""
    for duplicate in find_duplicates(snapshot):
        lines = max(one.lines for one in duplicate.definitions)
        count = len(duplicate.definitions)
        alike = duplicate.similarity >= _ALIKE and lines >= _LEAST_LINES
        scattered = duplicate.kind == "class" and count >= _MANY and duplicate.similarity >= _ALIKE / 2
        if alike or scattered:
            yield Finding(
                code="IG302",
                subject=duplicate.name,
                message=(
                    f"{duplicate.kind} `{duplicate.name}` is defined in {count} modules; "
                    f"their bodies are {duplicate.similarity:.0%} alike."
                ),
                severity=Severity.WARNING if alike and count >= _MANY else Severity.NOTE,
                locations=tuple(Location(one.path, one.line) for one in duplicate.definitions),
                evidence=duplicate,
                weight=_repeated_lines(duplicate),
            )
