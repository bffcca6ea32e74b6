"""Decorators and makers of the standard library that give back what they are given, or little more."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from importgraph.evaluation.classes.abstract_classes import ABSTRACT
from importgraph.evaluation.exceptions import Suppressor
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import REMEMBERS, External, Function, Partial, Wrapped
from importgraph.evaluation.values.records import Native
from importgraph.evaluation.values.value import Arguments, Evaluator, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, Constant, Sequence, sequence, table, unwrap

_SAME = """
dataclasses.dataclass enum.unique
functools.total_ordering functools.singledispatch typing.final typing.no_type_check typing.overload
typing.runtime_checkable typing.dataclass_transform typing.override typing_extensions.final
typing_extensions.override typing_extensions.runtime_checkable typing_extensions.overload
typing_extensions.deprecated warnings.deprecated
""".split()  # noqa: SIM905 -- a list of words reads best as text
"""Decorators that give back what they decorate, or what calls it; also after a call with options."""
SAME_AGAIN = External("typing.final")
"""What such a decorator gives that was called with options."""


def _same(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Give back the callable that is decorated; called with options, give the decorator."""
    first = settled(arguments.positional[0]) if arguments.positional else None
    if first is None or isinstance(first, Constant):
        return SAME_AGAIN
    return first


def _abstract(kind: str) -> Callable[[Interpreter, Arguments], Result]:
    """Model a decorator that says of a function that it has no body yet."""

    def call(interpreter: Interpreter, arguments: Arguments) -> Result:
        first = settled(arguments.positional[0]) if arguments.positional else NONE
        if isinstance(first, Function):
            interpreter.journal.put(first.state, ABSTRACT, Constant(value=True))
        return Wrapped(kind, first) if kind else first

    return call


def _cache(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Let a function remember what it gave."""
    first = settled(arguments.positional[0]) if arguments.positional else None
    if isinstance(first, Function):
        interpreter.journal.put(first.state, REMEMBERS, True)
    return External("functools.cache") if first is None or isinstance(first, Constant) else first


class Renaming(Value, Struct, frozen=True, eq=False):
    """A decorator that gives a function the names of another (`functools.wraps`)."""

    interpreter: Interpreter
    original: Value

    def call(self, _evaluator: Evaluator, arguments: Arguments) -> Result:
        first = settled(arguments.positional[0]) if arguments.positional else NONE
        if isinstance(first, Function):
            for name in ("__module__", "__name__", "__qualname__", "__doc__"):
                found = self.original.attribute(self.interpreter, name)
                known = Unknown(f"`{name}`") if isinstance(found, Raised) else found
                self.interpreter.journal.put(first.state, name, known)
            self.interpreter.journal.put(first.state, "__wrapped__", self.original)
        return first


def _wraps(interpreter: Interpreter, arguments: Arguments) -> Result:
    wrapped = arguments.get(0, "wrapped")
    partly = len(arguments.positional) > 1 or len(arguments.keywords) > 1 or arguments.open
    return SAME_AGAIN if wrapped is None or partly else Renaming(interpreter, settled(wrapped))


def _update_wrapper(interpreter: Interpreter, arguments: Arguments) -> Result:
    rest = Arguments(arguments.positional[1:], arguments.keywords, arguments.open)
    decorator = _wraps(interpreter, rest)
    first = Arguments(arguments.positional[:1])
    return decorator if isinstance(decorator, Raised) else decorator.call(interpreter, first)


def _decorator(_interpreter: Interpreter, arguments: Arguments) -> Result:
    """Make a decorator of a function that is given what it decorates, and then each call of it."""
    caller = settled(arguments.get(0, "caller") or NONE)

    def decorate(given: Arguments) -> Result:
        return Partial(caller, Arguments(given.positional[:1]))

    rest = arguments.positional[1:]
    return decorate(Arguments(rest)) if rest else Native("decorator", decorate)


def _wrapper(_interpreter: Interpreter, arguments: Arguments) -> Result:
    """Make a decorator whose result stands for what it decorates (`wrapt`); of options, what makes one."""
    return SAME_AGAIN if arguments.positional else Native("decorator", lambda _given: SAME_AGAIN)


def _manager(_interpreter: Interpreter, arguments: Arguments) -> Result:
    return arguments.get(0) or NONE


def _cached_property(_interpreter: Interpreter, arguments: Arguments) -> Result:
    return Wrapped("cached property", arguments.get(0, "func") or NONE)


def _partial(_interpreter: Interpreter, arguments: Arguments) -> Result:
    if not arguments.positional:
        return Unknown("a partial function")
    rest = Arguments(arguments.positional[1:], arguments.keywords, arguments.open)
    return Partial(arguments.positional[0], rest)


def _suppress(_interpreter: Interpreter, arguments: Arguments) -> Result:
    return Suppressor(arguments.positional)


def _cast(_interpreter: Interpreter, arguments: Arguments) -> Result:
    return arguments.get(1, "val") or NONE


def _default_table(_interpreter: Interpreter, _arguments: Arguments) -> Result:
    return table({}, is_open=True)


def _ordered(interpreter: Interpreter, arguments: Arguments) -> Result:
    return interpreter.call_external("builtins.dict", arguments)


def _deque(interpreter: Interpreter, arguments: Arguments) -> Result:
    most = unwrap(arguments.get(1, "maxlen") or NONE)
    made = interpreter.call_external("builtins.list", Arguments(arguments.positional[:1]))
    if most is None or not isinstance(made, Sequence):
        return made
    if not isinstance(most, int) or made.is_open:
        return Unknown("a queue of limited length", is_data=True)
    kept = made.items[max(0, len(made.items) - most) :]
    return sequence("list", kept, is_open=True)  # what is appended later drops from the other end


def _chain(interpreter: Interpreter, arguments: Arguments) -> Result:
    lines = [settled(one).elements(interpreter) for one in arguments.positional]
    items = tuple(item for line in lines if line is not None for item in line)
    return sequence("list", items, is_open=None in lines or arguments.open)


def _reduce(interpreter: Interpreter, arguments: Arguments) -> Result:
    function, line, *start = (*arguments.positional, NONE, NONE)[: max(2, len(arguments.positional))]
    items = settled(line).elements(interpreter)
    if items is None or not (items or start):
        return Unknown("what `reduce` gives")
    rest = [*start, *items]
    result: Result = rest[0]
    for item in rest[1:]:
        if isinstance(result, Raised):
            return result
        result = function.call(interpreter, Arguments((result, item)))
    return result


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {
    **dict.fromkeys(_SAME, _same),
    "abc.abstractmethod": _abstract(""),
    "abc.abstractproperty": _abstract("property"),
    "abc.abstractclassmethod": _abstract("classmethod"),
    "abc.abstractstaticmethod": _abstract("staticmethod"),
    "functools.cache": _cache,
    "functools.lru_cache": _cache,
    "collections.OrderedDict": _ordered,
    "collections.defaultdict": _default_table,
    "collections.deque": _deque,
    "contextlib.asynccontextmanager": _manager,
    "contextlib.contextmanager": _manager,
    "contextlib.suppress": _suppress,
    "decorator.decorator": _decorator,
    "functools.cached_property": _cached_property,
    "functools.partial": _partial,
    "functools.reduce": _reduce,
    "functools.update_wrapper": _update_wrapper,
    "functools.wraps": _wraps,
    "itertools.chain": _chain,
    "types.MappingProxyType": _same,
    "typing.cast": _cast,
    "typing_extensions.cast": _cast,
    "wrapt.decorator": _wrapper,
}
