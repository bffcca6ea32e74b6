"""Mistakes that pytest finds when it looks at the tests and fixtures of a module it has imported."""

import ast
from collections.abc import Iterator

from importgraph.evaluation.lineage import lineage
from importgraph.evaluation.values.objects import Class, External, Function, Instance, Module
from importgraph.evaluation.values.parameters import yields
from importgraph.evaluation.values.value import Arguments, State, Value, settled
from importgraph.evaluation.values.values import NONE, Constant, Sequence
from importgraph.session.settings import Settings
from importgraph.simulation.causes import CauseKind
from importgraph.simulation.failures import Failure
from importgraph.simulation.marks import MARKED, marks_of
from importgraph.simulation.parametrization import SCOPES, parametrize_failures, wrong
from importgraph.simulation.pytest_models import Fixture
from importgraph.simulation.test_arguments import Session, Test
from importgraph.simulation.warning_filters import is_error

_YIELD_FAILS = (8, 4)
"""From this version of pytest on tests that yield are errors."""
_WARNS_OF_NO_FIXTURES = (8, 4)
_PLAIN_BASES = frozenset(("abc.ABC", "builtins.object", "typing.Generic"))
"""Classes outside the tree that bring no tests and change nothing about those below them."""


def shape_failure(module: Module, settings: Settings, session: Session) -> Failure | None:
    """Return the first mistake in the tests and fixtures of a module, or None.

    Args:
        module: A test module or conftest, after its import.
        settings: Says which names are tests.
        session: What the rest of the session says of fixtures and ids.
    """
    return next(_mistakes(module, settings, session), None)


def has_tests(module: Module, settings: Settings) -> bool:
    """Tell whether a module surely has a test function of its own."""
    return any(
        isinstance(value, Function) and settings.patterns.is_function(name)
        for name, value in _names(module.namespace)
    )


def _mistakes(module: Module, settings: Settings, session: Session) -> Iterator[Failure]:
    yield from _marks(module, module.namespace)
    for name, value in _names(module.namespace):
        yield from _fixture(module, name, value, session, in_class=False)
        if isinstance(value, Class) and value.module is module and _is_test_class(value, settings):
            yield from _in_class(module, value, settings, session)
        elif isinstance(value, Function) and value.module is module:
            yield from _test(Test(module, value, name, None), settings, session)


def _in_class(module: Module, cls: Class, settings: Settings, session: Session) -> Iterator[Failure]:
    """Yield the mistakes in a test class, inherited tests included."""
    line = lineage(cls)
    yield from _marks(module, cls.namespace)
    is_plain = all(isinstance(one, Class) or _is_plain(one) for one in line)
    seen: set[str] = set()
    for owner in line:
        for name, value in _names(owner.namespace) if isinstance(owner, Class) else ():
            if owner is cls:
                yield from _fixture(module, name, value, session, in_class=True)
            if isinstance(value, Function) and name not in seen and is_plain:
                yield from _test(Test(module, value, name, cls), settings, session)
            seen.add(name)


def _is_plain(base: Value) -> bool:
    return isinstance(base, External) and base.name in _PLAIN_BASES


def _marks(module: Module, namespace: State) -> Iterator[Failure]:
    """Look for something in `pytestmark` that is no mark."""
    held = namespace.get(MARKED)
    value = settled(held) if isinstance(held, Value) else None
    is_list = isinstance(value, Sequence) and value.kind == "list"
    for item in value.items if isinstance(value, Sequence) and is_list else (value,):
        one = settled(item) if item is not None else None
        is_none = isinstance(one, Constant) and one.value is None and not is_list
        if isinstance(one, Constant | Function | Class | Sequence) and not is_none:
            message = f"pytestmark holds {one.described()}, which is no mark"
            yield wrong(module, ast.Pass(lineno=1), CauseKind.PARAMETRIZE, "pytestmark", message)


def _names(namespace: State) -> list[tuple[str, Value]]:
    """Return what is bound to names."""
    return [
        (name, one) for name, one in namespace.items() if isinstance(name, str) and isinstance(one, Value)
    ]


def _is_test_class(cls: Class, settings: Settings) -> bool:
    hidden = cls.namespace.get("__test__")
    made = any(isinstance(one, Class) and "__init__" in one.namespace for one in lineage(cls))
    return (
        settings.patterns.is_class(cls.qualname.rpartition(".")[2])
        and not made
        and not (isinstance(hidden, Constant) and not hidden.value)
    )


def _fixture(
    module: Module, name: str, value: Value, session: Session, *, in_class: bool
) -> Iterator[Failure]:
    if not isinstance(value, Fixture) or not isinstance(value.function, Function):
        return
    function = value.function
    if function.module is not module:
        return
    given = function.node.args
    takes_no_self = in_class and not (given.posonlyargs or given.args or given.vararg)
    messages = (
        *_wrong_scope(name, settled(value.options.get("scope", NONE)), session),
        *((f"the fixture `{name}` stands in a class and takes no `self`",) if takes_no_self else ()),
    )
    for message in messages:
        yield wrong(module, function.node, CauseKind.FIXTURE, name, message)


def _wrong_scope(name: str, scope: Value | Failure | None, session: Session) -> Iterator[str]:
    """Yield what is wrong with the scope of a fixture, or with what a function gives for it."""
    is_made = isinstance(scope, Function | Class | Instance)
    if is_made and isinstance(scope, Value):
        keywords = {"fixture_name": Constant(name), "config": session.config}
        made = session.call(scope, Arguments((), keywords))
        scope = settled(made) if isinstance(made, Value) else made
    if isinstance(scope, Failure):
        yield f"what gives the scope of the fixture `{name}` fails: {scope.message}"
    elif isinstance(scope, Constant) and isinstance(scope.value, str):
        if scope.value not in SCOPES:
            yield f"the fixture `{name}` has the unknown scope {scope.value!r}"
    elif is_made and isinstance(scope, Constant | Function | Class | Sequence):
        yield f"the fixture `{name}` has {scope.described()} for its scope, not a name"


def _test(test: Test, settings: Settings, session: Session) -> Iterator[Failure]:
    node = test.function.node
    if not settings.patterns.is_function(test.name) or isinstance(node, ast.Lambda):
        return
    if session.pytest_version >= _YIELD_FAILS and isinstance(node, ast.FunctionDef) and yields(node):
        message = f"`{test.name}` yields, which pytest does not allow tests to do"
        yield wrong(test.function.module, node, CauseKind.TEST_CLASS, test.name, message)
    yield from _used_fixtures(test, session)
    yield from parametrize_failures(test, session)


def _used_fixtures(test: Test, session: Session) -> Iterator[Failure]:
    """Look for `usefixtures` that is given something else than names, or nothing where warnings fail."""
    for mark in marks_of(test.function, test.cls, test.module):
        if mark.name != "usefixtures" or mark.given.open:
            continue
        first = settled(mark.given.positional[0]) if mark.given.positional else None
        message = ""
        if isinstance(first, Sequence):
            message = f"usefixtures of `{test.name}` is given {first.described()}, not names"
        elif first is None and _warns(test, session):
            message = f"usefixtures of `{test.name}` names nothing, and filterwarnings makes that an error"
        if message:
            yield wrong(test.module, ast.Pass(lineno=mark.line), CauseKind.FIXTURE, test.name, message)


def _warns(test: Test, session: Session) -> bool:
    if session.pytest_version < _WARNS_OF_NO_FIXTURES:
        return False
    inside = f"{test.cls.qualname}::{test.name}" if test.cls is not None else test.name
    warning = f"usefixtures() in {test.module.path}::{inside} without arguments has no effect"
    return is_error(session.filters, warning, test.module.path.removesuffix(".py"), "PytestWarning")
