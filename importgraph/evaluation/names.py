"""What a name stands for in the body that runs."""

import ast

from importgraph.evaluation.objects import Module
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.scope import visible
from importgraph.evaluation.value import Deferred, Raised, Result, Unknown, Value


def name_expression(interpreter: Interpreter, node: ast.Name) -> Result:
    """Evaluate a name."""
    return look_up(interpreter, node.id)


def look_up(interpreter: Interpreter, name: str) -> Result:
    """Return what a name stands for in the present frame."""
    frame = interpreter.frame
    for state in visible(frame, name):
        if name in state:
            found: Value = state[name]
            return found
        if state is frame.names and name in frame.own and name not in frame.elsewhere:
            message = f"cannot access local variable {name!r} where it is not associated with a value"
            return Raised("UnboundLocalError", message) if frame.certain else Unknown(message)
    return interpreter.builtin(name) or _global(interpreter, frame.module, name)


def _global(interpreter: Interpreter, module: Module, name: str) -> Result:
    """Return a global that the module has not bound itself so far."""
    if not interpreter.policy.executes(module.name) and interpreter.policy.binds(module.name, name):
        return Deferred(lambda: interpreter.attribute_of_module(module, name), {}, at_once=True)
    supplied = interpreter.supply(module, name)
    if supplied is None and name.startswith("__"):
        result = interpreter.attribute_of_module(module, name)
        supplied = None if isinstance(result, Raised) else result
    if supplied is None and module.status.get("open"):
        return Unknown(f"`{name}`, perhaps from a star import")
    return supplied or Raised("NameError", f"name {name!r} is not defined")
