"""Nodes below a node of a syntax tree, quickly: without looks at fields that hold none."""

import ast
from collections.abc import Iterator


def children(node: ast.AST) -> list[ast.AST]:
    """Return the nodes right below a node, but for contexts (`Load`, `Store`)."""
    found: list[ast.AST] = []
    for name, value in node.__dict__.items():
        kind = type(value)
        if kind is list:
            found.extend([one for one in value if isinstance(one, ast.AST)])
        elif kind is not int and kind is not str and isinstance(value, ast.AST) and name != "ctx":
            found.append(value)
    return found


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all below it, in no particular order, but for contexts."""
    stack = [node]
    while stack:
        one = stack.pop()
        yield one
        stack.extend(children(one))
