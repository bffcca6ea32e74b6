"""Mistakes in `pytest.mark.parametrize`: names, values, ids and the arguments of the test.

The rules are those of `Metafunc.parametrize` and `ParameterSet` in pytest, for values that are known.
"""

import ast
from collections.abc import Iterator, Sequence

from importgraph.evaluation.values.objects import Function, Module
from importgraph.evaluation.values.value import Arguments, Unknown, Value, settled
from importgraph.evaluation.values.values import Constant, sequence
from importgraph.evaluation.values.values import Sequence as Items
from importgraph.simulation.causes import CauseKind, Step
from importgraph.simulation.failures import Failure
from importgraph.simulation.marks import Mark, ParameterSet, marks_of
from importgraph.simulation.parameter_ids import Parameters, id_mistakes
from importgraph.simulation.pytest_models import Fixture
from importgraph.simulation.test_arguments import Session, Test, argument_mistakes, used_fixtures

SCOPES = frozenset({"session", "package", "module", "class", "function"})
_PARAMETERS = ("argnames", "argvalues", "indirect", "ids", "scope")


def parametrize_failures(test: Test, session: Session) -> Iterator[Failure]:
    """Yield what pytest refuses of the `parametrize` marks on a test, and of the fixtures that it uses."""
    marks = [*marks_of(test.function, test.cls, test.module)]
    seen: set[str] = set()
    is_known = True
    for mark in marks:
        if mark.name == "parametrize" and not mark.given.open:
            one = _Parametrize(test, mark, f"parametrize of `{test.name}`")
            yield from one.mistakes(session)
            yield from map(one.wrong, argument_mistakes(test, one.names or (), session, seen, marks))
            is_known = is_known and one.names is not None
    for name, fixture in used_fixtures(test, session, marks) if is_known else ():
        if "params" in fixture.options and name not in seen:
            yield from _Parametrize(test, _as_mark(name, fixture), f"the fixture `{name}`").mistakes(session)


def _as_mark(name: str, fixture: Fixture) -> Mark:
    """Return what a fixture with parameters does to the tests that use it."""
    options, function = fixture.options, fixture.function
    # pytest makes tuples of what it is given
    keywords = {key: _listed(options[key]) for key in ("ids",) if key in options}
    given = Arguments((Constant(name), _listed(options["params"])), keywords)
    path = function.module.path if isinstance(function, Function) else ""
    return Mark("parametrize", given, path, fixture.line, lambda _mark, _given: Unknown("a mark"))


def _listed(value: Value) -> Value:
    one = settled(value)
    is_items = isinstance(one, Items)
    return sequence("tuple", one.items, is_open=one.is_open) if is_items and isinstance(one, Items) else one


class _Parametrize:
    """One `parametrize` on a test, or what a fixture does like it (`of`)."""

    def __init__(self, test: Test, mark: Mark, of: str) -> None:
        self.test, self.mark, self.of = test, mark, of
        given = mark.given
        found = {**dict(zip(_PARAMETERS, given.positional, strict=False)), **given.keywords}
        self.given = {name: settled(value) for name, value in found.items()}

    def wrong(self, message: str) -> Failure:
        """Make a failure about this mark."""
        own = self.mark.path == self.test.module.path
        line = self.mark.line if own else self.test.function.node.lineno
        node = ast.Pass(lineno=line)
        return wrong(self.test.module, node, CauseKind.PARAMETRIZE, self.test.name, message)

    def mistakes(self, session: Session) -> Iterator[Failure]:
        """Yield what is wrong with the mark by itself."""
        unknown = [one for one in self.given if one not in _PARAMETERS]
        if unknown:
            yield self.wrong(f"{self.of} takes no argument {unknown[0]!r}")
        if not self.given:
            yield self.wrong(f"{self.of} is given neither names nor values")
        elif "argvalues" not in self.given:
            yield self.wrong(f"{self.of} is given no values")
        elif "argnames" not in self.given:
            yield self.wrong(f"{self.of} is given no names")
        else:
            yield from self._values()
            if session.empty_fails and self.rows() == []:
                yield self.wrong(f"{self.of} has no sets of values: fail_at_collect is set")
            several = self._takes_single_values is False
            parameters = Parameters(self.of, self.rows() or (), several=several)
            yield from map(self.wrong, id_mistakes(parameters, self.given.get("ids"), session))
            yield from self._scope()
            yield from self._indirect()

    @property
    def names(self) -> list[str] | None:
        """The names of the arguments; None where they are not known."""
        value = self.given.get("argnames")
        if isinstance(value, Constant) and isinstance(value.value, str):
            return [part.strip() for part in value.value.split(",") if part.strip()]
        if isinstance(value, Items) and not value.is_open:
            found = [settled(one) for one in value.items]
            names = [one.value for one in found if isinstance(one, Constant) and isinstance(one.value, str)]
            return names if len(names) == len(found) else None
        return None

    @property
    def _takes_single_values(self) -> bool | None:
        """Tell whether a value stands for one argument, not for a sequence; None where that is not known."""
        value = self.given.get("argnames")
        if not isinstance(value, Constant):
            return False
        return None if str(value.value).rstrip().endswith(",") else len(self.names or ()) == 1

    def rows(self) -> Sequence[Value] | None:
        """Return the sets of values; None where they are not known."""
        value = self.given["argvalues"]
        if isinstance(value, Items) and not value.is_open:
            return [settled(one) for one in value.items]
        if isinstance(value, Constant) and isinstance(value.value, str):
            return [Constant(one) for one in value.value]
        return None

    def _values(self) -> Iterator[Failure]:
        values, names = self.given["argvalues"], self.names
        if isinstance(self.given["argnames"], Constant) and names is None:
            yield self.wrong(f"{self.of} is given {self.given['argnames'].described()} for names")
        if isinstance(values, Constant) and not hasattr(values.value, "__iter__"):
            yield self.wrong(f"{self.of} is given {values.value!r} for its sets of values")
        for row in self.rows() or ():
            single = False if isinstance(row, ParameterSet) else self._takes_single_values
            count = None if names is None or single is not False else _count(row)
            if names is not None and count is not None and count != len(names):
                message = f"{self.of} names {_number(len(names), 'argument')} and gives "
                yield self.wrong(message + (f"{_number(count, 'value')}" if count >= 0 else "no sequence"))

    def _scope(self) -> Iterator[Failure]:
        scope = self.given.get("scope")
        if isinstance(scope, Constant) and isinstance(scope.value, str) and scope.value not in SCOPES:
            yield self.wrong(f"{self.of} has the unknown scope {scope.value!r}")

    def _indirect(self) -> Iterator[Failure]:
        given, names = self.given.get("indirect"), self.names
        if isinstance(given, Constant) and not isinstance(given.value, str | bool):
            yield self.wrong(f"{self.of} is given {given.value!r} for indirect")
        listed: list[object] = []
        if isinstance(given, Constant) and isinstance(given.value, str):
            listed = [*given.value]
        elif isinstance(given, Items) and not given.is_open:
            listed = [one.value for one in map(settled, given.items) if isinstance(one, Constant)]
        for one in listed if names is not None else ():
            if one not in (names or ()):
                yield self.wrong(f"indirect of `{self.test.name}` names {one!r}, which is no argument")


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _count(row: Value) -> int | None:
    """Return how many values a set of parameters holds, -1 where it is no sequence; None: not known."""
    match row:
        case ParameterSet():
            return len(row.values)
        case Items() if not row.is_open and row.kind in {"list", "tuple", "set", "frozenset"}:
            return len(row.items)
        case Constant(value=str() | bytes() | tuple() | range()):
            return len(row.value)
        case Constant(value=None | bool() | int() | float()) | Function():
            return -1
        case _:
            return None


def wrong(module: Module, node: ast.AST, kind: CauseKind, name: str, message: str) -> Failure:
    """Make the failure of a definition in a module."""
    line = getattr(node, "lineno", 1)
    subject = f"{name} in {module.path}"
    return Failure("Failed", kind, subject, message, module.path, line, (Step(module.path, line),))
