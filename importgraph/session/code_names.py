"""`function.__code__.co_names` of a test: the globals and attributes that its own code names."""

import ast
from typing import TYPE_CHECKING

from importgraph.namespaces.records import Func

if TYPE_CHECKING:
    from importgraph.namespaces.protocol import Interpreter

_TESTS_OF_SETS = {"intersection", "isdisjoint"}


def names_of_code(space: "Interpreter", func: Func, wanted: frozenset[str] | None) -> tuple[str, ...]:
    """Return the names in a function's code.

    Args:
        space: The modules.
        func: The function.
        wanted: The names that somebody looks for among them; None for all. Where the text holds none of
            them, none is returned, and nothing is compiled.

    Raises:
        GiveUp: If its text is not found.
    """
    text = space.text_around(func.scope.path, func.node.lineno, func.node.name)
    if text is not None and wanted is not None and not any(name.encode() in text for name in wanted):
        return ()
    node = space.whole(func.scope.path, func.node)
    bare = ast.copy_location(type(node)(**{**dict(ast.iter_fields(node)), "decorator_list": []}), node)
    module = compile(ast.Module([bare], []), "<test>", "exec", dont_inherit=True)
    code = next(constant for constant in module.co_consts if hasattr(constant, "co_names"))
    return tuple(code.co_names)


def looked_for(function: ast.FunctionDef) -> frozenset[str] | None:
    """Return the names that a hook looks for in `co_names`.

    Returns:
        None where it may do more with them than `"name" in names` and `{"name", …}.intersection(names)`,
        with names that it gives as constants.
    """
    nodes = list(ast.walk(function))
    stored: dict[str, list[ast.expr | None]] = {}
    for node in nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            stored.setdefault(node.id, []).append(None)
    for node in nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            values = stored[node.targets[0].id]
            values.remove(None)
            values.append(node.value)
    holders = {
        name
        for name, values in stored.items()
        if values and all(isinstance(value, ast.Attribute) and value.attr == "co_names" for value in values)
    }
    constants = {
        name: _texts(values[0])
        for name, values in stored.items()
        if len(values) == 1 and values[0] is not None
    }
    wanted: set[str] = set()
    owners: list[str] = []
    explained = sum(len(stored[name]) for name in holders)
    for node in nodes:
        found: frozenset[str] | None = None
        match node:
            case ast.Compare(
                left=ast.Constant(value=str(text)), ops=[ast.In() | ast.NotIn()], comparators=[names]
            ) if _is_holder(names, holders):
                found = frozenset({text})
            case ast.Call(func=ast.Attribute(value=owner, attr=method), args=[names], keywords=[]) if (
                method in _TESTS_OF_SETS and _is_holder(names, holders)
            ):
                found = constants.get(owner.id) if isinstance(owner, ast.Name) else _texts(owner)
                owners += [owner.id] if isinstance(owner, ast.Name) else []
        if found is not None:
            wanted |= found
            explained += 1
    sure = explained == _uses(nodes, holders) and len(owners) == _reads(nodes, set(owners))
    return frozenset(wanted) if sure else None


def _texts(node: ast.expr | None) -> frozenset[str] | None:
    """Return the texts of a display of constant texts."""
    if not isinstance(node, ast.Set | ast.List | ast.Tuple):
        return None
    texts = [element.value for element in node.elts if isinstance(element, ast.Constant)]
    known = frozenset(text for text in texts if isinstance(text, str))
    return known if len(texts) == len(node.elts) and all(isinstance(text, str) for text in texts) else None


def _is_holder(node: ast.expr, holders: set[str]) -> bool:
    """Tell whether an expression stands for the names of a code object."""
    return (isinstance(node, ast.Name) and node.id in holders) or _asks(node)


def _asks(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "co_names"


def _uses(nodes: list[ast.AST], holders: set[str]) -> int:
    """Count the places that ask for such names, or hold them."""
    return sum(map(_asks, nodes)) + _reads(nodes, holders)


def _reads(nodes: list[ast.AST], names: set[str]) -> int:
    return sum(
        isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names for node in nodes
    )
