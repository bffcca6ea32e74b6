"""Marks that a `pytest_configure` registers whatever else it does: lines that stand in its own body."""

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importgraph.namespaces.protocol import Interpreter

_CONFIGURE = re.compile(rb"^def pytest_configure\(", re.MULTILINE)


def mark_name(line: str) -> str:
    """Return the mark that a line of the setting `markers` registers."""
    return re.split(r"[:(]", line, maxsplit=1)[0].strip()


def written_marks(space: "Interpreter", path: str) -> frozenset[str]:
    """Return the marks that stand as literals in statements of a file's hook that run before it may return.

    Where it raised instead, the session would not start.
    """
    source = space.source(path) or b""
    places = [found.start() for found in _CONFIGURE.finditer(source)]
    if len(places) != 1:
        return frozenset()
    node = space.definition(path, source.count(b"\n", 0, places[0]) + 1, "pytest_configure")
    found = set()
    for statement in node.body if node is not None else ():
        match statement:
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(attr="addinivalue_line"),
                    args=[ast.Constant(value="markers"), ast.Constant(value=str(line))],
                )
            ):
                found.add(mark_name(line))
            case _:
                if any(isinstance(inner, ast.Return) for inner in ast.walk(statement)):
                    break
    return frozenset(found)
