"""`try` statements of a syntax tree: which lines they cover and what their handlers catch."""

import ast
import builtins
from collections.abc import Iterable
from dataclasses import dataclass

from importgraph.facts.recording.chains import chain

Lines = tuple[int, int]
"""First and last line; an empty block is (0, -1)."""
_NOTHING: Lines = (0, -1)


@dataclass(frozen=True, slots=True)
class Handler:
    """One `except` clause."""

    lines: Lines
    kinds: tuple[str, ...]
    """Names of the exceptions it catches; `BaseException` for a bare one."""
    raises: str | None
    """What its last statement raises: a name, empty for the same exception again, None for nothing."""

    def catches(self, kind: str) -> bool:
        """Tell whether it catches an exception."""
        raised = getattr(builtins, kind, Exception)
        known = (getattr(builtins, name, None) for name in self.kinds)
        return any(isinstance(one, type) and issubclass(raised, one) for one in known)


@dataclass(frozen=True, slots=True)
class TryBlock:
    """One `try` statement."""

    body: Lines
    handlers: tuple[Handler, ...]
    otherwise: Lines


def _lines(body: Iterable[ast.AST]) -> Lines:
    nodes = list(body)
    if not nodes:
        return _NOTHING
    return getattr(nodes[0], "lineno", 0), getattr(nodes[-1], "end_lineno", 0) or 0


def try_block(node: ast.AST) -> TryBlock | None:
    """Return a node as a `try` statement if it is one, or works like one."""
    if isinstance(node, ast.Try | ast.TryStar):
        handlers = tuple(_handler(one) for one in node.handlers)
        return TryBlock(_lines(node.body), handlers, _lines(node.orelse))
    if isinstance(node, ast.With):
        calls = (item.context_expr for item in node.items)
        caught = [c.args for c in calls if isinstance(c, ast.Call) and chain(c.func).endswith("suppress")]
        if caught:
            kinds = tuple(_last(argument) for arguments in caught for argument in arguments)
            return TryBlock(_lines(node.body), (Handler(_NOTHING, kinds, None),), _NOTHING)
    return None


def _last(node: ast.AST) -> str:
    return chain(node).removesuffix("()").rpartition(".")[2]


def _handler(node: ast.ExceptHandler) -> Handler:
    kinds: tuple[str, ...] = ("BaseException",)
    if node.type is not None:
        kinds = tuple(
            _last(one) for one in (node.type.elts if isinstance(node.type, ast.Tuple) else [node.type])
        )
    final = node.body[-1]
    raises = None
    if isinstance(final, ast.Raise):
        raises = "" if final.exc is None or _last(final.exc) == node.name else _last(final.exc) or "Exception"
    return Handler((node.lineno, node.end_lineno or node.lineno), kinds, raises)
