"""Ids of sets of parameters that pytest refuses: how many there are, what they are, what makes them.

The rules are those of `IdMaker` and `Metafunc._validate_ids` in pytest, for values that are known.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from importgraph.evaluation.lineage import OPEN, ROOTS, lineage
from importgraph.evaluation.values.objects import Class, External, Function, Instance, Module
from importgraph.evaluation.values.value import Arguments, Value, settled
from importgraph.evaluation.values.values import Constant, Table
from importgraph.evaluation.values.values import Sequence as Items
from importgraph.simulation.failures import Failure
from importgraph.simulation.marks import ParameterSet
from importgraph.simulation.test_arguments import Call, Session

_LONG = 100
"""Longer texts are named by their place, in some settings."""
_NAMED_VALUES = 20
"""How many values a function that makes ids is called with."""
_NAMED = (str, bytes, int, float, complex, type(None), re.Pattern)
_OBJECT = External("builtins.object()")
_ANSWERING = {OPEN, "__name__", "__getattr__", "__getattribute__", "__call__", "__iter__", "__getitem__"}
"""What makes an id of an object, or ids of it."""
_ROOTS = ROOTS - {"enum.Enum"}
_SIZED = ("list", "tuple", "set", "frozenset", "view")
"""Kinds of values that say how many ids they hold."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Sets of parameters that get ids."""

    of: str
    """What messages call them."""
    rows: Sequence[Value]
    several: bool
    """A set is a sequence with a value for each of several arguments."""


def id_mistakes(parameters: Parameters, ids: Value | None, session: Session) -> Iterator[str]:
    """Yield what is wrong with the ids that sets of parameters are given, or with those that they get."""
    match ids:
        case Function() | Class():
            yield from _made(parameters, ids, session.call)
        case Constant(value=str()):
            yield from _number(parameters, len(ids.value))
        case Constant(value=bool() | int() | float()) | Module() | External() | Instance() if not isinstance(
            ids, Instance | External
        ) or _is_plain(ids):
            yield f"{parameters.of} is given {ids.described()} for its ids"
        case Table() if not ids.is_open:
            yield from _number(parameters, len(ids.items))
        case Items() if not ids.is_open and parameters.rows:
            if ids.kind in _SIZED:
                yield from _number(parameters, len(ids.items))
            for one in map(settled, ids.items):
                if _has_no_id(one):
                    yield f"an id in {parameters.of} is {one.described()}"
    if session.strict_ids and ids is None:
        yield from _duplicates(parameters)


def _has_no_id(value: Value) -> bool:
    match value:
        case Constant():
            return not isinstance(value.value, _NAMED)
        case Instance() | External():
            return _is_plain(value)
        case _:
            return isinstance(value, Items | Table)


def _is_plain(value: Instance | External) -> bool:
    """Tell whether an object surely has neither a name nor elements, and cannot be called."""
    if isinstance(value, External):
        return value == _OBJECT
    line = lineage(value.cls)
    roots = (isinstance(one, Class) or (isinstance(one, External) and one.name in _ROOTS) for one in line)
    own = (one.namespace.keys() for one in line if isinstance(one, Class))
    return all(roots) and not any(names & _ANSWERING for names in (*own, value.state.keys()))


def _number(parameters: Parameters, ids: int) -> Iterator[str]:
    rows = len(parameters.rows)
    if rows and ids not in {0, rows}:
        yield f"{parameters.of} gives {rows} sets of values and {ids} ids"


def _made(parameters: Parameters, function: Value, call: Call) -> Iterator[str]:
    """Call a function that makes ids with values that are known."""
    for row in parameters.rows[:_NAMED_VALUES]:
        if isinstance(row, ParameterSet):
            continue
        is_split = parameters.several and isinstance(row, Items) and not row.is_open
        for part in map(settled, row.items if is_split and isinstance(row, Items) else (row,)):
            failed = call(function, Arguments((part,))) if isinstance(part, Constant) else None
            if isinstance(failed, Failure):
                yield f"what makes ids in {parameters.of} fails: {failed.message}"
                return


def _duplicates(parameters: Parameters) -> Iterator[str]:
    seen: set[str] = set()
    for row in parameters.rows:
        is_split = parameters.several and isinstance(row, Items)
        texts = [
            _id_of(settled(one)) for one in (row.items if is_split and isinstance(row, Items) else (row,))
        ]
        text = "-".join(one or "" for one in texts)
        if None not in texts and text in seen:
            yield f"{parameters.of} makes the id {text!r} twice, and strict_parametrization_ids is set"
        seen |= {text} if None not in texts else set()


def _id_of(value: Value) -> str | None:
    """Return what pytest makes of a value; None for what is named by its place, or not known."""
    if not isinstance(value, Constant) or not isinstance(value.value, str | int | float | complex | None):
        return None
    text = str(value.value)
    return text if not isinstance(value.value, str) or len(text) <= _LONG else None
