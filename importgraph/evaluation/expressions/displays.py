"""Tuples, lists, sets, dictionaries and formatted texts that are written out."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from importgraph.evaluation.expressions.sets import made
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.growth import format_size
from importgraph.evaluation.values.iterables import iterate, unhashable
from importgraph.evaluation.values.limits import LARGEST
from importgraph.evaluation.values.value import Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NOT_PLAIN, Constant, Table, key_of, sequence, table, unwrap


def sequence_display(interpreter: Interpreter, node: ast.Tuple | ast.List | ast.Set) -> Result:
    """Evaluate a tuple, list or set that is written out."""
    kind = {ast.Tuple: "tuple", ast.List: "list", ast.Set: "set"}[type(node)]
    items: list[Value] = []
    is_open = False
    for element in node.elts:
        starred = isinstance(element, ast.Starred)
        value = interpreter.evaluate(element.value if isinstance(element, ast.Starred) else element)
        if type(value) is Raised:
            return value
        inner = iterate(interpreter, value) if starred else (value,)
        if type(inner) is Raised:
            return inner
        failed = unhashable(settled(value)) if kind == "set" and not starred else None
        if failed is not None:
            return failed
        is_open |= inner is None
        if len(items) + len(inner or ()) > LARGEST:
            return sequence(kind, (), is_open=True)
        items.extend(inner or ())
    return made(interpreter, kind, tuple(items), is_open=is_open)


def dictionary_display(interpreter: Interpreter, node: ast.Dict) -> Result:
    """Evaluate a dictionary that is written out."""
    items: dict[Any, Value] = {}
    is_open = False
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = interpreter.evaluate(value_node)
        key = interpreter.evaluate(key_node) if key_node is not None else value
        value = settled(value) if key_node is None and isinstance(value, Value) else value
        if type(value) is Raised or type(key) is Raised:
            return value if type(value) is Raised else key
        if key_node is None:
            items.update(value.items if type(value) is Table else {})
            is_open |= type(value) is not Table or value.is_open
            continue
        failed = unhashable(settled(key))
        if failed is not None:
            return failed
        plain = key_of(key)
        if plain is NOT_PLAIN:
            is_open = True
        else:
            items[plain] = value
    return table(items, is_open=is_open)


def _formatted(interpreter: Interpreter, plain: Any, node: ast.expr) -> str | None:
    """Return a value as its format says; None where that is not known, or too long."""
    spec = interpreter.evaluate(node)
    text = unwrap(spec) if not isinstance(spec, Raised) else None
    if not isinstance(text, str) or format_size(plain, text) > LARGEST:
        return None
    try:
        return format(plain, text)
    except (TypeError, ValueError):
        return None


def _converted(plain: Any, part: ast.expr) -> Any:
    """Return a value as `!r`, `!s` or `!a` makes it, which comes before its format."""
    if plain is NOT_PLAIN or not isinstance(part, ast.FormattedValue):
        return plain
    convert = _CONVERSIONS.get(part.conversion)
    return convert(plain) if convert is not None else plain


_CONVERSIONS: Mapping[int, Callable[[Any], str]] = {ord("r"): repr, ord("s"): str, ord("a"): ascii}


def formatted_text(interpreter: Interpreter, node: ast.JoinedStr) -> Result:
    """Evaluate an f-string."""
    parts: list[str] | None = []
    for part in node.values:
        value = interpreter.evaluate(part.value if isinstance(part, ast.FormattedValue) else part)
        if type(value) is Raised:
            return value
        plain = _converted(unwrap(value), part)
        spec = getattr(part, "format_spec", None)
        if parts is not None and spec is not None and plain is not NOT_PLAIN:
            shown = _formatted(interpreter, plain, spec)
            parts = [*parts, shown] if shown is not None else None
        elif parts is None or plain is NOT_PLAIN:
            parts = None
        else:
            parts.append(str(plain))
    if parts is None or sum(map(len, parts)) > LARGEST:
        return Unknown("a formatted text", is_data=True)
    return Constant("".join(parts))
