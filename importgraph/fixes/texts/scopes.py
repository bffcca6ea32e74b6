"""Which names a function takes from outside itself, by the scoping rules of the language."""

import ast
from collections.abc import Iterable, Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef
_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_KNOWN = "_importgraph_outside"
_GLOBAL = "_importgraph_global"
"""Attributes by which a function remembers the answers: it is asked for many names."""


def arguments_of(node: _Scope) -> list[ast.arg]:
    """Return all parameters of a function."""
    rest = [argument for argument in (node.args.vararg, node.args.kwarg) if argument is not None]
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, *rest]


def needs_outside(function: _Scope, name: str) -> bool:
    """Tell whether the body of a function, or of one inside it, reads a name that the function does not bind.

    Where that is in doubt (class bodies, captures of `match`) the answer is yes.
    """
    return name in taken_from_outside(function)


def taken_from_outside(function: _Scope) -> frozenset[str]:
    """Return all names that a function, or one inside it, reads and does not bind."""
    known = getattr(function, _KNOWN, None)
    if isinstance(known, frozenset):
        return known
    body: list[ast.AST] = [function.body] if isinstance(function, ast.Lambda) else [*function.body]
    own = _bound(body).union(argument.arg for argument in arguments_of(function))
    names = frozenset(_reads(body) - own)
    setattr(function, _KNOWN, names)
    return names


def declared_global(function: Function) -> frozenset[str]:
    """Return all names that a function, or one inside it, declares global."""
    known = getattr(function, _GLOBAL, None)
    if isinstance(known, frozenset):
        return known
    inside = (node for statement in function.body for node in ast.walk(statement))
    names = frozenset(name for node in inside if isinstance(node, ast.Global) for name in node.names)
    setattr(function, _GLOBAL, names)
    return names


def bound_in(body: Iterable[ast.AST]) -> set[str]:
    """Return the names that statements bind in their own scope by anything but an import."""
    found = [*body]
    imports = (n for statement in found for n in ast.walk(statement) if isinstance(n, ast.alias))
    return _bound(found) - {one.asname or one.name.partition(".")[0] for one in imports}


def _reads(roots: Iterable[ast.AST]) -> set[str]:
    found: set[str] = set()
    stack = list(roots)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                found.add(node.id)
        elif isinstance(node, _Scope):
            stack.extend(_around(node))
            found |= taken_from_outside(node)
        elif isinstance(node, _Comprehension):
            stack.append(node.generators[0].iter)
            found |= _reads(ast.iter_child_nodes(node)) - _targets(node)
        else:
            stack.extend(ast.iter_child_nodes(node))
    return found


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
