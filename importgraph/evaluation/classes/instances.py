"""How instances are made."""

import ast

from importgraph.evaluation.classes import enumerations
from importgraph.evaluation.classes.abstract_classes import refused
from importgraph.evaluation.classes.class_conflicts import metaclass_of
from importgraph.evaluation.escape import ESCAPED, escaped
from importgraph.evaluation.fields import Fields, construct_from_fields, fields_of
from importgraph.evaluation.lineage import OPEN, in_lineage
from importgraph.evaluation.merge import Either
from importgraph.evaluation.pending import PENDING
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Bound, Class, External, Function, Instance, Partial, Wrapped
from importgraph.evaluation.values.value import (
    Arguments,
    Deferred,
    Raised,
    Result,
    Unknown,
    Value,
    new_state,
    settled,
)
from importgraph.evaluation.values.values import Constant, Sequence

PLAIN_BASES = ("str", "int", "float", "bytes")
"""Builtin types whose subclasses make values that work as the plain ones do."""


def instantiate(interpreter: Interpreter, cls: Class, arguments: Arguments) -> Result:
    """Call a class."""
    if type(cls.metaclass) is Class:
        calling = in_lineage(interpreter, cls.metaclass, "__call__")
        if (
            calling is not None
            and interpreter.frame.function is not None
            and _runs_inside(interpreter, calling)
        ):
            calling = None  # the metaclass calls `super().__call__`
        if calling is not None:
            return calling.call(interpreter, arguments.behind(cls))
    return construct(interpreter, cls, arguments)


def _runs_inside(interpreter: Interpreter, function: Value) -> bool:
    return interpreter.frame.function is function


def construct(interpreter: Interpreter, cls: Class, arguments: Arguments) -> Result:
    """Make an instance: `__new__`, then `__init__`, then what dataclasses add."""
    if interpreter.policy.cautious and isinstance(metaclass_of(cls), Unknown):
        escaped(interpreter, arguments)
        return Instance(cls, {**new_state(), ESCAPED: True})
    if interpreter.policy.cautious and enumerations.is_enumeration(cls):
        return enumerations.member_of_value(interpreter, cls, arguments)
    failed = refused(cls) if interpreter.policy.cautious else None
    if failed is not None:
        return interpreter.judged(failed)
    made: Value = Instance(cls, new_state())
    is_maker_known = True
    newer = in_lineage(interpreter, cls, "__new__") or _plain_maker(interpreter, cls)
    if isinstance(newer, Function | Wrapped | External):
        function = newer.function if type(newer) is Wrapped else newer
        result = function.call(interpreter, arguments.behind(cls))
        if type(result) is Raised:
            return result
        result = settled(result)
        if _is_of_another(interpreter, cls, result):
            return result
        if type(result) is Either and interpreter.policy.cautious:
            escaped(interpreter, arguments)
            return Unknown(f"what {cls.described()} makes")
        is_maker_known = isinstance(newer, External) or not isinstance(result, Unknown)
        made = result if type(result) is Instance else made
    found = _initialised(interpreter, cls, made, arguments)
    if type(found) is Raised and interpreter.policy.cautious and not is_maker_known:
        return Unknown(f"what {cls.described()} makes")  # it may be no instance, which is not initialised
    return found


def _initialised(interpreter: Interpreter, cls: Class, made: Value, arguments: Arguments) -> Result:
    """Run `__init__`, or do what the constructor of a dataclass does."""
    fields = fields_of(cls)
    own = None if fields or _is_dataclass(cls) else in_lineage(interpreter, cls, "__init__")
    after = in_lineage(interpreter, cls, "__post_init__") if own is None else None
    told = arguments
    given_any = bool(arguments.positional or arguments.keywords)
    if own is None and given_any and _takes_nothing(interpreter, cls):
        message = f"{cls.qualname.rpartition('.')[2]}() takes no arguments"
        return interpreter.judged(Raised("TypeError", message, about=cls, cause="wrong-call"))
    if type(made) is Instance and own is None:
        filled = _filled(interpreter, made, fields, arguments)
        if type(filled) is Raised:
            return interpreter.judged(filled)
        told = filled
    for method, given in ((own, arguments), (after, told)):
        if method is not None:
            result = method.call(interpreter, given.behind(made))
            if type(result) is Raised:
                return result
            if type(result) is Deferred and type(made) is Instance:
                made.state[PENDING] = (*made.state.get(PENDING, ()), result)
    return made


_WITHOUT_CONSTRUCTOR = {"builtins.object", "abc.ABC", "typing.Generic"}


_WITHOUT_CONSTRUCTOR = {"builtins.object", "abc.ABC", "typing.Generic"}


def _is_decorated(cls: Class) -> bool:
    return cls.node is None or bool(cls.node.decorator_list)


def _takes_nothing(interpreter: Interpreter, cls: Class) -> bool:
    """Tell whether a class surely has no constructor but that of `object`, and no decorator adds one."""
    if not interpreter.policy.cautious or type(cls.metaclass) is Class:
        return False
    for one in interpreter.lineage(cls):
        if isinstance(one, External):
            if one.name not in _WITHOUT_CONSTRUCTOR:
                return False
        elif not isinstance(one, Class) or OPEN in one.namespace or _is_decorated(one):
            return False
    return in_lineage(interpreter, cls, "__new__") is None


def _is_of_another(interpreter: Interpreter, cls: Class, result: Value) -> bool:
    """Tell whether `__new__` gave something that is no instance of the class, which ends the construction."""
    if type(result) is Constant:
        return result.value is not None
    if type(result) is Instance:
        return cls not in interpreter.lineage(result.cls)
    return isinstance(result, Function | Class | Bound | Partial)


def _plain_maker(interpreter: Interpreter, cls: Class) -> Value | None:
    names = (one.name for one in interpreter.lineage(cls) if isinstance(one, External))
    found = next((name for name in names if name.removeprefix("builtins.") in PLAIN_BASES), None)
    return External(f"{found}.__new__") if found is not None else None


def _is_dataclass(cls: Class) -> bool:
    """Tell whether a decorator gives a class its constructor, whatever its bases have."""
    decorators = cls.node.decorator_list if cls.node is not None else []
    functions = (one.func if isinstance(one, ast.Call) else one for one in decorators)
    names = (one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in functions)
    return "__init__" not in cls.namespace and "dataclass" in names


def _filled(
    interpreter: Interpreter, made: Instance, fields: Fields | None, arguments: Arguments
) -> Arguments | Raised:
    """Do what a generated constructor does; return what it hands to `__post_init__`."""
    if fields is not None and not fields.is_open:
        return construct_from_fields(interpreter, made, fields, arguments)
    if isinstance(in_lineage(interpreter, made.cls, "__new__"), Function | Wrapped):
        return arguments  # it has set what it wants
    return _fill_fields(interpreter, made, arguments)


def _fill_fields(interpreter: Interpreter, made: Instance, arguments: Arguments) -> Arguments:
    """Set what a generated constructor sets: the annotated names of the class and its bases, in order.

    Returns:
        What it hands to `__post_init__`: the fields that are annotated as `InitVar`.
    """
    fields = {
        statement.target.id: "InitVar" in ast.unparse(statement.annotation)
        for owner in reversed(interpreter.lineage(made.cls))
        if type(owner) is Class and owner.node is not None
        for statement in owner.node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    }
    given = dict(zip(fields, arguments.positional, strict=False))
    defaults = {name: in_lineage(interpreter, made.cls, name) for name in fields}
    plain = {name: value for name, value in defaults.items() if isinstance(value, Constant | Sequence)}
    values: dict[str, Value] = {**plain, **given, **arguments.keywords}
    for name, value in values.items():
        if not fields.get(name):
            interpreter.journal.put(made.state, name, value)
    told = (values.get(name, Unknown(f"the field `{name}`")) for name, is_told in fields.items() if is_told)
    return Arguments(tuple(told), open=arguments.open)
