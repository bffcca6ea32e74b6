"""Calls of functions: binding arguments, running bodies, generators and coroutines."""

import ast
from collections.abc import Iterable, Mapping

from msgspec import Struct

from importgraph.evaluation.escape import ESCAPED, escape, escaped
from importgraph.evaluation.merge import join
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.journal import Activation, Ran
from importgraph.evaluation.values.objects import REMEMBERS, Bound, Class, Function, Instance
from importgraph.evaluation.values.outcome import Ending
from importgraph.evaluation.values.parameters import distribute, missing, yields
from importgraph.evaluation.values.scope import Frame
from importgraph.evaluation.values.value import (
    Arguments,
    Deferred,
    Evaluator,
    Raised,
    Result,
    Unknown,
    Value,
    new_state,
    settled,
)
from importgraph.evaluation.values.values import NONE, sequence, table

_AGAIN = 3
"""How often one function may be inside itself."""


class Iteration(Value, Struct, frozen=True, eq=False):
    """What calling a generator function gives: its body runs once somebody loops over it."""

    interpreter: Interpreter
    function: Function
    arguments: Arguments

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def elements(self, _evaluator: Evaluator) -> tuple[Value, ...] | None:
        yielded = self.run()
        if type(yielded) is Raised:
            return None
        known = yielded.elements(_evaluator)
        if self.interpreter.policy.exact:
            return known
        return known if known is None or not any(isinstance(one, Unknown) for one in known) else None

    def run(self) -> Result:
        """Run the body to its end; return the sequence of what it yields."""
        return _run_body(self.interpreter, self.function, self.arguments, is_generator=True)

    def reaches(self) -> Iterable[Value]:
        return (self.function, *self.arguments.all())

    def described(self) -> str:
        return f"what `{self.function.qualname}` yields"


def run(interpreter: Interpreter, function: Function, arguments: Arguments) -> Result:
    """Call a function: at once, or, where the policy does not follow it, when its result is asked for."""
    node = interpreter.policy.whole(function)
    if isinstance(node, ast.AsyncFunctionDef):
        return _unfollowed(interpreter, function, arguments, "a coroutine")
    if yields(node):
        return Iteration(interpreter, function, arguments)
    if REMEMBERS in function.state and interpreter.policy.cautious:
        return _remembered(interpreter, function, arguments)
    return _followed(interpreter, function, arguments)


def _remembered(interpreter: Interpreter, function: Function, arguments: Arguments) -> Result:
    """Call a function unless it was called with the same arguments before."""
    values = (*arguments.positional, *arguments.keywords.items())
    try:
        known = function.state.get(values)
    except TypeError:  # a constant that has no hash
        return _followed(interpreter, function, arguments)
    if known is None:
        known = _followed(interpreter, function, arguments)
        if isinstance(known, Value):
            interpreter.journal.put(function.state, values, known)
    return known


def _followed(interpreter: Interpreter, function: Function, arguments: Arguments) -> Result:
    if interpreter.policy.gives_up(function):
        why = f"what `{function.qualname}` returns: it was called too often"
        return _unfollowed(interpreter, function, arguments, why)
    if interpreter.policy.follows(function, arguments):
        used, since = interpreter.budget.used, len(interpreter.journal.events)
        result = _run_body(interpreter, function, arguments)
        interpreter.policy.took(function, interpreter.budget.used - used, since)
        return result
    like = interpreter.policy.repeated(function)
    if like is not None:
        ran = Ran(_activation(interpreter, function), certain=False, like=like)
        interpreter.journal.events.append(ran)
    return Deferred(lambda: _run_body(interpreter, function, arguments), {})


def _unfollowed(interpreter: Interpreter, function: Function, arguments: Arguments, why: str) -> Unknown:
    """Do not run a function; what it may change is not known any more."""
    receiver = arguments.positional[0] if arguments.positional else None
    bound = Bound(function, receiver) if isinstance(receiver, Instance | Class) else function
    if interpreter.policy.cautious:
        escape(interpreter, (bound,))
        escaped(interpreter, arguments)
    return Unknown(why)


def _run_body(
    interpreter: Interpreter, function: Function, arguments: Arguments, *, is_generator: bool = False
) -> Result:
    caller = interpreter.frame
    why = f"what `{function.qualname}` returns: the calls are too deep"
    if interpreter.is_deep(function, _AGAIN):
        return _unfollowed(interpreter, function, arguments, why)
    if not interpreter.budget.spend():
        return Unknown(why)
    bound = bind_arguments(function, arguments)
    if type(bound) is Raised:
        if _may_have_another(arguments, function):
            escaped(interpreter, arguments)
            return Unknown(f"what `{function.qualname}` is on an object that unknown code made or had")
        failed = interpreter.judged(bound)
        if type(failed) is Raised:
            return failed
        bound = bind_arguments(function, Arguments(open=True))
    if type(bound) is Raised:
        return bound
    local = new_state(**bound)
    node = interpreter.policy.whole(function)
    activation = _activation(interpreter, function)
    interpreter.journal.events.append(Ran(activation, caller.certain))
    receiver = arguments.positional[0] if arguments.positional else None
    frame = Frame(
        function.module, local, activation, True, function.scope, function, receiver,
        f"{function.qualname}.<locals>.", node=node, branches=interpreter.journal.branches,
    )  # fmt: skip
    interpreter.enter(frame)
    try:
        return _ended(interpreter, function, frame, is_generator=is_generator)
    finally:
        interpreter.leave()
        for raised in frame.possible:
            caller.may_raise(raised)


def _activation(interpreter: Interpreter, function: Function) -> Activation:
    """Make the activation of a call from where the present frame is."""
    module, caller = function.module, interpreter.frame.activation
    line = function.node.lineno
    return Activation(module.name, function.qualname, line, caller, interpreter.line, module.path)


def _ended(interpreter: Interpreter, function: Function, frame: Frame, *, is_generator: bool) -> Result:
    node = frame.node
    if isinstance(node, ast.Lambda) or node is None:
        return interpreter.evaluate(node.body) if node is not None else NONE
    outcome = interpreter.execute(node.body)
    if outcome.ending is Ending.RAISE and outcome.raised is not None and not frame.results:
        return outcome.raised
    if is_generator:
        return sequence("list", tuple(frame.results), is_open=not frame.certain)
    if outcome.ending is Ending.RAISE:
        if outcome.raised is not None:
            frame.may_raise(outcome.raised)
        return join(frame.results)
    return join([*frame.results, outcome.value or NONE])


def _may_have_another(arguments: Arguments, function: Function) -> bool:
    """Tell whether unknown code made or had the object of a method, and may have given it another one."""
    receiver = settled(arguments.positional[0]) if arguments.positional else None
    return (
        isinstance(receiver, Instance)
        and ESCAPED in receiver.state
        and any(value is function for value in receiver.cls.namespace.values())
    )


_DEFAULTS = frozenset(("__defaults__", "__kwdefaults__"))


def bind_arguments(function: Function, given: Arguments) -> Mapping[str, Value] | Raised:
    """Give each parameter its argument."""
    parameters = function.node.args
    fitted = distribute(parameters, given.positional, given.keywords, is_open=given.open)
    if isinstance(fitted, str):
        return _misfit(function, fitted)
    bound = fitted.bound
    for parameter in fitted.absent:
        value = _default(function, parameter, is_open=given.open)
        if value is None:
            return _misfit(function, missing([parameter]))
        bound[parameter] = value
    if parameters.vararg is not None:
        bound[parameters.vararg.arg] = sequence("tuple", fitted.more, is_open=given.open)
    if parameters.kwarg is not None:
        bound[parameters.kwarg.arg] = table(fitted.rest, is_open=given.open)
    return bound


def _default(function: Function, parameter: str, *, is_open: bool) -> Value | None:
    """Return what a parameter is where a call gives nothing for it; None where there is no default."""
    if is_open:
        return Unknown(f"the argument `{parameter}`")
    if _DEFAULTS & function.state.keys():
        return Unknown(f"the default of `{parameter}`, which was set later")
    return function.defaults.get(parameter)


def _misfit(function: Function, what: str) -> Raised:
    message = f"{function.qualname.rpartition('.')[2]}() {what}"
    return Raised("TypeError", message, about=function, cause="wrong-call")
