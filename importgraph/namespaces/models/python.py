"""Python's own functions where collecting tests asks for more than imports: order, exact calls."""

import ast
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, cast

from importgraph.evaluation.models import registry
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.limits import hashed
from importgraph.evaluation.values.objects import Class, External, Function, Instance, Module, Wrapped
from importgraph.evaluation.values.outcome import Ending
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, NOT_PLAIN, Constant, Sequence, Table, sequence, unwrap
from importgraph.facts.source.host import Broken, parse
from importgraph.namespaces.natives import native_model

Model = Callable[[Interpreter, Arguments], Result]


def _columns(interpreter: Interpreter, values: tuple[Value, ...]) -> list[tuple[Value, ...]] | None:
    found = [settled(one).elements(interpreter) for one in values]
    return None if None in found else [one for one in found if one is not None]


def _map(interpreter: Interpreter, arguments: Arguments) -> Result:
    columns = _columns(interpreter, arguments.positional[1:])
    if not columns or arguments.open:
        return Unknown("map() over unknown values", is_data=True)
    rows: Any = zip(*columns, strict=False)
    return _called(interpreter, arguments.positional[0], list(rows))


def _called(interpreter: Interpreter, function: Value, rows: list[tuple[Value, ...]]) -> Result:
    results = [function.call(interpreter, Arguments(tuple(row))) for row in rows]
    failed = next((one for one in results if isinstance(one, Raised)), None)
    return failed or sequence("iterator", tuple(one for one in results if isinstance(one, Value)))


def _filter(interpreter: Interpreter, arguments: Arguments) -> Result:
    if len(arguments.positional) != 2:
        return Unknown("filter() over unknown values", is_data=True)
    function, items = arguments.positional[0], settled(arguments.positional[1]).elements(interpreter)
    if items is None:
        return Unknown("filter() over unknown values", is_data=True)
    kept: list[Value] = []
    for item in items:
        answer = item if unwrap(function) is None else function.call(interpreter, Arguments((item,)))
        verdict = None if isinstance(answer, Raised) else interpreter.truth(answer)
        if verdict is None:
            return Unknown("filter() by an unknown test", is_data=True)
        kept += [item] if verdict else []
    return sequence("iterator", tuple(kept))


def ordered(interpreter: Interpreter, items: tuple[Value, ...], arguments: Arguments) -> list[Value] | None:
    """Sort values by themselves or by a key; None where text does not tell the order."""
    key, turned = arguments.keywords.get("key"), unwrap(arguments.keywords.get("reverse") or Constant(0))
    keys: list[Any] = list(items)
    if key is not None and unwrap(key) is not None:
        keys = [key.call(interpreter, Arguments((item,))) for item in items]
    plain: list[Any] = [unwrap(one) if isinstance(one, Value) else NOT_PLAIN for one in keys]
    if turned is NOT_PLAIN or any(one is NOT_PLAIN for one in plain):
        return None
    try:
        order = sorted(range(len(items)), key=lambda index: plain[index], reverse=bool(turned))
    except TypeError:
        return None
    return [items[index] for index in order]


def _sorted(interpreter: Interpreter, arguments: Arguments) -> Result:
    value = settled(arguments.positional[0]) if arguments.positional else NONE
    copied = copy_of(value)
    if copied is not None:
        return copied
    items = value.items if isinstance(value, Sequence) and not value.is_open else value.elements(interpreter)
    found = ordered(interpreter, items, arguments) if items is not None else None
    return (
        Unknown("sorted() of unknown values", is_data=True)
        if found is None
        else sequence("list", tuple(found))
    )


def copy_of(value: Value) -> Value | None:
    """Return a list of the same items where a value is all the items of a session."""
    copying = getattr(value, "copied", None)
    return cast("Value | None", copying()) if copying is not None else None


def _sequence(kind: str) -> Model:
    """`list(…)` and its like."""

    def model(interpreter: Interpreter, arguments: Arguments) -> Result:
        if not arguments.positional:
            return sequence(kind, (), is_open=arguments.open)
        value = settled(arguments.positional[0])
        copied = copy_of(value)
        if copied is not None and kind in {"list", "tuple"}:
            return copied
        whole = value.items if kind == "set" and isinstance(value, Sequence) and not value.is_open else None
        items = whole if whole is not None else value.elements(interpreter)
        if items is None:
            callee = getattr(value, "callee", "")
            from importgraph.namespaces.values import Made

            return (
                Made("a sequence of unknown values", True, callee)
                if callee
                else Unknown("a sequence of unknown values", is_data=True)
            )
        return _set(items) if kind == "set" else sequence(kind, items)

    return model


def _set(items: tuple[Value, ...]) -> Result:
    plain = [unwrap(one) for one in items]
    if any(one is NOT_PLAIN for one in plain):
        return Unknown("a set of unknown values", is_data=True)
    try:
        kept = dict(zip(hashed(plain), items, strict=True))
    except TypeError:
        return Unknown("a set of values that are not hashable")
    return sequence("set", tuple(kept.values()))


def _unknown(reason: str) -> Model:
    return lambda _interpreter, _arguments: Unknown(reason, is_data=True)


def _next(interpreter: Interpreter, arguments: Arguments) -> Result:
    if arguments.positional:
        settled(arguments.positional[0]).elements(interpreter)  # which is not whole any more
    return Unknown("the next item", is_data=True)


def _getattr(interpreter: Interpreter, arguments: Arguments) -> Result:
    owner = settled(arguments.positional[0]) if arguments.positional else NONE
    name, default = unwrap(arguments.get(1) or NONE), arguments.get(2)
    if not isinstance(name, str):
        return Unknown("getattr() by an unknown name")
    if isinstance(owner, External) and owner.name == "sys" and default is not None:
        known = hasattr(sys, name) or interpreter.has_outside(f"sys.{name}")
        return owner.attribute(interpreter, name) if known else default
    found = owner.attribute(interpreter, name)
    lacks = isinstance(found, Raised) and found.kind == "AttributeError"
    if default is not None and lacks:
        return default
    sure = isinstance(owner, Module | Class | Instance | Constant | Function)
    return Unknown(f"getattr(…, {name!r})") if default is not None and not sure else found


def _hasattr(interpreter: Interpreter, arguments: Arguments) -> Result:
    owner = settled(arguments.positional[0]) if arguments.positional else NONE
    name = unwrap(arguments.get(1) or NONE)
    if isinstance(owner, External) and owner.name in {"sys", "os"} and isinstance(name, str):
        known = hasattr(sys if owner.name == "sys" else os, name)
        return Constant(known or interpreter.has_outside(f"{owner.name}.{name}"))
    if isinstance(owner, Function) and isinstance(name, str) and not name.startswith("__"):
        return Constant(name in owner.state)
    if isinstance(owner, Module | Class | Instance | Constant):
        base = registry.model("builtins.hasattr")
        return base(interpreter, arguments) if base is not None else NONE
    return Unknown("hasattr()", is_data=True)


def _kind(kind: str) -> Model:
    def model(_interpreter: Interpreter, arguments: Arguments) -> Result:
        return Wrapped(kind, arguments.get(0, "fget") or NONE)

    return model


def _exec(interpreter: Interpreter, arguments: Arguments) -> Result:
    text = unwrap(arguments.get(0) or NONE)
    machine = cast("Any", interpreter)
    at_top = interpreter.frame.names is interpreter.frame.module.namespace
    own = all(_is_own_namespace(interpreter, one) for one in arguments.positional[1:])
    if isinstance(text, str) and at_top and own and not arguments.keywords and interpreter.frame.certain:
        tree = parse(text.encode())
        if isinstance(tree, Broken):
            machine.doubt("calls exec() with a text that does not parse")
            return NONE
        outcome = interpreter.execute(tree.body)
        return outcome.raised if outcome.ending is Ending.RAISE and outcome.raised is not None else NONE
    where = settled(arguments.positional[1]) if len(arguments.positional) > 1 else None
    if not isinstance(where, Table) or "of" in where.state:
        machine.doubt("calls exec() when imported")
    else:
        interpreter.journal.put(where.state, "open", True)
    return NONE


def _is_own_namespace(interpreter: Interpreter, value: Value) -> bool:
    value = settled(value)
    return isinstance(value, Table) and value.state.get("of") is interpreter.frame.module


def _eval(interpreter: Interpreter, arguments: Arguments) -> Result:
    text = unwrap(arguments.get(0) or NONE)
    tree = parse(text.strip().encode()) if isinstance(text, str) and len(arguments.positional) == 1 else None
    if not isinstance(tree, ast.Module) or len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        return Unknown("the result of eval()")
    return interpreter.evaluate(tree.body[0].value)


def _type(interpreter: Interpreter, arguments: Arguments) -> Result:
    base = registry.model("builtins.type")
    made = base(interpreter, arguments) if base is not None else NONE
    names = settled(arguments.positional[2]) if len(arguments.positional) == 3 else NONE
    if isinstance(made, Class) and isinstance(names, Table) and names.is_open:
        cast("Any", interpreter).open_class(made)
    return made


def _vars(interpreter: Interpreter, arguments: Arguments) -> Result:
    base = registry.model("builtins.vars")
    outside = any(isinstance(settled(one), External) for one in arguments.positional)
    return Unknown("the attributes of something") if outside or base is None else base(interpreter, arguments)


def _reversed(interpreter: Interpreter, arguments: Arguments) -> Result:
    copied = copy_of(settled(arguments.positional[0])) if arguments.positional else None
    model = native_model("builtins.reversed")
    return copied or (model(interpreter, arguments) if model is not None else Unknown("reversed()"))


MODELS: Mapping[str, Model] = {
    "builtins.reversed": _reversed,
    "builtins.vars": _vars,
    "builtins.map": _map,
    "builtins.filter": _filter,
    "builtins.sorted": _sorted,
    "builtins.list": _sequence("list"),
    "builtins.tuple": _sequence("tuple"),
    "builtins.set": _sequence("set"),
    "builtins.frozenset": _sequence("set"),
    "builtins.iter": _unknown("an iterator"),
    "builtins.next": _next,
    "builtins.hash": _unknown("a hash"),
    "builtins.id": _unknown("an address"),
    "builtins.open": _unknown("a file"),
    "builtins.input": _unknown("what is typed"),
    "builtins.compile": _unknown("a code object"),
    "builtins.getattr": _getattr,
    "builtins.hasattr": _hasattr,
    "builtins.exec": _exec,
    "builtins.eval": _eval,
    "builtins.type": _type,
}
