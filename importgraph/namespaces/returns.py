"""What a decorator returns, where running it is not possible: read off its `return` statements."""

import ast
from collections.abc import Callable
from functools import lru_cache

from importgraph.evaluation.values.objects import Function, FunctionNode

Whole = Callable[[Function], FunctionNode]
"""Returns a function with its body."""


def gives_function(whole: Whole, func: Function) -> bool:
    """Tell whether a decorator surely returns the function it gets, or one defined inside of it."""
    node = whole(func)
    return _lambda_gives_itself(node) if isinstance(node, ast.Lambda) else _gives_itself_or_not(node)


def _lambda_gives_itself(node: ast.Lambda) -> bool:
    parameters = [a.arg for a in node.args.args]
    return bool(parameters) and _is_function(node.body, {parameters[0]})


def _gives_itself_or_not(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and bool(node.args.args) and _gives_itself(node)


@lru_cache(maxsize=4096)
def _gives_itself(node: ast.FunctionDef) -> bool:
    own = {node.args.args[0].arg, *_inner(node)}
    returned = _returned(node)
    assigned = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    plain = all(_is_marking(node, name) for name in assigned & own)
    return bool(returned) and plain and all(_is_function(value, own) for value in returned)


def keeps_name(whole: Whole, func: Function) -> bool:
    """Tell whether a decorator surely returns the function it gets, or one of its name."""
    node = whole(func)
    if not gives_function(whole, func):
        return False
    return isinstance(node, ast.FunctionDef) and all(map(_is_wrapper, _inner(node).values()))


@lru_cache(maxsize=4096)
def _is_wrapper(node: ast.FunctionDef) -> bool:
    """Tell whether a function is decorated with `functools.wraps(…)`."""
    calls = (one.func for one in node.decorator_list if isinstance(one, ast.Call))
    return any(ast.unparse(one).rpartition(".")[2] == "wraps" for one in calls)


def gives_class(whole: Whole, func: Function) -> bool:
    """Tell whether a class decorator surely returns the class it gets, at most marked."""
    node = whole(func)
    if isinstance(node, ast.Lambda):
        return gives_function(whole, func)
    return (
        isinstance(node, ast.FunctionDef)
        and not _inner(node)
        and not _changes(node)
        and gives_function(whole, func)
    )


@lru_cache(maxsize=4096)
def _changes(node: ast.AST) -> bool:
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return bool(names & {"setattr", "delattr"}) or any(
        isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store) for n in ast.walk(node)
    )


def gives_decorator(whole: Whole, func: Function) -> bool:
    """Tell whether a function surely returns a decorator of that kind, defined inside of it."""
    node = whole(func)
    if not isinstance(node, ast.FunctionDef):
        return False
    inner = _inner(node)
    found = []
    for value in _returned(node):
        if isinstance(value, ast.Name) and value.id in inner:
            found.append(_gives_itself_or_not(inner[value.id]))
        elif isinstance(value, ast.Lambda):
            found.append(_lambda_gives_itself(value))
        elif _is_mark(value):
            found.append(True)
        else:
            return False
    return bool(found) and all(found)


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


@lru_cache(maxsize=4096)
def names_in(node: ast.AST) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the names a function's body uses, and those among them that can change a namespace unseen."""
    nodes = list(ast.walk(node))
    names = frozenset(found.id for found in nodes if isinstance(found, ast.Name))
    hazards = sorted(names & {"globals", "exec"})
    modules = any(isinstance(n, ast.Attribute) and n.attr == "modules" for n in nodes)
    if modules and "setattr" in names:
        hazards.append("setattr() on a module")
    if any(isinstance(n, ast.keyword) and n.arg == "allow_module_level" for n in nodes):
        hazards.append("pytest.skip()")
    return names, tuple(hazards)


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
