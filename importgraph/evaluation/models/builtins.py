"""Builtin functions and types."""

import builtins
from collections.abc import Callable, Mapping
from typing import cast

from msgspec import Struct

from importgraph.evaluation.classes.attributes import Super
from importgraph.evaluation.classes.class_conflicts import conflict
from importgraph.evaluation.classes.classes import hooked, inherited_metaclass
from importgraph.evaluation.classes.instances import PLAIN_BASES
from importgraph.evaluation.expressions.sets import made
from importgraph.evaluation.lineage import OPEN, adds_names
from importgraph.evaluation.models import attribute_functions, iteration
from importgraph.evaluation.models.iteration import chosen_by_key
from importgraph.evaluation.models.type_checks import check_instance, check_subclass
from importgraph.evaluation.module_attributes import namespace_of
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.growth import call_size
from importgraph.evaluation.values.limits import LARGEST
from importgraph.evaluation.values.objects import Class, External, Function, Instance, Wrapped
from importgraph.evaluation.values.value import (
    Arguments,
    Evaluator,
    Raised,
    Result,
    State,
    Unknown,
    Value,
    settled,
)
from importgraph.evaluation.values.values import (
    NONE,
    NOT_PLAIN,
    Constant,
    Sequence,
    Table,
    sequence,
    table,
    unwrap,
    wrap,
)

_PLAIN = """
abs all any bool bytes chr complex divmod float format hash hex int len max min oct ord pow range repr round
slice sorted str sum
""".split()  # noqa: SIM905 -- a list of words reads best as text
_LOOPING = {"all", "any", "len", "max", "min", "sorted", "sum"}
_SORTING = {"max", "min", "sorted"}
_CALLABLE = (Function, Class, Wrapped)


def _of_python(name: str) -> Callable[[Interpreter, Arguments], Result]:
    """Model a function that only looks at what it is given."""
    function = getattr(builtins, name)

    def call(interpreter: Interpreter, arguments: Arguments) -> Result:
        given = [unwrap(one) for one in arguments.positional]
        keywords = {key: unwrap(one) for key, one in arguments.keywords.items()}
        if NOT_PLAIN in given or NOT_PLAIN in keywords.values() or arguments.open:
            return _less_plain(interpreter, name, arguments)
        if call_size(function, given, keywords) > LARGEST:
            return Unknown("a large value")
        try:
            return wrap(function(*given, **keywords))
        except Exception as error:  # noqa: BLE001 -- what the function raises is its result
            return Raised(type(error).__name__, str(error))

    return call


def _less_plain(interpreter: Interpreter, name: str, arguments: Arguments) -> Result:
    if name in _SORTING and arguments.positional and "key" in arguments.keywords:
        return chosen_by_key(interpreter, name, arguments)
    first = settled(arguments.positional[0]) if arguments.positional else None
    if first is None:
        return Unknown(f"what `{name}` returns")
    if name == "bool":
        verdict = interpreter.truth(first)
        return Unknown("whether something is true") if verdict is None else Constant(verdict)
    items = first.elements(interpreter) if name in _LOOPING else None
    if items is None:
        return Unknown(f"what `{name}` returns")
    plain = [unwrap(one) for one in items]
    if NOT_PLAIN not in plain and unwrap(first) is NOT_PLAIN:
        again = Arguments((wrap(plain), *arguments.positional[1:]), arguments.keywords, arguments.open)
        return _of_python(name)(interpreter, again)
    if name == "len":
        return Constant(len(items))
    if name == "sorted":
        return sequence("list", items)
    verdicts = [interpreter.truth(one) for one in items]
    decided = name == "any"
    if decided in verdicts:
        return Constant(decided)
    return Unknown(f"what `{name}` returns") if None in verdicts else Constant(not decided)


def _container(kind: str) -> Callable[[Interpreter, Arguments], Result]:
    def call(interpreter: Interpreter, arguments: Arguments) -> Result:
        if not arguments.positional:
            return sequence(kind, ())
        items = settled(arguments.positional[0]).elements(interpreter)
        return made(interpreter, kind, items or (), is_open=items is None)

    return call


def _dict(interpreter: Interpreter, arguments: Arguments) -> Result:
    made = table({})
    interpreter.call_method(made, "update", arguments)
    return made


def _type(interpreter: Interpreter, arguments: Arguments) -> Result:
    if len(arguments.positional) == 1:
        value = settled(arguments.positional[0])
        if isinstance(value, Instance):
            return value.cls
        return (
            External(f"builtins.{type(value.value).__name__}")
            if isinstance(value, Constant)
            else Unknown("a type")
        )
    name, bases, namespace = (*map(settled, arguments.positional), NONE, NONE, NONE)[:3]
    if not isinstance(bases, Sequence) or not isinstance(namespace, Table):
        return Unknown("a class made by `type`")
    plain = unwrap(name)
    if not isinstance(plain, str) and interpreter.policy.exact:
        return Unknown("a class of computed name")
    title = plain if isinstance(plain, str) else "computed"
    metaclass = inherited_metaclass(bases.items)
    made = Class(interpreter.frame.module, title, bases.items, dict(namespace.items), metaclass)
    failed = None if bases.is_open or namespace.is_open else conflict(made, None)
    return failed or hooked(interpreter, made, Arguments((), arguments.keywords, bases.is_open))


def _init_subclass(_interpreter: Interpreter, arguments: Arguments) -> Result:
    """Model `object.__init_subclass__`, which takes nothing."""
    if not arguments.keywords:
        return NONE
    message = "object.__init_subclass__() takes no keyword arguments"
    return Raised("TypeError", message, name="__init_subclass__", cause="wrong-call")


def _super(interpreter: Interpreter, arguments: Arguments) -> Result:
    frame = interpreter.frame
    if arguments.positional:
        behind, receiver = (*map(settled, arguments.positional), frame.receiver or NONE)[:2]
        return Super(behind, receiver) if isinstance(behind, Class) else Unknown("`super()`")
    while frame.function is not None:
        made_in = frame.function.state.get("__class__")
        if isinstance(made_in, Class) and frame.receiver is not None:
            return Super(made_in, settled(frame.receiver))
        if frame.around is None:
            break
        frame = frame.around
    return Unknown("`super()`")


def _globals(interpreter: Interpreter, _arguments: Arguments) -> Result:
    return namespace_of(interpreter.frame.module)


class ClassBody(Value, Struct, frozen=True, eq=False):
    """The body of a class that runs: what is put into its `locals()` is an attribute."""

    names: State

    def passed_on(self, evaluator: Evaluator) -> None:
        cast("Interpreter", evaluator).journal.put(self.names, OPEN, True)


def _locals(interpreter: Interpreter, _arguments: Arguments) -> Result:
    names = interpreter.frame.names
    if names is interpreter.frame.module.namespace:
        return namespace_of(interpreter.frame.module)
    if interpreter.frame.is_class and interpreter.policy.exact:
        return Table({"items": names, "of": ClassBody(names)})
    if interpreter.frame.is_class:  # what is put there is an attribute of the class
        interpreter.journal.put(names, OPEN, True)
    bound = {name: value for name, value in names.items() if isinstance(name, str)}
    return table(bound, is_open=interpreter.frame.function is not None and not interpreter.policy.exact)


def _vars(interpreter: Interpreter, arguments: Arguments) -> Result:
    if not arguments.positional:
        return _locals(interpreter, arguments)
    return settled(arguments.positional[0]).attribute(interpreter, "__dict__")


def _callable(_interpreter: Interpreter, arguments: Arguments) -> Result:
    value = settled(arguments.positional[0]) if arguments.positional else NONE
    if isinstance(value, _CALLABLE):
        return Constant(True)
    return (
        Constant(False)
        if isinstance(value, Constant | Sequence | Table)
        else Unknown("whether it can be called")
    )


def _wrapping(kind: str) -> Callable[[Interpreter, Arguments], Result]:
    def call(_interpreter: Interpreter, arguments: Arguments) -> Result:
        return Wrapped(kind, arguments.get(0, "fget") or NONE)

    return call


def _property(_interpreter: Interpreter, arguments: Arguments) -> Result:
    more = (arguments.get(1, "fset"), arguments.get(2, "fdel"))
    return Wrapped("property", arguments.get(0, "fget") or NONE, not arguments.open and more == (None, None))


def _new_plain(name: str) -> Callable[[Interpreter, Arguments], Result]:
    """Model `str.__new__(cls, value)`: of a constant that constant, unless the class adds to it."""

    def call(interpreter: Interpreter, arguments: Arguments) -> Result:
        cls = settled(arguments.positional[0]) if arguments.positional else NONE
        if interpreter.policy.cautious and isinstance(cls, Class) and adds_names(interpreter, cls):
            return Unknown(f"an instance of {cls.described()}")
        given = Arguments(arguments.positional[1:], arguments.keywords, arguments.open)
        return _of_python(name)(interpreter, given)

    return call


def _quiet(_interpreter: Interpreter, _arguments: Arguments) -> Result:
    return NONE


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {
    **{f"builtins.{name}": _of_python(name) for name in _PLAIN},
    **attribute_functions.MODELS,
    **iteration.MODELS,
    **{f"builtins.{kind}": _container(kind) for kind in ("list", "tuple", "set")},
    **{f"builtins.{name}.__new__": _new_plain(name) for name in PLAIN_BASES},
    "builtins.frozenset": _container("frozenset"),
    "builtins.callable": _callable,
    "builtins.classmethod": _wrapping("classmethod"),
    "builtins.dict": _dict,
    "builtins.globals": _globals,
    "builtins.isinstance": check_instance,
    "builtins.issubclass": check_subclass,
    "builtins.locals": _locals,
    "builtins.object.__init_subclass__": _init_subclass,
    "builtins.print": _quiet,
    "builtins.property": _property,
    "builtins.staticmethod": _wrapping("staticmethod"),
    "builtins.super": _super,
    "builtins.type": _type,
    "builtins.vars": _vars,
}
