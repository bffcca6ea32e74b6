"""Imports of first-party modules and names that are not there, with where they went."""

from collections.abc import Iterator
from enum import StrEnum

from importgraph.facts.model import Guard, Origin
from importgraph.findings.missing.copies import copied_folders
from importgraph.findings.missing.failing_reach import FailingReach
from importgraph.findings.missing.lone_namespaces import LoneNamespaces
from importgraph.findings.missing.moved import Traces
from importgraph.findings.missing.unresolved_known import Known, only_for_type_checkers
from importgraph.findings.missing.wrong_roots import WrongRoot, find_wrong_roots
from importgraph.findings.model import Evidence
from importgraph.findings.test_code import is_fixture
from importgraph.graph.edited.asked_since import of_asking_modules
from importgraph.graph.model import ImportEdge, Kind
from importgraph.names import is_within
from importgraph.snapshot import Snapshot, once_per_snapshot

REASONS = {
    "IG401": "missing module",
    "IG402": "missing name",
    "IG403": "past the top-level package",
    "IG404": "optional, missing",
}


class State(StrEnum):
    """Who is concerned when an import fails, from the most to the least."""

    LIVE = "live"
    """An entry point or a test file reaches the module."""
    LOOSE = "loose"
    """Nothing reaches it: a script, or a module that nobody imports."""
    FIXTURE = "fixture"
    """Below tests, and nothing imports it."""
    COPY = "copy"
    """In a copy, an archive or a backup of other folders."""


class Unresolved(Evidence, frozen=True):
    """One import that cannot succeed."""

    importer: str
    path: str
    line: int
    column: int
    target: str
    """The module that is asked for, absolute where that can be said."""
    name: str | None
    """The name that is asked for, where the module is there."""
    code: str
    reason: str
    suggestion: str | None
    """The path that works, where there is evidence for it."""
    type_only: bool = False
    """Only type checkers see it: nothing fails at run time."""
    evidence: str = ""
    """What shows where it went."""
    hint: str | None = None
    """A path that only looks alike."""
    state: State = State.LIVE
    folder: str = ""
    """The copied folder it stands in."""
    wanted: str | None = None
    """The name that the statement takes."""

    @property
    def asked(self) -> str:
        """The dotted name that is not there."""
        return f"{self.target}.{self.name}" if self.name else self.target


class Failing(Evidence, frozen=True):
    """All that a tree says of imports that cannot succeed."""

    imports: tuple[Unresolved, ...]
    """Sorted by place."""
    edges: tuple[ImportEdge, ...]
    """Their edges, in the same order."""
    wrong_roots: tuple[WrongRoot, ...]
    """Packages whose source root is probably wrong; their imports are not in the list."""
    copies: dict[str, str]
    """By folder that is a copy, what it is a copy of; empty where only its name says so."""


def find_unresolved(snapshot: Snapshot) -> tuple[Unresolved, ...]:
    """Find the imports that fail for what the tree does not hold, sorted by place.

    What the build makes is not reported, nor a module of a package with native sources beside it.
    """
    return find_failing(snapshot).imports


@once_per_snapshot
def find_failing(snapshot: Snapshot) -> Failing:
    """Find the imports that fail, and the packages of which most fail because their root is wrong."""
    known = Known(snapshot)
    missing = [
        (edge, target)
        for edge, target in _lacking(snapshot)
        if edge.active
        and not edge.recovered
        and edge.origin is not Origin.MOCK
        and not known.accounts_for(edge, target)
    ]
    roots = find_wrong_roots(snapshot.graph, missing)
    rest = [(edge, target) for edge, target in missing if not _is_explained(target, roots)]
    found = _Judge(snapshot, rest)
    imports = tuple(found.judge(edge, target) for edge, target in rest)
    return Failing(imports, tuple(edge for edge, _ in rest), roots, dict(found.copies))


def _lacking(snapshot: Snapshot) -> Iterator[tuple[ImportEdge, str]]:
    """Yield the imports of what the tree does not show, sorted by place, with what is not there."""
    graph, resolver, lone = snapshot.graph, snapshot.resolver, LoneNamespaces(snapshot)
    if lone.are_known:
        for edge in (*graph.imports, *graph.notebook_imports):
            target = edge.missing or only_for_type_checkers(edge, resolver) or lone.lacks(edge)
            if target:
                yield edge, target
        return

    def places(name: str) -> tuple[tuple[int, str], ...]:
        edges = enumerate(graph.imports_of(name))
        found = ((n, edge.missing or only_for_type_checkers(edge, resolver)) for n, edge in edges)
        return tuple((number, target) for number, target in found if target)

    asked = (snapshot.since, resolver)
    by_module = of_asking_modules(asked, "lacking", tuple[tuple[int, str], ...], graph.facts, places)
    for name in sorted(by_module, key=lambda name: graph.modules[name].path):
        edges = graph.imports_of(name)
        yield from ((edges[number], target) for number, target in by_module[name])
    for edge in graph.notebook_imports:
        target = edge.missing or only_for_type_checkers(edge, resolver)
        if target:
            yield edge, target


def _is_explained(target: str, roots: tuple[WrongRoot, ...]) -> bool:
    return any(is_within(target, root.package) for root in roots)


class _Judge:
    """Says of each failing import what is known."""

    def __init__(self, snapshot: Snapshot, missing: list[tuple[ImportEdge, str]]) -> None:
        self.graph = snapshot.graph
        self.reach = FailingReach(snapshot)
        self.traces = Traces(snapshot, missing)
        is_needed = any(edge.importer not in self.reach.live for edge, _ in missing) if missing else False
        self.copies = copied_folders(snapshot.graph, self.reach.live) if is_needed else {}

    def judge(self, edge: ImportEdge, missing: str) -> Unresolved:
        holder = self.graph.modules.get(edge.imported)
        code = _code(edge, missing, is_part=holder is not None and holder.kind is Kind.NAMESPACE)
        by_name = code == "IG402"
        trace = self.traces.of(edge, missing, is_name=by_name)
        state, folder = self._state(edge)
        return Unresolved(
            importer=edge.importer,
            path=edge.path,
            line=edge.line,
            column=edge.column,
            target=edge.imported if by_name else missing,
            name=edge.name if by_name else None,
            code=code,
            reason=REASONS[code],
            suggestion=trace.suggestion or None,
            type_only=Guard.TYPE_CHECKING in edge.guards,
            evidence=trace.evidence,
            hint=trace.hint or None,
            state=state,
            folder=folder,
            wanted=edge.name,
        )

    def _state(self, edge: ImportEdge) -> tuple[State, str]:
        if edge.importer in self.reach.live:
            return State.LIVE, ""
        for folder in self.copies:
            if edge.path.startswith(f"{folder}/"):
                return State.COPY, folder
        return (State.FIXTURE if is_fixture(edge.path) else State.LOOSE), ""


def _code(edge: ImportEdge, missing: str, *, is_part: bool) -> str:
    if Guard.OPTIONAL in edge.guards or edge.tried:
        return "IG404"
    if missing.startswith("."):
        return "IG403"
    is_name = edge.name is not None and missing == f"{edge.imported}.{edge.name}"
    return "IG402" if is_name and not is_part else "IG401"
