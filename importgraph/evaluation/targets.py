"""What an assignment changes."""

import ast
from collections.abc import Callable, Iterable
from typing import Any

from importgraph.evaluation.escape import ESCAPED
from importgraph.evaluation.lineage import in_lineage
from importgraph.evaluation.merge import Either, join, undecided
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.iterables import iterate
from importgraph.evaluation.values.objects import Class, External, Function, Instance, Module, Wrapped
from importgraph.evaluation.values.outcome import NORMAL, Branch, Outcome
from importgraph.evaluation.values.scope import home
from importgraph.evaluation.values.value import Arguments, Raised, Unknown, Value, settled
from importgraph.evaluation.values.values import NOT_PLAIN, Sequence, Table, key_of, sequence, unwrap


def bind(interpreter: Interpreter, name: str, value: Value) -> None:
    """Bind a name in the present frame."""
    frame, journal = interpreter.frame, interpreter.journal
    state = home(frame, name) if frame.elsewhere else frame.names
    if state is not frame.names:
        journal.put(state, name, value)
    elif frame.is_private(journal.branches):
        state[name] = value
    else:
        journal.put(state, name, value, own=frame.function is None)


def forget(interpreter: Interpreter, names: Iterable[str]) -> None:
    """Take names of the present frame as not known."""
    for name in names:
        bind(interpreter, name, Unknown(f"`{name}`, which may not have been bound"))


def assign(interpreter: Interpreter, target: ast.expr, value: Value) -> Raised | None:
    """Assign to a name, an attribute, an item, or to several at once."""
    match target:
        case ast.Name(id=name):
            bind(interpreter, name, value)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return _unpack(interpreter, elements, value)
        case ast.Starred(value=inner):
            return assign(interpreter, inner, value)
        case ast.Attribute(value=owner, attr=name):
            holder = interpreter.evaluate(owner)
            if type(holder) is Raised:
                return holder
            return set_attribute(interpreter, holder, name, value)
        case ast.Subscript(value=owner, slice=key):
            return _set_item(interpreter, owner, key, value)
        case _:
            pass
    return None


def _parts(interpreter: Interpreter, value: Value, count: int) -> tuple[Value, ...]:
    """Return the parts of a value that is not known: of one of several sequences one of theirs each."""
    found = settled(value)
    lines = [one.elements(interpreter) for one in found.values] if type(found) is Either else []
    known = [line for line in lines if line is not None and len(line) == count]
    if not lines or len(known) < len(lines):
        return tuple(Unknown(f"a part of {value.described()}") for _ in range(count))
    return tuple(join(column) for column in zip(*known, strict=True))


def _unpack(interpreter: Interpreter, elements: list[ast.expr], value: Value) -> Raised | None:
    items = iterate(interpreter, value)
    if type(items) is Raised:
        return items
    starred = next((n for n, element in enumerate(elements) if isinstance(element, ast.Starred)), None)
    if items is None:
        items = _parts(interpreter, value, len(elements))
    elif starred is not None and len(items) >= len(elements) - 1:
        behind = len(elements) - starred - 1
        middle = sequence("list", items[starred : len(items) - behind])
        items = (*items[:starred], middle, *items[len(items) - behind :])
    elif len(items) != len(elements):
        many = len(items) > len(elements) - (starred is not None)
        message = (
            f"too many values to unpack (expected {len(elements)})"
            if many
            else (f"not enough values to unpack (expected {len(elements)}, got {len(items)})")
        )
        return Raised("ValueError", message, name="unpacking", cause="wrong-type")
    for element, item in zip(elements, items, strict=True):
        failed = assign(interpreter, element, item)
        if failed is not None:
            return failed
    return None


def state_of(holder: Value) -> dict[Any, Any] | None:
    """Return the state that holds the attributes of a value, where it is one that can have some."""
    match holder:
        case Module() | Class():
            return holder.namespace
        case Instance() | Function():
            return holder.state
        case _:
            return None


def set_attribute(interpreter: Interpreter, holder: Value, name: str, value: Value) -> Raised | None:
    """Set an attribute; of something that is not known, take note. Return why Python does not set it."""
    holder = settled(holder)
    if type(holder) is Either:
        _in_one_of(interpreter, holder, lambda one: set_attribute(interpreter, one, name, value))
        return None
    state = state_of(holder)
    if interpreter.policy.cautious:
        found = in_lineage(interpreter, holder.cls, name) if type(holder) is Instance else None
        if type(holder) is Instance and _has_setter(interpreter, holder, found):
            interpreter.journal.put(holder.state, ESCAPED, True)
            value = Unknown(f"`{name}`, which its class sets")
        elif (failed := interpreter.refuses(holder, name, found)) is not None:
            return failed
    if state is not None:
        interpreter.journal.put(state, name, value)
    else:
        holder.set_attribute(interpreter, name, value)
    interpreter.changed(holder, f".{name}")
    return None


def _has_setter(interpreter: Interpreter, holder: Instance, found: Value | None) -> bool:
    """Tell whether `found` or `__setattr__` of the class decides what setting an attribute does."""
    if isinstance(found, Instance | Unknown) or (type(found) is Wrapped and not found.is_read_only):
        return True
    return in_lineage(interpreter, holder.cls, "__setattr__") is not None


def _set_item(interpreter: Interpreter, owner: ast.expr, key_node: ast.expr, value: Value) -> Raised | None:
    holder, key = interpreter.evaluate(owner), interpreter.evaluate(key_node)
    if type(holder) is Raised or type(key) is Raised:
        return holder if type(holder) is Raised else key if type(key) is Raised else None
    set_item(interpreter, holder, key, value)
    return None


def set_item(interpreter: Interpreter, holder: Value, key: Value, value: Value) -> None:
    """Set an item; of something that is not known, take note."""
    plain, holder = unwrap(key), settled(holder)
    if type(holder) is Either:
        _in_one_of(interpreter, holder, lambda one: set_item(interpreter, one, key, value))
        return
    if holder.set_item(interpreter, key, value):
        return
    if type(holder) is Table:
        _set_key(interpreter, holder, key_of(key), value)
    elif type(holder) is Sequence:
        items = list(holder.items)
        if isinstance(plain, int) and -len(items) <= plain < len(items):
            items[plain] = value
            interpreter.journal.put(holder.state, "items", tuple(items))
        else:
            interpreter.journal.put(holder.state, "open", True)
    elif isinstance(holder, External) and holder.name == "sys.modules" and isinstance(plain, str):
        interpreter.replace_module(plain, settled(value))
    elif isinstance(holder, External):
        interpreter.call_external(f"{holder.name}.__setitem__", Arguments((key, value)))
    elif type(holder) is Instance:
        from_class = holder.attribute(interpreter, "__setitem__")
        if type(from_class) is not Raised:
            from_class.call(interpreter, Arguments((key, value)))
    interpreter.changed(holder, "[…]")


def _set_key(interpreter: Interpreter, holder: Table, own: Any, value: Value) -> None:
    if own is not NOT_PLAIN:
        put_key(interpreter, holder, own, value)
        return
    interpreter.journal.put(holder.state, "open", True)
    owner = holder.state.get("of")
    if type(owner) is Instance:
        interpreter.journal.put(owner.state, ESCAPED, True)
    elif owner is not None:
        computed_key(interpreter, holder)


def computed_key(interpreter: Interpreter, value: Table) -> None:
    """Take note that a name was bound that is not known, in the names of a module or class."""
    owner = value.state["of"]
    if isinstance(owner, Module | Class):
        interpreter.changed(owner, "an attribute of computed name")
    else:
        value.passed_on(interpreter)


def put_key(interpreter: Interpreter, value: Table, key: Any, item: Value) -> None:
    """Set a key; in the names of a module or class those change."""
    if "of" in value.state:
        interpreter.journal.put(value.state["items"], key, item)
    else:
        interpreter.journal.put(value.state, "items", {**value.items, key: item})


def drop_key(interpreter: Interpreter, value: Table, key: Any) -> None:
    """Remove a key that is there; from the names of a module or class those change."""
    if "of" in value.state:
        interpreter.journal.drop(value.state["items"], key)
    else:
        items = {k: v for k, v in value.items.items() if k != key}
        interpreter.journal.put(value.state, "items", items)


def _in_one_of(interpreter: Interpreter, holder: Either, change: Callable[[Value], object]) -> None:
    """Change one of several values, nobody knows which."""

    def branch(one: Value) -> Branch:
        def run() -> Outcome:
            change(one)
            return NORMAL

        return run

    undecided(interpreter, *map(branch, holder.values))
