"""Builtin functions that loop over what they are given, or order it by a function."""

from collections.abc import Callable, Mapping
from typing import Any

from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, NOT_PLAIN, Constant, sequence, unwrap


def chosen_by_key(interpreter: Interpreter, name: str, arguments: Arguments) -> Result:
    """Answer `sorted`, `min` and `max` with a function that says what to compare."""
    lines = arguments.positional
    items = settled(lines[0]).elements(interpreter) if len(lines) == 1 else lines
    key = settled(arguments.keywords["key"])
    if items is None or len(items) > interpreter.budget.loop:
        return Unknown(f"what `{name}` returns")
    results = [item if unwrap(key) is None else key.call(interpreter, Arguments((item,))) for item in items]
    failed = next((result for result in results if isinstance(result, Raised)), None)
    if failed is not None:
        return failed
    plain = [unwrap(result) for result in results if isinstance(result, Value)]
    reverse = unwrap(arguments.keywords.get("reverse") or Constant(False))
    order = _order(plain, reverse=bool(reverse)) if reverse is not NOT_PLAIN else None
    if order is None or arguments.open:  # what is in it is known, its order is not
        return sequence("list", items) if name == "sorted" else Unknown(f"what `{name}` returns")
    if name == "sorted":
        return sequence("list", tuple(items[position] for position in order))
    if not items:
        return arguments.keywords.get("default") or Raised(
            "ValueError", f"{name}() iterable argument is empty"
        )
    best = plain[order[0 if name == "min" else -1]]
    return items[plain.index(best)]


def _order(keys: list[Any], *, reverse: bool) -> list[int] | None:
    """Return the positions of keys in their order; None where they are not known or do not compare."""
    if NOT_PLAIN in keys:
        return None
    try:
        return sorted(range(len(keys)), key=keys.__getitem__, reverse=reverse)
    except TypeError:
        return None


def _zip(interpreter: Interpreter, arguments: Arguments) -> Result:
    lines = [settled(one).elements(interpreter) for one in arguments.positional]
    if None in lines or arguments.open:
        return Unknown("pairs")
    rows: Any = zip(*[line for line in lines if line is not None], strict=False)
    return sequence("list", tuple(sequence("tuple", tuple(row)) for row in rows))


def _enumerate(interpreter: Interpreter, arguments: Arguments) -> Result:
    items = settled(arguments.positional[0]).elements(interpreter) if arguments.positional else None
    start = unwrap(arguments.get(1, "start") or Constant(0))
    if items is None or not isinstance(start, int):
        return Unknown("numbered items")
    return sequence("list", tuple(sequence("tuple", (Constant(n), v)) for n, v in enumerate(items, start)))


def _map(interpreter: Interpreter, arguments: Arguments) -> Result:
    function, *lines = arguments.positional or (NONE,)
    items = [settled(one).elements(interpreter) for one in lines]
    if None in items or not items:
        return Unknown("what `map` gives")
    if any(len(line or ()) > interpreter.budget.loop for line in items) or interpreter.budget.is_spent:
        return Unknown("what `map` gives")
    rows: Any = zip(*[line for line in items if line is not None], strict=False)
    results = [function.call(interpreter, Arguments(tuple(row))) for row in rows]
    failed = next((one for one in results if isinstance(one, Raised)), None)
    return failed or sequence("list", tuple(one for one in results if isinstance(one, Value)))


def _filter(interpreter: Interpreter, arguments: Arguments) -> Result:
    function, line = (*arguments.positional, NONE, NONE)[:2]
    items = settled(line).elements(interpreter)
    if items is None or len(items) > interpreter.budget.loop:
        return Unknown("what `filter` gives")
    kept, is_open = [], False
    for item in items:
        answer = item if unwrap(function) is None else function.call(interpreter, Arguments((item,)))
        verdict = interpreter.truth(answer) if isinstance(answer, Value) else None
        is_open |= verdict is None
        kept += [item] if verdict is not False else []
    return sequence("list", tuple(kept), is_open=is_open)


def _iter(interpreter: Interpreter, arguments: Arguments) -> Result:
    items = settled(arguments.positional[0]).elements(interpreter) if len(arguments.positional) == 1 else None
    return Unknown("an iterator") if items is None else sequence("list", items)


def _reversed(interpreter: Interpreter, arguments: Arguments) -> Result:
    items = settled(arguments.positional[0]).elements(interpreter) if arguments.positional else None
    return sequence("list", (items or ())[::-1], is_open=items is None)


def _next(interpreter: Interpreter, arguments: Arguments) -> Result:
    items = settled(arguments.positional[0]).elements(interpreter) if arguments.positional else None
    if items is None:
        return Unknown("the next item")
    return items[0] if items else arguments.get(1) or Raised("StopIteration")


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {
    "builtins.enumerate": _enumerate,
    "builtins.filter": _filter,
    "builtins.iter": _iter,
    "builtins.map": _map,
    "builtins.next": _next,
    "builtins.reversed": _reversed,
    "builtins.zip": _zip,
}
