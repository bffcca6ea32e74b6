"""Marks of pytest as values: with their arguments, and on which functions, classes and modules they stand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from importgraph.evaluation.lineage import lineage
from importgraph.evaluation.values.objects import Class, External, Function, Module
from importgraph.evaluation.values.value import Arguments, Evaluator, Result, State, Value, settled
from importgraph.evaluation.values.values import Sequence

APPLIED = 6
"""The key under which a function or class says which marks stand on it, the closest first."""
MARKED = "pytestmark"


@dataclass(frozen=True, slots=True, eq=False)
class Mark(Value):
    """A mark with its arguments."""

    name: str
    given: Arguments
    path: str
    line: int
    """Where it was made."""
    answer: Callable[["Mark", Arguments], Result]
    """What calling it does: it takes more arguments, or stands on what it is given."""

    def call(self, evaluator: Evaluator, arguments: Arguments) -> Result:
        return self.answer(self, arguments)


def marks_of(test: Function, cls: Class | None, module: Module) -> Iterator[Mark]:
    """Yield the marks of a test in pytest's order: its own, those of its class, those of its module."""
    yield from _applied(test.state)
    for owner in lineage(cls) if cls is not None else ():
        if isinstance(owner, Class):
            yield from _listed(owner.namespace)
            yield from _applied(owner.namespace)
    yield from _listed(module.namespace)


def _applied(state: State) -> Iterator[Mark]:
    yield from state.get(APPLIED, ())


def _listed(namespace: State) -> Iterator[Mark]:
    """Yield the marks that a class or module lists under `pytestmark`."""
    held = namespace.get(MARKED)
    value = settled(held) if isinstance(held, Value) else None
    for one in value.items if isinstance(value, Sequence) else (value,):
        found = settled(one) if one is not None else None
        if isinstance(found, Mark):
            yield found


def knows_marks(namespace: State) -> bool:
    """Tell whether all that a class or module lists under `pytestmark` is known."""
    held = namespace.get(MARKED)
    value = settled(held) if isinstance(held, Value) else None
    if isinstance(value, Sequence):
        return not value.is_open and all(map(_is_known, map(settled, value.items)))
    return value is None or _is_known(value)


def _is_known(value: Value) -> bool:
    return isinstance(value, Mark | External)


@dataclass(frozen=True, slots=True, eq=False)
class ParameterSet(Value):
    """What `pytest.param(…)` makes."""

    values: tuple[Value, ...]
    id: Value | None
