"""Which names a function takes from outside itself, by the scoping rules of the language."""

import ast
from collections.abc import Iterable, Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef
_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def arguments_of(node: _Scope) -> list[ast.arg]:
    """Return all parameters of a function."""
    rest = [argument for argument in (node.args.vararg, node.args.kwarg) if argument is not None]
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, *rest]


def needs_outside(function: _Scope, name: str) -> bool:
    """Tell whether the body of a function, or of one inside it, reads a name that the function does not bind.

    Where that is in doubt (class bodies, captures of `match`) the answer is yes.
    """
    if name in {argument.arg for argument in arguments_of(function)}:
        return False
    body: list[ast.AST] = [function.body] if isinstance(function, ast.Lambda) else [*function.body]
    if name in _bound(body):
        return False
    return any(_reads(node, name) for node in body)


def _reads(root: ast.AST, name: str) -> bool:
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name):
            if node.id == name and isinstance(node.ctx, ast.Load):
                return True
        elif isinstance(node, _Scope):
            stack.extend(_around(node))
            if needs_outside(node, name):
                return True
        elif isinstance(node, _Comprehension) and name in _targets(node):
            stack.append(node.generators[0].iter)
        else:
            stack.extend(ast.iter_child_nodes(node))
    return False


def _around(node: _Scope) -> Iterator[ast.AST]:
    """Yield the parts of a function that run where it is defined."""
    yield from (default for default in (*node.args.defaults, *node.args.kw_defaults) if default is not None)
    yield from (a.annotation for a in arguments_of(node) if a.annotation is not None)
    if isinstance(node, Function):
        yield from node.decorator_list
        yield from getattr(node, "type_params", ())
        if node.returns is not None:
            yield node.returns


def _targets(node: _Comprehension) -> set[str]:
    return {n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}


def _bound(body: Iterable[ast.AST]) -> set[str]:
    """Collect the names that statements bind in their own scope; not those declared global or nonlocal."""
    found: set[str] = set()
    elsewhere: set[str] = set()
    stack = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Global | ast.Nonlocal):
            elsewhere.update(node.names)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        if isinstance(node, Function | ast.ClassDef):
            found.add(node.name)
        elif not isinstance(node, ast.Lambda | _Comprehension):
            stack.extend(ast.iter_child_nodes(node))
    return found - elsewhere
