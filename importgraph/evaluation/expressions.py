"""Expressions: one handler for each kind of node."""

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from importgraph.evaluation.merge import join, undecided
from importgraph.evaluation.objects import Function, Module
from importgraph.evaluation.operations import binary, compare
from importgraph.evaluation.outcome import NORMAL, Outcome, raising
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.scope import visible
from importgraph.evaluation.targets import assign
from importgraph.evaluation.value import (
    Arguments,
    Deferred,
    Raised,
    Result,
    Unknown,
    Value,
    new_state,
    settled,
)
from importgraph.evaluation.values import NONE, NOT_PLAIN, Constant, Table, sequence, table, unwrap


def evaluate(interpreter: Interpreter, node: ast.expr) -> Result:
    """Evaluate an expression in the present frame."""
    handler = _HANDLERS.get(type(node))
    return handler(interpreter, node) if handler is not None else Unknown(f"`{type(node).__name__}`")


def _all(interpreter: Interpreter, nodes: Iterable[ast.expr]) -> tuple[Value, ...] | Raised:
    """Evaluate expressions in order until one fails."""
    found = []
    for node in nodes:
        value = interpreter.evaluate(node)
        if isinstance(value, Raised):
            return value
        found.append(value)
    return tuple(found)


# -- names ------------------------------------------------------------------------------------------


def _constant(_interpreter: Interpreter, node: ast.Constant) -> Result:
    return Constant(node.value)


def _name(interpreter: Interpreter, node: ast.Name) -> Result:
    return look_up(interpreter, node.id)


def look_up(interpreter: Interpreter, name: str) -> Result:
    """Return what a name stands for in the present frame."""
    frame = interpreter.frame
    for state in visible(frame, name):
        if name in state:
            found: Value = state[name]
            return found
        if state is frame.names and name in frame.own and name not in frame.elsewhere:
            message = f"cannot access local variable {name!r} where it is not associated with a value"
            return Raised("UnboundLocalError", message) if frame.certain else Unknown(message)
    return interpreter.builtin(name) or _global(interpreter, frame.module, name)


def _global(interpreter: Interpreter, module: Module, name: str) -> Result:
    """Return a global that the module has not bound itself so far."""
    if not interpreter.policy.executes(module.name) and interpreter.policy.binds(module.name, name):
        return Deferred(lambda: interpreter.attribute_of_module(module, name), {}, at_once=True)
    supplied = interpreter.supply(module, name)
    if supplied is None and name.startswith("__"):
        result = interpreter.attribute_of_module(module, name)
        supplied = None if isinstance(result, Raised) else result
    if supplied is None and module.status.get("open"):
        return Unknown(f"`{name}`, perhaps from a star import")
    return supplied or Raised("NameError", f"name {name!r} is not defined")


def _attribute(interpreter: Interpreter, node: ast.Attribute) -> Result:
    value = interpreter.evaluate(node.value)
    return value if isinstance(value, Raised) else value.attribute(interpreter, node.attr)


def _subscript(interpreter: Interpreter, node: ast.Subscript) -> Result:
    value = interpreter.evaluate(node.value)
    if isinstance(value, Raised):
        return value
    key = interpreter.evaluate(node.slice)
    return key if isinstance(key, Raised) else value.item(interpreter, key)


def _slice(interpreter: Interpreter, node: ast.Slice) -> Result:
    parts = _all(
        interpreter, [p if p is not None else ast.Constant(None) for p in (node.lower, node.upper, node.step)]
    )
    if isinstance(parts, Raised):
        return parts
    plain = [unwrap(part) for part in parts]
    return Unknown("a part of a sequence") if NOT_PLAIN in plain else Constant(slice(*plain))


def _walrus(interpreter: Interpreter, node: ast.NamedExpr) -> Result:
    value = interpreter.evaluate(node.value)
    if not isinstance(value, Raised):
        assign(interpreter, node.target, value)
    return value


# -- operators --------------------------------------------------------------------------------------


def _binary(interpreter: Interpreter, node: ast.BinOp) -> Result:
    sides = _all(interpreter, (node.left, node.right))
    return sides if isinstance(sides, Raised) else binary(interpreter, type(node.op), *sides)


def _unary(interpreter: Interpreter, node: ast.UnaryOp) -> Result:
    value = interpreter.evaluate(node.operand)
    if isinstance(value, Raised):
        return value
    if isinstance(node.op, ast.Not):
        verdict = interpreter.truth(value)
        return Unknown("the opposite of something unknown") if verdict is None else Constant(not verdict)
    plain = unwrap(value)
    if not isinstance(plain, int | float):
        return Unknown("a number")
    return Constant(
        -plain if isinstance(node.op, ast.USub) else +plain if isinstance(node.op, ast.UAdd) else ~int(plain)
    )


def _bool(interpreter: Interpreter, node: ast.BoolOp) -> Result:
    """Evaluate `and` and `or`: what comes behind something unknown may run."""
    stops = isinstance(node.op, ast.Or)
    maybe: list[Value] = []
    for position, part in enumerate(node.values):
        value = interpreter.evaluate(part)
        if isinstance(value, Raised):
            return value
        verdict = interpreter.truth(value)
        if verdict is stops or position == len(node.values) - 1:
            return join([*maybe, value]) if maybe else value
        if verdict is None:
            maybe.append(value)
            return _perhaps(interpreter, ast.BoolOp(node.op, node.values[position + 1 :]), maybe)
    return NONE


def _perhaps(interpreter: Interpreter, node: ast.BoolOp, maybe: list[Value]) -> Result:
    rest = node if len(node.values) > 1 else node.values[0]
    found: list[Result] = []

    def run() -> Outcome:
        found.append(interpreter.evaluate(rest))
        return NORMAL

    undecided(interpreter, run, lambda: NORMAL)
    value = found[0]
    if isinstance(value, Raised):
        return Unknown("a value that may fail")
    verdicts = {interpreter.truth(one) for one in (*maybe, value)}
    if isinstance(node.op, ast.And) and interpreter.truth(value) is False and len(verdicts) > 1:
        return Constant(False)
    return join([*maybe, value])


def _compare(interpreter: Interpreter, node: ast.Compare) -> Result:
    left = interpreter.evaluate(node.left)
    result: Result = NONE
    for op, other in zip(node.ops, node.comparators, strict=True):
        right = interpreter.evaluate(other)
        if isinstance(left, Raised) or isinstance(right, Raised):
            return left if isinstance(left, Raised) else right
        result = compare(interpreter, type(op), left, right)
        if isinstance(result, Raised) or interpreter.truth(result) is not True:
            return result
        left = right
    return result


def _conditional(interpreter: Interpreter, node: ast.IfExp) -> Result:
    test = interpreter.evaluate(node.test)
    if isinstance(test, Raised):
        return test
    verdict = interpreter.truth(test)
    if verdict is not None:
        return interpreter.evaluate(node.body if verdict else node.orelse)
    found: list[Result] = []

    def branch(expression: ast.expr) -> Callable[[], Outcome]:
        def run() -> Outcome:
            result = interpreter.evaluate(expression)
            found.append(result)
            return raising(result) if isinstance(result, Raised) else NORMAL

        return run

    undecided(interpreter, branch(node.body), branch(node.orelse))
    values = [one for one in found if not isinstance(one, Raised)]
    return join(values) if values else found[0]


# -- displays ---------------------------------------------------------------------------------------


def _display(interpreter: Interpreter, node: ast.Tuple | ast.List | ast.Set) -> Result:
    kind = {ast.Tuple: "tuple", ast.List: "list", ast.Set: "set"}[type(node)]
    items: list[Value] = []
    is_open = False
    for element in node.elts:
        starred = isinstance(element, ast.Starred)
        value = interpreter.evaluate(element.value if isinstance(element, ast.Starred) else element)
        if isinstance(value, Raised):
            return value
        inner = value.elements(interpreter) if starred else (value,)
        is_open |= inner is None
        items.extend(inner or ())
    return sequence(kind, tuple(items), is_open=is_open)


def _dict(interpreter: Interpreter, node: ast.Dict) -> Result:
    items: dict[Any, Value] = {}
    is_open = False
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = interpreter.evaluate(value_node)
        key = interpreter.evaluate(key_node) if key_node is not None else value
        value = settled(value) if key_node is None and isinstance(value, Value) else value
        if isinstance(value, Raised) or isinstance(key, Raised):
            return value if isinstance(value, Raised) else key
        if key_node is None:
            items.update(value.items if isinstance(value, Table) else {})
            is_open |= not isinstance(value, Table) or value.is_open
            continue
        plain = unwrap(key)
        if plain is NOT_PLAIN or plain.__hash__ is None:
            is_open = True
        else:
            items[plain] = value
    return table(items, is_open=is_open)


def _joined(interpreter: Interpreter, node: ast.JoinedStr) -> Result:
    parts: list[str] | None = []
    for part in node.values:
        value = interpreter.evaluate(part.value if isinstance(part, ast.FormattedValue) else part)
        if isinstance(value, Raised):
            return value
        plain = unwrap(value)
        if parts is None or plain is NOT_PLAIN or getattr(part, "format_spec", None) is not None:
            parts = None
        else:
            parts.append(repr(plain) if getattr(part, "conversion", -1) == ord("r") else str(plain))
    return Unknown("a formatted text") if parts is None else Constant("".join(parts))


def _lambda(interpreter: Interpreter, node: ast.Lambda) -> Result:
    return make_function(interpreter, node, "<lambda>")


def make_function(
    interpreter: Interpreter, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str
) -> Result:
    """Make a function: its default arguments are evaluated here and now."""
    frame = interpreter.frame
    arguments = node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    given = [
        *zip(plain[len(plain) - len(arguments.defaults) :], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    defaults: dict[str, Value] = {}
    for argument, default in given:
        if default is not None:
            value = interpreter.evaluate(default)
            if isinstance(value, Raised):
                return value
            defaults[argument.arg] = value
    around = frame if frame.function is not None or frame.is_class else None
    return Function(frame.module, frame.qualname + name, node, around, defaults, new_state())


# -- comprehensions ---------------------------------------------------------------------------------


def _comprehension(
    interpreter: Interpreter, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
) -> Result:
    """Run a comprehension in a scope of its own; where it is not known what it runs over, once, perhaps."""
    outer = interpreter.frame
    inner = replace(outer, names={}, around=outer, elsewhere=dict(outer.elsewhere), is_class=False)
    collected: list[tuple[Value, Value]] = []
    interpreter.enter(inner)
    try:
        is_known = _rounds(interpreter, node, 0, collected)
    finally:
        interpreter.leave()
    if isinstance(is_known, Raised):
        return is_known
    if isinstance(node, ast.DictComp):
        keys = [(unwrap(key), value) for key, value in collected]
        plain = {key: value for key, value in keys if key is not NOT_PLAIN and key.__hash__ is not None}
        return table(plain, is_open=not is_known or len(plain) < len(dict(enumerate(keys))))
    kind = "set" if isinstance(node, ast.SetComp) else "list"
    return sequence(kind, tuple(value for _, value in collected), is_open=not is_known)


def _rounds(
    interpreter: Interpreter, node: Any, depth: int, collected: list[tuple[Value, Value]]
) -> bool | Raised:
    if depth == len(node.generators):
        keyed = isinstance(node, ast.DictComp)
        found = _all(interpreter, (node.key, node.value) if keyed else (node.elt, node.elt)[:1])
        if isinstance(found, Raised):
            return found
        collected.append((found[0], found[-1]))
        return True
    generator = node.generators[depth]
    source = interpreter.evaluate(generator.iter)
    if isinstance(source, Raised):
        return source
    items = source.elements(interpreter)
    is_known = items is not None and len(items) <= interpreter.budget.loop
    certain = interpreter.frame.certain
    for item in items if items is not None and is_known else (Unknown("what a loop runs over"),):
        interpreter.frame.certain = certain and is_known
        verdict = _round(interpreter, generator, item)
        if isinstance(verdict, Raised):
            return verdict
        if verdict is not False and interpreter.budget.spend():
            is_known = is_known and verdict is True
            interpreter.frame.certain = certain and is_known
            below = _rounds(interpreter, node, depth + 1, collected)
            if isinstance(below, Raised):
                return below
            is_known = is_known and below
    interpreter.frame.certain = certain
    return is_known


def _round(interpreter: Interpreter, generator: ast.comprehension, item: Value) -> bool | Raised | None:
    """Bind the variable of a comprehension and tell whether its conditions hold."""
    failed = assign(interpreter, generator.target, item)
    if failed is not None:
        return failed
    verdict: bool | None = True
    for condition in generator.ifs:
        value = interpreter.evaluate(condition)
        if isinstance(value, Raised):
            return value
        holds = interpreter.truth(value)
        if holds is False:
            return False
        verdict = None if holds is None else verdict
    return verdict


# -- calls ------------------------------------------------------------------------------------------


def _call(interpreter: Interpreter, node: ast.Call) -> Result:
    function = interpreter.evaluate(node.func)
    if isinstance(function, Raised):
        return function
    arguments = read_arguments(interpreter, node.args, node.keywords)
    if isinstance(arguments, Raised):
        return arguments
    interpreter.at(node)
    return function.call(interpreter, arguments)


def read_arguments(
    interpreter: Interpreter, nodes: Iterable[ast.expr], keywords: Iterable[ast.keyword]
) -> Arguments | Raised:
    """Evaluate the arguments of a call."""
    positional: list[Value] = []
    named: dict[str, Value] = {}
    is_open = False
    for node in nodes:
        value = interpreter.evaluate(node.value if isinstance(node, ast.Starred) else node)
        if isinstance(value, Raised):
            return value
        inner = value.elements(interpreter) if isinstance(node, ast.Starred) else (value,)
        is_open |= inner is None
        positional.extend(inner or ())
    for keyword in keywords:
        value = interpreter.evaluate(keyword.value)
        if isinstance(value, Raised):
            return value
        if keyword.arg is not None:
            named[keyword.arg] = value
            continue
        value = settled(value)
        if isinstance(value, Table):
            named.update({str(key): one for key, one in value.items.items()})
            is_open |= value.is_open
        else:
            is_open = True
    return Arguments(tuple(positional), named, is_open)


def _yield(interpreter: Interpreter, node: ast.Yield | ast.YieldFrom) -> Result:
    if node.value is not None:
        value = interpreter.evaluate(node.value)
        if isinstance(value, Raised):
            return value
        interpreter.frame.results.append(value if isinstance(node, ast.Yield) else Unknown("what is yielded"))
    return Unknown("what is sent to a generator")


def _await(interpreter: Interpreter, node: ast.Await) -> Result:
    return interpreter.evaluate(node.value)


_HANDLERS: Mapping[type[ast.expr], Callable[[Interpreter, Any], Result]] = {
    ast.Attribute: _attribute,
    ast.Await: _await,
    ast.BinOp: _binary,
    ast.BoolOp: _bool,
    ast.Call: _call,
    ast.Compare: _compare,
    ast.Constant: _constant,
    ast.Dict: _dict,
    ast.DictComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.IfExp: _conditional,
    ast.JoinedStr: _joined,
    ast.Lambda: _lambda,
    ast.List: _display,
    ast.ListComp: _comprehension,
    ast.Name: _name,
    ast.NamedExpr: _walrus,
    ast.Set: _display,
    ast.SetComp: _comprehension,
    ast.Slice: _slice,
    ast.Subscript: _subscript,
    ast.Tuple: _display,
    ast.UnaryOp: _unary,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
}
