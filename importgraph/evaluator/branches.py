"""`if`, `try`, `with` and `match`: decided where text can, else merged."""

import ast
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from importgraph.evaluator.calls import CONTEXT_MANAGER, run_call
from importgraph.evaluator.expressions import truth, value_of
from importgraph.evaluator.frame import TAINT, lookup, module_scope, touch
from importgraph.evaluator.models.standard_objects import POOL
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.signals import Left
from importgraph.evaluator.targets import store
from importgraph.evaluator.values import (
    Doubt,
    Ext,
    Func,
    GiveUp,
    ImportFails,
    Inst,
    NotComputed,
    Ref,
    Skipped,
    Unknown,
    concrete,
)


def run_if(frame: Frame, node: ast.If) -> None:
    """Run an `if`."""
    if _is_type_checking(frame, node.test):
        frame.space.execute(frame, node.orelse)
        return
    verdict = truth(frame, node.test)
    if verdict is not None:
        frame.space.execute(frame, node.body if verdict else node.orelse)
        return
    branches = [
        lambda: frame.space.execute(frame, node.body),
        lambda: frame.space.execute(frame, node.orelse),
    ]
    either(frame, branches, node.lineno, [*node.body, *node.orelse])


def _is_type_checking(frame: Frame, node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name == "TYPE_CHECKING" and not isinstance(
        lookup(frame, name) if isinstance(node, ast.Name) else None, bool
    )


def either(frame: Frame, branches: list[Callable[[], None]], line: int, statements: list[ast.stmt]) -> None:
    """Run branches of which text does not tell which one runs, and keep what they agree on.

    Raises:
        Doubt: If one of them surely fails or skips the module while others do not, or binds names we cannot
        name.
    """
    if frame.space.strict:
        raise NotComputed
    _taint_used(frame, statements)
    before = dict(frame.scope.names)
    outcomes: list[dict[str, Any]] = []
    for branch in branches:
        frame.scope.names.clear()
        frame.scope.names.update(before)
        if _survives(frame, branch, line):
            outcomes.append(dict(frame.scope.names))
    frame.scope.names.clear()
    frame.scope.names.update(_merged(outcomes, before, line))


def _survives(frame: Frame, branch: Callable[[], None], line: int) -> bool:
    """Run a branch; False where it raises and is left out.

    Code that fails is reported by pytest as an error.
    """
    frame.unsure += 1
    try:
        branch()
    except Left:
        return True
    except Skipped:
        raise Doubt("skips itself under a condition that text does not decide", line) from None
    except ImportFails as failure:
        if frame.scope.kind == "module" and failure.missing:
            raise Doubt(f"{failure.reason}, under a condition that text does not decide", line) from None
        return False
    except GiveUp as reason:
        if frame.scope.kind == "function":
            raise
        raise Doubt(str(reason), line) from None
    finally:
        frame.unsure -= 1
    return True


def _taint_used(frame: Frame, statements: list[ast.stmt]) -> None:
    """Containers that an undecided branch names outside of plain reading may change in it."""
    for statement in statements:
        for name, line in _method_owners(statement):
            value = container_of(frame, name)
            if value is not None:
                touch(frame, value, "a branch", line)


@lru_cache(maxsize=4096)
def _method_owners(statement: ast.AST) -> list[tuple[str, int]]:
    """Return the names whose methods a statement calls, with the line."""
    return [
        (node.func.value.id, node.lineno)
        for node in ast.walk(statement)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
    ]


def container_of(frame: Frame, name: str) -> Any:
    """Return the list, dictionary or set that a name stands for; None where it is something else."""
    value = frame.scope.names.get(name, module_scope(frame.scope).names.get(name))
    return (
        value
        if isinstance(value, list | dict | set) and value is not module_scope(frame.scope).names
        else None
    )


def _merged(outcomes: list[dict[str, Any]], before: dict[str, Any], line: int) -> dict[str, Any]:
    if len(outcomes) == 1:
        return outcomes[0]
    changed = {
        name
        for outcome in outcomes
        for name, value in outcome.items()
        if before.get(name, _ABSENT) is not value
    }
    changed.update(name for outcome in outcomes for name in before.keys() - outcome.keys())
    if not outcomes:
        changed.update(before)
    merged: dict[str, Any] = {}
    for name in dict.fromkeys(
        [*before, *[name for outcome in outcomes for name in outcome if name in changed]]
    ):
        if name not in changed:
            merged[name] = before[name]
            continue
        values = [outcome.get(name, _ABSENT) for outcome in outcomes]
        if values and all(value is _ABSENT for value in values):
            continue
        merged[name] = _join(name, values, line)
    return merged


_ABSENT = Unknown("absent")


def _join(name: str, values: list[Any], line: int) -> Any:
    first = values[0] if values else TAINT
    if all(value is first for value in values):
        return first
    if all(isinstance(value, Func) for value in values):
        one: Any = first
        return Func(name, None, one.scope, one.kind, [], {"__merged__": Unknown("")}, None)
    if all(concrete(value) for value in values) and all(
        type(value) is type(first) and value == first for value in values
    ):
        return first
    if _same_import(values):
        return first
    certain = all(isinstance(v, int | float | str | bool | tuple | list | dict) or v is None for v in values)
    return Unknown(
        f"`{name}` depends on a condition on line {line} that text does not decide", line, instance=certain
    )


def _same_import(values: list[Any]) -> bool:
    return (
        all(isinstance(value, Ref) for value in values)
        and len({(value.module, value.name) for value in values}) == 1
    )


def run_with(frame: Frame, node: ast.With) -> None:
    """Run a `with`; `suppress` makes it a `try`."""
    caught = False
    for item in node.items:
        value = value_of(frame, item.context_expr)
        if isinstance(value, Inst) and isinstance(value.cls, Ext) and value.cls.name == CONTEXT_MANAGER:
            function, args, kwargs = value.args
            run_call(frame, function, args, kwargs, node.lineno)
        name = value.cls.name if isinstance(value, Inst) and isinstance(value.cls, Ext) else ""
        text = ast.unparse(item.context_expr)
        caught = caught or name.endswith("suppress") or text.startswith(("suppress(", "contextlib.suppress("))
        if item.optional_vars is not None:
            given = value if name == POOL else Unknown("what a context manager gives", node.lineno)
            store(frame, item.optional_vars, given)
    try:
        frame.space.execute(frame, node.body)
    except ImportFails:
        if not caught:
            raise


def run_match(frame: Frame, node: ast.Match) -> None:
    """Run a `match`, whose cases are not decided."""
    branches: list[Callable[[], None]] = [lambda: None]
    branches += [lambda body=case.body: frame.space.execute(frame, body) for case in node.cases]  # type: ignore[misc]
    either(frame, branches, node.lineno, [statement for case in node.cases for statement in case.body])
