"""How functions are made: their defaults are evaluated where they stand."""

import ast

from msgspec.structs import replace

from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Function
from importgraph.evaluation.values.value import Raised, Result, State, Unknown, Value, new_state

FREE_STEPS = 16
"""A default or annotation that takes no more takes none: limits stay where they are if headers change."""


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
            value = unpaid(interpreter, default)
            if type(value) is Raised:
                return value
            defaults[argument.arg] = value
    has_scope = frame.function is not None or frame.inner_of is not None
    around = frame if has_scope or frame.is_class or frame.is_annotation else None
    return Function(frame.module, frame.qualname + name, node, around, defaults, new_state())


def unpaid(interpreter: Interpreter, node: ast.expr) -> Result:
    """Evaluate a default or annotation; it takes no steps unless it takes more than a few."""
    budget = interpreter.budget
    before = budget.used
    budget.steps += FREE_STEPS
    try:
        return interpreter.evaluate(node)
    finally:
        budget.steps -= FREE_STEPS
        if budget.used <= before + FREE_STEPS:
            budget.used = before


def type_parameters(interpreter: Interpreter, node: ast.AST) -> bool:
    """Enter a scope that holds the type parameters of a definition (PEP 695); False where there are none."""
    parameters = getattr(node, "type_params", None)
    if not parameters:
        return False
    outer = interpreter.frame
    names: State = {getattr(one, "name", ""): Unknown("a type parameter") for one in parameters}
    around = outer if outer.function is not None or outer.is_class or outer.is_annotation else None
    interpreter.enter(
        replace(
            outer, names=names, around=around, node=None, is_class=False, is_annotation=True, elsewhere={}
        )
    )
    return True
