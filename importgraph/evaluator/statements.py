"""Statements: running a module's or function's body on values."""

import ast
from collections.abc import Callable
from typing import Any

from importgraph.evaluation.limits import LARGEST
from importgraph.evaluator.assignments import delete
from importgraph.evaluator.branches import run_if, run_match, run_with
from importgraph.evaluator.calls import call
from importgraph.evaluator.classes import make_class
from importgraph.evaluator.expressions import call_values, value_of
from importgraph.evaluator.frame import TAINT, bind, elements, lookup, raw_lookup, touch
from importgraph.evaluator.functions import make_function
from importgraph.evaluator.imports import run_from, run_import
from importgraph.evaluator.loops import run_break, run_continue, run_for, run_while
from importgraph.evaluator.models.by_name import KNOWN
from importgraph.evaluator.operators import combine
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.signals import Left, Returned
from importgraph.evaluator.targets import store
from importgraph.evaluator.try_statements import run_try
from importgraph.evaluator.values import (
    Ext,
    Fixture,
    GiveUp,
    ImportFails,
    Inst,
    Ref,
    Skipped,
    Unknown,
)


def run_block(frame: Frame, statements: list[ast.stmt]) -> None:
    """Run statements in order.

    Raises:
        ImportFails: If the code surely fails.
        Skipped: If it skips the module.
        Doubt: If text cannot decide what the file holds.
        GiveUp: In a function, if it does something that is not followed.
    """
    for statement in statements:
        frame.step()
        run = _RUN.get(type(statement))
        if run is not None:
            run(frame, statement)


def _expression(frame: Frame, node: ast.Expr) -> None:
    if not isinstance(node.value, ast.Constant):
        value_of(frame, node.value)


def _function(frame: Frame, node: Any) -> None:
    value: Any = make_function(frame, node, node.name)
    if isinstance(node, ast.AsyncFunctionDef):
        value.attrs["__async__"] = True
    bind(frame, node.name, decorated(frame, node, value))


def decorated(frame: Frame, node: Any, value: Any) -> Any:
    """Apply a definition's decorators, innermost first."""
    for decorator in reversed(node.decorator_list):
        applied = _decorator(frame, decorator)
        result = call(frame, applied, [value], {}, decorator.lineno)
        if isinstance(result, Unknown) and isinstance(value, Fixture):
            continue
        if isinstance(result, Unknown) and not result.instance:
            result = Unknown(
                f"`{node.name}` is decorated with `{ast.unparse(decorator)[:60]}`, which is not followed",
                node.lineno,
            )
        value = result
    return value


def _decorator(frame: Frame, node: ast.expr) -> Any:
    """Evaluate a decorator; what makes it is read even in other people's modules."""
    if isinstance(node, ast.Call):
        callee = value_of(frame, node.func)
        if isinstance(callee, Ext) and callee.name not in KNOWN:
            return call_values(frame, node, frame.space.settle(callee, frame.scope.path))
    return value_of(frame, node)


def _class(frame: Frame, node: ast.ClassDef) -> None:
    bind(frame, node.name, decorated(frame, node, make_class(frame, node)))


def _assign(frame: Frame, node: ast.Assign) -> None:
    value = _imported_alias(frame, node)
    value = value_of(frame, node.value) if value is None else value
    for target in node.targets:
        store(frame, target, value)


def _imported_alias(frame: Frame, node: ast.Assign) -> Any:
    """Keep `name = imported_name` a reference, so that nothing is read for it before somebody asks."""
    found = raw_lookup(frame, node.value.id) if isinstance(node.value, ast.Name) else None
    return found if type(found) is Ref else None


def _annotated(frame: Frame, node: ast.AnnAssign) -> None:
    if node.value is not None:
        store(frame, node.target, value_of(frame, node.value))


def _augmented(frame: Frame, node: ast.AugAssign) -> None:
    if not isinstance(node.target, ast.Name):
        target = value_of(frame, node.target.value)
        touch(frame, target, "an assignment", node.lineno) if isinstance(target, list | dict) else None
        return
    left = lookup(frame, node.target.id)
    right = value_of(frame, node.value)
    if isinstance(left, list) and isinstance(node.op, ast.Add):
        found = elements(right)
        known = found is not None and not frame.unsure and len(left) + len(found) <= LARGEST
        left.extend(found if known and found is not None else [TAINT])
        bind(frame, node.target.id, left)
    else:
        bind(frame, node.target.id, combine(type(node.op), left, right, node.lineno))


def _delete(frame: Frame, node: ast.Delete) -> None:
    for target in node.targets:
        delete(frame, target)


def _return(frame: Frame, node: ast.Return) -> None:
    if frame.unsure:
        if frame.space.effects_only:
            if node.value is not None and not (
                isinstance(node.value, ast.Constant) and node.value.value is None
            ):
                frame.space.undecided_returns.append(node.value)
            raise Left
        raise GiveUp("returns under a condition that text does not decide")
    raise Returned(value_of(frame, node.value) if node.value is not None else None)


def _raise(frame: Frame, node: ast.Raise) -> None:
    value = value_of(frame, node.exc) if node.exc is not None else None
    called = value.cls if isinstance(value, Inst) else value
    name = (
        called.name
        if isinstance(called, Ext)
        else getattr(type(value) if isinstance(value, BaseException) else value, "__name__", "")
    )
    if frame.unsure:
        raise Left
    if name in {"unittest.SkipTest", "unittest.case.SkipTest"}:
        raise Skipped(str(node.lineno))
    if name == "pytest.skip.Exception":
        if isinstance(value, Inst) and value.kwargs.get("allow_module_level") is True:
            raise Skipped(str(node.lineno))
        raise ImportFails("pytest.skip() outside of a test", node.lineno, missing=False)
    raise ImportFails(
        f"raises {name or 'an exception'}",
        node.lineno,
        missing=name in {"ImportError", "ModuleNotFoundError"},
    )


def _global(frame: Frame, node: ast.Global) -> None:
    if frame.scope.kind == "function":
        frame.scope.shared.update(node.names)


def _nonlocal(_frame: Frame, _node: ast.Nonlocal) -> None:
    raise GiveUp("changes variables of the function around it")


def _import(frame: Frame, node: ast.Import) -> None:
    run_import(frame, node)


def _import_from(frame: Frame, node: ast.ImportFrom) -> None:
    run_from(frame, node)


def _if(frame: Frame, node: ast.If) -> None:
    run_if(frame, node)


_RUN: dict[type[ast.stmt], Callable[[Frame, Any], None]] = {
    ast.Expr: _expression,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Delete: _delete,
    ast.For: run_for,
    ast.While: run_while,
    ast.Return: _return,
    ast.Break: run_break,
    ast.Continue: run_continue,
    ast.Raise: _raise,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.If: _if,
    ast.Try: run_try,
    ast.TryStar: run_try,
    ast.With: run_with,
    ast.AsyncFor: lambda *_: None,
    ast.AsyncWith: lambda *_: None,
    ast.Match: run_match,
}
