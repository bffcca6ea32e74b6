"""Statements: one handler for each kind of node; each returns how it ended."""

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from importgraph.evaluation import exceptions
from importgraph.evaluation.expressions import look_up, make_function
from importgraph.evaluation.imports import import_from, import_statement
from importgraph.evaluation.merge import undecided
from importgraph.evaluation.objects import Instance
from importgraph.evaluation.operations import binary
from importgraph.evaluation.outcome import NORMAL, Ending, Outcome, raising
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.scope import home
from importgraph.evaluation.targets import assign, bind
from importgraph.evaluation.value import Arguments, Deferred, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values import NONE, Constant, Sequence, unwrap

_RETURNS = 12
"""Possible results of one function that are kept."""
_EVALUATED_LATER = (3, 14)
"""From this version on annotations are not evaluated where they stand (PEP 649)."""


def execute(interpreter: Interpreter, body: Iterable[ast.stmt]) -> Outcome:
    """Run statements until one leaves the body; one that may have left makes the rest uncertain."""
    frame = interpreter.frame
    for statement in body:
        if not interpreter.budget.spend():
            return NORMAL
        if frame.names is frame.module.namespace and _put_off(interpreter, statement):
            continue
        outcome = run_one(interpreter, statement)
        if outcome.ending is Ending.NORMAL:
            continue
        if outcome.certain:
            failed = outcome.raised if frame.names is frame.module.namespace else None
            if failed is not None and not interpreter.policy.ends(failed):
                continue
            return outcome
        if outcome.ending is Ending.RETURN:
            if len(frame.results) < _RETURNS:
                frame.results.append(outcome.value or NONE)
            frame.leaves += 1
            frame.certain = False
        elif outcome.raised is not None:
            frame.possible.append(outcome.raised)
            frame.certain = frame.certain and not frame.guarded
        else:
            frame.certain = False
    return NORMAL


def _put_off(interpreter: Interpreter, statement: ast.stmt) -> bool:
    """Bind the names of a statement to what it will give, if it can wait until they are used."""
    names = _names_bound(statement)
    module = interpreter.frame.module
    if not names or any(name in module.namespace for name in names):
        return False
    if not interpreter.policy.waits(module.name, statement):
        return False
    for name in names:
        value = Deferred(lambda name=name: interpreter.define(module, statement, name), {}, at_once=True)  # type: ignore[misc]
        interpreter.journal.put(module.namespace, name, value, own=True)
    return True


def _names_bound(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            return names if len(names) == len(targets) else []
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
            return [name]
        case _:
            return []


def run_one(interpreter: Interpreter, statement: ast.stmt) -> Outcome:
    """Run one statement in the present frame, now."""
    interpreter.at(statement)
    handler = _HANDLERS.get(type(statement))
    return handler(interpreter, statement) if handler is not None else NORMAL


def _of(result: Result | None) -> Outcome:
    return raising(result) if isinstance(result, Raised) else NORMAL


def _expression(interpreter: Interpreter, node: ast.Expr) -> Outcome:
    return _of(interpreter.evaluate(node.value))


def _nothing(_interpreter: Interpreter, _node: ast.stmt) -> Outcome:
    return NORMAL


# -- bindings ---------------------------------------------------------------------------------------


def _assign(interpreter: Interpreter, node: ast.Assign) -> Outcome:
    value = interpreter.evaluate(node.value)
    if isinstance(value, Raised):
        return raising(value)
    for target in node.targets:
        failed = assign(interpreter, target, value)
        if failed is not None:
            return raising(failed)
    return NORMAL


def _annotated(interpreter: Interpreter, node: ast.AnnAssign) -> Outcome:
    frame = interpreter.frame
    if node.value is not None:
        value = interpreter.evaluate(node.value)
        failed = value if isinstance(value, Raised) else assign(interpreter, node.target, value)
        if isinstance(failed, Raised):
            return raising(failed)
    if frame.function is None:
        return _of(_annotation(interpreter, node.annotation))
    return NORMAL


def _annotation(interpreter: Interpreter, node: ast.expr) -> Result:
    """Evaluate an annotation where the target's Python does."""
    late = interpreter.policy.surroundings.version >= _EVALUATED_LATER
    if late or "annotations" in interpreter.frame.module.status.get("future", ()):
        return NONE
    return interpreter.evaluate(node)


def _augmented(interpreter: Interpreter, node: ast.AugAssign) -> Outcome:
    load = _LOADS.get(type(node.target))
    current = interpreter.evaluate(load(node.target)) if load is not None else Unknown("a value")
    value = interpreter.evaluate(node.value)
    if isinstance(current, Raised) or isinstance(value, Raised):
        return _of(current if isinstance(current, Raised) else value)
    current = settled(current)
    if isinstance(current, Sequence) and current.kind == "list" and isinstance(node.op, ast.Add):
        return _of(interpreter.call_method(current, "extend", Arguments((value,))))
    result = binary(interpreter, type(node.op), current, value)
    return _of(result if isinstance(result, Raised) else assign(interpreter, node.target, result))


_LOADS: Mapping[type[ast.expr], Callable[[Any], ast.expr]] = {
    ast.Name: lambda n: ast.Name(n.id, ast.Load()),
    ast.Attribute: lambda n: ast.Attribute(n.value, n.attr, ast.Load()),
    ast.Subscript: lambda n: ast.Subscript(n.value, n.slice, ast.Load()),
}


def _delete(interpreter: Interpreter, node: ast.Delete) -> Outcome:
    for target in node.targets:
        if isinstance(target, ast.Name):
            found = look_up(interpreter, target.id)
            if isinstance(found, Raised):
                return raising(found)
            interpreter.journal.drop(home(interpreter.frame, target.id), target.id)
        elif isinstance(target, ast.Attribute | ast.Subscript):
            holder = interpreter.evaluate(target.value)
            if isinstance(holder, Raised):
                return raising(holder)
            interpreter.changed(holder, "del")
    return NORMAL


def _elsewhere(interpreter: Interpreter, node: ast.Global | ast.Nonlocal) -> Outcome:
    kind = "global" if isinstance(node, ast.Global) else "nonlocal"
    interpreter.frame.elsewhere.update(dict.fromkeys(node.names, kind))
    return NORMAL


# -- definitions ------------------------------------------------------------------------------------


def _function(interpreter: Interpreter, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Outcome:
    decorators = _decorators(interpreter, node.decorator_list)
    made = make_function(interpreter, node, node.name) if not isinstance(decorators, Raised) else decorators
    if isinstance(made, Raised) or isinstance(decorators, Raised):
        return _of(made)
    for note in _annotations(node):
        found = _annotation(interpreter, note)
        if isinstance(found, Raised):
            return raising(found)
    return _decorated(interpreter, node.name, made, decorators)


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    arguments = node.args
    plain = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    notes = [a.annotation for a in plain if a is not None and a.annotation is not None]
    return [*notes, node.returns] if node.returns is not None else notes


def _class(interpreter: Interpreter, node: ast.ClassDef) -> Outcome:
    decorators = _decorators(interpreter, node.decorator_list)
    if isinstance(decorators, Raised):
        return raising(decorators)
    made = interpreter.make_class(node)
    return raising(made) if isinstance(made, Raised) else _decorated(interpreter, node.name, made, decorators)


def _decorators(interpreter: Interpreter, nodes: Iterable[ast.expr]) -> list[tuple[ast.expr, Value]] | Raised:
    found = []
    for node in nodes:
        value = interpreter.evaluate(node)
        if isinstance(value, Raised):
            return value
        found.append((node, value))
    return found


def _decorated(
    interpreter: Interpreter, name: str, made: Value, decorators: list[tuple[ast.expr, Value]]
) -> Outcome:
    """Apply decorators and bind the name; one that is not known is taken to give back what it decorates."""
    value = made
    for node, decorator in reversed(decorators):
        interpreter.at(node)
        result = decorator.call(interpreter, Arguments((value,)))
        if isinstance(result, Raised):
            return raising(result)
        value = value if isinstance(result, Unknown) else result
    bind(interpreter, name, value)
    return NORMAL


# -- branches and loops -----------------------------------------------------------------------------


def _if(interpreter: Interpreter, node: ast.If) -> Outcome:
    test = interpreter.evaluate(node.test)
    if isinstance(test, Raised):
        return raising(test)
    verdict = interpreter.truth(test)
    if verdict is not None:
        return interpreter.execute(node.body if verdict else node.orelse)
    return undecided(
        interpreter, lambda: interpreter.execute(node.body), lambda: interpreter.execute(node.orelse)
    )


def _for(interpreter: Interpreter, node: ast.For | ast.AsyncFor) -> Outcome:
    source = interpreter.evaluate(node.iter)
    if isinstance(source, Raised):
        return raising(source)
    items = source.elements(interpreter)
    frame = interpreter.frame
    certain, leaves = frame.certain, frame.leaves
    if items is None or len(items) > interpreter.budget.loop:
        one = Unknown(f"an element of {source.described()}")
        outcome = undecided(interpreter, lambda: _round(interpreter, node, one), lambda: NORMAL)
        outcome = NORMAL if outcome.ending in _LOOPING else outcome
    else:
        outcome = _rounds(interpreter, node, items)
    if outcome.ending is not Ending.BREAK:
        frame.certain = certain and frame.leaves == leaves
        return outcome if outcome.ending is not Ending.NORMAL else interpreter.execute(node.orelse)
    frame.certain = certain and frame.leaves == leaves
    return NORMAL


_LOOPING = {Ending.BREAK, Ending.CONTINUE}


def _round(interpreter: Interpreter, node: ast.For | ast.AsyncFor, item: Value) -> Outcome:
    failed = assign(interpreter, node.target, item)
    if failed is not None:
        return raising(failed)
    outcome = interpreter.execute(node.body)
    return NORMAL if outcome.ending is Ending.CONTINUE else outcome


def _rounds(interpreter: Interpreter, node: ast.For | ast.AsyncFor, items: Iterable[Value]) -> Outcome:
    for item in items:
        outcome = _round(interpreter, node, item)
        if outcome.ending is not Ending.NORMAL:
            return outcome
    return NORMAL


def _while(interpreter: Interpreter, node: ast.While) -> Outcome:
    frame = interpreter.frame
    certain, leaves = frame.certain, frame.leaves
    outcome = NORMAL
    for _ in range(interpreter.budget.loop):
        test = interpreter.evaluate(node.test)
        if isinstance(test, Raised):
            return raising(test)
        verdict = interpreter.truth(test)
        if verdict is None:
            outcome = undecided(interpreter, lambda: interpreter.execute(node.body), lambda: NORMAL)
            break
        outcome = interpreter.execute(node.body) if verdict else interpreter.execute(node.orelse)
        if not verdict or outcome.ending not in {Ending.NORMAL, Ending.CONTINUE}:
            break
        if not interpreter.budget.spend():
            break
    frame.certain = certain and frame.leaves == leaves
    return NORMAL if outcome.ending in _LOOPING else outcome


def _leave(ending: Ending) -> Callable[[Interpreter, ast.stmt], Outcome]:
    return lambda _interpreter, _node: Outcome(ending)


def _return(interpreter: Interpreter, node: ast.Return) -> Outcome:
    value = interpreter.evaluate(node.value) if node.value is not None else NONE
    return raising(value) if isinstance(value, Raised) else Outcome(Ending.RETURN, value)


def _assert(interpreter: Interpreter, node: ast.Assert) -> Outcome:
    test = interpreter.evaluate(node.test)
    if isinstance(test, Raised):
        return raising(test)
    failed = interpreter.truth(test) is False
    return raising(Raised("AssertionError")) if failed else NORMAL


def _match(interpreter: Interpreter, node: ast.Match) -> Outcome:
    """Choose among literal patterns where the subject is known; else any case may run."""
    subject = interpreter.evaluate(node.subject)
    if isinstance(subject, Raised):
        return raising(subject)
    plain = unwrap(subject)
    for case in node.cases:
        if isinstance(case.pattern, ast.MatchValue) and case.guard is None and isinstance(subject, Constant):
            value = interpreter.evaluate(case.pattern.value)
            if isinstance(value, Constant):
                if value.value == plain:
                    return interpreter.execute(case.body)
                continue
        break
    else:
        return NORMAL
    return undecided(interpreter, *[_case(interpreter, case) for case in node.cases], lambda: NORMAL)


def _case(interpreter: Interpreter, case: ast.match_case) -> Callable[[], Outcome]:
    def run() -> Outcome:
        for name in (n.name for n in ast.walk(case.pattern) if isinstance(n, ast.MatchAs | ast.MatchStar)):
            if name is not None:
                bind(interpreter, name, Unknown("what a pattern matches"))
        return interpreter.execute(case.body)

    return run


def _with(interpreter: Interpreter, node: ast.With | ast.AsyncWith) -> Outcome:
    caught: list[Value] = []
    for item in node.items:
        manager = interpreter.evaluate(item.context_expr)
        if isinstance(manager, Raised):
            return raising(manager)
        entered = _enter(interpreter, settled(manager), caught)
        failed: Result | None = entered
        if not isinstance(entered, Raised) and item.optional_vars is not None:
            failed = assign(interpreter, item.optional_vars, entered)
        if isinstance(failed, Raised):
            return raising(failed)
    if not caught:
        return interpreter.execute(node.body)
    return exceptions.guarded(interpreter, node.body, [(kind, _swallow) for kind in caught])


def _swallow(_raised: Raised) -> Outcome:
    return NORMAL


def _enter(interpreter: Interpreter, manager: Value, caught: list[Value]) -> Result:
    if isinstance(manager, exceptions.Suppressor):
        caught.extend(manager.kinds)
        return NONE
    if isinstance(manager, Instance):
        method = manager.attribute(interpreter, "__enter__")
        return method if isinstance(method, Raised) else method.call(interpreter, Arguments())
    yielded = manager.elements(interpreter)
    return yielded[0] if yielded else Unknown(f"what {manager.described()} gives")


_HANDLERS: Mapping[type[ast.stmt], Callable[[Interpreter, Any], Outcome]] = {
    ast.AnnAssign: _annotated,
    ast.Assert: _assert,
    ast.Assign: _assign,
    ast.AsyncFor: _for,
    ast.AsyncFunctionDef: _function,
    ast.AsyncWith: _with,
    ast.AugAssign: _augmented,
    ast.Break: _leave(Ending.BREAK),
    ast.ClassDef: _class,
    ast.Continue: _leave(Ending.CONTINUE),
    ast.Delete: _delete,
    ast.Expr: _expression,
    ast.For: _for,
    ast.FunctionDef: _function,
    ast.Global: _elsewhere,
    ast.If: _if,
    ast.Import: import_statement,
    ast.ImportFrom: import_from,
    ast.Match: _match,
    ast.Nonlocal: _elsewhere,
    ast.Pass: _nothing,
    ast.Raise: exceptions.raise_statement,
    ast.Return: _return,
    ast.Try: exceptions.try_statement,
    ast.TryStar: exceptions.try_statement,
    ast.While: _while,
    ast.With: _with,
}
