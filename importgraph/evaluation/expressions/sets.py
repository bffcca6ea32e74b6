"""Sets: elements once each, as far as it is known which are equal; frozen ones stay frozen."""

from typing import Any

from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.value import Result, Value
from importgraph.evaluation.values.values import NOT_PLAIN, SETS, Sequence, key_of, sequence


def made(interpreter: Interpreter, kind: str, items: tuple[Value, ...], *, is_open: bool = False) -> Sequence:
    """Make a list, tuple or set of elements; where two of a set may be equal, a cautious client is told."""
    if kind not in SETS:
        return sequence(kind, items, is_open=is_open)
    keys = [key_of(one) for one in items]
    once: dict[Any, Value] = {}
    for key, one in zip(keys, items, strict=True):
        if key is not NOT_PLAIN:
            once.setdefault(key, one)  # of equal ones the first stays
    unknown = tuple(one for key, one in zip(keys, items, strict=True) if key is NOT_PLAIN)
    doubtful = bool(unknown) and len(items) > 1 and interpreter.policy.cautious
    return sequence(kind, (*once.values(), *unknown), is_open=is_open or doubtful)


def of_kind(result: Result, other: Value) -> Result:
    """Return what an operator or method of a set gives: what a frozen one gives is frozen, too."""
    is_frozen = type(other) is Sequence and other.kind == "frozenset"
    if is_frozen and type(result) is Sequence and result.kind == "set":
        return sequence("frozenset", result.items, is_open=result.is_open)
    return result
