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


def run_node(module: str, function: str = "") -> str:
    """Return the node of a module that is run as a script, or whose function is called at once."""
    return f"{RUN}{module}:{function}>" if function else f"{RUN}{module}>"


def module_run(node: str) -> str:
    """Return the module that a node runs, with a colon and the function it calls; nothing for other nodes."""
    return node.removeprefix(RUN).removesuffix(">") if node.startswith(RUN) else ""


def run_arcs(snapshot: Snapshot, view: View, module: str, function: str = "") -> dict[str, tuple[Arc, ...]]:
    """Return the arcs of a start: to the module's body, and to what runs beside it for sure.

    That is what the function that is called imports itself; for a module run as a script, its main block and
    what the functions that the block calls import. What they do under conditions is left out.
    """
    node = run_node(module, function)
    found = [Arc(node, module, None)]
    if function:
        places = called_function(snapshot, module, function)
    else:
        blocks = [edge for edge in snapshot.graph.imports_of(module) if _in_main_block(edge)]
        found += _loading(view, node, blocks)
        places = _called(snapshot, CallFinder(snapshot.resolver), module)
    arcs = {node: (*found, *(Arc(node, _node(snapshot, place), None) for place in places))}
    for place in places:
        name = _node(snapshot, place)
        arcs[name] = tuple(_loading(view, name, imports_of(snapshot, place)))
    return arcs


def called_function(snapshot: Snapshot, module: str, name: str) -> list[Place]:
    """Return the function that a name of a module means, as a list of one or none."""
    symbol = snapshot.resolver.lookup(module, name.partition(".")[0])
    if symbol is None or symbol.kind != "function" or symbol.module not in snapshot.graph.facts:
        return []
    functions = snapshot.graph.facts[symbol.module].functions
    places = (Place(symbol.module, i) for i, one in enumerate(functions) if one.qualname == symbol.name)
    return list(places)[:1]


def imports_of(snapshot: Snapshot, place: Place) -> list[ImportEdge]:
    """Return the imports that a function runs whenever it is called."""
    return [
        edge
        for edge in snapshot.graph.imports_of(place.module)
        if edge.function == place.function and _runs(edge)
    ]


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
