"""Type parameters, ``[T: int, *Ts, **P = [str]]`` (PEP 695 and 696), as nodes."""

import ast
import re

from importgraph.facts.source import grafts, newer_nodes
from importgraph.facts.source.grafts import Original
from importgraph.facts.source.host import Broken
from importgraph.facts.source.logical_lines import NAME

_PARAMETER = re.compile(rb"(?:\s|\\\n|\#[^\n]*+)*(\*{0,2})\s*+(?=(" + NAME + rb"))")
_LINE_END = re.compile(rb"[ \t]*(?:\\|\#[^\n]*)?\n")
_KINDS = {b"*": newer_nodes.TypeVarTuple, b"**": newer_nodes.ParamSpec}


def type_parameters(original: Original, opening: int, end: int, commas: list[int]) -> list[ast.AST] | None:
    """Give a node for each type parameter between two brackets with the given commas.

    Returns:
        None where no Python takes the list: the brackets do not match, or a parameter is none.
    """
    if original.source[end : end + 1] != b"]":
        return None
    parameters: list[ast.AST] = []
    for start, stop in zip([opening + 1, *(comma + 1 for comma in commas)], [*commas, end], strict=True):
        found = _PARAMETER.match(original.source, start, stop)
        if found is None:
            continue
        last = start + len(original.source[start:stop].rstrip())
        bound, default = _bound_and_default(original, found.end(), last)
        name = found[2].decode()
        if not found[1]:
            node = newer_nodes.TypeVar(name=name, bound=bound, default_value=default)
        elif bound is None:
            node = _KINDS[found[1]](name=name, default_value=default)
        else:
            return None  # only a type variable has a bound
        parameters.append(grafts.placed(node, original.places(found.start(1)), original.places(last)))
    return parameters


def _bound_and_default(original: Original, start: int, end: int) -> tuple[ast.expr | None, ast.expr | None]:
    """Read ``T: bound = default``, which is also what an assignment looks like."""
    text = original.source[start:end]
    tree = original.parse(text)
    if isinstance(tree, Broken):  # line ends need no bracket in a list of parameters, but here they do
        tree = original.parse(_LINE_END.sub(b"\\\\\n", text))
    if isinstance(tree, Broken):
        return None, None
    grafts.moved(tree, *original.places(start))
    match tree.body:
        case [ast.AnnAssign() as both]:
            return both.annotation, both.value
        case [ast.Assign() as only]:
            return None, only.value
        case _:
            return None, None
