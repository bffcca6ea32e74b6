"""Definitions in the text of a module: where they stand, and functions with their bodies."""

import ast
from collections.abc import Iterator, Sequence

from importgraph.evaluation.values.objects import FunctionNode
from importgraph.facts.source.bodies import definition_at
from importgraph.facts.source.syntax import parse_source


def cut_out(text: bytes, starts: Sequence[int], node: FunctionNode) -> FunctionNode:
    """Return a function with its body.

    Args:
        text: The whole text.
        starts: Where each line of it starts.
        node: The function as it stands in the text without bodies.
    """
    if isinstance(node, ast.Lambda):
        return node
    found = definition_at(text, starts[node.lineno - 1], node.lineno, node.name)
    if isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef):
        return found
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    whole = ast.walk(parse_source(text).tree)
    return next((one for one in whole if isinstance(one, kinds) and one.lineno == node.lineno), node)


def definitions(body: list[ast.stmt]) -> Iterator[tuple[int, ast.stmt]]:
    """Yield the definitions of a module body by the line of their `def` or `class`."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement.lineno, statement
        else:
            for field in ("body", "orelse", "finalbody", "handlers"):
                inner = getattr(statement, field, None)
                if isinstance(inner, list):
                    yield from definitions(inner)
