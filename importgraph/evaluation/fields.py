"""Classes whose constructor is made from fields: dataclasses and named tuples."""

import ast
from collections.abc import Iterable, Iterator

from msgspec import Struct

from importgraph.evaluation.lineage import OPEN, ROOTS, lineage
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.nodes import children
from importgraph.evaluation.values.objects import Class, External, Instance
from importgraph.evaluation.values.parameters import distribute, missing
from importgraph.evaluation.values.value import Arguments, Raised, Unknown, Value

FIELDS = 5
"""The key under which a class says from which fields its instances are made."""
NAMED_TUPLE = External("typing.NamedTuple")
"""The base of all named tuples here; it is none in Python, where it makes `tuple` the base."""


class Field(Value, Struct, frozen=True, eq=False):
    """A field, or what `dataclasses.field(…)` gives before it has a name."""

    name: str = ""
    default: Value | None = None
    factory: Value | None = None
    init: bool | None = True
    """Whether the constructor takes it; None: not known."""
    by_keyword: bool | None = None
    """Whether by its name alone; None: as the class says."""
    is_told: bool = False
    """It is handed to `__post_init__` (`InitVar`)."""

    @property
    def has_default(self) -> bool:
        """Tell whether it may be left out."""
        return self.default is not None or self.factory is not None


class Fields(Struct, frozen=True):
    """How a class makes its instances."""

    fields: tuple[Field, ...]
    is_frozen: bool | None = False
    is_made: bool = True
    """The constructor is made from the fields."""
    is_open: bool = False
    """There may be other fields, or other rules."""
    has_hash: bool | None = True
    """Whether its instances can be hashed; None: not known."""

    @property
    def parameters(self) -> ast.arguments:
        """The parameters of the constructor, without `self`."""
        taken = [one for one in self.fields if one.init]
        plain = [ast.arg(one.name) for one in taken if not one.by_keyword]
        named = [ast.arg(one.name) for one in taken if one.by_keyword]
        return ast.arguments([], plain, None, named, [], None, [])


_MADE_OTHERWISE = {"__init__", "__new__", OPEN}


def own_fields(cls: Class) -> Fields | None:
    """Return the fields that a class itself was made with."""
    found = cls.namespace.get(FIELDS)
    return found if isinstance(found, Fields) else None


def fields_of(cls: Class) -> Fields | None:
    """Return the fields that the constructor of a class takes, where fields make it."""
    for owner in lineage(cls):
        if isinstance(owner, External) and owner.name in ROOTS:
            continue
        if not isinstance(owner, Class) or _MADE_OTHERWISE & owner.namespace.keys():
            return None
        found = own_fields(owner)
        if found is not None:
            return found if found.is_made else None
    return None


def construct_from_fields(
    interpreter: Interpreter, made: Instance, fields: Fields, arguments: Arguments
) -> Arguments | Raised:
    """Set what a constructor sets that is made from fields.

    Returns:
        What it hands to `__post_init__`, or why the call fails.
    """
    fitted = distribute(fields.parameters, arguments.positional, arguments.keywords, is_open=arguments.open)
    if isinstance(fitted, str):
        return _misfit(made.cls, fitted)
    values = dict(fitted.bound)
    by_name = {one.name: one for one in fields.fields}
    lacking = [name for name in fitted.absent if not by_name[name].has_default]
    if lacking and not arguments.open:
        return _misfit(made.cls, missing(lacking))
    for one in fields.fields:
        if one.name not in values:
            found = _default(interpreter, one, is_open=arguments.open)
            if isinstance(found, Raised):
                return found
            if found is not None:
                values[one.name] = found
        if one.name in values and not one.is_told:
            interpreter.journal.put(made.state, one.name, values[one.name])
    told = tuple(values.get(one.name, Unknown(f"`{one.name}`")) for one in fields.fields if one.is_told)
    return Arguments(told)


def _default(interpreter: Interpreter, one: Field, *, is_open: bool) -> Value | Raised | None:
    """Return what a field is that the call does not name; None where the constructor does not set it."""
    if is_open and one.init:
        return Unknown(f"the field `{one.name}`")
    if one.factory is not None:
        return one.factory.call(interpreter, Arguments())
    return one.default if one.init else None


def _misfit(cls: Class, what: str) -> Raised:
    name = cls.qualname.rpartition(".")[2]
    return Raised("TypeError", f"{name}() {what}", about=cls, name=name, cause="wrong-call")


def annotated(cls: Class) -> list[ast.AnnAssign] | None:
    """Return the annotated names of a class body, in order; None where a condition may decide about them."""
    if cls.node is None or OPEN in cls.namespace:
        return None
    found = [one for one in cls.node.body if isinstance(one, ast.AnnAssign)]
    inner = [one for one in cls.node.body if not isinstance(one, ast.AnnAssign)]
    if any(isinstance(one, ast.AnnAssign) for one in _in_this_scope(inner)):
        return None
    return [one for one in found if isinstance(one.target, ast.Name)]


def _in_this_scope(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    stack = list(body)
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.stmt) and not isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ):
            stack.extend(children(node))
