"""Expressions to values: a constant where text gives one, else what is known about it."""

import ast
from collections.abc import Callable
from typing import Any

from importgraph.evaluation.limits import LARGEST, hashed, spend_on
from importgraph.evaluation.operator_functions import UNARY
from importgraph.evaluator.attributes import attribute
from importgraph.evaluator.calls import call
from importgraph.evaluator.comprehensions import comprehension
from importgraph.evaluator.displays import dict_of, formatted, joined
from importgraph.evaluator.enums import subscript
from importgraph.evaluator.frame import TAINT, bind, elements, lookup
from importgraph.evaluator.functions import make_function
from importgraph.evaluator.models.by_name import WRITTEN
from importgraph.evaluator.models.command_line import KNOWN_OPTIONS
from importgraph.evaluator.models.standard_objects import is_followed
from importgraph.evaluator.operators import combine, compare_two, truth_of
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.values import (
    Bound,
    Cls,
    Decorator,
    Ext,
    Fixture,
    Func,
    GiveUp,
    Inst,
    Later,
    Mark,
    Mod,
    NotComputed,
    Param,
    Ref,
    Unknown,
    concrete,
    copy_of_items,
    is_native,
)
from importgraph.facts.blanking import SKIMMED


def value_of(frame: Frame, node: ast.expr) -> Any:
    """Evaluate an expression."""
    kind = type(node)
    evaluate = _EVALUATE.get(kind)
    if evaluate is None:
        return Unknown(f"an expression that is not followed ({kind.__name__})", node.lineno)
    if frame.space.strict and kind in _RISKY:
        return _checked(frame, evaluate(frame, node))
    return evaluate(frame, node)


_RISKY = {ast.Call, ast.Attribute, ast.Subscript, ast.BinOp}
_SURE = (Func, Cls, Mod, Mark, Param, Fixture, Decorator, Bound)


def _checked(frame: Frame, value: Any) -> Any:
    """Return a value that is known.

    Raises:
        NotComputed: If it is not, so that what gives it may raise.
    """
    value = frame.space.settle(value, frame.scope.path) if type(value) is Later else value
    known = isinstance(value, _SURE) or concrete(value) or is_followed(value) or is_native(value)
    if known or (type(value) is Ext and value.name in WRITTEN):
        return value
    raise NotComputed


def truth(frame: Frame, node: ast.expr) -> bool | None:
    """Decide a test; None where text cannot."""
    return truth_of(frame.space.settle(value_of(frame, node), frame.scope.path))


def _constant(frame: Frame, node: ast.Constant) -> Any:
    value = node.value
    if (type(value) is str and SKIMMED in value) or (type(value) is bytes and SKIMMED.encode() in value):
        frame.space.note_source_text(frame.scope.path)
    return value


def _name(frame: Frame, node: ast.Name) -> Any:
    return lookup(frame, node.id)


def _sequence(frame: Frame, nodes: list[ast.expr]) -> list[Any]:
    values: list[Any] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            inner = elements(value_of(frame, node.value))
            known = inner is not None and len(values) + len(inner) <= LARGEST
            values.extend(inner if known and inner is not None else [TAINT])
        else:
            values.append(value_of(frame, node))
    return values


def _list(frame: Frame, node: ast.List) -> Any:
    return _sequence(frame, node.elts)


def _tuple(frame: Frame, node: ast.Tuple) -> Any:
    return tuple(_sequence(frame, node.elts))


def _set(frame: Frame, node: ast.Set) -> Any:
    try:
        return set(hashed(_sequence(frame, node.elts)))
    except TypeError:
        return Unknown("a set of values that are not hashable", node.lineno)


def _binary(frame: Frame, node: ast.BinOp) -> Any:
    left, right = value_of(frame, node.left), value_of(frame, node.right)
    if isinstance(left, list | tuple | str) or isinstance(right, list | tuple):
        left, right = (frame.space.settle(side, frame.scope.path) for side in (left, right))
    if _is_path(left) or _is_path(right):
        return left if _is_path(left) else right
    return combine(type(node.op), left, right, node.lineno)


def _is_path(value: Any) -> bool:
    """Tell whether a value is a path, of which an operator makes a path."""
    return isinstance(value, Inst) and isinstance(value.cls, Ext) and value.cls.name.startswith("pathlib.")


def _unary(frame: Frame, node: ast.UnaryOp) -> Any:
    value = frame.space.settle(value_of(frame, node.operand), frame.scope.path)
    if isinstance(node.op, ast.Not):
        known = truth_of(value)
        return (
            Unknown("the opposite of an unknown value", node.lineno, instance=True)
            if known is None
            else not known
        )
    if not concrete(value):
        return Unknown("computed from an unknown value", node.lineno)
    try:
        return UNARY[type(node.op)](value)
    except TypeError:
        return Unknown("an operation that fails here", node.lineno)


def _boolean(frame: Frame, node: ast.BoolOp) -> Any:
    stop = isinstance(node.op, ast.Or)
    unknown = False
    value: Any = None
    for operand in node.values:
        value = frame.space.settle(value_of(frame, operand), frame.scope.path)
        known = truth_of(value)
        if known is None:
            unknown = True
        elif known is stop:
            return value if not unknown else _settled(stop=stop)
    return Unknown("a test of unknown values", node.lineno) if unknown else value


def _settled(*, stop: bool) -> Any:
    """A test whose truth is known although its value is not."""
    return stop


def _compare(frame: Frame, node: ast.Compare) -> Any:
    left = frame.space.settle(value_of(frame, node.left), frame.scope.path)
    for kind, right_node in zip(node.ops, node.comparators, strict=True):
        right = frame.space.settle(value_of(frame, right_node), frame.scope.path)
        if type(right) is Ext and right.name == "sys.argv":
            right = _arguments(frame, left)
        verdict = compare_two(kind, left, right)
        if verdict is None:
            return Unknown("a comparison of unknown values", node.lineno, instance=True)
        if not verdict:
            return False
        left = right
    return True


def _arguments(frame: Frame, word: Any) -> Any:
    """Return what stands for `sys.argv` where it is asked for a word: an option is, or is not, given."""
    if type(word) is not str or not word.startswith("--") or word.partition("=")[0] in KNOWN_OPTIONS:
        return Unknown("the command line")
    options = frame.space.options
    return Unknown("the command line") if options is None or word in options else ()


def _attribute(frame: Frame, node: ast.Attribute) -> Any:
    return attribute(frame, value_of(frame, node.value), node.attr, node.lineno)


def _call(frame: Frame, node: ast.Call) -> Any:
    return call_values(frame, node, value_of(frame, node.func))


def call_values(frame: Frame, node: ast.Call, callee: Any) -> Any:
    """Call a value with the arguments of a call expression."""
    args = _sequence(frame, node.args)
    kwargs: dict[str, Any] = {}
    for keyword in node.keywords:
        value = value_of(frame, keyword.value)
        if keyword.arg is not None:
            kwargs[keyword.arg] = value
        elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
            kwargs.update(value)
        else:
            args.append(TAINT)
    return call(frame, callee, args, kwargs, node.lineno)


def _conditional(frame: Frame, node: ast.IfExp) -> Any:
    verdict = truth(frame, node.test)
    if verdict is None:
        return Unknown("depends on a test of unknown values", node.lineno)
    return value_of(frame, node.body if verdict else node.orelse)


def _subscript(frame: Frame, node: ast.Subscript) -> Any:
    owner = frame.space.settle(value_of(frame, node.value), frame.scope.path)
    key = value_of(frame, node.slice)
    if isinstance(key, slice) and key in (slice(None), slice(None, None, -1)):
        copied = copy_of_items(owner)
        if copied is not None:
            return copied
    if isinstance(owner, dict) and TAINT in owner:
        return Unknown("taken from a container that is not wholly known", node.lineno)
    if (
        isinstance(owner, list | tuple | str | bytes | range | dict)
        and concrete(key)
        and elements(owner) is not None
    ):
        spend_on(owner)
        try:
            found = owner[key]
        except (LookupError, TypeError):
            return Unknown("an item that is not there", node.lineno)
        return frame.space.resolve(found) if type(found) is Ref else found
    return subscript(owner, key, node.lineno)


def _slice(frame: Frame, node: ast.Slice) -> Any:
    parts = [None if part is None else value_of(frame, part) for part in (node.lower, node.upper, node.step)]
    return (
        slice(*parts) if all(concrete(part) for part in parts) else Unknown("an unknown slice", node.lineno)
    )


def _lambda(frame: Frame, node: ast.Lambda) -> Any:
    return make_function(frame, node, "<lambda>")


def _walrus(frame: Frame, node: ast.NamedExpr) -> Any:
    value = value_of(frame, node.value)
    bind(frame, node.target.id, value)
    return value


def _yield(frame: Frame, node: ast.Yield) -> Any:
    if frame.yields is None or frame.unsure:
        raise GiveUp("yields under a condition")
    frame.yields.append(value_of(frame, node.value) if node.value is not None else None)
    return Unknown("what is sent to a generator", node.lineno)


def _yield_from(frame: Frame, node: ast.YieldFrom) -> Any:
    found = elements(value_of(frame, node.value))
    if frame.yields is None or frame.unsure or found is None:
        raise GiveUp("yields from something unknown")
    frame.yields.extend(found)
    return None


_EVALUATE: dict[type[ast.expr], Callable[[Frame, Any], Any]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.List: _list,
    ast.Tuple: _tuple,
    ast.Set: _set,
    ast.Dict: dict_of,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.IfExp: _conditional,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Lambda: _lambda,
    ast.JoinedStr: joined,
    ast.FormattedValue: formatted,
    ast.ListComp: comprehension,
    ast.SetComp: comprehension,
    ast.DictComp: comprehension,
    ast.GeneratorExp: comprehension,
    ast.NamedExpr: _walrus,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
}
