"""Mistakes that pytest finds when it looks at the tests and fixtures of a module it has imported."""

import ast
from collections.abc import Iterator

from importgraph.evaluation.objects import Class, Function, Module
from importgraph.evaluation.parameters import yields
from importgraph.evaluation.value import State, Value
from importgraph.evaluation.values import Constant
from importgraph.session.settings import Settings
from importgraph.simulation.causes import CauseKind, Step
from importgraph.simulation.failures import Failure
from importgraph.simulation.pytest_models import Fixture

_LONG = 100
"""Longer texts are named by their place, in some settings."""
_SCOPES = {"session", "package", "module", "class", "function"}


def shape_failure(module: Module, settings: Settings) -> Failure | None:
    """Return the first mistake in the tests and fixtures of a module, or None.

    Args:
        module: A test module or conftest, after its import.
        settings: Says which names are tests.
    """
    return next(iter(_mistakes(module, settings)), None)


def _mistakes(module: Module, settings: Settings) -> Iterator[Failure]:
    for name, value in _names(module.namespace):
        yield from _fixture(module, name, value, in_class=False)
        is_test_class = (
            isinstance(value, Class) and value.module is module and _is_test_class(value, settings)
        )
        if isinstance(value, Class) and is_test_class:
            for inner_name, inner in _names(value.namespace):
                yield from _fixture(module, inner_name, inner, in_class=True)
                yield from _test(module, inner_name, inner, settings)
        yield from _test(module, name, value, settings)


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
    if isinstance(scope, Constant) and isinstance(scope.value, str) and scope.value not in _SCOPES:
        message = f"the fixture `{name}` has the unknown scope {scope.value!r}"
        yield _failure(module, function.node, CauseKind.FIXTURE, name, message)
    given = function.node.args
    if in_class and not (given.posonlyargs or given.args or given.vararg):
        message = f"the fixture `{name}` stands in a class and takes no `self`"
        yield _failure(module, function.node, CauseKind.FIXTURE, name, message)


def _test(module: Module, name: str, value: Value, settings: Settings) -> Iterator[Failure]:
    if not isinstance(value, Function) or value.module is not module:
        return
    if not settings.patterns.is_function(name):
        return
    node = value.node
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.FunctionDef) and yields(node):
        message = f"`{name}` yields, which pytest does not allow tests to do"
        yield _failure(module, node, CauseKind.TEST_CLASS, name, message)
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.parametrize":
            yield from _parametrize(module, decorator, name)
            if settings.strict_ids:
                yield from _duplicates(module, decorator, name)
        elif ast.unparse(decorator) == "pytest.mark.parametrize":
            message = f"parametrize of `{name}` is given neither names nor values"
            yield _failure(module, decorator, CauseKind.PARAMETRIZE, name, message)


def _parametrize(module: Module, call: ast.Call, test: str) -> Iterator[Failure]:
    """Compare the number of names with the number of values, where both are written out."""
    if len(call.args) < 2:
        return
    names, rows = call.args[:2]
    wanted = _argument_names(names)
    if wanted is None or not isinstance(rows, ast.List | ast.Tuple) or len(wanted) < 2:
        return
    for row in rows.elts:
        written = isinstance(row, ast.Tuple | ast.List) and not any(
            isinstance(one, ast.Starred) for one in row.elts
        )
        if isinstance(row, ast.Tuple | ast.List) and written and len(row.elts) != len(wanted):
            message = (
                f"parametrize of `{test}` names {len(wanted)} arguments and gives {len(row.elts)} values"
            )
            yield _failure(module, row, CauseKind.PARAMETRIZE, test, message)


def _duplicates(module: Module, call: ast.Call, test: str) -> Iterator[Failure]:
    """Find two sets of parameters with one id, where all values are written out and no ids are given."""
    if len(call.args) != 2 or call.keywords or not isinstance(call.args[1], ast.List | ast.Tuple):
        return
    several = len(_argument_names(call.args[0]) or ()) > 1
    seen: set[str] = set()
    for row in call.args[1].elts:
        parts = row.elts if several and isinstance(row, ast.Tuple | ast.List) else [row]
        texts = [_id_of(part) for part in parts]
        if None in texts:
            continue
        text = "-".join(one or "" for one in texts)
        if text in seen:
            message = (
                f"parametrize of `{test}` makes the id {text!r} twice, and strict_parametrization_ids is set"
            )
            yield _failure(module, row, CauseKind.PARAMETRIZE, test, message)
        seen.add(text)


def _id_of(node: ast.expr) -> str | None:
    """Return what pytest makes of a value that is written out; None for what is named by its place."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    if isinstance(value, str):
        return value if len(value) <= _LONG else None
    return str(value) if value is None or isinstance(value, bool | int | float | complex) else None


def _argument_names(node: ast.expr) -> list[str] | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [part.strip() for part in node.value.split(",") if part.strip()]
    if isinstance(node, ast.List | ast.Tuple) and all(isinstance(one, ast.Constant) for one in node.elts):
        return [str(one.value) for one in node.elts if isinstance(one, ast.Constant)]
    return None


def _failure(module: Module, node: ast.AST, kind: CauseKind, name: str, message: str) -> Failure:
    line = getattr(node, "lineno", 1)
    subject = f"{name} in {module.path}"
    return Failure("Failed", kind, subject, message, module.path, line, (Step(module.path, line),))
