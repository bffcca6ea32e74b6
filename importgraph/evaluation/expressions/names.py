"""What a name stands for in the body that runs."""

import ast

from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Module
from importgraph.evaluation.values.scope import Frame
from importgraph.evaluation.values.value import Deferred, Raised, Result, Unknown, Value
from importgraph.evaluation.values.values import NONE


def name_expression(interpreter: Interpreter, node: ast.Name) -> Result:
    """Evaluate a name."""
    return look_up(interpreter, node.id)


def look_up(interpreter: Interpreter, name: str) -> Result:
    """Return what a name stands for in the present frame."""
    frame = interpreter.frame
    kind = frame.elsewhere.get(name)
    scope: Frame | None = frame if kind is None else frame.around if kind == "nonlocal" else None
    sees_class = True
    while scope is not None:
        if sees_class or not scope.is_class:
            if name in scope.names:
                found: Value = scope.names[name]
                is_global = scope.names is frame.module.namespace
                return _of_later(interpreter, frame, name, found) if is_global else found
            if name in scope.own:
                return _unbound(interpreter, scope, name)
        sees_class = sees_class and scope.is_annotation
        scope = scope.around
    namespace = frame.module.namespace
    if name in namespace:
        return _of_later(interpreter, frame, name, namespace[name])
    return interpreter.builtin(name) or _global(interpreter, frame.module, name)


def _unbound(interpreter: Interpreter, scope: Frame, name: str) -> Result:
    if scope.activation is not interpreter.frame.activation:
        message = f"cannot access free variable {name!r} where it is not associated with a value"
        if not interpreter.policy.cautious:
            return Unknown(message)
        return Raised("NameError", f"{message} in enclosing scope", name=name, cause="undefined-name")
    message = f"cannot access local variable {name!r} where it is not associated with a value"
    return Raised("UnboundLocalError", message, name=f"{name} in {scope.qualname.removesuffix('.<locals>.')}")


def _of_later(interpreter: Interpreter, frame: Frame, name: str, value: Value) -> Value:
    """Return a global as a function finds it: what is None may be a place that was filled since."""
    policy = interpreter.policy
    if frame.function is None or not (policy.exact or policy.cautious):
        return value
    if frame.module.status.get("state") == "loading":
        return value
    if policy.exact:
        return interpreter.since(frame.module, name, value)
    return Unknown("a global that may have been set since") if value == NONE else value


def _global(interpreter: Interpreter, module: Module, name: str) -> Result:
    """Return a global that the module has not bound itself so far."""
    if not interpreter.policy.executes(module.name) and interpreter.policy.binds(module.name, name):
        return Deferred(lambda: interpreter.attribute_of_module(module, name), {}, at_once=True)
    supplied = interpreter.supply(module, name)
    if supplied is None and name.startswith("__"):
        result = interpreter.attribute_of_module(module, name)
        supplied = None if type(result) is Raised else result
    if supplied is None and module.status.get("open"):
        return Unknown(f"`{name}`, perhaps from a star import")
    return supplied or Raised("NameError", f"name {name!r} is not defined", about=module, name=name)
