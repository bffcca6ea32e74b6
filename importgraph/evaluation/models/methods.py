"""Methods of constants, sequences and dictionaries."""

import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from importgraph.evaluation.growth import method_size
from importgraph.evaluation.limits import LARGEST
from importgraph.evaluation.models.paths import call_path
from importgraph.evaluation.models.patterns import call_pattern
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values import (
    NONE,
    NOT_PLAIN,
    SETS,
    Constant,
    Sequence,
    Table,
    holds_leaves,
    key_of,
    of_kind,
    sequence,
    table,
    unwrap,
    wrap,
)

_TEXTS = (str, bytes, int, float, tuple, range, slice)


def call_method(interpreter: Interpreter, value: Value, name: str, arguments: Arguments) -> Result:
    """Call a method; of an object that changes, the known ones, else it is open from then on."""
    if isinstance(value, Sequence):
        return _of_sequence(interpreter, value, name, arguments)
    if isinstance(value, Table):
        return _of_table(interpreter, value, name, arguments)
    if isinstance(value, Constant) and isinstance(value.value, re.Pattern | re.Match):
        return call_pattern(interpreter, value, name, arguments)
    if isinstance(value, Constant) and isinstance(value.value, PurePosixPath):
        return call_path(interpreter, value.value, name, arguments)
    if isinstance(value, Constant) and isinstance(value.value, _TEXTS):
        return _of_constant(interpreter, value.value, name, arguments)
    return Unknown(f"what `{name}` returns")


def _plain(arguments: Arguments) -> tuple[list[Any], dict[str, Any]] | None:
    positional = [unwrap(one) for one in arguments.positional]
    keywords = {key: unwrap(one) for key, one in arguments.keywords.items()}
    if arguments.open or NOT_PLAIN in positional or NOT_PLAIN in keywords.values():
        return None
    return positional, keywords


def _of_constant(interpreter: Interpreter, plain: Any, name: str, arguments: Arguments) -> Result:
    given = _plain(arguments)
    if given is None:
        if name == "join" and len(arguments.positional) == 1:
            return Unknown("a joined text")
        return Unknown(f"what `{name}` of a text returns")
    if method_size(plain, name, given[0], given[1]) > LARGEST:
        return Unknown("a long text")
    try:
        return wrap(getattr(plain, name)(*given[0], **given[1]))
    except Exception as error:  # noqa: BLE001 -- what the method raises is its result
        return Raised(type(error).__name__, str(error))


# -- sequences --------------------------------------------------------------------------------------


def _of_sequence(interpreter: Interpreter, value: Sequence, name: str, arguments: Arguments) -> Result:
    changing = _SEQUENCE.get(name)
    if changing is not None:
        interpreter.changed(value, f".{name}()")
        result = changing(interpreter, value, arguments)
        if result is not None:
            return result
        interpreter.journal.put(value.state, "open", True)
        return NONE
    if name == "copy":
        return sequence(value.kind, value.items, is_open=value.is_open)
    if name in {"count", "index", "issubset", "issuperset", "isdisjoint"}:
        return Unknown(f"what `{name}` of a {value.kind} returns")
    if value.kind in SETS:
        return _set_operation(value, name, arguments)
    return Raised("AttributeError", f"{value.kind!r} object has no attribute {name!r}")


def _set_operation(value: Sequence, name: str, arguments: Arguments) -> Result:
    one, other = unwrap(value), [unwrap(argument) for argument in arguments.positional]
    if one is NOT_PLAIN or NOT_PLAIN in other or not hasattr(frozenset, name):
        return sequence(value.kind, value.items, is_open=True)
    return of_kind(wrap(getattr(one, name)(*other)), value)


def _put(interpreter: Interpreter, value: Sequence, items: tuple[Value, ...]) -> Result:
    if len(items) > interpreter.budget.size:
        return Unknown("a long list")
    interpreter.journal.put(value.state, "items", items)
    return NONE


def _append(interpreter: Interpreter, value: Sequence, arguments: Arguments) -> Result | None:
    return _put(interpreter, value, (*value.items, *arguments.positional[:1]))


def _extend(interpreter: Interpreter, value: Sequence, arguments: Arguments) -> Result | None:
    for one in arguments.positional:
        items = one.elements(interpreter)
        if items is None:
            return None
        _put(interpreter, value, (*value.items, *items))
    return NONE


def _add(interpreter: Interpreter, value: Sequence, arguments: Arguments) -> Result | None:
    new = arguments.positional[:1]
    if new and unwrap(new[0]) is NOT_PLAIN and holds_leaves(value):
        return _put(interpreter, value, (*value.items, *new))
    plain = [unwrap(one) for one in value.items]
    if new and unwrap(new[0]) is not NOT_PLAIN and unwrap(new[0]) in plain:
        return NONE
    return _put(interpreter, value, (*value.items, *new))


def _insert(interpreter: Interpreter, value: Sequence, arguments: Arguments) -> Result | None:
    where = unwrap(arguments.positional[0]) if arguments.positional else NOT_PLAIN
    if not isinstance(where, int):
        return None
    items = list(value.items)
    items[where:where] = arguments.positional[1:2]
    return _put(interpreter, value, tuple(items))


def _pop(interpreter: Interpreter, value: Sequence, arguments: Arguments) -> Result | None:
    where = unwrap(arguments.positional[0]) if arguments.positional else -1
    if value.is_open or not isinstance(where, int) or not value.items or value.kind in SETS:
        return None
    items = list(value.items)
    if not -len(items) <= where < len(items):
        return Raised("IndexError", "pop index out of range")
    found = items.pop(where)
    _put(interpreter, value, tuple(items))
    return found


def _clear(interpreter: Interpreter, value: Sequence, _arguments: Arguments) -> Result | None:
    return _put(interpreter, value, ())


def _remove(interpreter: Interpreter, value: Sequence, arguments: Arguments) -> Result | None:
    gone = unwrap(arguments.positional[0]) if arguments.positional else NOT_PLAIN
    plain = [unwrap(one) for one in value.items]
    if gone is NOT_PLAIN or gone not in plain:
        return None
    where = plain.index(gone)
    return _put(interpreter, value, (*value.items[:where], *value.items[where + 1 :]))


def _sort(interpreter: Interpreter, value: Sequence, _arguments: Arguments) -> Result | None:
    plain = unwrap(value)
    try:
        return _put(interpreter, value, tuple(wrap(one) for one in sorted(plain)))
    except TypeError:
        return NONE  # the order is not known, what is in it is


_SEQUENCE: Mapping[str, Callable[[Interpreter, Sequence, Arguments], Result | None]] = {
    "append": _append,
    "add": _add,
    "clear": _clear,
    "extend": _extend,
    "insert": _insert,
    "pop": _pop,
    "remove": _remove,
    "discard": _remove,
    "sort": _sort,
    "update": _extend,
    "reverse": lambda i, v, _: _put(i, v, v.items[::-1]),
}


# -- dictionaries -----------------------------------------------------------------------------------


def _of_table(interpreter: Interpreter, value: Table, name: str, arguments: Arguments) -> Result:
    reading = _TABLE.get(name)
    if reading is None:
        return Raised("AttributeError", f"'dict' object has no attribute {name!r}")
    if name in {"setdefault", "update", "pop", "popitem", "clear"}:
        interpreter.changed(value, f".{name}()")
    return reading(interpreter, value, arguments)


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
    interpreter.journal.put(value.state, "items", {**value.items, key: default})
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
            interpreter.journal.put(value.state["items"], key, one)
        return NONE
    interpreter.journal.put(value.state, "items", items)
    interpreter.journal.put(value.state, "open", is_open)
    return NONE


def _pop_key(interpreter: Interpreter, value: Table, arguments: Arguments) -> Result:
    found = _get(interpreter, value, arguments)
    key = key_of(arguments.positional[0]) if arguments.positional else NOT_PLAIN
    if key is not NOT_PLAIN and key in value.items:
        items = {k: v for k, v in value.items.items() if k != key}
        interpreter.journal.put(value.state, "items", items)
    return found


def _listed(part: str) -> Callable[[Interpreter, Table, Arguments], Result]:
    def read(_interpreter: Interpreter, value: Table, _arguments: Arguments) -> Result:
        if part == "items":
            rows = tuple[Value, ...](sequence("tuple", (wrap(k), v)) for k, v in value.items.items())
        else:
            rows = tuple(value.items.values() if part == "values" else map(wrap, value.items))
        return sequence("list" if part == "values" else "view", rows, is_open=value.is_open)

    return read


def _cleared(interpreter: Interpreter, value: Table, _arguments: Arguments) -> Result:
    interpreter.journal.put(value.state, "items", {})
    return NONE


_TABLE: Mapping[str, Callable[[Interpreter, Table, Arguments], Result]] = {
    "get": _get,
    "setdefault": _setdefault,
    "update": _update,
    "pop": _pop_key,
    "popitem": lambda _i, _v, _a: Unknown("an item of a dictionary"),
    "clear": _cleared,
    "copy": lambda _i, v, _a: table(v.items, is_open=v.is_open),
    "keys": _listed("keys"),
    "values": _listed("values"),
    "items": _listed("items"),
}
