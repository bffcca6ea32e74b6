"""Which functions are called in loops, by text."""

import ast
from collections.abc import Collection
from typing import NamedTuple

_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class LoopCall(NamedTuple):
    """A call in a loop."""

    name: str
    line: int


def called_in_loop(tree: ast.AST, names: Collection[str]) -> LoopCall | None:
    """Return the first call of one of some functions, or methods of that name, that stands in a loop."""
    for loop in ast.walk(tree):
        if isinstance(loop, _LOOPS):
            for node in ast.walk(loop):
                if isinstance(node, ast.Call):
                    function = node.func
                    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
                    if name in names:
                        return LoopCall(name, node.lineno)
    return None
