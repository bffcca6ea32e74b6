"""Which words stand in a part of a syntax tree: a part without a name needs no closer look for it."""

import ast
import re

_WORD = re.compile(r"\w+")
_KNOWN = "_importgraph_mentions"
"""The attribute by which a node remembers the answer: a tree is asked for many names."""


def mentions(node: ast.AST) -> frozenset[str]:
    """Return all names in a node, bound or read, and the words in its texts; attributes are left out."""
    known = getattr(node, _KNOWN, None)
    if isinstance(known, frozenset):
        return known
    found: set[str] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            found.add(inner.id)
        elif isinstance(inner, ast.Constant):
            if isinstance(inner.value, str):
                found.update(_WORD.findall(inner.value))
        elif isinstance(inner, ast.Global | ast.Nonlocal):
            found.update(inner.names)
        elif isinstance(inner, ast.alias):
            found.add((inner.asname or inner.name).partition(".")[0])
        elif isinstance(inner, ast.arg):
            found.add(inner.arg)
        else:
            name = getattr(inner, "name", None)  # of functions, classes, handlers and patterns
            if isinstance(name, str):
                found.add(name)
    words = frozenset(found)
    setattr(node, _KNOWN, words)
    return words
