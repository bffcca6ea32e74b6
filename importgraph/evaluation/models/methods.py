"""Methods of constants, sequences and dictionaries."""

import collections
import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from importgraph.evaluation.expressions.sets import of_kind
from importgraph.evaluation.models.dict_methods import call_table
from importgraph.evaluation.models.paths import call_path
from importgraph.evaluation.models.patterns import call_pattern
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.growth import method_size
from importgraph.evaluation.values.limits import LARGEST
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import (
    NONE,
    NOT_PLAIN,
    SETS,
    Constant,
    Sequence,
    Table,
    holds_leaves,
    key_of,
    sequence,
    unwrap,
    wrap,
)

_TEXTS = (str, bytes, int, float, tuple, range, slice)


def call_method(interpreter: Interpreter, value: Value, name: str, arguments: Arguments) -> Result:
    """Call a method; of an object that changes, the known ones, else it is open from then on."""
    if isinstance(value, Sequence):
        return _of_sequence(interpreter, value, name, arguments)
    if isinstance(value, Table):
        return call_table(interpreter, value, name, arguments)
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
        return Unknown(f"an element of a {value.kind}") if name == "pop" else NONE
    if name == "copy":
        return sequence(value.kind, value.items, is_open=value.is_open)
    if name in {"count", "index", "issubset", "issuperset", "isdisjoint"}:
        return Unknown(f"what `{name}` of a {value.kind} returns")
    if value.kind in SETS:
        return _set_operation(interpreter, value, name, arguments)
    if hasattr(_TYPES.get(value.kind, object), name) or (value.kind == "list" and name in _OF_QUEUES):
        interpreter.journal.put(value.state, "open", True)
        return Unknown(f"what `{name}` of a {value.kind} returns")
    return Raised("AttributeError", f"{value.kind!r} object has no attribute {name!r}")


_TYPES: Mapping[str, type] = {
    "tuple": tuple, "list": list, "set": set, "frozenset": frozenset, "view": type({}.keys()),
}  # fmt: skip
_OF_QUEUES = frozenset(dir(collections.deque))
"""Methods of queues, which are followed as lists."""
_UPDATES = ("difference_update", "intersection_update", "symmetric_difference_update")


def _set_operation(interpreter: Interpreter, value: Sequence, name: str, arguments: Arguments) -> Result:
    one, other = unwrap(value), [_plain_elements(interpreter, argument) for argument in arguments.positional]
    is_known = one is not NOT_PLAIN and NOT_PLAIN not in other
    if name in _UPDATES:
        interpreter.changed(value, f".{name}()")
        found = wrap(getattr(one, name.removesuffix("_update"))(*other)) if is_known else None
        if isinstance(found, Sequence):
            return _put(interpreter, value, found.items)
        interpreter.journal.put(value.state, "open", True)
        return NONE
    if not is_known or not hasattr(frozenset, name):
        return sequence(value.kind, value.items, is_open=True)
    return of_kind(wrap(getattr(one, name)(*other)), value)


def _plain_elements(interpreter: Interpreter, value: Value) -> Any:
    """Return the plain elements of what a method of sets is given; `NOT_PLAIN` where they are not known."""
    items = settled(value).elements(interpreter)
    return NOT_PLAIN if items is None else unwrap(sequence("set", items))


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
        if value.items and key_of(new[0]) is NOT_PLAIN and interpreter.policy.cautious:
            interpreter.journal.put(value.state, "open", True)  # it may be one of them
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


def _discard(interpreter: Interpreter, value: Sequence, arguments: Arguments) -> Result | None:
    plain, gone = unwrap(value), unwrap(arguments.positional[0]) if arguments.positional else NOT_PLAIN
    is_absent = plain is not NOT_PLAIN and gone is not NOT_PLAIN and gone not in plain
    return NONE if is_absent else _remove(interpreter, value, arguments)


def _sort(interpreter: Interpreter, value: Sequence, arguments: Arguments) -> Result | None:
    if arguments.keywords.keys() - {"reverse"} or arguments.open:
        return None if interpreter.policy.cautious else NONE
    turned = interpreter.truth(arguments.keywords.get("reverse", NONE))
    plain = unwrap(value)
    if turned is None or (plain is NOT_PLAIN and interpreter.policy.cautious):
        return None
    try:
        return _put(interpreter, value, tuple(wrap(one) for one in sorted(plain, reverse=turned)))
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
    "discard": _discard,
    "sort": _sort,
    "update": _extend,
    "reverse": lambda i, v, _: _put(i, v, v.items[::-1]),
}
