"""Modules whose names depend on when others are loaded: half made ones, and packages with a name twice."""

import ast
from collections.abc import Callable, Collection, Iterator, Sequence

from importgraph.fixes.model import Reason
from importgraph.graph.model import ImportEdge
from importgraph.snapshot import Snapshot

_SCOPES = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def first_unbound(
    edges: Sequence[ImportEdge], looked_at: Collection[tuple[str, str]], tree: Callable[[str], ast.Module]
) -> tuple[str, str] | None:
    """Return a name of an importer that it has not bound for good where it imports, None where there is none.

    Args:
        edges: The imports to defer.
        looked_at: Modules and names that a deferred module looks at while it is imported.
        tree: Returns the syntax tree of a file.
    """
    places = {edge.importer: edge for edge in edges}
    for home, name in sorted(looked_at):
        edge = places.get(home)
        if edge is not None and not bound_before(tree(edge.path), name, edge.line):
            return home, name
    return None


def shadowed(snapshot: Snapshot, removed: frozenset[str]) -> Iterator[Reason]:
    """Yield a package that binds the name of a submodule to something else, which loading it replaces.

    Args:
        snapshot: The tree.
        removed: The modules that would be loaded later or never.
    """
    for module in sorted(removed.intersection(snapshot.graph.facts)):
        package, _, last = module.rpartition(".")
        symbol = snapshot.resolver.lookup(package, last) if package and package not in removed else None
        if symbol is not None and symbol.module != module:
            text = f"loading `{module}` replaces what `{package}` calls `{last}`"
            yield Reason("a submodule of others", text, snapshot.graph.modules[module].path)
            return


def bound_before(tree: ast.Module, name: str, line: int) -> bool:
    """Tell whether a module binds a name above a line, and nowhere from there on."""
    lines = [at for bound, at in _bindings(tree) if bound == name]
    return bool(lines) and all(at < line for at in lines)


def _bindings(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the names that a body binds in its own scope, with lines."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, _SCOPES):
            yield inner.name, inner.lineno
            continue
        if isinstance(inner, ast.Import | ast.ImportFrom):
            for alias in inner.names:
                yield alias.asname or alias.name.partition(".")[0], inner.lineno
        elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store | ast.Del):
            yield inner.id, inner.lineno
        if not isinstance(inner, ast.Lambda):
            yield from _bindings(inner)
