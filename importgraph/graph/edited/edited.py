"""The graph of a tree of which some files were edited, from the one that was kept."""

import dataclasses
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from msgspec.structs import replace

from importgraph.facts.model import Guard, ModuleFacts
from importgraph.facts.parse import parse_module
from importgraph.graph.dynamic import table_answers
from importgraph.graph.edges import module_edges
from importgraph.graph.edited.contributions import SomeFacts, World
from importgraph.graph.edited.local_edits import Edits
from importgraph.graph.edited.packing import KeptGraph
from importgraph.graph.model import AtImport, Call, ImportEdge, Ran
from importgraph.graph.outside.outside_names import Installed
from importgraph.graph.running.failing import ASIDE, is_needed
from importgraph.graph.running.policy import GraphPolicy
from importgraph.graph.views import loaded_by

IsMissing = Callable[[str, str], bool]
"""Tells whether a name from outside, for a module of the tree, cannot be imported."""


class NotLocalError(Exception):
    """More than the edges of the edited files may change; its text says why."""


class EditedGraph(KeptGraph):
    """A kept graph in which the edges and facts of some modules are those of now."""

    def __init__(self, edits: Edits) -> None:
        """Take the edits.

        Raises:
            NotLocalError: If the rest of the graph may not be as it was.
        """
        reason = edits.refusal()
        if reason:
            raise NotLocalError(reason)
        kept = edits.kept
        fresh = {name: _Fresh(edits, name) for name in edits.parsed}
        for one in fresh.values():
            one.check(edits.policy.is_missing)
        changed = {name: one.facts for name, one in edits.parsed.items()}
        by_path = {kept.modules[name].path: one for name, one in fresh.items()}
        pieces, ran = _spliced(kept, by_path)
        self.__dict__.update(vars(kept))
        for name in ("imports", "by_importer"):
            self.__dict__.pop(name, None)
        if kept.since is not None:
            self.__dict__["since"] = dataclasses.replace(kept.since, changed=frozenset(changed))
        self.__dict__.update(
            facts=SomeFacts(kept.facts, changed, kept.facts),
            ran=ran,
            calls=tuple(_moved(kept.calls, {path: one.lines for path, one in by_path.items()})),
            _kept=kept,
            _pieces=pieces,
        )

    @cached_property
    def imports(self) -> tuple[ImportEdge, ...]:
        """The edges, all decoded at once."""
        kept: KeptGraph = self.__dict__["_kept"]
        pieces: Sequence[_Piece] = self.__dict__["_pieces"]
        parts = (kept.imports[p.first : p.last] if p.made is None else p.made for p in pieces)
        return tuple(chain.from_iterable(parts))

    def edges_of(self, path: str) -> Sequence[ImportEdge]:
        """Return the edges of a path, decoded by themselves where the rest is not."""
        kept: KeptGraph = self.__dict__["_kept"]
        pieces: Sequence[_Piece] = self.__dict__["_pieces"]
        made = next((piece.made for piece in pieces if piece.path == path and piece.made is not None), None)
        return made if made is not None else kept.edges_of(path)

    def start_of(self, path: str) -> int:
        """Return where among all edges those of a path that has some begin."""
        kept: KeptGraph = self.__dict__["_kept"]
        first, place = kept.span(path)[0], 0
        for piece in self.__dict__["_pieces"]:
            if piece.path == path if piece.made is not None else piece.first <= first < piece.last:
                return place + (first - piece.first if piece.made is None else 0)
            place += piece.last - piece.first if piece.made is None else len(piece.made)
        return place

    def edge_at(self, index: int) -> ImportEdge:
        """Return the import at a place among all."""
        if "imports" in self.__dict__:
            return self.imports[index]
        kept: KeptGraph = self.__dict__["_kept"]
        for piece in self.__dict__["_pieces"]:
            size = piece.last - piece.first if piece.made is None else len(piece.made)
            if index < size:
                return kept.edge_at(piece.first + index) if piece.made is None else piece.made[index]
            index -= size
        raise IndexError(index)


class _Piece(NamedTuple):
    """Edges in a row: those of one edited file, or from where to where they stand among the kept ones."""

    first: int
    last: int
    path: str = ""
    made: Sequence[ImportEdge] | None = None


class _Fresh:
    """The edges of one edited module."""

    def __init__(self, edits: Edits, name: str) -> None:
        old, new = edits.worlds
        self.name = name
        same = edits.same.get(name)
        self.lines: Mapping[int, int] = same.lines if same is not None else {}
        self._failing = frozenset(edits.kept.trace.failing)
        self._facts = old.facts[name], new.facts[name]
        module = edits.kept.modules[name]
        self._stated = [list(module_edges(module, world.resolver)) for world in (old, new)]
        answers = [
            list(table_answers(world.resolver, edges))
            for world, edges in zip((old, new), self._stated, strict=True)
        ]
        self._trace = edits.kept.traced(name)
        self._old_answers = answers[0]
        self._new = [*self._stated[1], *answers[1]]

    def check(self, is_missing: IsMissing) -> None:
        """Refuse imports that may make the module fail.

        Raises:
            NotLocalError: If it imports what is not there, or a module that fails.
        """
        known = {edge.imported for edge in self._stated[0] if is_needed(edge)}
        tried = {edge.imported for edge in self._stated[0] if edge.tried}
        lacking = {edge.missing for edge in self._stated[0]}
        for edge in self._stated[1]:
            if edge.tried and not edge.external and edge.imported not in tried:
                raise NotLocalError(f"{self.name}: it tries another module of the tree")
            if self._trace.walked and edge.missing not in lacking:
                raise NotLocalError(f"{self.name}: it may fail where that is caught")
            if edge.tried and loaded_by(edge) in self._failing:
                raise NotLocalError(f"{self.name}: it tries a module that fails")
            if is_needed(edge) and edge.imported not in known:
                fails = is_missing(edge.imported, self.name) if edge.external else False
                if fails or loaded_by(edge) in self._failing:
                    raise NotLocalError(f"{self.name}: it may fail at a new import")

    def edges(self, before: Sequence[ImportEdge]) -> tuple[list[ImportEdge], dict[int, int]]:
        """Return the edges of now, sorted, and by place among those before where a function's are now.

        Args:
            before: The edges of the kept graph, as they stand there.

        Raises:
            NotLocalError: If an evaluation found edges that text does not show, or that are gone.
        """
        if sum(edge.index < 0 for edge in before) != len(self._old_answers):
            raise NotLocalError(f"{self.name}: an evaluation found imports that text does not show")
        ran = self._verdicts(before)
        made = [self._decided(edge, ran) for edge in self._new]
        made.sort(key=lambda edge: (edge.path, edge.line, edge.column, edge.index, edge.imported))
        place = {edge.index: number for number, edge in enumerate(made) if edge.index >= 0}
        now = {old: place[new] for old, new in self._same_imports().items()}
        return made, {number: now[edge.index] for number, edge in enumerate(before) if edge.index in now}

    def _verdicts(self, before: Iterable[ImportEdge]) -> Mapping[int, AtImport]:
        """Return by index of an import of now what an evaluation said of it before."""
        same = self._same_imports()
        found: dict[int, AtImport] = {}
        for edge in before:
            stated = self._stated[0][edge.index] if edge.index >= 0 else edge
            if edge.index in same:
                found[same[edge.index]] = edge.at_import
            elif edge.index >= 0 and edge.at_import is not self._by_default(stated):
                raise NotLocalError(f"{self.name}: an import that was evaluated is gone")
        return found

    def _decided(self, edge: ImportEdge, verdicts: Mapping[int, AtImport]) -> ImportEdge:
        said = verdicts.get(edge.index) if edge.index >= 0 else None
        verdict = said if said is not None else self._by_default(edge)
        return edge if verdict is edge.at_import else replace(edge, at_import=verdict)

    def _by_default(self, edge: ImportEdge) -> AtImport:
        """Return whether an import runs that no evaluation met."""
        if edge.tried and loaded_by(edge) in self._failing:
            return AtImport.NO
        is_aside = edge.lazy or Guard.TYPE_CHECKING in edge.guards or edge.origin in ASIDE
        return AtImport.NO if edge.function >= 0 and not is_aside else edge.at_import

    def _same_imports(self) -> Mapping[int, int]:
        """Return by index of an import in evaluated code the index of the same one now."""
        if not self._trace.text:
            return {}
        old, new = (
            self._by_body(facts, lines) for facts, lines in zip(self._facts, (self.lines, None), strict=True)
        )
        return {
            index: new[body][count]
            for body, indices in old.items()
            if len(new.get(body, ())) == len(indices)
            for count, index in enumerate(indices)
        }

    def _by_body(self, facts: ModuleFacts, lines: Mapping[int, int] | None) -> Mapping[object, list[int]]:
        """Return the imports of each body that was read, by its name and line, or by line of the module body.

        The lines are those of now.
        """
        found: dict[object, list[int]] = defaultdict(list)
        for index, item in enumerate(facts.imports):
            function = facts.functions[item.function] if item.function >= 0 else None
            line = function.line if function is not None else item.line
            now = line if lines is None else lines.get(line)
            if now is not None:
                found[function.qualname if function is not None else "", now].append(index)
        return found


def _spliced(kept: KeptGraph, fresh: Mapping[str, _Fresh]) -> tuple[list[_Piece], tuple[Ran, ...]]:
    """Return all edges, and the imports in functions that run, with the edges of some paths made anew."""
    pieces: list[_Piece] = []
    starts: list[int] = []
    shifts: list[int | Mapping[int, int]] = []
    place = 0
    for path, start, end in _spans(kept, sorted(fresh)):
        starts.append(start)
        if path in fresh:
            made, moved = fresh[path].edges(kept.edges_of(path))
            shifts.append({start + old: place + new for old, new in moved.items()})
            pieces.append(_Piece(start, end, path, made))
            place += len(made)
        else:
            shifts.append(place - start)
            pieces.append(_Piece(start, end))
            place += end - start
    ran = []
    for one in kept.ran:
        shift = shifts[bisect_right(starts, one.index) - 1]
        now = one.index + shift if isinstance(shift, int) else shift.get(one.index)
        if now is None:
            raise NotLocalError("an import in a function that runs is gone")
        ran.append(replace(one, index=now))
    return pieces, tuple(sorted(ran, key=lambda one: (one.node, one.index)))


def _spans(kept: KeptGraph, paths: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    """Yield where the edges of some paths stand, and between them those of all others under no path."""
    start = 0
    for path in paths:
        first, last = kept.span(path)
        yield "", start, first
        yield path, first, last
        start = last
    yield "", start, kept.count


def _moved(calls: Iterable[Call], lines: Mapping[str, Mapping[int, int]]) -> list[Call]:
    """Return the calls with their lines of now, sorted."""
    found = []
    for call in calls:
        if call.path in lines:
            if call.line not in lines[call.path]:
                raise NotLocalError(f"{call.path}:{call.line}: a call that ran is gone")
            call = replace(call, line=lines[call.path][call.line])  # noqa: PLW2901 -- the same call, moved
        found.append(call)
    return sorted(found, key=lambda call: (call.caller, call.function, call.line))


def edited(
    kept: KeptGraph, paths: Iterable[str], read: Callable[[str], bytes], installed: Installed | None
) -> KeptGraph:
    """Return the graph of now.

    Args:
        kept: The graph as it was kept.
        paths: The files whose texts changed since.
        read: Returns the bytes of a file of the tree by its path.
        installed: What can be imported from outside the tree; None where that is not known.

    Raises:
        NotLocalError: If more than the edges of these files may have changed: the graph is to be built.
    """
    by_path = {module.path: name for name, module in kept.modules.items() if module.path}
    try:
        texts = {by_path[path]: read(path) for path in paths}
    except OSError as error:
        raise NotLocalError(f"{error.filename} cannot be read") from error
    parsed = {name: parse_module(text) for name, text in texts.items()}

    def policy_of(world: World) -> GraphPolicy:
        return GraphPolicy(world.resolver, world.relevance, read, installed, kept.other.compiled)

    return EditedGraph(Edits(kept, parsed, texts, policy_of))
