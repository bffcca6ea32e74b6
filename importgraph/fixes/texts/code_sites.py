"""Expressions of a file with the functions around them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from importgraph.facts.model import Import, ModuleFacts
from importgraph.fixes.texts.scopes import Function, arguments_of, bound_in

Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.GeneratorExp


@dataclass(frozen=True, slots=True)
class Site:
    """An expression, with what stands around it."""

    node: ast.expr
    parent: ast.AST
    scopes: tuple[Scope, ...]
    """The functions, lambdas and generators that it runs in, outermost first."""
    qualname: str
    """Of the innermost function; empty at module and class level."""

    @property
    def may_await(self) -> bool:
        """Whether `await` can be written here."""
        return bool(self.scopes) and isinstance(self.scopes[-1], ast.AsyncFunctionDef)

    def is_local(self, name: str) -> bool:
        """Tell whether a function around it gives a meaning of its own to a name, other than by an import."""
        for scope in self.scopes:
            if not isinstance(scope, ast.GeneratorExp) and name in {a.arg for a in arguments_of(scope)}:
                return True
            if isinstance(scope, Function) and name in bound_in(scope.body):
                return True
        return False


def sites_of(tree: ast.Module) -> Iterator[Site]:
    """Yield every expression of a file, in no order."""
    stack: list[tuple[ast.AST, ast.AST, tuple[Scope, ...], str, str]] = [(tree, tree, (), "", "")]
    while stack:
        node, parent, scopes, prefix, qualname = stack.pop()
        if isinstance(node, ast.expr):
            yield Site(node, parent, scopes, qualname)
        inner, own, name = scopes, prefix, qualname
        body: list[ast.AST] = []
        if isinstance(node, Function):
            name = f"{prefix}{node.name}"
            inner, own, body = (*scopes, node), f"{name}.<locals>.", [*node.body]
        elif isinstance(node, ast.ClassDef):
            own, body = f"{prefix}{node.name}.", [*node.body]
        elif isinstance(node, ast.Lambda):
            inner, body = (*scopes, node), [node.body]
        elif isinstance(node, ast.GeneratorExp):
            inner, body = (*scopes, node), [node.elt]
        around = [child for child in ast.iter_child_nodes(node) if child not in body]
        stack += [(child, node, scopes, prefix, qualname) for child in around]
        stack += [(child, node, inner, own, name) for child in body]


def function_at(facts: ModuleFacts, qualname: str) -> int:
    """Return the index of a function by its name, -1 for the module."""
    found = (number for number, one in enumerate(facts.functions) if one.qualname == qualname)
    return next(found, -1) if qualname else -1


def binding_import(facts: ModuleFacts, function: int, name: str) -> Import | None:
    """Return the import that gives a name its meaning in a function: its own, one around it, the module's."""
    wanted = facts.functions[function].qualname if function >= 0 else ""
    found: Import | None = None
    for item in facts.imports:
        if item.bound != name:
            continue
        if item.function < 0:
            found = found or item
        else:
            around = facts.functions[item.function].qualname
            if wanted == around or wanted.startswith(f"{around}.<locals>."):
                return item
    return found


def chain_of(node: ast.expr) -> str:
    """Return a dotted name as text; empty for any other expression."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else ""
