"""`dataclasses`: what its decorator refuses, and the constructor that it makes.

The rules are those of `_process_class` and `_init_fn` in CPython's `dataclasses.py`. For clients to which
only what is sure counts.
"""

import ast
import re
from collections.abc import Callable, Mapping
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from importgraph.evaluation.fields import FIELDS, Field, Fields, annotated, own_fields
from importgraph.evaluation.lineage import OPEN, ROOTS, lineage
from importgraph.evaluation.models.dataclass_refusals import (
    failed,
    has_hash,
    is_unhashable,
    mutable,
    refusals,
    wrong_order,
)
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Class, External
from importgraph.evaluation.values.value import Arguments, Evaluator, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, Constant

_OPTIONS = dict.fromkeys(("init", "repr", "eq", "match_args"), True) | dict.fromkeys(
    ("order", "unsafe_hash", "frozen", "kw_only", "slots", "weakref_slot"), False
)
"""What the decorator takes besides the class, and what is so without it."""
_OF_FIELDS = frozenset(
    ("default", "default_factory", "init", "repr", "hash", "compare", "metadata", "kw_only", "doc")
)
_ABSENT = External("dataclasses.MISSING")
_KINDS = {
    "typing.ClassVar": "class", "typing_extensions.ClassVar": "class", "dataclasses.InitVar": "told",
    "dataclasses.KW_ONLY": "by keyword",
}  # fmt: skip
_BY_LAST_NAME = {name.rpartition(".")[2]: kind for name, kind in _KINDS.items()}
_WITHOUT_FIELDS = ("builtins.", "abc.", "typing.", "typing_extensions.", "collections.", "enum.")
"""Beginnings of names of classes outside that are no dataclasses."""
_HASHED = (3, 11)
"""Since this version what cannot be hashed is no default; before, lists, dictionaries and sets were none."""
_HEAD = re.compile(r"\s*([\w.]+)")


class Decorator(Value, Struct, frozen=True, eq=False):
    """`dataclass(…)` with options, before it is given a class."""

    options: Mapping[str, Value]

    def call(self, evaluator: Evaluator, arguments: Arguments) -> Result:
        first = settled(arguments.get(0) or NONE)
        if not isinstance(first, Class):
            return first
        return _processed(cast("Interpreter", evaluator), first, self.options)


def _dataclass(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Model the decorator, with and without options."""
    unknown = next((name for name in arguments.keywords if name not in {*_OPTIONS, "cls"}), "")
    if unknown:
        return failed(None, f"dataclass() got an unexpected keyword argument {unknown!r}")
    options = dict.fromkeys(_OPTIONS, Unknown("an option")) if arguments.open else arguments.keywords
    return Decorator(options) if not arguments.positional else Decorator(options).call(interpreter, arguments)


def _field(_interpreter: Interpreter, arguments: Arguments) -> Result:
    """Model `field(…)`."""
    given = arguments.keywords
    unknown = next((name for name in given if name not in _OF_FIELDS), "")
    if arguments.positional or unknown:
        what = f"an unexpected keyword argument {unknown!r}" if unknown else "positional arguments"
        return failed(None, f"field() got {what}")
    if arguments.open:
        return Unknown("a field")
    default, factory = (_given(given, name) for name in ("default", "default_factory"))
    if default is not None and factory is not None:
        return failed(None, "cannot specify both default and default_factory", "ValueError")
    init = settled(given.get("init", Constant(value=True)))
    only = settled(given.get("kw_only", _ABSENT))
    return Field("", default, factory, _flag(init), None if only == _ABSENT else _flag(only))


def _given(given: Mapping[str, Value], name: str) -> Value | None:
    value = settled(given[name]) if name in given else None
    return None if value == _ABSENT else value


def _flag(value: Value) -> bool | None:
    return bool(value.value) if isinstance(value, Constant) else None


# -- making a class -----------------------------------------------------------------------------


def _processed(interpreter: Interpreter, cls: Class, given: Mapping[str, Value]) -> Result:
    """Make a dataclass of a class, or say why Python does not."""
    options = {
        name: _flag(settled(given[name])) if name in given else usual for name, usual in _OPTIONS.items()
    }
    inherited, is_open = _inherited(cls)
    own = _own_fields(cls, options["kw_only"])
    if isinstance(own, Raised):
        return own
    is_open |= own is None or None in (options["init"], options["kw_only"])
    fields = tuple({one.name: one for one in (*inherited, *(own or ()))}.values())
    is_open |= any(one.init is None for one in fields)
    wrong = next(refusals(cls, own or (), options), None)
    if wrong is None and interpreter.policy.surroundings.version >= _HASHED:
        wrong = next((mutable(cls, one) for one in own or () if is_unhashable(one)), None)
    if wrong is None and options["init"] and not is_open:
        wrong = wrong_order(cls, fields)
    if wrong is not None:
        return wrong
    is_made = options["init"] is not False and "__init__" not in cls.namespace
    made = Fields(fields, options["frozen"], is_made, is_open, has_hash(cls, options))
    interpreter.journal.put(cls.namespace, FIELDS, made)
    for one in own or ():
        _bind_default(interpreter, cls, one, has_slots=options["slots"] is not False)
    return cls


def _bind_default(interpreter: Interpreter, cls: Class, one: Field, *, has_slots: bool) -> None:
    """Leave the default of a field as an attribute of the class, as Python does."""
    if has_slots:
        interpreter.journal.put(cls.namespace, one.name, Unknown(f"the slot `{one.name}`"))
    elif not isinstance(cls.namespace.get(one.name), Field):
        return
    elif one.default is None:
        interpreter.journal.drop(cls.namespace, one.name)
    else:
        interpreter.journal.put(cls.namespace, one.name, one.default)


def _inherited(cls: Class) -> tuple[list[Field], bool]:
    """Return the fields of the bases, and whether there may be others."""
    found: dict[str, Field] = {}
    is_open = False
    for base in reversed(lineage(cls)[1:]):
        if isinstance(base, Class):
            fields = own_fields(base)
            is_open |= OPEN in base.namespace or (fields is not None and fields.is_open)
            found |= {one.name: one for one in fields.fields} if fields is not None else {}
        else:
            is_open |= not (isinstance(base, External) and base.name.startswith(_WITHOUT_FIELDS))
    return list(found.values()), is_open


def _own_fields(cls: Class, by_keyword: bool | None) -> list[Field] | Raised | None:
    """Return the fields that a class adds, in order; None where text does not tell."""
    statements = annotated(cls)
    if statements is None:
        return None
    found: list[Field] = []
    only = by_keyword
    has_marker = False
    for statement in statements:
        name, kind = cast("ast.Name", statement.target).id, _kind(cls, statement.annotation)
        value = _held(cls, name)
        if kind == "by keyword":
            if has_marker:
                return failed(cls, f"{name!r} is KW_ONLY, but KW_ONLY has already been specified")
            has_marker = only = True
        elif kind == "class":
            if isinstance(value, Field) and value.factory is not None:
                return failed(cls, f"field {name} cannot have a default factory")
        else:
            field = value if isinstance(value, Field) else Field(default=value)
            chosen = only if field.by_keyword is None else field.by_keyword
            found.append(replace(field, name=name, by_keyword=chosen, is_told=kind == "told"))
    return found


def _held(cls: Class, name: str) -> Value | None:
    """Return what a class or a base binds to a name; unknown where a base is not known."""
    for owner in lineage(cls):
        if isinstance(owner, Class):
            if name in owner.namespace:
                found: Value = owner.namespace[name]
                return settled(found)
        elif not (isinstance(owner, External) and owner.name in ROOTS):
            return Unknown(f"`{name}` of a base class")
    return None


def _kind(cls: Class, annotation: ast.expr) -> str:
    """Tell what an annotation makes of a name: a field, where it is empty."""
    node = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        head = _HEAD.match(node.value)
        text = head[1] if head is not None else ""
    else:
        text = ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""
    first, _, rest = text.partition(".")
    found = cls.module.namespace.get(first)
    if isinstance(found, External):
        return _KINDS.get(f"{found.name}.{rest}" if rest else found.name, "")
    return _BY_LAST_NAME.get(text.rpartition(".")[2], "")


# -- what is refused ----------------------------------------------------------------------------


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {
    "dataclasses.dataclass": _dataclass,
    "dataclasses.field": _field,
}
