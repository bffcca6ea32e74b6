"""The graph for the page: nodes, the statements between them, and what loads what at import.

Everything is an array of numbers. A node goes by its place, a text by its place in the table of strings; what
belongs to one node stands in one list, so that the page can open a module without looking at the others.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from importgraph.costs.cost import Cost
from importgraph.environment.finder import Owner
from importgraph.facts.model import Guard, Origin, Scope
from importgraph.findings.groups import group_of
from importgraph.findings.loads import loads
from importgraph.graph.model import AtImport, Call, ImportEdge, Kind, OutsideImport
from importgraph.graph.views import Arc, View, is_function
from importgraph.report.strings import Strings
from importgraph.snapshot import Snapshot

NODE_KINDS = (*(kind.value for kind in Kind), "standard", "library", "function", "start")
"""What a node can be; nodes name their kind by its place here."""
MOMENTS = ("runs", "may run", "deferred", "lazy", "type-only", "other target", "mock")
"""When a statement runs; statements name it by its place here."""
IMPORT, CALL, IMPLIED, OUTSIDE = range(4)
"""What makes one node load another."""
UNCERTAIN = 4
"""Added to the above where a condition that text cannot decide stands around it."""


class Nodes:
    """The modules of a tree and all that they name, each with its place."""

    def __init__(self, snapshot: Snapshot, view: View, strings: Strings) -> None:
        self._snapshot = snapshot
        self._strings = strings
        self.places: dict[str, int] = {}
        outside = {edge.imported for edge in snapshot.graph.imports if _is_somewhere(edge)}
        for name in (*snapshot.graph.modules, *view.nodes, *sorted(outside - view.known)):
            self.places.setdefault(name, len(self.places))

    def document(self) -> dict[str, Any]:
        """Return the columns of the table of nodes; a cost of -1 is unknown, others are microseconds."""
        names = list(self.places)
        costs = [self._cost(name) for name in names]
        modules = self._snapshot.graph.modules
        paths = map(self.path_of, names)
        return {
            "kinds": NODE_KINDS,
            "name": [self._strings.add(name) for name in names],
            "kind": [NODE_KINDS.index(self._kind(name)) for name in names],
            "cost": [-1 if cost is None else cost.us for cost in costs],
            "measured": [place for place, cost in enumerate(costs) if cost is not None and cost.measured],
            "path": [self._strings.add(path) for path in paths],
            "broken": [self.places[name] for name, module in modules.items() if module.broken],
            "group": [self._strings.add(self._group(name)) for name in names],
        }

    def _cost(self, name: str) -> Cost | None:
        """Return what a node costs; where a run was measured, what it did not load is not estimated."""
        cost = self._snapshot.cost(name)
        counts = self._snapshot.estimated or cost is None or cost.measured or not cost.us
        return cost if counts else None

    def _group(self, name: str) -> str:
        """Return the library that a node counts to; nothing for what is ours."""
        key = group_of(self._snapshot, name)
        return key if key != name else ""

    def path_of(self, name: str) -> str:
        """Return the file of a module of the tree, or of the module that a function stands in."""
        module = self._snapshot.graph.modules.get(name.partition(":")[0])
        return module.path if module is not None else ""

    def _kind(self, name: str) -> str:
        module = self._snapshot.graph.modules.get(name)
        if module is not None:
            return module.kind.value
        if name.startswith("<"):
            return "start"
        if is_function(name):
            return "function"
        return "standard" if self._snapshot.owner(name) is Owner.STANDARD else "library"


def _is_somewhere(edge: ImportEdge) -> bool:
    """Tell whether an import leads to a name; one with too many dots does not."""
    return not edge.imported.startswith(".")


def moment(edge: ImportEdge) -> str:
    """Return when an import runs, as one of `MOMENTS`."""
    if edge.origin is Origin.MOCK:
        return "mock"
    if Guard.TYPE_CHECKING in edge.guards:
        return "type-only"
    if edge.lazy:
        return "lazy"
    if edge.at_import is AtImport.RUNS:
        return "runs"
    if edge.at_import is AtImport.MAY:
        return "may run"
    return "deferred" if edge.scope is Scope.FUNCTION else "other target"


def statements(edges: Iterable[ImportEdge], nodes: Nodes, strings: Strings) -> list[list[int]]:
    """Return for each module what it imports, as `imported, line, moment, count, names…` one after another.

    The names that one line takes from one module are one entry; none stand there for `import module`.
    """
    found: dict[str, dict[tuple[str, int, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for edge in filter(_is_somewhere, edges):
        names = found[edge.importer][edge.imported, edge.line, moment(edge)]
        if edge.name is not None and edge.name not in names:
            names.append(edge.name)
    rows: list[list[int]] = [[] for _ in nodes.places]
    for importer, groups in found.items():
        row = rows[nodes.places[importer]]
        for (imported, line, when), names in groups.items():
            row += [nodes.places[imported], line, MOMENTS.index(when), len(names), *map(strings.add, names)]
    return _shortened(rows)


def arcs(view: View, nodes: Nodes, strings: Strings) -> dict[str, Any]:
    """Return what each node loads, as `target, cause, line` one after another.

    A line stands in the file of the node's module; where it stands elsewhere, `elsewhere` has the path by
    `node place in its list`.
    """
    rows: list[list[int]] = [[] for _ in nodes.places]
    elsewhere: dict[str, int] = {}
    for source, steps in view.arcs.items():
        row, place = rows[nodes.places[source]], nodes.places[source]
        path = nodes.path_of(source)
        for arc in _once(steps):
            cause = arc.cause
            kind = _cause(arc) + (0 if arc.certain else UNCERTAIN)
            if isinstance(cause, ImportEdge | Call | OutsideImport) and cause.path != path:
                elsewhere[f"{place} {len(row)}"] = strings.add(cause.path)
            row += [nodes.places[arc.target], kind, cause.line if cause is not None else 0]
    return {"rows": _shortened(rows), "elsewhere": elsewhere}


def _once(steps: Iterable[Arc]) -> Iterator[Arc]:
    """Yield the first arc to each place."""
    seen: set[str] = set()
    for arc in steps:
        if arc.target not in seen:
            seen.add(arc.target)
            yield arc


def _cause(arc: Arc) -> int:
    match arc.cause:
        case ImportEdge():
            return IMPORT
        case Call():
            return CALL
        case OutsideImport():
            return OUTSIDE
        case None:
            return IMPLIED


def _shortened(rows: list[list[int]]) -> list[list[int]]:
    """Drop the empty lists at the end, where nodes stand that import nothing."""
    end = len(rows)
    while end and not rows[end - 1]:
        end -= 1
    return rows[:end]


def shown_view(snapshot: Snapshot) -> View:
    """Return what loads what, with the entry points as nodes where there are any."""
    found = loads(snapshot)
    return found[0][0] if found else snapshot.loading


def graph_document(snapshot: Snapshot, strings: Strings) -> tuple[Nodes, dict[str, Any]]:
    """Return the nodes, and the part of the page's data that the explorer reads."""
    view = shown_view(snapshot)
    nodes = Nodes(snapshot, view, strings)
    return nodes, {
        "nodes": nodes.document(),
        "moments": MOMENTS,
        "statements": statements(snapshot.graph.imports, nodes, strings),
        "arcs": arcs(view, nodes, strings),
    }
