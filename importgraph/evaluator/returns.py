"""What a decorator returns, where running it is not possible: read off its `return` statements."""

import ast
from functools import lru_cache
from typing import Any

from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.values import Func, GiveUp


def gives_function(frame: Frame, func: Func) -> bool:
    """Tell whether a decorator surely returns the function it gets, or one defined inside of it."""
    node = _node(frame, func)
    if isinstance(node, ast.Lambda):
        parameters = [a.arg for a in node.args.args]
        return bool(parameters) and _is_function(node.body, {parameters[0]})
    if not isinstance(node, ast.FunctionDef) or not node.args.args:
        return False
    return _gives_itself(node)


@lru_cache(maxsize=4096)
def _gives_itself(node: ast.FunctionDef) -> bool:
    own = {node.args.args[0].arg, *_inner(node)}
    returned = _returned(node)
    assigned = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    plain = all(_is_marking(node, name) for name in assigned & own)
    return bool(returned) and plain and all(_is_function(value, own) for value in returned)


def gives_class(frame: Frame, func: Func) -> bool:
    """Tell whether a class decorator surely returns the class it gets, at most marked."""
    node = _node(frame, func)
    if isinstance(node, ast.Lambda):
        return gives_function(frame, func)
    return (
        isinstance(node, ast.FunctionDef)
        and not _inner(node)
        and not _changes(node)
        and gives_function(frame, func)
    )


@lru_cache(maxsize=4096)
def _changes(node: ast.AST) -> bool:
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return bool(names & {"setattr", "delattr"}) or any(
        isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store) for n in ast.walk(node)
    )


def gives_decorator(frame: Frame, func: Func) -> bool:
    """Tell whether a function surely returns a decorator of that kind, defined inside of it."""
    node = _node(frame, func)
    if not isinstance(node, ast.FunctionDef):
        return False
    inner = _inner(node)
    found = []
    for value in _returned(node):
        if isinstance(value, ast.Name) and value.id in inner:
            found.append(gives_function(frame, Func(value.id, inner[value.id], func.scope)))
        elif isinstance(value, ast.Lambda):
            found.append(gives_function(frame, Func("<lambda>", value, func.scope)))
        elif _is_mark(value):
            found.append(True)
        else:
            return False
    return bool(found) and all(found)


def _node(frame: Frame, func: Func) -> Any:
    if func.node is None or isinstance(func.node, ast.Lambda):
        return func.node
    try:
        return frame.space.whole(func.scope.path, func.node)
    except GiveUp:
        return None


@lru_cache(maxsize=4096)
def _inner(node: ast.FunctionDef) -> dict[str, ast.FunctionDef]:
    return {n.name: n for n in _own_statements(node) if isinstance(n, ast.FunctionDef)}


@lru_cache(maxsize=4096)
def _own_statements(node: ast.FunctionDef) -> list[ast.AST]:
    """Return the statements of a function, without those of functions inside of it."""
    found: list[ast.AST] = []
    stack: list[ast.AST] = list(node.body)
    while stack:
        current = stack.pop()
        found.append(current)
        if not isinstance(current, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            stack.extend(ast.iter_child_nodes(current))
    return found


@lru_cache(maxsize=4096)
def _returned(node: ast.FunctionDef) -> list[ast.expr | None]:
    return [n.value for n in _own_statements(node) if isinstance(n, ast.Return)]


def _is_function(value: ast.expr | None, own: set[str]) -> bool:
    if isinstance(value, ast.Name):
        return value.id in own
    if isinstance(value, ast.IfExp):
        return _is_function(value.body, own) and _is_function(value.orelse, own)
    if isinstance(value, ast.Call) and _reduces_marks(value):
        return _is_function(value.args[2], own)
    if isinstance(value, ast.Call) and len(value.args) == 1 and not value.keywords:
        return _is_mark(value.func) and _is_function(value.args[0], own)
    return False


def _reduces_marks(value: ast.Call) -> bool:
    """Tell whether a call is `functools.reduce(lambda f, g: g(f), marks, func)`.

    Marks applied one after the other.
    """
    if ast.unparse(value.func) not in {"functools.reduce", "reduce"} or len(value.args) != 3:
        return False
    return ast.unparse(value.args[0]) == "lambda f, g: g(f)" and "mark" in ast.unparse(value.args[1])


def _is_mark(value: ast.expr | None) -> bool:
    """Tell whether an expression is `pytest.mark.something` or `functools.wraps(…)`, called or not."""
    while isinstance(value, ast.Call):
        value = value.func
    text = ast.unparse(value) if isinstance(value, ast.Attribute | ast.Name) else ""
    return text.startswith(("pytest.mark.", "mark.")) or text in {"functools.wraps", "wraps"}


def _is_marking(node: ast.FunctionDef, name: str) -> bool:
    """Tell whether every assignment to a name applies a mark to it."""
    for statement in _own_statements(node):
        if (
            isinstance(statement, ast.Assign)
            and any(isinstance(t, ast.Name) and t.id == name for t in statement.targets)
            and not _is_function(statement.value, {name})
        ):
            return False
    return True
