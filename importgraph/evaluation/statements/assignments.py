"""Assignments, annotations, `del`, `global` and `nonlocal`."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from importgraph.evaluation.expressions.names import look_up
from importgraph.evaluation.expressions.operations import binary
from importgraph.evaluation.functions import unpaid
from importgraph.evaluation.lineage import in_lineage
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.targets import assign, drop_key, state_of
from importgraph.evaluation.values.objects import Class, External, Instance
from importgraph.evaluation.values.outcome import NORMAL, Outcome, outcome_of, raising
from importgraph.evaluation.values.scope import home
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, NOT_PLAIN, Sequence, Table, key_of

_EVALUATED_LATER = (3, 14)
"""From this version on annotations are not evaluated where they stand (PEP 649)."""


def assign_statement(interpreter: Interpreter, node: ast.Assign) -> Outcome:
    """Run `a = b = value`."""
    value = interpreter.evaluate(node.value)
    if isinstance(value, Raised):
        return raising(value)
    for target in node.targets:
        failed = assign(interpreter, target, value)
        if failed is not None:
            return raising(failed)
    return NORMAL


def annotated_assignment(interpreter: Interpreter, node: ast.AnnAssign) -> Outcome:
    """Run `a: kind = value`; the annotation where Python does."""
    frame = interpreter.frame
    if node.value is not None:
        value = interpreter.evaluate(node.value)
        failed = value if isinstance(value, Raised) else assign(interpreter, node.target, value)
        if isinstance(failed, Raised):
            return raising(failed)
    if frame.function is None:
        return outcome_of(annotation(interpreter, node.annotation))
    return NORMAL


def annotation(interpreter: Interpreter, node: ast.expr) -> Result:
    """Evaluate an annotation where the target's Python does."""
    late = interpreter.policy.surroundings.version >= _EVALUATED_LATER
    if late or "annotations" in interpreter.frame.module.status.get("future", ()):
        return NONE
    return unpaid(interpreter, node)


def augmented_assignment(interpreter: Interpreter, node: ast.AugAssign) -> Outcome:
    """Run `a += value`."""
    load = _LOADS.get(type(node.target))
    current = interpreter.evaluate(load(node.target)) if load is not None else Unknown("a value")
    value = interpreter.evaluate(node.value)
    if isinstance(current, Raised) or isinstance(value, Raised):
        return outcome_of(current if isinstance(current, Raised) else value)
    current = settled(current)
    if isinstance(current, Sequence) and current.kind == "list" and isinstance(node.op, ast.Add):
        return outcome_of(interpreter.call_method(current, "extend", Arguments((value,))))
    result = binary(interpreter, type(node.op), current, value)
    return outcome_of(result if isinstance(result, Raised) else assign(interpreter, node.target, result))


_LOADS: Mapping[type[ast.expr], Callable[[Any], ast.expr]] = {
    ast.Name: lambda n: ast.Name(n.id, ast.Load()),
    ast.Attribute: lambda n: ast.Attribute(n.value, n.attr, ast.Load()),
    ast.Subscript: lambda n: ast.Subscript(n.value, n.slice, ast.Load()),
}


def delete_statement(interpreter: Interpreter, node: ast.Delete) -> Outcome:
    """Run `del`."""
    for target in node.targets:
        if isinstance(target, ast.Name):
            found = look_up(interpreter, target.id)
            if isinstance(found, Raised):
                return raising(found)
            interpreter.journal.drop(home(interpreter.frame, target.id), target.id)
        elif isinstance(target, ast.Attribute | ast.Subscript):
            holder = interpreter.evaluate(target.value)
            if isinstance(holder, Raised):
                return raising(holder)
            if isinstance(target, ast.Subscript):
                failed = _delete_item(interpreter, holder, target)
            else:
                failed = _undeletable(interpreter, settled(holder), target.attr)
            if failed is not None:
                return raising(failed)
            state = state_of(settled(holder)) if isinstance(target, ast.Attribute) else None
            if state is not None and isinstance(target, ast.Attribute):
                interpreter.journal.drop(state, target.attr)
            interpreter.changed(holder, "del")
    return NORMAL


def _undeletable(interpreter: Interpreter, holder: Value, name: str) -> Raised | None:
    """Return why Python does not delete an attribute, if that is sure."""
    if not interpreter.policy.cautious or not isinstance(holder, Instance | Class):
        return None
    cls = holder.cls if isinstance(holder, Instance) else None
    if cls is not None and in_lineage(interpreter, cls, "__delattr__") is not None:
        return None
    found = in_lineage(interpreter, cls, name) if cls is not None else None
    return interpreter.refuses(holder, name, found, deletes=True)


def _delete_item(interpreter: Interpreter, holder: Value, target: ast.Subscript) -> Raised | None:
    key = interpreter.evaluate(target.slice)
    if isinstance(key, Raised):
        return key
    holder, plain = settled(holder), key_of(key)
    if isinstance(holder, External):
        result = interpreter.call_external(f"{holder.name}.__delitem__", Arguments((key,)))
        return result if isinstance(result, Raised) else None
    if isinstance(holder, Table) and plain is not NOT_PLAIN:
        found = holder.item(interpreter, key)
        if not isinstance(found, Raised):
            drop_key(interpreter, holder, plain)
        return found if isinstance(found, Raised) else None
    if isinstance(holder, Table | Sequence):
        interpreter.journal.put(holder.state, "open", True)
    return None


def scope_statement(interpreter: Interpreter, node: ast.Global | ast.Nonlocal) -> Outcome:
    """Run `global` and `nonlocal`."""
    kind = "global" if isinstance(node, ast.Global) else "nonlocal"
    interpreter.frame.elsewhere.update(dict.fromkeys(node.names, kind))
    return NORMAL
