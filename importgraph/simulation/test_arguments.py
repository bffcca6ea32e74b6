"""The arguments that a test takes, and the names that `parametrize` sets on it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from importgraph.evaluation.lineage import lineage
from importgraph.evaluation.values.objects import Class, Function, Module
from importgraph.evaluation.values.value import Arguments, State, Value
from importgraph.evaluation.values.values import unwrap
from importgraph.simulation.failures import Failure
from importgraph.simulation.marks import Mark, knows_marks
from importgraph.simulation.pytest_models import Fixture

Call = Callable[[Value, Arguments], Value | Failure | None]


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
    """Calls a function; returns what it gives, or why that surely fails; None: not known."""
    config: Value
    """What functions are given as `config`."""
    spaces: tuple[Mapping[object, object], ...]
    """What the file and the conftests above it bind (`seen_fixtures`), the closest first."""
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


def used_fixtures(test: Test, session: Session, marks: Sequence[Mark]) -> Iterator[tuple[str, Fixture]]:
    """Yield the fixtures of the project that a test surely uses, each with its name.

    Those that it takes, that its marks name and that all tests use, then those that these take.
    """
    classes = (one for one in lineage(test.cls) if isinstance(one, Class)) if test.cls is not None else ()
    inner = seen_fixtures((one.namespace for one in classes), asked=bool(session.spaces))
    spaces = (*inner, *session.spaces)
    if not spaces:
        return
    given = [one for mark in marks if mark.name == "usefixtures" for one in mark.given.positional]
    wanted = [*_taken(test)[0], *map(unwrap, given)] if _is_as_written(test) else []
    for space in spaces:
        wanted += [name for name, one in space.items() if isinstance(one, Fixture) and one.is_for_all]
    seen: set[object] = set()
    while wanted:
        name = wanted.pop()
        if not isinstance(name, str) or name in seen:
            continue
        seen.add(name)
        found = next((space[name] for space in spaces if name in space), None)
        if isinstance(found, Fixture) and isinstance(found.function, Function):
            yield name, found
            wanted += required(found.function)


def seen_fixtures(spaces: Iterable[State], *, asked: bool = False) -> tuple[Mapping[object, object], ...]:
    """Return what classes or modules bind, fixtures by the names that tests call them.

    Nothing where no fixture has parameters, unless that is asked for all the same.
    """
    kept = tuple(spaces)
    fixtures = [[one for one in space.values() if isinstance(one, Fixture)] for space in kept]
    if not asked and not any("params" in one.options for some in fixtures for one in some):
        return ()
    return tuple({**space, **_by_name(some)} for space, some in zip(kept, fixtures, strict=True))


def _by_name(fixtures: Iterable[Fixture]) -> dict[object, Fixture]:
    return {unwrap(one.options["name"]): one for one in fixtures if "name" in one.options}


def required(function: Function) -> list[str]:
    """Return the arguments of a function that have no default."""
    given = function.node.args
    plain = [one.arg for one in (*given.posonlyargs, *given.args)]
    only = [a.arg for a, one in zip(given.kwonlyargs, given.kw_defaults, strict=True) if one is None]
    return [*plain[: len(plain) - len(given.defaults)], *only]


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
