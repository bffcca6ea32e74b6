"""Mistakes in `pytest.mark.parametrize`: names, values, ids and the arguments of the test.

The rules are those of `Metafunc.parametrize` and `ParameterSet` in pytest, for values that are known.
"""

import ast
from collections.abc import Iterator, Sequence

from importgraph.evaluation.values.objects import Function, Module
from importgraph.evaluation.values.value import Arguments, Value, settled
from importgraph.evaluation.values.values import Constant, Table
from importgraph.evaluation.values.values import Sequence as Items
from importgraph.simulation.causes import CauseKind, Step
from importgraph.simulation.failures import Failure
from importgraph.simulation.marks import Mark, ParameterSet, marks_of
from importgraph.simulation.test_arguments import Call, Session, Test, argument_mistakes

_LONG = 100
"""Longer texts are named by their place, in some settings."""
_NAMED_VALUES = 20
"""How many values of a mark a function that makes ids is called with."""
SCOPES = frozenset({"session", "package", "module", "class", "function"})
_PARAMETERS = ("argnames", "argvalues", "indirect", "ids", "scope")


def parametrize_failures(test: Test, session: Session) -> Iterator[Failure]:
    """Yield what pytest refuses of the `parametrize` marks on a test."""
    marks = [*marks_of(test.function, test.cls, test.module)]
    seen: set[str] = set()
    for mark in marks:
        if mark.name == "parametrize" and not mark.given.open:
            one = _Parametrize(test, mark)
            yield from one.mistakes(session)
            yield from map(one.wrong, argument_mistakes(test, one.names or (), session, seen, marks))


class _Parametrize:
    """One `parametrize` on a test."""

    def __init__(self, test: Test, mark: Mark) -> None:
        self.test, self.mark = test, mark
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
        name = self.test.name
        unknown = [one for one in self.given if one not in _PARAMETERS]
        if unknown:
            yield self.wrong(f"parametrize of `{name}` takes no argument {unknown[0]!r}")
        if not self.given:
            yield self.wrong(f"parametrize of `{name}` is given neither names nor values")
        elif "argvalues" not in self.given:
            yield self.wrong(f"parametrize of `{name}` is given no values")
        elif "argnames" not in self.given:
            yield self.wrong(f"parametrize of `{name}` is given no names")
        else:
            yield from self._values()
            if session.empty_fails and self.rows() == []:
                yield self.wrong(f"parametrize of `{name}` has no sets of values: fail_at_collect is set")
            yield from self._ids(session)
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
        name, values, names = self.test.name, self.given["argvalues"], self.names
        if isinstance(self.given["argnames"], Constant) and names is None:
            yield self.wrong(
                f"parametrize of `{name}` is given {self.given['argnames'].described()} for names"
            )
        if isinstance(values, Constant) and not hasattr(values.value, "__iter__"):
            yield self.wrong(f"parametrize of `{name}` is given {values.value!r} for its sets of values")
        for row in self.rows() or ():
            single = False if isinstance(row, ParameterSet) else self._takes_single_values
            count = None if names is None or single is not False else _count(row)
            if names is not None and count is not None and count != len(names):
                message = f"parametrize of `{name}` names {_number(len(names), 'argument')} and gives "
                yield self.wrong(message + (f"{_number(count, 'value')}" if count >= 0 else "no sequence"))

    def _ids(self, session: Session) -> Iterator[Failure]:
        name, ids, rows = self.test.name, self.given.get("ids"), self.rows()
        if isinstance(ids, Function):
            yield from self._made_ids(ids, rows or (), session.call)
        elif isinstance(ids, Constant) and isinstance(ids.value, bool | int | float):
            yield self.wrong(f"parametrize of `{name}` is given {ids.value!r} for its ids")
        elif isinstance(ids, Constant) and isinstance(ids.value, str) and rows:
            yield from self._number_of_ids(len(rows), len(ids.value))
        elif isinstance(ids, Items) and not ids.is_open and rows:
            if ids.kind in {"list", "tuple"}:
                yield from self._number_of_ids(len(rows), len(ids.items))
            for one in map(settled, ids.items):
                if isinstance(one, Items | Table) or (
                    isinstance(one, Constant) and isinstance(one.value, tuple)
                ):
                    yield self.wrong(f"an id of `{name}` is {one.described()}")
        if session.strict_ids and ids is None:
            yield from self._duplicates(rows or ())

    def _number_of_ids(self, rows: int, ids: int) -> Iterator[Failure]:
        if ids not in {0, rows}:
            yield self.wrong(f"parametrize of `{self.test.name}` gives {rows} sets of values and {ids} ids")

    def _made_ids(self, function: Function, rows: Sequence[Value], call: Call) -> Iterator[Failure]:
        """Call a function that makes ids with values that are known."""
        several = self._takes_single_values is False
        for row in rows[:_NAMED_VALUES]:
            if isinstance(row, ParameterSet):
                continue
            parts = row.items if several and isinstance(row, Items) and not row.is_open else (row,)
            for part in map(settled, parts):
                failed = call(function, Arguments((part,))) if isinstance(part, Constant) else None
                if failed is not None:
                    yield self.wrong(f"what makes ids of `{self.test.name}` fails: {failed.message}")
                    return

    def _duplicates(self, rows: Sequence[Value]) -> Iterator[Failure]:
        seen: set[str] = set()
        for row in rows:
            several = self._takes_single_values is False and isinstance(row, Items)
            parts = [settled(one) for one in row.items] if several and isinstance(row, Items) else [row]
            texts = [_id_of(part) for part in parts]
            text = "-".join(one or "" for one in texts)
            if None not in texts and text in seen:
                yield self.wrong(
                    f"parametrize of `{self.test.name}` makes the id {text!r} twice, and "
                    "strict_parametrization_ids is set"
                )
            seen |= {text} if None not in texts else set()

    def _scope(self) -> Iterator[Failure]:
        scope = self.given.get("scope")
        if isinstance(scope, Constant) and isinstance(scope.value, str) and scope.value not in SCOPES:
            yield self.wrong(f"parametrize of `{self.test.name}` has the unknown scope {scope.value!r}")

    def _indirect(self) -> Iterator[Failure]:
        given, names = self.given.get("indirect"), self.names
        if isinstance(given, Constant) and not isinstance(given.value, str | bool):
            yield self.wrong(f"parametrize of `{self.test.name}` is given {given.value!r} for indirect")
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


def _id_of(value: Value) -> str | None:
    """Return what pytest makes of a value; None for what is named by its place, or not known."""
    if not isinstance(value, Constant):
        return None
    if isinstance(value.value, str):
        return value.value if len(value.value) <= _LONG else None
    known = value.value is None or isinstance(value.value, bool | int | float | complex)
    return str(value.value) if known else None


def wrong(module: Module, node: ast.AST, kind: CauseKind, name: str, message: str) -> Failure:
    """Make the failure of a definition in a module."""
    line = getattr(node, "lineno", 1)
    subject = f"{name} in {module.path}"
    return Failure("Failed", kind, subject, message, module.path, line, (Step(module.path, line),))
