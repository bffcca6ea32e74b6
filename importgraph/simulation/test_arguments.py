"""The arguments that a test takes, and the names that `parametrize` sets on it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from importgraph.evaluation.lineage import lineage
from importgraph.evaluation.values.objects import Class, Function, Module
from importgraph.evaluation.values.value import Arguments, Value
from importgraph.simulation.failures import Failure
from importgraph.simulation.marks import Mark, knows_marks
from importgraph.simulation.pytest_models import Fixture

Call = Callable[[Value, Arguments], Failure | None]


@dataclass(frozen=True, slots=True)
class Test:
    """A test function, and where pytest finds it."""

    module: Module
    """The test file."""
    function: Function
    name: str
    cls: Class | None


@dataclass(frozen=True, slots=True)
class Session:
    """What the rest of the session says."""

    strict_ids: bool
    """Two sets of parameters with one id are an error."""
    empty_fails: bool
    """A mark without sets of parameters is an error."""
    named: Callable[[str], bool]
    """Tells whether a conftest speaks of a name, so that a fixture may take it as an argument."""
    call: Call
    """Calls a function; returns why that surely fails."""
    filters: tuple[str, ...]
    """The lines of `filterwarnings` that hold, where they make errors of warnings."""
    pytest_version: tuple[int, ...]


def argument_mistakes(
    test: Test, names: Iterable[str], session: Session, seen: set[str], marks: Sequence[Mark]
) -> Iterator[str]:
    """Yield what is wrong with the names that a mark sets: the test does not take them, or has them already.

    Args:
        test: The test.
        names: Those of one mark.
        session: Tells what fixtures may take.
        seen: The names that other marks set; those of this one are added.
        marks: All marks of the test.
    """
    name = test.name
    taken, optional = _taken(test)
    for argument in names:
        if argument in seen:
            message = f"parametrize of `{name}` sets the argument {argument!r} twice"
        elif argument == "request":
            message = f"parametrize of `{name}` sets 'request', which is a reserved name"
        elif argument in optional:
            message = f"`{name}` has a default for {argument!r}, which parametrize sets"
        elif argument not in taken and not _may_be_taken(test, argument, session.named, marks):
            message = f"`{name}` uses no argument {argument!r}, which parametrize sets"
        else:
            seen.add(argument)
            continue
        yield message


def _taken(test: Test) -> tuple[set[str], set[str]]:
    """Return the arguments that pytest fills, and those that have a default (`getfuncargnames`)."""
    given = test.function.node.args
    plain = [one.arg for one in (*given.posonlyargs, *given.args)]
    optional = set(plain[len(plain) - len(given.defaults) :])
    optional |= {a.arg for a, one in zip(given.kwonlyargs, given.kw_defaults, strict=True) if one is not None}
    own = [one.arg for one in given.args]
    if test.cls is not None and not given.posonlyargs:
        own = own[1:]
    return {*own, *(one.arg for one in given.kwonlyargs)} - optional, optional


def _may_be_taken(test: Test, argument: str, named: Callable[[str], bool], marks: Sequence[Mark]) -> bool:
    """Tell whether a fixture that a test uses may take an argument; those of libraries do not."""
    spaces = [test.module.namespace, test.function.module.namespace]
    spaces += [one.namespace for one in lineage(test.cls) if isinstance(one, Class)] if test.cls else []
    if any(isinstance(one, Fixture) for space in spaces for one in space.values()):
        return True
    if any(mark.name == "usefixtures" for mark in marks) or not all(map(knows_marks, spaces)):
        return True
    given = test.function.node.args
    if given.vararg or given.kwarg or not _is_as_written(test):
        return True
    others = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return named(argument) or any(named(one) or any(one in space for space in spaces) for one in others)


def _is_as_written(test: Test) -> bool:
    """Tell whether a test is the function that its statement makes, not one that a decorator put there."""
    node, qualname = test.function.node, test.function.qualname
    return "<locals>" not in qualname and getattr(node, "name", "") == test.name
