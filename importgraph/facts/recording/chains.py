"""Expressions as chains: `a.b`, `make(x).run` → `make().run`."""

import ast


def literal(node: ast.AST | None) -> str | None:
    """Return the text of a string constant; None for anything else, and for text that no name can hold.

    A string may hold lone surrogates, which are no text that JSON or a cache can keep.
    """
    value = getattr(node, "value", None) if type(node) is ast.Constant else None
    return value if type(value) is str and value.isprintable() else None


def chain(node: ast.AST) -> str:
    """Write an expression of names, attributes and calls as a dotted text, calls as `()` without arguments.

    Returns:
        The chain, or an empty string for any other expression.
    """
    links: list[str] = []
    calls = ""
    while True:
        kind = type(node)
        if kind is ast.Attribute:
            links.append(node.attr + calls)  # type: ignore[attr-defined]
            calls = ""
            node = node.value  # type: ignore[attr-defined]
        elif kind is ast.Name:
            links.append(node.id + calls)  # type: ignore[attr-defined]
            return ".".join(reversed(links))
        elif kind is ast.Call:
            calls = "()" + calls
            node = node.func  # type: ignore[attr-defined]
        else:
            return ""
