"""`collections.namedtuple` and `typing.NamedTuple`: what they refuse, and the class that they make.

For clients to which only what is sure counts.
"""

import keyword
from collections.abc import Callable, Mapping

from importgraph.evaluation.fields import FIELDS, NAMED_TUPLE, Field, Fields, annotated
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Class, External
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, new_state, settled
from importgraph.evaluation.values.values import NONE, Constant, Sequence, unwrap

_OF_TUPLES = frozenset({
    "__new__", "__init__", "__slots__", "__getnewargs__", "_fields", "_field_defaults", "_field_types",
    "_make", "_replace", "_asdict", "_source",
})  # fmt: skip
"""What a class statement below `typing.NamedTuple` may not bind."""
_BESIDE = {"typing.NamedTuple", "typing.Generic", "typing_extensions.Generic"}
_PARAMETERS = {"typename", "field_names", "rename", "defaults", "module"}


def _failed(message: str, kind: str = "ValueError", about: Class | None = None) -> Raised:
    if about is None:
        return Raised(kind, message, name="namedtuple", cause="wrong-call")
    return Raised(kind, message, about=about, cause="class-conflict")


# -- calls --------------------------------------------------------------------------------------


def _namedtuple(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Model `collections.namedtuple(typename, field_names, *, rename, defaults, module)`."""
    unknown = next((name for name in arguments.keywords if name not in _PARAMETERS), "")
    if unknown:
        return _failed(f"namedtuple() got an unexpected keyword argument {unknown!r}", "TypeError")
    name, given = (
        unwrap(arguments.get(0, "typename") or NONE),
        unwrap(arguments.get(1, "field_names") or NONE),
    )
    renames = unwrap(arguments.get(9, "rename") or Constant(value=False))
    defaults = settled(arguments.get(9, "defaults") or NONE)
    names = given.replace(",", " ").split() if isinstance(given, str) else given
    if (
        arguments.open
        or not isinstance(name, str)
        or not isinstance(renames, bool)
        or not isinstance(names, list | tuple)
        or not all(isinstance(one, str) for one in names)
    ):
        return Unknown("a named tuple")
    fields = _renamed(names) if renames else list(names)
    return _wrong_names(name, fields) or _made(interpreter, name, fields, defaults)


def _renamed(names: list[str] | tuple[str, ...]) -> list[str]:
    """Give names that cannot be used their position instead."""
    found: list[str] = []
    for position, name in enumerate(names):
        bad = not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_") or name in found
        found.append(f"_{position}" if bad else name)
    return found


def _wrong_names(name: str, fields: list[str]) -> Raised | None:
    for one in (name, *fields):
        if not one.isidentifier():
            return _failed(f"Type names and field names must be valid identifiers: {one!r}")
        if keyword.iskeyword(one):
            return _failed(f"Type names and field names cannot be a keyword: {one!r}")
    for position, one in enumerate(fields):
        if one.startswith("_") and one != f"_{position}":
            return _failed(f"Field names cannot start with an underscore: {one!r}")
        if one in fields[:position]:
            return _failed(f"Encountered duplicate field name: {one!r}")
    return None


def _made(interpreter: Interpreter, name: str, fields: list[str], defaults: Value) -> Result:
    items = defaults.items if isinstance(defaults, Sequence) and not defaults.is_open else None
    if items is not None and len(items) > len(fields):
        return _failed("Got more default values than field names", "TypeError")
    if items is None:
        known = isinstance(defaults, Constant) and defaults.value is None
        items = () if known else tuple(Unknown("a default") for _ in fields)
    without = len(fields) - len(items)
    defaulted = [None] * without + [*items]
    return _class(interpreter, name, tuple(map(Field, fields, defaulted)))


def _class(interpreter: Interpreter, name: str, fields: tuple[Field, ...]) -> Class:
    made = Class(interpreter.frame.module, name, (NAMED_TUPLE,), new_state(), None)
    interpreter.journal.put(made.namespace, FIELDS, Fields(fields))
    return made


def _typed(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Model `typing.NamedTuple(typename, fields)`."""
    name, fields = unwrap(arguments.get(0, "typename") or NONE), settled(arguments.get(1, "fields") or NONE)
    if not isinstance(name, str) or not isinstance(fields, Sequence) or fields.is_open or arguments.open:
        return Unknown("a named tuple")
    pairs = [settled(one) for one in fields.items]
    firsts = [one.items[0] if isinstance(one, Sequence) and one.items else NONE for one in pairs]
    names = [unwrap(one) for one in firsts]
    if not all(isinstance(one, str) for one in names):
        return Unknown("a named tuple")
    return _wrong_names(name, names) or _class(interpreter, name, tuple(Field(one) for one in names))


# -- class statements ---------------------------------------------------------------------------


def of_class(interpreter: Interpreter, cls: Class) -> Raised | None:
    """Make the fields of a class statement below `typing.NamedTuple`, or say why Python does not."""
    bases = [settled(base) for base in cls.bases]
    if NAMED_TUPLE not in bases or cls.node is None:
        return None
    for base in bases:
        if isinstance(base, Class) or (isinstance(base, External) and base.name not in _BESIDE):
            message = "can only inherit from a NamedTuple type and Generic"
            return _failed(message, "TypeError", cls)
    taken = sorted(_OF_TUPLES & {name for name in cls.namespace if isinstance(name, str)})
    if taken:
        return _failed(f"Cannot overwrite NamedTuple attribute {taken[0]}", "AttributeError", cls)
    statements = annotated(cls)
    if statements is None:
        return None
    fields: list[Field] = []
    for statement in statements:
        name: str = getattr(statement.target, "id", "")
        default = cls.namespace.get(name)
        if name.startswith("_"):
            return _failed(f"Field names cannot start with an underscore: {name!r}", about=cls)
        if default is None and any(one.default is not None for one in fields):
            message = f"Non-default namedtuple field {name} cannot follow default field {fields[-1].name}"
            return _failed(message, "TypeError", cls)
        fields.append(Field(name, default))
    interpreter.journal.put(cls.namespace, FIELDS, Fields(tuple(fields)))
    return None


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {
    "collections.namedtuple": _namedtuple,
    "typing.NamedTuple": _typed,
}
