"""Statements that bind names, take them away or give a value back."""

import ast
from collections.abc import Callable
from typing import Any, cast

from importgraph.facts.model import Flow, Guard, Scope, StepKind
from importgraph.facts.recording.calls import loop_values
from importgraph.facts.recording.chains import chain
from importgraph.facts.recording.conditions import read_test
from importgraph.facts.recording.doubts import (
    has_two_stars,
    is_starred,
)
from importgraph.facts.recording.expressions import scan
from importgraph.facts.recording.recorder import Context, Recorder
from importgraph.facts.source.newer_nodes import TypeAlias


def _assign(recorder: Recorder, node: ast.Assign, context: Context) -> None:
    recorder.doubtful |= is_starred(node.value)
    scan(recorder, node.value, context)
    value = chain(node.value)
    for target in node.targets:
        recorder.doubtful |= is_starred(target)
        assign_target(recorder, target, context, node, value)
    only = node.targets[0] if len(node.targets) == 1 else None
    if not recorder.in_function and isinstance(only, ast.Name):
        _remember_strings(recorder, context.owner + only.id, node.value)
        if context.scope is Scope.MODULE:
            _remember_test(recorder, only.id, node.value)


def _remember_strings(recorder: Recorder, name: str, value: ast.expr) -> None:
    """Remember a short list of literal strings: it may name modules that a loop imports."""
    texts = loop_values(value)
    if texts.startswith("="):
        recorder.strings[name] = tuple(texts[1:].split("|"))


def _remember_test(recorder: Recorder, name: str, value: ast.expr) -> None:
    """Remember `PY311 = sys.version_info >= (3, 11)` and `CHECKING = TYPE_CHECKING`."""
    test, _ = read_test(value, recorder.names)
    if test.conditions:
        recorder.names.tests[name] = test
    elif test.guard is Guard.TYPE_CHECKING:
        recorder.names.type_checking.add(name)


def assign_target(recorder: Recorder, target: ast.expr, context: Context, node: ast.stmt, value: str) -> None:
    """Record what an assignment of a value, told by its chain, binds."""
    if isinstance(target, ast.Name):
        recorder.bind(target.id, context, node, value)
    elif isinstance(target, ast.Tuple | ast.List):
        recorder.doubtful |= has_two_stars(target.elts)
        for element in target.elts:
            assign_target(recorder, element, context, node, "")
    elif isinstance(target, ast.Starred):
        assign_target(recorder, target.value, context, node, "")
    else:
        text = chain(target) if value else ""
        if text.count(".") == 1 and "(" not in text:
            recorder.step(StepKind.BIND, text, context, node.lineno, value=value)
        scan(recorder, target, context)


def _annotated(recorder: Recorder, node: ast.AnnAssign, context: Context) -> None:
    if not recorder.future_annotations and not recorder.in_function:
        scan(recorder, node.annotation, context.within(Flow.ANNOTATION))
    recorder.doubtful |= is_starred(node.value) or is_starred(node.annotation)
    if node.value is not None:
        scan(recorder, node.value, context)
        assign_target(recorder, node.target, context, node, chain(node.value))
    elif not isinstance(node.target, ast.Name):
        scan(recorder, node.target, context)


def _return(recorder: Recorder, node: ast.Return, context: Context) -> None:
    recorder.doubtful |= context.scope is not Scope.FUNCTION or is_starred(node.value)
    if node.value is not None:
        recorder.returns_value = True
        scan(recorder, node.value, context)
        text = chain(node.value)
        if text:
            recorder.step(StepKind.RETURN, "", context, node.lineno, value=text)


def _delete(recorder: Recorder, node: ast.Delete, context: Context) -> None:
    for target in node.targets:
        if isinstance(target, ast.Name):
            recorder.step(StepKind.DELETE, context.owner + target.id, context, node.lineno)
        else:
            scan(recorder, target, context)


def _type_alias(recorder: Recorder, node: Any, context: Context) -> None:
    """`type X = …` binds X and evaluates nothing (PEP 695)."""
    recorder.bind(node.name.id, context, node)


def _global(recorder: Recorder, node: ast.Global, _context: Context) -> None:
    recorder.doubtful = True
    recorder.hazards.update(f"global {name}" for name in node.names)


def _nonlocal(recorder: Recorder, _node: ast.Nonlocal, _context: Context) -> None:
    recorder.doubtful = True


BINDINGS: dict[type[ast.stmt], Callable[[Recorder, Any, Context], None]] = {
    ast.AnnAssign: _annotated,
    ast.Assign: _assign,
    ast.Delete: _delete,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.Return: _return,
    cast("type[ast.stmt]", TypeAlias): _type_alias,
}
"""By kind of statement, what records it."""
