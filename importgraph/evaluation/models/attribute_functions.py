"""`getattr`, `hasattr`, `setattr`, `delattr`, and items set by `operator`."""

import ast
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from importgraph.evaluation.escape import escaped
from importgraph.evaluation.merge import Either
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.statements.import_statements import external_attribute
from importgraph.evaluation.targets import drop_key, set_attribute, set_item, state_of
from importgraph.evaluation.values.objects import Class, Instance, Module
from importgraph.evaluation.values.records import Record
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, NOT_PLAIN, Constant, Table, key_of, unwrap


def _getattr(interpreter: Interpreter, arguments: Arguments) -> Result:
    value, name = (*arguments.positional, NONE, NONE)[:2]
    plain = unwrap(name)
    if not isinstance(plain, str):
        return Unknown("an attribute of computed name")
    found = external_attribute(interpreter, settled(value), plain)
    default = arguments.get(2)
    if default is not None and isinstance(found, Raised) and found.kind == "AttributeError":
        return default
    return found


def _hasattr(interpreter: Interpreter, arguments: Arguments) -> Result:
    found = _getattr(interpreter, arguments)
    if isinstance(found, Raised):
        return Constant(False)
    owner = settled(arguments.positional[0]) if arguments.positional else NONE
    known = isinstance(owner, Module | Class | Instance | Constant | Record) and not isinstance(
        found, Unknown
    )
    return Constant(True) if known else Unknown("whether it has an attribute")


def _setattr(interpreter: Interpreter, arguments: Arguments) -> Result:
    holder, name, value = (*arguments.positional, NONE, NONE, NONE)[:3]
    plain = unwrap(name)
    if isinstance(plain, str):
        failed = set_attribute(interpreter, settled(holder), plain, value)
        if failed is not None:
            return failed
    else:
        for one in _perhaps(interpreter, settled(holder)):
            interpreter.changed(one, "an attribute of computed name")
    return NONE


def _perhaps(interpreter: Interpreter, holder: Value) -> Iterable[Value]:
    """Return what a value may be that is given names: if unknown, perhaps a module whose code runs."""
    if isinstance(holder, Either):
        return holder.values
    node = interpreter.frame.node
    if not isinstance(holder, Unknown) or (interpreter.policy.exact and node and not _takes_modules(node)):
        return [holder]
    return [frame.module for frame in interpreter.frames]


def _delattr(interpreter: Interpreter, arguments: Arguments) -> Result:
    holder, name = (*map(settled, arguments.positional), NONE, NONE)[:2]
    plain, state = unwrap(name), state_of(holder)
    if isinstance(plain, str) and state is not None:
        interpreter.journal.drop(state, plain)
        interpreter.changed(holder, "del")
        return NONE
    for one in _perhaps(interpreter, holder):
        interpreter.changed(one, "an attribute of computed name")
    return NONE


def _set_item(interpreter: Interpreter, arguments: Arguments) -> Result:
    holder, key, value = (*arguments.positional, NONE, NONE, NONE)[:3]
    set_item(interpreter, holder, key, value)
    return NONE


def _delete_item(interpreter: Interpreter, arguments: Arguments) -> Result:
    holder, key = (*map(settled, arguments.positional), NONE, NONE)[:2]
    plain = key_of(key)
    if isinstance(holder, Table) and plain is not NOT_PLAIN and plain in holder.items:
        drop_key(interpreter, holder, plain)
    else:
        escaped(interpreter, arguments)
    interpreter.changed(holder, "del")
    return NONE


@lru_cache(maxsize=4096)
def _takes_modules(node: ast.AST) -> bool:
    """Tell whether a function takes modules from `sys.modules`."""
    return any(isinstance(one, ast.Attribute) and one.attr == "modules" for one in ast.walk(node))


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {
    "builtins.delattr": _delattr,
    "builtins.getattr": _getattr,
    "builtins.hasattr": _hasattr,
    "builtins.setattr": _setattr,
    "operator.delitem": _delete_item,
    "operator.setitem": _set_item,
}
