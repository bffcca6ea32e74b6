"""Mistakes that pytest finds when it looks at the tests and fixtures of a module it has imported."""

import ast
from collections.abc import Callable, Iterator

from importgraph.evaluation.values.objects import Class, Function, Module
from importgraph.evaluation.values.parameters import yields
from importgraph.evaluation.values.value import State, Value
from importgraph.evaluation.values.values import Constant, Sequence
from importgraph.session.settings import Settings
from importgraph.simulation.causes import CauseKind
from importgraph.simulation.failures import Failure
from importgraph.simulation.parametrization import SCOPES, argument_failures, parametrize_failures, wrong
from importgraph.simulation.pytest_models import Fixture


def shape_failure(module: Module, settings: Settings, named: Callable[[str], bool]) -> Failure | None:
    """Return the first mistake in the tests and fixtures of a module, or None.

    Args:
        module: A test module or conftest, after its import.
        settings: Says which names are tests.
        named: Tells whether a conftest speaks of a name, so that a fixture may take it as an argument.
    """
    return next(iter(_mistakes(module, settings, named)), None)


def _mistakes(module: Module, settings: Settings, named: Callable[[str], bool]) -> Iterator[Failure]:
    yield from _marks(module)
    for name, value in _names(module.namespace):
        yield from _fixture(module, name, value, in_class=False)
        is_test_class = (
            isinstance(value, Class) and value.module is module and _is_test_class(value, settings)
        )
        if isinstance(value, Class) and is_test_class:
            for inner_name, inner in _names(value.namespace):
                yield from _fixture(module, inner_name, inner, in_class=True)
                of_unittest = any(not isinstance(base, Class) for base in value.bases)
                yield from _test(module, inner_name, inner, settings, None if of_unittest else named)
        yield from _test(module, name, value, settings, named)


def _marks(module: Module) -> Iterator[Failure]:
    """Look for something in `pytestmark` that is no mark."""
    marks = module.namespace.get("pytestmark")
    items = marks.items if isinstance(marks, Sequence) else (marks,)
    for item in items:
        if isinstance(item, Constant):
            message = f"pytestmark holds {item.value!r}, which is no mark"
            yield wrong(module, ast.Pass(lineno=1), CauseKind.PARAMETRIZE, "pytestmark", message)


def _names(namespace: State) -> list[tuple[str, Value]]:
    """Return what is bound to names."""
    return [
        (name, one) for name, one in namespace.items() if isinstance(name, str) and isinstance(one, Value)
    ]


def _is_test_class(cls: Class, settings: Settings) -> bool:
    hidden = cls.namespace.get("__test__")
    return (
        settings.patterns.is_class(cls.qualname.rpartition(".")[2])
        and "__init__" not in cls.namespace
        and not (isinstance(hidden, Constant) and not hidden.value)
    )


def _fixture(module: Module, name: str, value: Value, *, in_class: bool) -> Iterator[Failure]:
    if not isinstance(value, Fixture) or not isinstance(value.function, Function):
        return
    function = value.function
    if function.module is not module:
        return
    scope = value.options.get("scope")
    if isinstance(scope, Constant) and isinstance(scope.value, str) and scope.value not in SCOPES:
        message = f"the fixture `{name}` has the unknown scope {scope.value!r}"
        yield wrong(module, function.node, CauseKind.FIXTURE, name, message)
    given = function.node.args
    if in_class and not (given.posonlyargs or given.args or given.vararg):
        message = f"the fixture `{name}` stands in a class and takes no `self`"
        yield wrong(module, function.node, CauseKind.FIXTURE, name, message)


def _test(
    module: Module, name: str, value: Value, settings: Settings, named: Callable[[str], bool] | None
) -> Iterator[Failure]:
    if not isinstance(value, Function) or value.module is not module:
        return
    if not settings.patterns.is_function(name):
        return
    node = value.node
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.FunctionDef) and yields(node):
        message = f"`{name}` yields, which pytest does not allow tests to do"
        yield wrong(module, node, CauseKind.TEST_CLASS, name, message)
    yield from parametrize_failures(module, node, name, strict_ids=settings.strict_ids)
    if named is not None:
        yield from argument_failures(module, node, name, named)
