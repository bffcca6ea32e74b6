"""Expressions as chains: `a.b`, `make(x).run` → `make().run`."""

import ast
from operator import attrgetter

_SKIP = {"ctx", "op", "ops", "kind", "type_comment", "type_ignores", "type_params", "is_lazy"}


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


def _child_getter(kind: type[ast.AST]) -> "attrgetter[object] | None":
    fields = [field for field in kind._fields if field not in _SKIP]
    return attrgetter(*fields) if fields else None


_GETTERS: dict[type[ast.AST], tuple["attrgetter[object] | None", bool]] = {}


def push_children(node: ast.AST, stack: list[ast.AST]) -> None:
    """Put the child nodes of a node on a stack, so that the first child is popped first."""
    kind = type(node)
    known = _GETTERS.get(kind)
    if known is None:
        fields = [field for field in kind._fields if field not in _SKIP]
        known = _GETTERS[kind] = (_child_getter(kind), len(fields) == 1)
    getter, single = known
    if getter is None:
        return
    got = getter(node)
    values = (got,) if single else got
    for value in reversed(values):  # type: ignore[call-overload]
        if type(value) is list:
            stack.extend(item for item in reversed(value) if isinstance(item, ast.AST))
        elif isinstance(value, ast.AST):
            stack.append(value)
