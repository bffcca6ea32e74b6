"""Decorators with a known effect on what pytest sees of a function or class."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from msgspec import Struct

from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.targets import state_of
from importgraph.evaluation.values.objects import Bound, Class, Function, Wrapped
from importgraph.evaluation.values.value import Arguments, Evaluator, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, Constant
from importgraph.namespaces.values import INIT, MARKS, PARAMETERS, PATCHES, FixtureValue, Known, add_marks


class Effect(Value, Struct, frozen=True, eq=False):
    """A decorator that gives back what it decorates, with a known effect on what pytest sees."""

    kind: str
    """`same`, `hide`, `patch`, `given`, `wraps` or `init`."""
    data: Any = None

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def attribute(self, evaluator: Evaluator, name: str) -> Result:
        return Known(name, lambda _, __: self)  # `hypothesis.example(…).via(…)`

    def call(self, evaluator: Evaluator, arguments: Arguments) -> Result:
        target = settled(arguments.positional[0]) if len(arguments.positional) == 1 else NONE
        inner = target.function if isinstance(target, Wrapped | Bound) else target
        if isinstance(inner, Function | Class):
            _EFFECTS[self.kind](cast("Interpreter", evaluator), inner, self.data)
            return target
        return target if isinstance(target, FixtureValue) else Unknown("the result of a decorator")


def _same(_interpreter: Interpreter, _target: Function | Class, _data: Any) -> None:
    return None


def hide(interpreter: Interpreter, target: Function | Class, _data: Any = None) -> None:
    """Take note that a decorator that is not followed leaves only the name of a function sure."""
    state = target.state if isinstance(target, Function) else target.namespace
    interpreter.journal.put(state, PARAMETERS, NONE)
    add_marks(interpreter, target, (Unknown("marks of a decorator that is not followed"),))


def _without_parameters(interpreter: Interpreter, target: Function | Class, _data: Any) -> None:
    if isinstance(target, Function):
        interpreter.journal.put(target.state, PARAMETERS, NONE)


def _patch(interpreter: Interpreter, target: Function | Class, count: Any) -> None:
    if isinstance(target, Function):
        known = target.state.get(PATCHES)
        before = known.value if isinstance(known, Constant) else 0
        interpreter.journal.put(target.state, PATCHES, Constant(before + count))
        interpreter.journal.put(target.state, "patchings", Constant(True))


def _given(interpreter: Interpreter, target: Function | Class, given: Arguments) -> None:
    if not isinstance(target, Function):
        return
    interpreter.journal.put(target.state, "is_hypothesis_test", Constant(True))
    known = parameters_of(target)[0]
    if known is None or given.open:
        interpreter.journal.put(target.state, PARAMETERS, NONE)
        return
    left = [name for name in known if name not in given.keywords]
    count = len(given.positional)
    kept = left[: len(left) - count] if count else left
    interpreter.journal.put(target.state, PARAMETERS, Constant(tuple(kept)))


def _wrap(interpreter: Interpreter, target: Function | Class, source: Any) -> None:
    source = settled(source)
    source = source.function if isinstance(source, Wrapped | Bound) else source
    if not isinstance(target, Function):
        return
    put = interpreter.journal.put
    put(target.state, "__wrapped__", source)
    if isinstance(source, Function):
        for key, value in list(source.state.items()):
            if (
                isinstance(key, str)
                and not key.startswith("__")
                and (key == MARKS or key not in target.state)
            ):
                put(target.state, key, value)
        name = source.state.get("__name__", Constant(source.qualname.rpartition(".")[2]))
        put(target.state, "__name__", name)
    else:
        put(target.state, "__name__", Unknown("the name of a wrapper"))


def _init(interpreter: Interpreter, target: Function | Class, _data: Any) -> None:
    state = state_of(target)
    if isinstance(target, Class) and state is not None:
        interpreter.journal.put(state, INIT, True)


_EFFECTS: Mapping[str, Callable[[Interpreter, Function | Class, Any], None]] = {
    "same": _same,
    "hide": _without_parameters,
    "unknown": hide,
    "patch": _patch,
    "given": _given,
    "wraps": _wrap,
    "init": _init,
}


def own_parameters(function: Function) -> tuple[str, ...]:
    """Return the parameters of a function that have no default, without positional-only ones."""
    arguments = function.node.args
    required = [a.arg for a in arguments.args]
    every = len(arguments.posonlyargs) + len(arguments.args)
    required = required[: max(0, every - len(arguments.defaults) - len(arguments.posonlyargs))]
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return (*required, *(a.arg for a, default in pairs if default is None))


def parameters_of(function: Function) -> tuple[tuple[str, ...] | None, Function, int]:
    """Return the parameters that pytest sees, the function that has them, and how many mocks fill."""
    patches = function.state.get(PATCHES)
    count = patches.value if isinstance(patches, Constant) else 0
    held = function.state.get(PARAMETERS)
    wrapped = function.state.get("__wrapped__")
    if held is None and "__signature__" in function.state:
        return None, function, count
    if wrapped is not None:
        inner = settled(wrapped)
        inner = inner.function if isinstance(inner, Wrapped | Bound) else inner
        if not isinstance(inner, Function):
            return None, function, count
        known, home, more = parameters_of(inner)
        count += more
    else:
        known, home = own_parameters(function), function
    if held is not None:
        known = held.value if isinstance(held, Constant) else None
    return known, home, count
