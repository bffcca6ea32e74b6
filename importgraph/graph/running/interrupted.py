"""Bodies that a failure ends early while somebody catches it: what stands below need not run.

A name is not there yet where the module that binds it is still running: it has imported, from above, the one
that takes the name. Which module of a cycle begins depends on who starts, so every way in is tried.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec.structs import replace

from importgraph.facts.model import Import, StepKind
from importgraph.graph.depth_first import strong_components
from importgraph.graph.model import AtImport, Call, ImportEdge
from importgraph.graph.resolve import Resolver
from importgraph.graph.running.failing import is_needed
from importgraph.graph.views import loaded_by, reachable
from importgraph.names import ancestors, parent

_BINDING = frozenset({StepKind.IMPORT, StepKind.FUNCTION, StepKind.CLASS, StepKind.BIND})

Arcs: TypeAlias = Mapping[str, Sequence[str]]
Lines: TypeAlias = Mapping[str, int]
"""By module whose failure may be caught, the line of the first import that may fail."""


def interruptions(edges: Sequence[ImportEdge], resolver: Resolver) -> Lines:
    """Return where bodies may end early although the import that began them succeeds.

    Args:
        edges: The imports, with whether they run.
        resolver: What knows the names of modules; what it is asked is noted there.
    """
    tried = [edge for edge in edges if edge.tried and _is_followed(edge)]
    if not tried:
        return {}
    running: dict[str, list[ImportEdge]] = defaultdict(list)
    for edge in edges:
        if _is_followed(edge) and not edge.fallback:
            running[edge.importer].append(edge)
    arcs = {name: _targets(name, running.get(name, ()), resolver) for name in resolver.modules}
    caught = reachable(arcs, {loaded_by(edge) for edge in tried} & resolver.modules.keys())
    missing = {
        edge.importer: edge.line
        for name in caught
        for edge in reversed(running.get(name, ()))
        if edge.missing and is_needed(edge)
    }
    _spread(missing, [edge for name in caught for edge in running.get(name, ())] if missing else ())
    found = [missing]
    for part in strong_components(caught, {name: arcs.get(name, ()) for name in caught}):
        if len(part) > 1:
            found += _Cycle(frozenset(part), running, resolver).failures(arcs, tried)
    lines = {name: min(one[name] for one in found if name in one) for one in found for name in one}
    resolver.walked.update(caught)
    resolver.ordered.update(lines)
    resolver.ordered.update(edge.importer for edge in tried if loaded_by(edge) in lines)
    return lines


def _is_followed(edge: ImportEdge) -> bool:
    return edge.function < 0 and not edge.external and edge.at_import is AtImport.RUNS


def _targets(name: str, edges: Iterable[ImportEdge], resolver: Resolver) -> tuple[str, ...]:
    above = parent(name)
    targets = dict.fromkeys(loaded_by(edge) for edge in edges)
    return (*([above] if above in resolver.modules else []), *targets)


def _spread(found: dict[str, int], edges: Iterable[ImportEdge]) -> None:
    """Add who imports a module that may fail, unless he catches that."""
    takers: dict[str, list[ImportEdge]] = defaultdict(list)
    for edge in edges:
        if is_needed(edge):
            takers[loaded_by(edge)].append(edge)
    work = list(found)
    while work:
        for edge in takers[work.pop()]:
            if edge.line < found.get(edge.importer, edge.line + 1):
                found[edge.importer] = edge.line
                work.append(edge.importer)


@dataclass(slots=True)
class _Body:
    """A module of a cycle that runs."""

    module: str
    edges: Sequence[ImportEdge]
    position: int = 0

    @property
    def edge(self) -> ImportEdge:
        """The import where it is."""
        return self.edges[self.position]


@dataclass(slots=True)
class _Cycle:
    """Runs the imports of modules that import each other, from each that may be the first of them."""

    members: frozenset[str]
    running: Mapping[str, Sequence[ImportEdge]]
    resolver: Resolver
    stack: list[_Body] = field(default_factory=list)
    begun: set[str] = field(default_factory=set)
    ended: list[dict[str, int]] = field(default_factory=list)
    """The bodies that failures ended, with the lines: of each failure that a body of the cycle catches."""

    def failures(self, arcs: Arcs, tried: Iterable[ImportEdge]) -> list[dict[str, int]]:
        """Return the bodies that caught failures end, by every way in.

        The ways in are the members in no package of the cycle.

        Args:
            arcs: What each module imports, of the cycle or not.
            tried: The imports whose failure is caught, from outside the cycle, too.
        """
        inside = {n: [e for e in self.running[n] if loaded_by(e) in self.members] for n in self.members}
        ways: Mapping[str, dict[str, int]] | None = None
        for first in sorted(self.members):
            if self.members.isdisjoint(ancestors(first)):
                uncaught = self._run(first, inside)
                if uncaught and ways is None:
                    ways = dict(self._ways_in(arcs, tried))
                if uncaught and ways is not None and first in ways:
                    self.ended.append({**ways[first], **uncaught})
        return self.ended

    def _run(self, first: str, inside: Mapping[str, Sequence[ImportEdge]]) -> dict[str, int]:
        """Run the cycle from one member; return the bodies that a failure which nobody catches ends."""
        self.begun.clear()
        self._begin(first, inside)
        while self.stack:
            uncaught = self._step(inside)
            if uncaught:
                return uncaught
        return {}

    def _ways_in(self, arcs: Arcs, tried: Iterable[ImportEdge]) -> Iterator[tuple[str, dict[str, int]]]:
        """Yield the members that a tried import begins first, with the line where each body on the way is."""
        takers: dict[str, list[str]] = defaultdict(list)
        for name, targets in arcs.items():
            for target in targets:
                takers[target].append(name)
        leading = reachable(takers, self.members)
        for edge in tried:
            if edge.importer in self.members or not leading.isdisjoint(ancestors(edge.importer)):
                continue
            first = next((one for one in self.running[edge.importer] if _begun(one, leading)), edge)
            way: dict[str, int] = {}
            module = _begun(edge, leading) if first.line >= edge.line else ""
            while module and module not in self.members and module not in way:
                step = next((one for one in self.running[module] if _begun(one, leading)), None)
                way[module] = step.line if step is not None else 0
                module = _begun(step, leading) if step is not None else ""
            if module in self.members:
                yield module, way

    def _begin(self, module: str, inside: Mapping[str, Sequence[ImportEdge]]) -> None:
        self.begun.add(module)
        self.stack.append(_Body(module, inside[module]))

    def _step(self, inside: Mapping[str, Sequence[ImportEdge]]) -> dict[str, int]:
        """Begin what the present import needs, or go on behind it; return the bodies that a failure ends."""
        body = self.stack[-1]
        if body.position == len(body.edges):
            self.stack.pop()
            return {}
        loaded = loaded_by(body.edge)
        for needed in (*ancestors(loaded), loaded):
            if needed in self.members and needed not in self.begun:
                self._begin(needed, inside)
                return {}
        if self._lacks(body.edge):
            return self._fail()
        body.position += 1
        return {}

    def _lacks(self, edge: ImportEdge) -> bool:
        """Tell whether the module that should bind a name is still above the statement that does."""
        source, name = edge.imported, edge.name
        current = next((body for body in self.stack if body.module == source), None)
        names = self.resolver.names(source) if current is not None and source != edge.importer else None
        if current is None or names is None or name is None or edge.submodule:
            return False
        if names.bindings.get(name) is None:
            return False
        self.resolver.ordered.add(source)
        first = next((s.line for s in names.facts.body if s.name == name and s.kind in _BINDING), 0)
        return first > current.edge.line

    def _fail(self) -> dict[str, int]:
        """End bodies up to the one that catches the failure; return them if there is none."""
        ended: dict[str, int] = {}
        while self.stack:
            body = self.stack[-1]
            if body.edge.tried:
                body.position += 1
                self.ended.append(ended)
                return {}
            ended[body.module] = body.edge.line
            self.begun.discard(body.module)
            self.stack.pop()
        return ended


def _begun(edge: ImportEdge, leading: Collection[str]) -> str:
    """Return the module that an import begins first of those that lead to a cycle, or nothing."""
    loaded = loaded_by(edge)
    return next((name for name in (*ancestors(loaded), loaded) if name in leading), "")


def unsure(edges: list[ImportEdge], lines: Lines, resolver: Resolver) -> list[ImportEdge]:
    """Return the imports: what a failure keeps from running may run, and so may what its handlers import."""
    if not lines:
        return edges
    tries: dict[tuple[str, int], int] = {}
    for edge in edges:
        if edge.tried and _is_followed(edge) and edge.index >= 0 and loaded_by(edge) in lines:
            tries.setdefault((edge.importer, _item(edge, resolver).tried), edge.line)
    return [
        replace(edge, at_import=AtImport.MAY) if _is_unsure(edge, lines, tries, resolver) else edge
        for edge in edges
    ]


def _is_unsure(
    edge: ImportEdge, lines: Lines, tries: Mapping[tuple[str, int], int], resolver: Resolver
) -> bool:
    if edge.function >= 0 or not edge.active or edge.at_import is AtImport.MAY:
        return False
    runs = edge.at_import is AtImport.RUNS
    if runs and (edge.line > lines.get(edge.importer, edge.line) or _is_below_failing(edge, lines)):
        return True
    if edge.index < 0:
        return False
    item = _item(edge, resolver)
    if runs:
        return edge.line > tries.get((edge.importer, item.tried), edge.line)
    return item.handles >= 0 and (edge.importer, item.handles) in tries


def _is_below_failing(edge: ImportEdge, lines: Lines) -> bool:
    """Tell whether an import needs a package first that may fail, from outside of it."""
    around = [name for name in ancestors(loaded_by(edge)) if name in lines]
    return any(edge.importer != name and not edge.importer.startswith(f"{name}.") for name in around)


def _item(edge: ImportEdge, resolver: Resolver) -> Import:
    return resolver.facts[edge.importer].imports[edge.index]


def unsure_calls(calls: Iterable[Call], lines: Lines) -> Iterator[Call]:
    """Yield the calls; those that a failure may keep from running are not sure."""
    for call in calls:
        late = call.certain and call.line > lines.get(call.caller, call.line)
        yield replace(call, certain=False) if late else call
