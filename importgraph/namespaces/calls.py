"""Calls while names are read: followed, told by a model, or read off what a decorator gives back."""

from collections.abc import Callable

from importgraph.evaluation.calls import Iteration
from importgraph.evaluation.models import registry
from importgraph.evaluation.values.objects import Bound, Class, External, Function, Module, Wrapped
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, Sequence, Table
from importgraph.namespaces.effects import Effect, hide
from importgraph.namespaces.models.session_objects import place
from importgraph.namespaces.models.testing import KNOWN
from importgraph.namespaces.returns import gives_class, gives_decorator, gives_function, keeps_name
from importgraph.namespaces.values import CONTEXT, ContextManager, FixtureValue, Made, Yielding
from importgraph.namespaces.world import Reading

_HARMLESS_TOPS = {
    "pytest", "unittest", "warnings", "typing", "logging", "collections", "hypothesis", "copy", "pathlib",
}  # fmt: skip
_GIVE_DATA = {
    "os", "pathlib", "json", "time", "random", "uuid", "socket", "subprocess", "tempfile", "platform", "io",
    "shutil", "logging", "locale", "threading", "zoneinfo", "array",
}  # fmt: skip
"""Modules of the standard library whose functions and methods give neither functions nor classes."""
_SHUFFLERS = {"shuffle", "heapify", "insort", "heappush", "heappop"}
CONTEXT_DECORATORS = frozenset((
    "contextlib.ContextDecorator", "contextlib.AsyncContextDecorator", "numpy.errstate",
))  # fmt: skip
"""Classes whose instances decorate, and give back what they decorate."""
_CALLABLE = (Function, Class, FixtureValue, Wrapped)
Follow = Callable[[Function, Arguments], Result]


def run(reader: Reading, function: Function, arguments: Arguments, follow: Follow) -> Result:
    """Call a function; where it is not followed, read off what a decorator gives back."""
    known = f"{function.module.name}.{function.qualname}"
    model = reader.reading.outside_model(known) if known in KNOWN else None
    if model is not None:
        return model(reader, arguments)
    if CONTEXT in function.state:
        return ContextManager(reader, function, arguments)
    kept = _kept(reader, function, arguments)
    if kept is not None:
        return kept
    result = follow(function, arguments)
    if type(result) is Iteration:
        return Yielding(reader, function, arguments)
    if not isinstance(result, Unknown) or isinstance(result, Made):
        return result
    return _given_back(reader, function, arguments) or result


def _given_back(reader: Reading, function: Function, arguments: Arguments) -> Value | None:
    """Return what a decorator gives back that was not followed, where its text tells."""
    target = settled(arguments.positional[0]) if len(arguments.positional) == 1 else NONE
    inner = target.function if isinstance(target, Wrapped | Bound) else target
    whole = reader.reading.whole
    if not arguments.keywords and isinstance(inner, Function | Class):
        keeps = gives_function if isinstance(inner, Function) else gives_class
        if keeps(whole, function):
            hide(reader, inner)
            return target
    return Effect("unknown") if gives_decorator(whole, function) else None


def _kept(reader: Reading, function: Function, arguments: Arguments) -> Value | None:
    """Return what a decorator is given which text shows to give it back, in modules that hold no tests."""
    if len(arguments.positional) != 1 or arguments.keywords or arguments.open:
        return None
    target = settled(arguments.positional[0])
    inner = target.function if isinstance(target, Wrapped) else target
    if not isinstance(inner, Function) or inner.module.name in reader.reading.forced:
        return None
    if reader.reading.space.holds_tests(inner.module.path) or not keeps_name(reader.reading.whole, function):
        return None
    hide(reader, inner)
    return target


def call_external(reader: Reading, name: str, arguments: Arguments) -> Result:
    """Call something outside: by its model, by its source where it gets functions or classes."""
    model = reader.reading.outside_model(name) or registry.model(name)
    if model is not None:
        return model(reader, arguments)
    if any(isinstance(settled(one), _CALLABLE) for one in arguments.all()):
        found = reader.settle(External(name))
        if not isinstance(found, External):
            return found.call(reader, arguments)
    return _unknown_call(reader, name, arguments)


def _unknown_call(reader: Reading, name: str, arguments: Arguments) -> Result:
    """Call something of which only the name is known: classes among its arguments may change."""
    top, last = name.partition(".")[0], name.rpartition(".")[2]
    for value in map(settled, arguments.all()):
        value_is_names = isinstance(value, Table) and isinstance(value.state.get("of"), Module)
        if last in _SHUFFLERS:
            _shuffled(reader, name, value)
            continue
        if top not in _HARMLESS_TOPS:
            value.passed_on(reader)
            if isinstance(value, Class):
                reader.open_class(value)
            elif value_is_names:
                reader.doubt(f"{name}() gets the namespace of the module")
    return Made(f"the result of {name}()", top in _GIVE_DATA, name, arguments)


def _shuffled(reader: Reading, name: str, value: Value) -> None:
    shuffling = getattr(value, "shuffled", None)
    if shuffling is not None:
        where = place(reader, getattr(value, "session", None))
        shuffling(f"{name.rpartition('.')[2]}() on {where}")
    elif isinstance(value, Sequence):
        reader.journal.put(value.state, "open", True)


def call_made(reader: Reading, made: Made, arguments: Arguments) -> Result:
    """Call what a call outside gave: as a decorator by its source."""
    target = settled(arguments.positional[0]) if len(arguments.positional) == 1 else NONE
    if not isinstance(target, _CALLABLE):
        return Unknown(f"the result of calling {made.reason}")
    if made.callee in CONTEXT_DECORATORS:
        return target
    found = reader.settle(External(made.callee))
    if isinstance(found, External) or "(" in made.callee:
        return Unknown(f"the result of {made.reason}")
    again = found.call(reader, made.arguments)
    return Unknown(made.reason) if isinstance(again, Made | Raised) else again.call(reader, arguments)
