"""The graph as JSON (`importgraph/graph/1`)."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from importgraph.facts.model import Origin
from importgraph.graph.model import Call, Graph, ImportEdge, Ledger
from importgraph.graph.views import importing_node
from importgraph.names import ancestors, is_within, parent


def render(graph: Graph) -> str:
    """Render a graph as JSON: sorted, the same bytes for the same input."""
    document = {
        "schema": "importgraph/graph/1",
        "ledger": ledger_document(graph.ledger),
        "python_version": ".".join(map(str, graph.target.version)),
        "platform": graph.target.platform,
        "source_roots": [{"path": path or ".", "reason": reason} for path, reason in graph.roots],
        "modules": [
            {"name": m.name, "path": m.path or None, "kind": m.kind.value, "importable_as": m.importable_as}
            for m in graph.modules.values()
        ],
        "imports": list(_imports(graph)),
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n"


def ledger_document(ledger: Ledger) -> dict[str, Any]:
    """Return the ledger as it stands in every JSON output."""
    return {
        "found": ledger.found,
        "analysed": ledger.analysed,
        "broken": [{"path": b.path, "line": b.line, "reason": b.reason} for b in ledger.broken],
        "excluded": [{"path": e.path, "reason": e.reason} for e in ledger.excluded],
        "links": [{"path": e.path, "reason": e.reason} for e in ledger.links],
    }


def _imports(graph: Graph) -> Iterator[dict[str, Any]]:
    callers: dict[str, list[Call]] = {}
    for call in graph.calls:
        callers.setdefault(call.function, []).append(call)
    for edge in graph.imports:
        called = callers.get(importing_node(graph, edge), []) if edge.function >= 0 else []
        yield _document(edge, called)
        yield from _parents(graph, edge, called)
    for name, module in graph.modules.items():
        above = parent(name) if "/" not in name else ""
        if above in graph.modules:
            yield _own_parent(name, above, module.path)


def _document(edge: ImportEdge, called: Iterable[Call]) -> dict[str, Any]:
    document: dict[str, Any] = {
        "importer": edge.importer,
        "imported": edge.imported,
        "name": edge.name,
        "path": edge.path,
        "line": edge.line,
        "column": edge.column,
        "scope": edge.scope.value,
        "guards": [guard.value for guard in edge.guards],
        "lazy": edge.lazy,
        "called_at_import": bool(called),
        "recovered": edge.recovered,
        "origin": edge.origin.value,
        "external": edge.external,
    }
    if called:
        document["called_by"] = [
            {"caller": call.caller, "path": call.path, "line": call.line} for call in called
        ]
    if edge.missing:
        document["missing"] = edge.missing
    if not edge.active:
        document["active"] = False
    return document


def _parents(graph: Graph, edge: ImportEdge, called: Iterable[Call]) -> Iterator[dict[str, Any]]:
    """Yield the packages an import runs on the way, outermost first; those around the importer run anyway."""
    if edge.external or "/" in edge.imported or edge.origin is Origin.MOCK:
        return
    document = _document(edge, called)
    for name in ancestors(edge.imported):
        if name in graph.modules and not is_within(edge.importer, name):
            yield {**document, "imported": name, "name": None, "origin": Origin.PARENT.value}


def _own_parent(name: str, above: str, path: str) -> dict[str, Any]:
    return {
        "importer": name,
        "imported": above,
        "name": None,
        "path": path or None,
        "line": None,
        "column": None,
        "scope": "module",
        "guards": [],
        "lazy": False,
        "called_at_import": False,
        "recovered": False,
        "origin": Origin.PARENT.value,
        "external": False,
    }
