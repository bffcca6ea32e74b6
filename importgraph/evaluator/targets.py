"""What an assignment or a loop binds."""

import ast
from functools import lru_cache
from typing import Any

from importgraph.evaluator.assignments import set_attribute, set_item
from importgraph.evaluator.frame import bind, elements
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.values import Unknown


def store(frame: Frame, target: ast.expr, value: Any) -> None:
    """Bind a target of an assignment."""
    evaluate = frame.space.evaluate
    if isinstance(target, ast.Name):
        bind(frame, target.id, value)
    elif isinstance(target, ast.Attribute):
        owner = evaluate(frame, target.value)
        set_attribute(frame, owner, target.attr, value, target.lineno)
    elif isinstance(target, ast.Subscript):
        set_item(
            frame,
            frame.space.evaluate(frame, target.value),
            frame.space.evaluate(frame, target.slice),
            value,
            target.lineno,
        )
    elif not assign(frame, target, value):
        unpack_unknown(frame, target)


def unpack_unknown(frame: Frame, target: ast.expr) -> None:
    """Bind the names of a target to what text does not give."""
    for name in _names_bound(target):
        bind(frame, name, Unknown("taken apart from an unknown value", target.lineno))


@lru_cache(maxsize=4096)
def _names_bound(target: ast.AST) -> list[str]:
    return [
        node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]


def assign(frame: Frame, target: ast.expr, value: Any) -> bool:
    """Bind names in a loop target; False where the value cannot be taken apart."""
    if isinstance(target, ast.Name):
        bind(frame, target.id, value)
        return True
    if isinstance(target, ast.Tuple | ast.List):
        found = elements(value)
        if (
            found is None
            or any(isinstance(part, ast.Starred) for part in target.elts)
            or len(found) != len(target.elts)
        ):
            return False
        return all(assign(frame, part, element) for part, element in zip(target.elts, found, strict=True))
    return False
