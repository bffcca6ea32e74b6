"""What code that is not followed may have changed: what it was handed, and all that it reaches from there.

Only for a cautious client. A container is then open; a constant in it, in an object or in a global that some
reached function writes is not known any more. Functions count as called, unless they are only decorated.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from importgraph.evaluation.lineage import in_lineage, opened
from importgraph.evaluation.merge import Either
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.nodes import walk
from importgraph.evaluation.values.objects import Bound, Class, Function, Instance, Module
from importgraph.evaluation.values.scope import Frame, bound_names, home
from importgraph.evaluation.values.value import Arguments, Deferred, State, Unknown, Value, settled
from importgraph.evaluation.values.values import Constant, Sequence, Table

ESCAPED = 2
"""The key under which an object says that code which is not followed got hold of it, or runs it."""
_MOST = 200
"""How many values are looked at for one call."""
_WRITERS = frozenset(("setattr", "delattr", "vars", "globals", "__dict__", "exec"))
_CHANGED = Unknown("a value that code which is not followed may have changed")


def escaped(interpreter: Interpreter, arguments: Arguments) -> None:
    """Take note that code which is not followed got hold of the arguments of a call."""
    if interpreter.policy.cautious:
        values = (one for one in map(settled, arguments.all()) if type(one) is not Constant)
        escape(interpreter, values, runs=not arguments.decorates)


def escape(interpreter: Interpreter, values: Iterable[Value], *, runs: bool = True) -> None:
    """Take note that code which is not followed may change what it reaches from some values.

    Args:
        interpreter: What evaluates.
        values: What it got hold of.
        runs: It may call the functions among them.
    """
    if interpreter.policy.exact:  # what it reaches from there stays as it is
        for value in values:
            _held(interpreter, value)
        return
    stack, seen = list(values), set[int]()
    while stack and len(seen) < _MOST:
        value = stack.pop()
        if type(value) is Deferred:
            value = value.found.get("value", value)
        if id(value) in seen or isinstance(value, Constant | Unknown):
            continue
        seen.add(id(value))
        if type(value) is Function:
            stack.extend(_called(interpreter, value, None) if runs else ())
        elif type(value) is Bound and type(value.function) is Function:
            stack.append(value.receiver)
            stack.extend(_called(interpreter, value.function, value.receiver) if runs else ())
        else:
            stack.extend(_held(interpreter, value))


def _held(interpreter: Interpreter, value: Value) -> Iterable[Value]:
    """Take note that a value may change; return what is reached from it."""
    journal = interpreter.journal
    if type(value) is Sequence and not value.is_open:
        journal.put(value.state, "open", True)
        return value.items
    if type(value) is Table and not value.is_open:
        items = {key: _CHANGED if is_plain(one) else one for key, one in value.items.items()}
        if "of" not in value.state:
            journal.put(value.state, "items", items)
        journal.put(value.state, "open", True)
        value.passed_on(interpreter)
        interpreter.changed(value, "passed on")
        return items.values()
    if type(value) is Instance and ESCAPED not in value.state:
        journal.put(value.state, ESCAPED, True)
        return [one for one in value.state.values() if isinstance(one, Value)]
    value.passed_on(interpreter)
    if isinstance(value, Class) and interpreter.policy.exact:
        opened(interpreter, value)
        return ()
    return value.reaches()


def escape_code(interpreter: Interpreter, node: ast.AST) -> None:
    """Take note, for a cautious client, that the present frame runs code which is not followed."""
    if not interpreter.policy.cautious:
        return
    frame = interpreter.frame
    for name in bound_names([node]):
        interpreter.journal.put(home(frame, name), name, _CHANGED)
    escape(interpreter, [*_touched(interpreter, _Scope(frame.module, frame), _uses(node), None)])
    if any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in walk(node)):
        frame.results.append(Unknown("what it yields"))


def is_plain(value: object) -> bool:
    """Tell whether a value is a constant, or may be one."""
    return type(value) is Constant or (type(value) is Either and any(map(is_plain, value.values)))


# -- functions ----------------------------------------------------------------------------------


class _Uses(NamedTuple):
    """What the body of a function speaks of."""

    rebound: frozenset[str]
    """Names that it declares `global` or `nonlocal`."""
    read: frozenset[str]
    stored: frozenset[str]
    """Attributes that it sets."""
    loaded: frozenset[str]
    """Attributes that it reads."""


@lru_cache(maxsize=4096)
def _uses(node: ast.AST) -> _Uses:
    rebound, read, stored, loaded = set[str](), set[str](), set[str](), set[str]()
    for inner in walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
            read.add(inner.id)
        elif isinstance(inner, ast.Attribute):
            (loaded if isinstance(inner.ctx, ast.Load) else stored).add(inner.attr)
        elif isinstance(inner, ast.Global | ast.Nonlocal):
            rebound.update(inner.names)
    own = bound_names(node.body) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else set()
    read -= own - rebound
    return _Uses(frozenset(rebound), frozenset(read), frozenset(stored), frozenset(loaded))


def _called(interpreter: Interpreter, function: Function, receiver: Value | None) -> Iterator[Value]:
    """Forget what a function may bind when it is called; yield what it reaches."""
    uses = _uses(interpreter.policy.whole(function))
    scope = _Scope(function.module, function.scope)
    for name in uses.rebound:
        interpreter.journal.put(scope.of(name), name, _CHANGED)
    if ESCAPED not in function.state:
        interpreter.journal.put(function.state, ESCAPED, True)
        yield from function.defaults.values()
        yield from _touched(interpreter, scope, uses, receiver)


def _touched(
    interpreter: Interpreter, scope: "_Scope", uses: _Uses, receiver: Value | None
) -> Iterator[Value]:
    """Yield what code reaches, and forget what of it it may set."""
    owners = [found for name in uses.read if (found := scope.of(name).get(name)) is not None]
    cls = receiver.cls if type(receiver) is Instance else receiver
    for owner in (*owners, *((cls,) if type(cls) is Class else ())):
        yield from _written(interpreter, owner, uses)
    if type(cls) is Class and receiver is not None:
        methods = (in_lineage(interpreter, cls, name) for name in uses.loaded)
        yield from (Bound(one, receiver) for one in methods if type(one) is Function)


def _written(interpreter: Interpreter, owner: Value, uses: _Uses) -> Iterator[Value]:
    """Forget the attributes of a module or class that a function may set; yield what else it reaches."""
    if not isinstance(owner, Module | Class):
        yield owner
        return
    for name in uses.stored & owner.namespace.keys():
        interpreter.journal.put(owner.namespace, name, _CHANGED)
    if _WRITERS & (uses.read | uses.loaded):
        if type(owner) is Class:
            opened(interpreter, owner)
        else:
            interpreter.journal.put(owner.status, "open", "a function that is not followed sets names of it")
    for name in uses.loaded & owner.namespace.keys():
        yield owner.namespace[name]


class _Scope(NamedTuple):
    """Where code reads names that it does not bind itself."""

    module: Module
    around: Frame | None

    def of(self, name: str) -> State:
        """Return the state that holds a name."""
        frame = self.around
        while frame is not None:
            if name in frame.names and not (frame.is_class and frame is not self.around):
                return frame.names
            frame = frame.around
        return self.module.namespace
