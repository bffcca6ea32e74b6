"""Modules that surely cannot be imported, for a library that they need is not installed."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from importgraph.facts.model import Origin
from importgraph.graph.model import AtImport, ImportEdge
from importgraph.graph.views import loaded_by
from importgraph.names import ancestors, parent


def failing_modules(
    edges: Iterable[ImportEdge], modules: Collection[str], is_missing: Callable[[str, str], bool]
) -> dict[str, str]:
    """Return the modules whose bodies surely fail at an import, each with ours that it fails at.

    That is empty where a name from outside is missing. A module that surely imports one that fails does, too.

    Args:
        edges: The imports as facts tell of them.
        modules: All modules of the tree; a module fails with the package around it.
        is_missing: Tells whether a name from outside the tree, for a module of it, cannot be imported.
    """
    takers: dict[str, list[str]] = defaultdict(list)
    for name in modules:
        if parent(name) in modules:
            takers[parent(name)].append(name)
    work: list[tuple[str, str]] = []
    for edge in edges:
        if not is_needed(edge):
            continue
        if edge.external:
            work += [(edge.importer, "")] if is_missing(edge.imported, edge.importer) else []
        else:
            takers[loaded_by(edge)].append(edge.importer)
    found: dict[str, str] = {}
    while work:
        name, cause = work.pop()
        if name not in found:
            found[name] = cause
            work.extend((taker, name) for taker in takers[name])
    return found


def left_by(module: str, failing: Mapping[str, str]) -> tuple[str, ...]:
    """Return the packages that stay loaded when a module fails: around it, and around what it fails at."""
    found: dict[str, None] = {}
    while module:
        found.update(dict.fromkeys(name for name in ancestors(module) if name not in failing))
        module = failing.get(module, "")
    return tuple(found)


def is_needed(edge: ImportEdge) -> bool:
    """Tell whether a body fails when an import of it does."""
    runs = edge.function < 0 and edge.at_import is AtImport.RUNS and not edge.tried and not edge.fallback
    return runs and edge.origin is Origin.STATEMENT and not edge.imported.startswith(".")
