"""Expressions one after the other."""

import ast
from collections.abc import Iterable

from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.value import Raised, Value


def evaluate_all(interpreter: Interpreter, nodes: Iterable[ast.expr]) -> tuple[Value, ...] | Raised:
    """Evaluate expressions in order until one fails."""
    found = []
    for node in nodes:
        value = interpreter.evaluate(node)
        if type(value) is Raised:
            return value
        found.append(value)
    return tuple(found)
