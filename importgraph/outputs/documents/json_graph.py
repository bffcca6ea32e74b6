"""The graph as JSON (`importgraph/graph/1`)."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import groupby, islice

from msgspec import Struct

from importgraph.facts.model import Guard, Origin, Scope
from importgraph.graph.edited.packing import KeptGraph
from importgraph.graph.edited.since import Since
from importgraph.graph.model import AtImport, Graph, ImportEdge, Ledger
from importgraph.names import ancestors, parent
from importgraph.quoting import json_bytes, json_lines

_AT_ONCE = 10_000
"""Lines of one part."""


class Caller(Struct, frozen=True, gc=False):
    """A call at import that runs the function around an import, or may run it."""

    caller: str
    path: str
    line: int


class Record(Struct, frozen=True, omit_defaults=True, gc=False):
    """One import as it is written; members with defaults stand there only where they say something."""

    importer: str
    imported: str
    name: str | None
    path: str | None
    line: int | None
    column: int | None
    scope: Scope
    guards: tuple[Guard, ...]
    lazy: bool
    called_at_import: bool
    recovered: bool
    origin: Origin
    external: bool
    called_by: tuple[Caller, ...] = ()
    missing: str = ""
    active: bool = True
    at_import: AtImport = AtImport.RUNS


def render(graph: Graph, since: Since | None = None) -> str:
    """Render a graph as JSON, one module or import a line: sorted, the same bytes for the same input."""
    return "".join(render_parts(graph, since))


def render_parts(graph: Graph, since: Since | None = None) -> Iterator[str]:
    """Yield what `render` returns in parts, so that a large graph is not in memory as text, too.

    Args:
        graph: The graph.
        since: What is kept about it; the lines of files that are as they were are then taken from there.
    """
    head = {
        "schema": "importgraph/graph/1",
        "ledger": ledger_document(graph.ledger),
        "python_version": ".".join(map(str, graph.target.version)),
        "platform": graph.target.platform,
        "source_roots": [{"path": path or ".", "reason": reason} for path, reason in graph.roots],
    }
    modules = (
        {"name": m.name, "path": m.path or None, "kind": m.kind, "importable_as": m.importable_as}
        for m in graph.modules.values()
    )
    yield json_bytes(head, 0)[:-1].decode()
    yield ',\n"modules":[\n'
    yield from _in_lines(modules)
    yield '\n],\n"imports":[\n'
    yield from _joined(_imports(graph, since))
    yield "\n]}\n"


def _in_lines(documents: Iterator[object]) -> Iterator[str]:
    between = ""
    while some := list(islice(documents, _AT_ONCE)):
        yield between + json_lines(some).decode()
        between = ",\n"


def _joined(pieces: Iterable[bytes | memoryview]) -> Iterator[str]:
    """Yield pieces of whole lines in parts, without the comma behind the last line."""
    waiting: list[bytes | memoryview] = []
    size = 0
    for piece in pieces:
        if size >= _PART_BYTES and len(piece):
            yield b"".join(waiting).decode()
            waiting, size = [], 0
        waiting.append(piece)
        size += len(piece)
    yield b"".join(waiting).removesuffix(_BETWEEN).decode()


_Above = Mapping[str, tuple[str, ...]]
"""By module, the packages around it."""
_PART_BYTES = 1 << 20
_BETWEEN = b",\n"
_KEPT = "json"


def _imports(graph: Graph, since: Since | None) -> Iterator[bytes | memoryview]:
    """Yield the lines of the imports of each file, a comma behind each line, then those of packages."""
    above_of = {name: _packages_above(name, graph) for name in graph.modules}
    kept = since.load_long(_KEPT) if since is not None else None
    if since is not None and kept is not None and isinstance(graph, KeptGraph):
        yield from _again(graph, since.changed_paths, kept, above_of)
    else:
        callers, made = _callers(graph), dict[str, bytes]()
        for path, some in groupby(enumerate(graph.imports), lambda pair: pair[1].path):
            made[path] = _lines(_records(some, callers, above_of))
            yield made[path]
        if since is not None:
            since.keep_long(_KEPT, made)
    parents = (
        _own_parent(name, packages[-1], graph.modules[name].path)
        for name, packages in above_of.items()
        if packages and packages[-1] == parent(name)
    )
    while some_parents := list(islice(parents, _AT_ONCE)):
        yield _lines(some_parents)


def _again(
    graph: KeptGraph, changed: AbstractSet[str], kept: tuple[memoryview, Mapping[str, int]], above_of: _Above
) -> Iterator[bytes | memoryview]:
    """Yield the kept lines, and made anew those of files that changed or whose functions these call."""
    data, sizes = kept
    callers = _callers(graph) if changed else {}
    moved = {call.function for call in graph.calls if call.path in changed}
    touched = {*changed, *(graph.edge_at(one.index).path for one in graph.ran if one.node in moved)}
    start = end = 0
    for path in sorted({*sizes, *touched}):
        size = sizes.get(path, 0)
        if path in touched:
            yield data[start:end]
            start = end + size
            edges = graph.edges_of(path)
            numbered = enumerate(edges, graph.start_of(path) if edges else 0)
            yield _lines(_records(numbered, callers, above_of))
        elif end - start > _PART_BYTES:
            yield data[start:end]
            start = end
        end += size
    yield data[start:end]


def _lines(records: Iterable[Record]) -> bytes:
    lines = json_lines(records)
    return lines + _BETWEEN if lines else b""


def ledger_document(ledger: Ledger) -> dict[str, object]:
    """Return the ledger as it stands in every JSON output."""
    return {
        "found": ledger.found,
        "analysed": ledger.analysed,
        "broken": [{"path": b.path, "line": b.line, "reason": b.reason} for b in ledger.broken],
        "excluded": [{"path": e.path, "reason": e.reason} for e in ledger.excluded],
        "links": [{"path": e.path, "reason": e.reason} for e in ledger.links],
    }


def _callers(graph: Graph) -> Mapping[int, tuple[Caller, ...]]:
    """Return by place of an import in a function that runs who calls that function."""
    callers: dict[str, list[Caller]] = {}
    for call in graph.calls:
        callers.setdefault(call.function, []).append(Caller(call.caller, call.path, call.line))
    found: dict[int, tuple[Caller, ...]] = {}
    for node, index in sorted({(one.node, one.index) for one in graph.ran}):
        found[index] = (*found.get(index, ()), *callers.get(node, ()))
    return found


def _records(
    numbered: Iterable[tuple[int, ImportEdge]], callers: Mapping[int, tuple[Caller, ...]], above_of: _Above
) -> Iterator[Record]:
    """Yield what is written of the imports of one file, which come with their places among all."""
    around, written = frozenset[str](), set[tuple[str, int]]()
    for index, edge in numbered:
        around = around or _around(edge.importer)
        called = callers.get(index, ())
        yield _record(edge, edge.imported, edge.name, edge.origin, called)
        if edge.external or edge.origin is Origin.MOCK:
            continue
        for name in above_of.get(edge.imported, ()):
            if name not in around and (name, edge.line) not in written:
                written.add((name, edge.line))
                yield _record(edge, name, None, Origin.PARENT, called)


def _around(name: str) -> frozenset[str]:
    """Return a module and the packages it stands in, by name."""
    return frozenset((name, *ancestors(name)))


def _packages_above(name: str, graph: Graph) -> tuple[str, ...]:
    """Return the packages that importing a module runs on the way, outermost first."""
    return () if "/" in name else tuple(above for above in ancestors(name) if above in graph.modules)


def _record(
    edge: ImportEdge, imported: str, name: str | None, origin: Origin, called: tuple[Caller, ...]
) -> Record:
    return Record(
        edge.importer,
        imported,
        name,
        edge.path,
        edge.line,
        edge.column,
        edge.scope,
        edge.guards,
        edge.lazy,
        bool(called) and edge.at_import is AtImport.RUNS,
        edge.recovered,
        origin,
        edge.external,
        called,
        edge.missing if origin is edge.origin else "",
        edge.active,
        edge.at_import,
    )


def _own_parent(name: str, above: str, path: str) -> Record:
    """Make the record of a module that runs the package around it; no line of text says so."""
    nothing = (None, None)
    return Record(
        name, above, None, path or None, *nothing, Scope.MODULE, (), False, False, False, Origin.PARENT, False
    )
