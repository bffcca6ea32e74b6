"""Mistakes in `pytest.mark.parametrize`: names, values, ids and the arguments of the test."""

import ast
from collections.abc import Callable, Iterator

from importgraph.evaluation.values.objects import Module
from importgraph.simulation.causes import CauseKind, Step
from importgraph.simulation.failures import Failure
from importgraph.simulation.pytest_models import Fixture

_LONG = 100
"""Longer texts are named by their place, in some settings."""
SCOPES = frozenset({"session", "package", "module", "class", "function"})
Test = ast.FunctionDef | ast.AsyncFunctionDef


def parametrize_failures(module: Module, node: Test, name: str, *, strict_ids: bool) -> Iterator[Failure]:
    """Yield what is wrong with the decorators of a test by themselves.

    Args:
        module: Where it stands.
        node: Its definition.
        name: Its name.
        strict_ids: Two sets of parameters with one id are an error.
    """
    for decorator in node.decorator_list:
        if ast.unparse(decorator) == "pytest.mark.parametrize":
            message = f"parametrize of `{name}` is given neither names nor values"
            yield wrong(module, decorator, CauseKind.PARAMETRIZE, name, message)
    for call in _calls(node):
        yield from _values(module, call, name)
        yield from _counts(module, call, name)
        if strict_ids:
            yield from _duplicates(module, call, name)


def _calls(node: Test) -> Iterator[ast.Call]:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.parametrize":
            yield decorator


def argument_failures(
    module: Module, node: Test, name: str, named: Callable[[str], bool]
) -> Iterator[Failure]:
    """Yield the names that decorators give values for, which the test does not take, or has a default for.

    Args:
        module: Where it stands.
        node: Its definition.
        name: Its name.
        named: Tells whether a conftest speaks of a name, so that a fixture may take it.
    """
    given = node.args
    plain = [one.arg for one in (*given.posonlyargs, *given.args)]
    optional = set(plain[len(plain) - len(given.defaults) :])
    optional |= {a.arg for a, one in zip(given.kwonlyargs, given.kw_defaults, strict=True) if one is not None}
    taken = {*plain, *(one.arg for one in given.kwonlyargs)}
    seen: set[str] = set()
    for call in _calls(node):
        for argument in _argument_names(call.args[0]) or () if call.args else ():
            if argument in seen:
                message = f"parametrize of `{name}` sets the argument {argument!r} twice"
            elif argument in optional:
                message = f"`{name}` has a default for {argument!r}, which parametrize sets"
            elif argument not in taken and not _may_be_taken(module, node, argument, named):
                message = f"`{name}` uses no argument {argument!r}, which parametrize sets"
            else:
                seen.add(argument)
                continue
            yield wrong(module, call, CauseKind.PARAMETRIZE, name, message)


def _may_be_taken(module: Module, node: Test, argument: str, named: Callable[[str], bool]) -> bool:
    """Tell whether a fixture that a test uses may take an argument; those of libraries do not."""
    fixtures = any(isinstance(one, Fixture) for one in module.namespace.values())
    marked = "pytestmark" in module.namespace or any(
        "usefixtures" in ast.unparse(one) for one in node.decorator_list
    )
    given = node.args
    others = (one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs))
    return fixtures or marked or named(argument) or any(map(named, others))


def _values(module: Module, call: ast.Call, test: str) -> Iterator[Failure]:
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
            yield wrong(module, row, CauseKind.PARAMETRIZE, test, message)


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
            yield wrong(module, row, CauseKind.PARAMETRIZE, test, message)
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


def _counts(module: Module, call: ast.Call, test: str) -> Iterator[Failure]:
    """Look for values that are not given, ids of another number, and a scope that there is none of."""
    keywords = {one.arg: one.value for one in call.keywords}
    if (
        len(call.args) == 1
        and not {None, "argvalues"} & keywords.keys()
        and not isinstance(call.args[0], ast.Starred)
    ):
        yield wrong(module, call, CauseKind.PARAMETRIZE, test, f"parametrize of `{test}` is given no values")
    values = call.args[1] if len(call.args) > 1 else keywords.get("argvalues")
    counts = [_count(one) for one in (values, keywords.get("ids"))]
    if None not in counts and counts[0] != counts[1]:
        message = f"parametrize of `{test}` gives {counts[0]} sets of values and {counts[1]} ids"
        yield wrong(module, call, CauseKind.PARAMETRIZE, test, message)
    scope = keywords.get("scope")
    if isinstance(scope, ast.Constant) and isinstance(scope.value, str) and scope.value not in SCOPES:
        message = f"parametrize of `{test}` has the unknown scope {scope.value!r}"
        yield wrong(module, call, CauseKind.PARAMETRIZE, test, message)


def _count(node: ast.expr | None) -> int | None:
    """Return the number of elements that are written out; None where that is not known, or nought."""
    if not isinstance(node, ast.List | ast.Tuple) or any(isinstance(one, ast.Starred) for one in node.elts):
        return None
    return len(node.elts) or None


def wrong(module: Module, node: ast.AST, kind: CauseKind, name: str, message: str) -> Failure:
    """Make the failure of a definition in a module."""
    line = getattr(node, "lineno", 1)
    subject = f"{name} in {module.path}"
    return Failure("Failed", kind, subject, message, module.path, line, (Step(module.path, line),))
