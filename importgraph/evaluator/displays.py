"""Dictionary displays, and texts made of values."""

import ast
from typing import TYPE_CHECKING, Any

from importgraph.evaluation.growth import format_size
from importgraph.evaluation.limits import LARGEST, hashed
from importgraph.evaluator.frame import TAINT
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.values import (
    Inst,
    Unknown,
    concrete,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def dict_of(frame: Frame, node: ast.Dict) -> Any:
    """Evaluate a dictionary display."""
    found: dict[Any, Any] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        inner = frame.space.evaluate(frame, value)
        if key is None:
            if not isinstance(inner, dict):
                found[TAINT] = TAINT
            else:
                found.update(inner)
            continue
        name = frame.space.evaluate(frame, key)
        try:
            hashed([name])
            found[name if _plain_key(name) else TAINT] = inner
        except TypeError:
            found[TAINT] = TAINT
    return found


def _plain_key(key: Any) -> bool:
    return not isinstance(key, Unknown | Inst)


def joined(frame: Frame, node: ast.JoinedStr) -> Any:
    """Evaluate a formatted text."""
    texts: list[str] = []
    for part in node.values:
        value = frame.space.evaluate(frame, part)
        if not isinstance(value, str):
            return Unknown("text made from unknown values", node.lineno, instance=True)
        texts.append(value)
    if sum(map(len, texts)) > LARGEST:
        return Unknown("a text too long to compute", node.lineno, instance=True)
    return "".join(texts)


def formatted(frame: Frame, node: ast.FormattedValue) -> Any:
    """Evaluate one value inside of a formatted text."""
    value = frame.space.evaluate(frame, node.value)
    spec = frame.space.evaluate(frame, node.format_spec) if node.format_spec is not None else ""
    if not concrete(value) or not isinstance(spec, str):
        return Unknown("text made from unknown values", node.lineno, instance=True)
    convert: dict[int, Callable[[Any], str]] = {115: str, 114: repr, 97: ascii}
    shown = convert[node.conversion](value) if node.conversion in convert else value
    if format_size(shown, spec) > LARGEST:
        return Unknown("a text too long to compute", node.lineno, instance=True)
    try:
        return format(shown, spec)
    except (TypeError, ValueError):
        return Unknown("text that cannot be formatted", node.lineno, instance=True)
