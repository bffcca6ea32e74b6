"""What parses and may not compile, told from single nodes: Python is then asked (`host.compile_error`).

CPython finds some errors only once it has a tree (Python/symtable.c, compile.c, future.c): `return` outside a
function, late `__future__` imports, `nonlocal` without a binding… Whatever could be one of them is doubtful,
so that a walk need not know the rules to the end, and few files are compiled.
"""

import ast
from collections.abc import Iterable
from typing import Any

from importgraph.facts.model import Scope
from importgraph.facts.recording.recorder import Context, Recorder

FEATURES = {
    *("annotations", "division", "print_function", "absolute_import", "unicode_literals"),
    *("with_statement", "generators", "nested_scopes", "generator_stop"),
}
"""What `__future__` has in every Python 3, but for `barry_as_FLUFL`, which changes the grammar."""
_COMPREHENSIONS = {ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp}
LOOKED_AT = {ast.Yield, ast.YieldFrom, ast.Await, ast.AugAssign, *_COMPREHENSIONS}
_SPECIAL = (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Starred)
"""What comprehensions may not hold, or not everywhere."""


def is_awaiting(recorder: Recorder, context: Context) -> bool:
    """Tell whether code may wait: it stands right in a coroutine."""
    return recorder.asynchronous and context.scope is Scope.FUNCTION


def doubt_expression(recorder: Recorder, node: Any, context: Context) -> None:
    """Look at one of the kinds of `LOOKED_AT`."""
    kind = type(node)
    if kind in _COMPREHENSIONS:
        waits = any(loop.is_async for loop in node.generators)
        is_special = recorder.holds_special and any(isinstance(one, _SPECIAL) for one in ast.walk(node))
        recorder.doubtful |= is_special or (waits and not is_awaiting(recorder, context))
    elif kind is ast.Await:
        recorder.doubtful |= not is_awaiting(recorder, context)
    elif kind is ast.YieldFrom:
        recorder.doubtful |= context.scope is not Scope.FUNCTION or recorder.asynchronous
    elif kind is ast.Yield:
        recorder.doubtful |= context.scope is not Scope.FUNCTION or is_starred(node.value)
    else:
        recorder.doubtful |= is_starred(node.value)


def is_starred(node: ast.AST | None) -> bool:
    """Tell whether an expression is unpacked where nothing takes its parts."""
    return type(node) is ast.Starred


def has_two_stars(elements: Iterable[ast.expr]) -> bool:
    """Tell whether targets unpack twice."""
    return sum(type(one) is ast.Starred for one in elements) > 1


def has_repeated(names: Iterable[str | None]) -> bool:
    """Tell whether a name is given twice."""
    known = [name for name in names if name is not None]
    return len(known) > len(set(known))


def early_futures(body: Iterable[ast.stmt]) -> frozenset[int]:
    """Return the ids of the statements at the start of a module that import from `__future__`."""
    found = set()
    for position, node in enumerate(body):
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            found.add(id(node))
        elif position or not is_text or not isinstance(node.value.value, str):  # type: ignore[attr-defined]
            break
    return frozenset(found)


def is_doubtful_import(recorder: Recorder, node: ast.ImportFrom, context: Context) -> bool:
    """Tell whether a star import stands in a body of its own, or a `__future__` import is late or unknown."""
    if node.module == "__future__" and not node.level:
        is_known = all(alias.name in FEATURES for alias in node.names)
        return not is_known or id(node) not in recorder.early_futures
    return context.scope is not Scope.MODULE and node.names[0].name == "*"
