"""What methods of dictionaries do."""

import collections
from collections.abc import Callable, Mapping

from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.targets import computed_key, drop_key, put_key
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, NOT_PLAIN, Table, key_of, sequence, table, wrap


def call_table(interpreter: Interpreter, value: Table, name: str, arguments: Arguments) -> Result:
    """Call a method of a dictionary."""
    reading = _TABLE.get(name)
    if reading is None and (hasattr(dict, name) or name in _OF_KINDS):
        interpreter.journal.put(value.state, "open", True)
        return Unknown(f"what `{name}` of a dictionary returns")
    if reading is None:
        return Raised("AttributeError", f"'dict' object has no attribute {name!r}")
    result = reading(interpreter, value, arguments)
    if name in {"setdefault", "update", "pop", "popitem", "clear"}:
        interpreter.changed(value, f".{name}()")
    return result


def _get(interpreter: Interpreter, value: Table, arguments: Arguments) -> Result:
    if not arguments.positional:
        return Unknown("an item of a dictionary")
    found = value.item(interpreter, arguments.positional[0])
    default = arguments.get(1, "default") or NONE
    return default if isinstance(found, Raised) else found


def _setdefault(interpreter: Interpreter, value: Table, arguments: Arguments) -> Result:
    found = value.item(interpreter, arguments.positional[0]) if arguments.positional else NONE
    if not isinstance(found, Raised):
        return found
    default, key = arguments.get(1, "default") or NONE, key_of(arguments.positional[0])
    put_key(interpreter, value, key, default)
    return default


def _update(interpreter: Interpreter, value: Table, arguments: Arguments) -> Result:
    items = dict(value.items)
    is_open = value.is_open or arguments.open
    for one in map(settled, arguments.positional):
        if isinstance(one, Table):
            items.update(one.items)
            is_open |= one.is_open
        else:
            pairs = [pair.elements(interpreter) for pair in one.elements(interpreter) or ()]
            plain = {key_of(pair[0]): pair[1] for pair in pairs if pair is not None and len(pair) == 2}  # noqa: PLR2004
            items.update((key, one) for key, one in plain.items() if key is not NOT_PLAIN)
            is_open |= len(plain) < len(pairs) or one.elements(interpreter) is None
    items.update(arguments.keywords)
    if "of" in value.state:
        for key, one in items.items():
            put_key(interpreter, value, key, one)
        if is_open:
            computed_key(interpreter, value)
        return NONE
    interpreter.journal.put(value.state, "items", items)
    interpreter.journal.put(value.state, "open", is_open)
    return NONE


def _pop_key(interpreter: Interpreter, value: Table, arguments: Arguments) -> Result:
    found = _get(interpreter, value, arguments)
    key = key_of(arguments.positional[0]) if arguments.positional else NOT_PLAIN
    if key is NOT_PLAIN:
        interpreter.journal.put(value.state, "open", True)
    elif key in value.items:
        drop_key(interpreter, value, key)
    return found


def _pop_last(interpreter: Interpreter, value: Table, _arguments: Arguments) -> Result:
    if value.is_open or not value.items or "of" in value.state:
        interpreter.journal.put(value.state, "open", True)
        return Unknown("an item of a dictionary")
    key, last = list(value.items.items())[-1]
    drop_key(interpreter, value, key)
    return sequence("tuple", (wrap(key), last))


_OF_KINDS = {
    "move_to_end",
    *dir(collections.Counter),
    *dir(collections.defaultdict),
    *dir(collections.ChainMap),
}
"""Methods of kinds of dictionaries that are followed as plain ones."""


def _listed(part: str) -> Callable[[Interpreter, Table, Arguments], Result]:
    def rows_of(value: Table) -> tuple[Value, ...]:
        if "unlisted" in value.state:  # what others asked for before is not what the module binds
            return ()
        if part == "items":
            return tuple(sequence("tuple", (wrap(k), v)) for k, v in value.items.items())
        return tuple(value.items.values() if part == "values" else map(wrap, value.items))

    def read(interpreter: Interpreter, value: Table, _arguments: Arguments) -> Result:
        view = sequence("list" if part == "values" else "view", rows_of(value), is_open=value.is_open)
        if interpreter.policy.exact:  # a view that is kept shows what was added since
            view.state["rows"] = lambda: rows_of(value)
        return view

    return read


def _cleared(interpreter: Interpreter, value: Table, _arguments: Arguments) -> Result:
    for key in list(value.items):
        drop_key(interpreter, value, key)
    interpreter.journal.put(value.state, "open", False)
    return NONE


_TABLE: Mapping[str, Callable[[Interpreter, Table, Arguments], Result]] = {
    "get": _get,
    "setdefault": _setdefault,
    "update": _update,
    "pop": _pop_key,
    "popitem": _pop_last,
    "clear": _cleared,
    "copy": lambda _i, v, _a: table(v.items, is_open=v.is_open),
    "keys": _listed("keys"),
    "values": _listed("values"),
    "items": _listed("items"),
}
