"""Expressions: which names they load, what they call, and what a call imports by name.

Most of the time of a scan that is not parsing is spent here, so the loop is flat and avoids work for the
usual cases: names and attributes in functions count only where they start at an imported name.
"""

import ast
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from importgraph.facts.recording.calls import SPECIAL_NAMES, literal_arguments, special_call
from importgraph.facts.recording.chains import chain
from importgraph.facts.recording.doubts import LOOKED_AT, doubt_expression, has_repeated
from importgraph.facts.recording.recorder import Context, Recorder
from importgraph.facts.recording.tally import COMPILERS, COUNTED

_NOT_EXPRESSIONS = {
    *("arg", "attr", "conversion", "ctx", "id", "is_async", "is_lazy", "kind", "name", "names", "op", "ops"),
    *("rest", "simple", "kwd_attrs", "type_comment", "type_ignores", "type_params"),
}
_Children = tuple[Callable[[Any], Any], bool] | None
_CHILDREN: dict[type, _Children] = {}
"""By type of node: how to get its children, and whether that gives a single one."""


def scan(recorder: Recorder, root: ast.AST, context: Context) -> None:  # noqa: C901, PLR0912 -- the hot loop
    """Record what an expression, or a statement without a handler of its own, uses, calls and binds."""
    in_function, imported = recorder.in_function, recorder.import_bound
    stack: list[Any] = [root]
    pop = stack.pop
    while stack:
        node = pop()
        kind = type(node)
        if kind is ast.Name:
            name = node.id
            if type(node.ctx) is not ast.Load:
                recorder.stores.add(name)
            elif not in_function:
                recorder.use(name, context, node.lineno)
            elif name in imported:
                recorder.uses.add(name)
        elif kind is ast.Constant:
            pass
        elif kind is ast.Attribute:
            start = node.value
            while type(start) is ast.Attribute:
                start = start.value
            if type(start) is not ast.Name:
                stack.append(start)
            elif not in_function:
                recorder.use(chain(node), context, node.lineno)
            elif start.id in imported:
                recorder.uses.add(chain(node))
        elif kind is ast.Call:
            _call(recorder, node, context, stack)
        else:
            _others(recorder, node, context, stack)


def _keywords(recorder: Recorder, keywords: list[ast.keyword], stack: list[Any]) -> None:
    if len(keywords) > 1 and has_repeated([keyword.arg for keyword in keywords]):
        recorder.doubtful = True
    stack.extend([keyword.value for keyword in reversed(keywords)])


def _others(recorder: Recorder, node: Any, context: Context, stack: list[Any]) -> None:
    kind = type(node)
    if kind is ast.Lambda:
        recorder.later(node, f"{context.owner}<lambda>", context)
        stack.extend(node.args.defaults)
        return
    if kind is ast.NamedExpr:
        recorder.bind(node.target.id, context, node, chain(node.value))
        stack.append(node.value)
        return
    if kind in LOOKED_AT:
        doubt_expression(recorder, node, context)
        recorder.yields = recorder.yields or kind is ast.Yield or kind is ast.YieldFrom
    if not recorder.in_function and kind in COUNTED and context.live:
        recorder.tally.expression(node, kind)
    _push_children(node, stack)


def _push_children(node: Any, stack: list[Any]) -> None:
    """Put the child nodes of a node on a stack, so that the first child is popped first."""
    kind = type(node)
    try:
        children = _CHILDREN[kind]
    except KeyError:
        fields = [field for field in getattr(kind, "_fields", ()) if field not in _NOT_EXPRESSIONS]
        children = _CHILDREN[kind] = (attrgetter(*fields), len(fields) == 1) if fields else None
    if children is None:
        return
    getter, is_single = children
    found = getter(node)
    if is_single:
        if type(found) is list:
            stack.extend(reversed(found))
        else:
            stack.append(found)
        return
    for child in reversed(found):
        if type(child) is list:
            stack.extend(reversed(child))
        elif child is not None:
            stack.append(child)


def _call(recorder: Recorder, node: ast.Call, context: Context, stack: list[Any]) -> None:
    function, arguments = node.func, node.args
    if type(function) is ast.Name:
        name = root = last = function.id
    else:
        name = chain(function)
        root = name.partition(".")[0]
        last = name[name.rfind(".") + 1 :]
        if not name or "(" in name:
            root = root.partition("(")[0]
            stack.append(function)
    if not recorder.in_function and context.live:
        recorder.tally.calls += 1
        if last in COMPILERS and node.args:
            recorder.tally.pattern(node.args[0], name)
    if name:
        if last in SPECIAL_NAMES or "module" in last:
            special_call(recorder, node, name, context)
        literals = literal_arguments(arguments) if arguments and type(arguments[0]) is ast.Constant else ""
        recorder.call(name, context, node.lineno, literals)
        if recorder.in_function and root in recorder.import_bound:
            recorder.uses.add(name.partition("(")[0])
    if node.keywords:
        _keywords(recorder, node.keywords, stack)
    if arguments:
        stack.extend(arguments[::-1])
