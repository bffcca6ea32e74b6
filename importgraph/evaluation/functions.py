"""How functions are made: their defaults are evaluated where they stand."""

import ast

from importgraph.evaluation.objects import Function
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.value import Raised, Result, Value, new_state


def lambda_expression(interpreter: Interpreter, node: ast.Lambda) -> Result:
    """Evaluate a `lambda`."""
    return make_function(interpreter, node, "<lambda>")


def make_function(
    interpreter: Interpreter, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str
) -> Result:
    """Make a function: its default arguments are evaluated here and now."""
    frame = interpreter.frame
    arguments = node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    given = [
        *zip(plain[len(plain) - len(arguments.defaults) :], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    defaults: dict[str, Value] = {}
    for argument, default in given:
        if default is not None:
            value = interpreter.evaluate(default)
            if isinstance(value, Raised):
                return value
            defaults[argument.arg] = value
    around = frame if frame.function is not None or frame.is_class else None
    return Function(frame.module, frame.qualname + name, node, around, defaults, new_state())
