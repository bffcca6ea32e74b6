"""Call expressions and their arguments."""

import ast
from collections.abc import Iterable

from importgraph.evaluation.escape import escaped
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.iterables import iterate
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import Table


def call_expression(interpreter: Interpreter, node: ast.Call) -> Result:
    """Evaluate a call: the function, its arguments, then what it does."""
    function = interpreter.evaluate(node.func)
    if type(function) is Raised:
        return function
    arguments = read_arguments(interpreter, node.args, node.keywords)
    if type(arguments) is Raised:
        return arguments
    interpreter.at(node)
    result = function.call(interpreter, arguments)
    if isinstance(function, Unknown):
        escaped(interpreter, arguments)
    return result


def read_arguments(
    interpreter: Interpreter, nodes: Iterable[ast.expr], keywords: Iterable[ast.keyword]
) -> Arguments | Raised:
    """Evaluate the arguments of a call."""
    positional: list[Value] = []
    named: dict[str, Value] = {}
    is_open = False
    for node in nodes:
        is_starred = type(node) is ast.Starred
        value = interpreter.evaluate(node.value if is_starred else node)  # type: ignore[attr-defined]
        if type(value) is Raised:
            return value
        if not is_starred:
            positional.append(value)
            continue
        inner = iterate(interpreter, value)
        if type(inner) is Raised:
            return inner
        is_open |= inner is None
        positional.extend(inner or ())
    for keyword in keywords:
        value = interpreter.evaluate(keyword.value)
        if type(value) is Raised:
            return value
        if keyword.arg is not None:
            named[keyword.arg] = value
            continue
        value = settled(value)
        if type(value) is Table:
            named.update({str(key): one for key, one in value.items.items()})
            is_open |= value.is_open
        else:
            is_open = True
    return Arguments(tuple(positional), named, is_open)
