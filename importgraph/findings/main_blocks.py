"""What a module runs when it is started as a script: its body, and its `if __name__ == "__main__":` block."""

import ast
from collections.abc import Iterator

from importgraph.facts.model import Guard, Origin
from importgraph.graph.calls import CallFinder, Place, function_node
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import Arc, View, loaded_by
from importgraph.names import top_level
from importgraph.snapshot import Snapshot

RUN = "<run "
"""What the node of a module that is run as a script begins with."""
_DEPTH = 6
"""How many calls deep a main block is followed."""


def run_node(module: str) -> str:
    """Return the node of a module that is run as a script."""
    return f"{RUN}{module}>"


def module_run(node: str) -> str:
    """Return the module that a node runs as a script; nothing for other nodes."""
    return node.removeprefix(RUN).removesuffix(">") if node.startswith(RUN) else ""


def run_arcs(snapshot: Snapshot, view: View, module: str) -> dict[str, tuple[Arc, ...]]:
    """Return the arcs of a module run as a script: to its body, and to what its main block runs for sure.

    Functions that the block calls are followed as calls at import are: without what they do under conditions.
    """
    node = run_node(module)
    graph = snapshot.graph
    blocks = [edge for edge in graph.imports if edge.importer == module and _in_main_block(edge)]
    arcs: dict[str, list[Arc]] = {node: [Arc(node, module, None), *_loading(view, node, blocks)]}
    finder = CallFinder(snapshot.resolver)
    work = [(node, place, 1) for place in _called(snapshot, finder, module)]
    while work:
        caller, place, depth = work.pop()
        name = _node(snapshot, place)
        arcs[caller].append(Arc(caller, name, None))
        if name in arcs or depth > _DEPTH:
            continue
        inner = [
            edge
            for edge in graph.imports
            if edge.importer == place.module and edge.function == place.function and _runs(edge)
        ]
        arcs[name] = list(_loading(view, name, inner))
        work += [(name, callee, depth + 1) for callee, _ in finder.calls(place) if callee.function >= 0]
    return {source: tuple(found) for source, found in arcs.items()}


def started_functions(snapshot: Snapshot, module: str) -> frozenset[str]:
    """Return the names of the functions of a module that its main block calls directly."""
    places = _called(snapshot, CallFinder(snapshot.resolver), module)
    functions = snapshot.graph.facts[module].functions if module in snapshot.graph.facts else ()
    return frozenset(functions[place.function].qualname for place in places if place.module == module)


def _called(snapshot: Snapshot, finder: CallFinder, module: str) -> list[Place]:
    found = (finder.evaluate(Place(module), chain) for chain in _calls_in_block(snapshot, module))
    symbols = [value.symbol for value in found if value is not None and not value.is_instance]
    functions = {
        symbol.module: snapshot.graph.facts[symbol.module].functions
        for symbol in symbols
        if symbol.kind == "function"
    }
    return [
        Place(symbol.module, index)
        for symbol in symbols
        for index, function in enumerate(functions.get(symbol.module, ()))
        if symbol.kind == "function" and function.qualname == symbol.name and not function.deferred
    ]


def _calls_in_block(snapshot: Snapshot, module: str) -> Iterator[str]:
    """Yield the chains that the main blocks of a module call, outside nested functions and conditions."""
    known = snapshot.graph.modules.get(module)
    if known is None or known.broken or module not in snapshot.graph.facts:
        return
    try:
        tree = ast.parse(snapshot.read_text(known.path))
    except (SyntaxError, ValueError):
        return  # newer syntax than ours: the block is not followed
    for statement in tree.body:
        if isinstance(statement, ast.If) and "__main__" in ast.unparse(statement.test):
            for inner in statement.body:
                yield from _chains(inner)


def _chains(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.Try | ast.With):
        for inner in statement.body:
            yield from _chains(inner)
    elif isinstance(statement, ast.Expr | ast.Assign | ast.Return | ast.Raise | ast.AnnAssign):
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                yield ast.unparse(node.func)


def _in_main_block(edge: ImportEdge) -> bool:
    return edge.function < 0 and Guard.MAIN in edge.guards and edge.active and not edge.lazy


def _runs(edge: ImportEdge) -> bool:
    sure = edge.active and not edge.lazy and not edge.conditional and not edge.fallback
    return sure and edge.origin is not Origin.MOCK and Guard.TYPE_CHECKING not in edge.guards


def _loading(view: View, source: str, edges: list[ImportEdge]) -> Iterator[Arc]:
    """Yield an arc for each import whose module, or whose library, is in the view."""
    for edge in edges:
        names = (f"{edge.imported}.{edge.name}", edge.imported, top_level(edge.imported))
        wanted = names if edge.external else (loaded_by(edge),)
        target = next((name for name in wanted if name in view.known), None)
        if target is not None:
            yield Arc(source, target, edge)


def _node(snapshot: Snapshot, place: Place) -> str:
    return function_node(place.module, snapshot.graph.facts[place.module].functions[place.function].qualname)
