"""Statements: what each kind binds, which branch it opens, and the imports in it."""

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from importgraph.facts.model import Class, Flow, Guard, Scope, StepKind
from importgraph.facts.recording.bindings import BINDINGS, assign_target
from importgraph.facts.recording.calls import loop_values
from importgraph.facts.recording.chains import chain
from importgraph.facts.recording.conditions import NEVER, Test, read_test
from importgraph.facts.recording.doubts import (
    has_repeated,
    is_awaiting,
    is_starred,
)
from importgraph.facts.recording.expressions import scan
from importgraph.facts.recording.import_statements import IMPORTS
from importgraph.facts.recording.recorder import Context, Recorder
from importgraph.facts.recording.tally import text_length

_CATCHING_CONTEXTS = {
    *("suppress()", "raises()", "assertRaises()"),
    *("assertRaisesMessage()", "assertRaisesRegex()"),
}
_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
_ATTRIBUTE_ERRORS = {"AttributeError", "Exception", "BaseException"}


def statements(recorder: Recorder, body: list[ast.stmt], context: Context) -> None:
    """Walk statements in order."""
    if recorder.in_function:
        recorder.tally.stored += len(body)
    elif context.live:
        recorder.tally.run += len(body)
    for statement in body:
        _HANDLERS.get(type(statement), scan)(recorder, statement, context)
        if recorder.in_function and isinstance(statement, ast.If) and _may_leave(statement):
            context = context.within(Flow.CONDITIONAL)


def _may_leave(statement: ast.If) -> bool:
    """Tell whether a branch may end the function, so that what follows runs only sometimes."""
    leaving = (ast.Return, ast.Raise)
    return any(
        isinstance(inner, leaving) for branch in (statement.body, statement.orelse) for inner in branch
    )


def _expression(recorder: Recorder, node: ast.Expr, context: Context) -> None:
    recorder.doubtful |= is_starred(node.value)
    recorder.tally.text_size += text_length(node.value)
    scan(recorder, node.value, context)


# -- definitions ------------------------------------------------------------------------------------


def _function(recorder: Recorder, node: ast.FunctionDef | ast.AsyncFunctionDef, context: Context) -> None:
    for decorator in node.decorator_list:
        scan(recorder, decorator, context)
        _call_of(recorder, decorator, context)
    arguments = node.args
    for default in [*arguments.defaults, *arguments.kw_defaults]:
        if default is not None:
            scan(recorder, default, context)
    if not recorder.future_annotations:
        for note in _annotations(node):
            recorder.tally.annotations += not recorder.in_function
            scan(recorder, note, context.within(Flow.ANNOTATION))
    qualname = context.owner + node.name
    index = recorder.later(node, qualname, context)
    recorder.step(StepKind.FUNCTION, qualname, context, node.lineno, index=index)
    recorder.bind_definition(node.name, context)
    recorder.define(node.name, "function", node.lineno, node.end_lineno or node.lineno, context)
    if node.name == "__del__" and context.scope is Scope.CLASS:
        recorder.hazards.add("__del__")


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    arguments = node.args
    plain = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    for argument in plain:
        if argument is not None and argument.annotation is not None:
            yield argument.annotation
    if node.returns is not None:
        yield node.returns


def _class(recorder: Recorder, node: ast.ClassDef, context: Context) -> None:
    for base in node.bases:
        scan(recorder, base, context)
    recorder.doubtful |= has_repeated(keyword.arg for keyword in node.keywords)
    for keyword in node.keywords:
        scan(recorder, keyword.value, context)
    for decorator in node.decorator_list:
        scan(recorder, decorator, context)
    qualname = context.owner + node.name
    index = len(recorder.classes)
    recorder.classes.append(
        Class(
            qualname=qualname,
            line=node.lineno,
            end_line=node.end_lineno or node.lineno,
            bases=tuple(chain(base) for base in node.bases),
            metaclass=next((chain(k.value) for k in reversed(node.keywords) if k.arg == "metaclass"), ""),
            decorators=tuple(chain(decorator) for decorator in node.decorator_list),
            attributes=tuple(_class_attributes(node.body)),
        )
    )
    recorder.tally.class_fields(node.body)
    stores, typed, loops = recorder.stores, recorder.typed, recorder.open_loops
    recorder.open_loops = 0
    if recorder.in_function:  # what the class body binds are not locals of the function
        recorder.stores, recorder.typed = set(stores), set(typed)
    statements(recorder, node.body, context._replace(scope=Scope.CLASS, owner=f"{qualname}."))
    recorder.stores, recorder.typed, recorder.open_loops = stores, typed, loops
    recorder.step(StepKind.CLASS, qualname, context, node.lineno, index=index)
    for decorator in node.decorator_list:
        _call_of(recorder, decorator, context)
    recorder.bind_definition(node.name, context)
    recorder.define(node.name, "class", node.lineno, node.end_lineno or node.lineno, context)


def _class_attributes(body: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
    for statement in body:
        if isinstance(statement, ast.Assign):
            targets, value = statement.targets, chain(statement.value)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets, value = [statement.target], chain(statement.value)
        else:
            continue
        yield from ((target.id, value) for target in targets if isinstance(target, ast.Name))


def _call_of(recorder: Recorder, decorator: ast.expr, context: Context) -> None:
    name = chain(decorator)
    if name:
        recorder.call(name, context, decorator.lineno)  # what it returned, where it is a call


# -- branches ---------------------------------------------------------------------------------------


def _if(recorder: Recorder, node: ast.If, context: Context) -> None:
    scan(recorder, node.test, context)
    body, other = read_test(node.test, recorder.names)
    statements(recorder, node.body, _branch(recorder, body, context))
    if node.orelse:
        statements(recorder, node.orelse, _branch(recorder, other, context))


def _branch(recorder: Recorder, test: Test, context: Context) -> Context:
    if test.never:
        when = (*context.when, recorder.condition(NEVER))
        return context._replace(live=False, flow=context.flow | Flow.DEAD, when=when)
    if test.always:
        return context
    if not test.known:
        return context.within(Flow.CONDITIONAL)
    if test.guard is not None:
        context = context.guarded(test.guard)
    live = context.live and test.guard not in {Guard.TYPE_CHECKING, Guard.MAIN}
    when = (*context.when, *(recorder.condition(condition) for condition in test.conditions))
    return context._replace(live=live, when=when)


def _try(recorder: Recorder, node: ast.Try | ast.TryStar, context: Context) -> None:
    handled = {name for handler in node.handlers for name in _caught(handler)}
    caught = {name for handler in node.handlers if not _reraises(handler) for name in _caught(handler)}
    number = recorder.next_try()
    has_early_bare = any(handler.type is None for handler in node.handlers[:-1])
    recorder.doubtful |= has_early_bare or isinstance(node, ast.TryStar)
    statements(recorder, node.body, _tried(context, number, caught, handled))
    for handler in node.handlers:
        inside = context.within(Flow.HANDLER)._replace(handles=number)
        if handler.type is not None:
            scan(recorder, handler.type, inside)
        if _caught(handler) & _IMPORT_ERRORS:
            inside = inside.guarded(Guard.OPTIONAL)
        if handler.name:
            recorder.stores.add(handler.name)
        statements(recorder, handler.body, inside)
    statements(recorder, node.orelse, context)
    statements(recorder, node.finalbody, context)


def _tried(context: Context, number: int, caught: set[str], handled: set[str]) -> Context:
    flow = context.flow
    if caught & _IMPORT_ERRORS:
        flow |= Flow.CATCHES_IMPORT
        context = context.guarded(Guard.OPTIONAL)
    if caught & _ATTRIBUTE_ERRORS:
        flow |= Flow.CATCHES_ATTRIBUTE
    if handled & _IMPORT_ERRORS:
        context = context._replace(tried=number)
    return context._replace(flow=flow)


def _caught(handler: ast.ExceptHandler) -> set[str]:
    if handler.type is None:
        return {"BaseException"}
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {chain(kind).rpartition(".")[2] for kind in kinds}


def _reraises(handler: ast.ExceptHandler) -> bool:
    return bool(handler.body) and isinstance(handler.body[-1], ast.Raise)


def _with(recorder: Recorder, node: ast.With | ast.AsyncWith, context: Context) -> None:
    recorder.doubtful |= isinstance(node, ast.AsyncWith) and not is_awaiting(recorder, context)
    inside = context
    for item in node.items:
        expression = item.context_expr
        scan(recorder, expression, context)
        text = chain(expression)
        if isinstance(expression, ast.Call) and text.rpartition(".")[2] in _CATCHING_CONTEXTS:
            caught = {chain(argument).rpartition(".")[2] for argument in expression.args}
            inside = _tried(inside, recorder.next_try(), caught, caught)
        elif text:
            recorder.call(f"{text}.__enter__", context, node.lineno)
        if item.optional_vars is not None:
            recorder.doubtful |= is_starred(item.optional_vars)
            assign_target(recorder, item.optional_vars, inside, node, "")
    statements(recorder, node.body, inside)


def _loop(recorder: Recorder, node: ast.For | ast.AsyncFor | ast.While, context: Context) -> None:
    inside = context if recorder.in_function else context.within(Flow.CONDITIONAL)
    recorder.tally.loops += not recorder.in_function and context.live
    if isinstance(node, ast.While):
        scan(recorder, node.test, context)
    else:
        recorder.doubtful |= isinstance(node, ast.AsyncFor) and not is_awaiting(recorder, context)
        recorder.doubtful |= is_starred(node.iter) or is_starred(node.target)
        scan(recorder, node.iter, context)
        assign_target(recorder, node.target, context, node, "")
        if isinstance(node.target, ast.Name):
            recorder.loops[node.target.id] = loop_values(node.iter)
    recorder.open_loops += 1
    statements(recorder, node.body, inside)
    recorder.open_loops -= 1
    statements(recorder, node.orelse, context)


def _jump(recorder: Recorder, _node: ast.stmt, _context: Context) -> None:
    recorder.doubtful |= not recorder.open_loops


def _match(recorder: Recorder, node: ast.Match, context: Context) -> None:
    recorder.doubtful = True  # what patterns bind is not recorded
    scan(recorder, node.subject, context)
    inside = context.within(Flow.CONDITIONAL)
    for case in node.cases:
        scan(recorder, case.pattern, inside)
        if case.guard is not None:
            scan(recorder, case.guard, inside)
        statements(recorder, case.body, inside)


def _nothing(_recorder: Recorder, _node: ast.stmt, _context: Context) -> None:
    pass


_HANDLERS: dict[type[ast.stmt], Callable[[Recorder, Any, Context], None]] = {
    **BINDINGS,
    **IMPORTS,
    ast.AsyncFor: _loop,
    ast.AsyncFunctionDef: _function,
    ast.AsyncWith: _with,
    ast.Break: _jump,
    ast.ClassDef: _class,
    ast.Continue: _jump,
    ast.Expr: _expression,
    ast.For: _loop,
    ast.FunctionDef: _function,
    ast.If: _if,
    ast.Match: _match,
    ast.Pass: _nothing,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.While: _loop,
    ast.With: _with,
}
