"""Facts about syntax trees that are asked for again and again: computed once, kept on the node."""

import ast
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def remembered(node: ast.AST, key: str, compute: Callable[[ast.AST], T]) -> T:
    """Return what `compute(node)` gives; computed once for each node and key, and kept as long as the node.

    Args:
        node: The node; its tree must not change.
        key: A name of the fact, unlike every field of a syntax node.
        compute: A pure function of the node.
    """
    notes = node.__dict__
    if key not in notes:
        notes[key] = compute(node)
    found: T = notes[key]
    return found
