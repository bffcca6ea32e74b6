"""`enum`: which classes of members Python refuses to make, and which members there surely are not.

The rules are those of `_EnumDict.__setitem__` and `EnumType.__new__` in CPython's `enum.py`. For clients
to which only what is sure counts.
"""

import ast
import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from importgraph.evaluation.classes.class_conflicts import metaclass_of
from importgraph.evaluation.classes.outside_attributes import surely_lacks
from importgraph.evaluation.lineage import OPEN, lineage
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Class, External
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import Constant

_META = External("enum.EnumMeta")
_SUNDER = re.compile(r"_[^_].*[^_]_|_[^_]_")
_OF_ENUM = {
    "_order_", "_generate_next_value_", "_numeric_repr_", "_missing_", "_ignore_", "_iter_member_",
    "_iter_member_by_value_", "_iter_member_by_def_", "_add_alias_", "_add_value_alias_",
}  # fmt: skip
"""Names with one underscore on both sides that mean something; others are reserved."""
_OF_INTEGERS = {"enum.IntEnum", "enum.IntFlag", "builtins.int"}
_OF_TEXTS = {"enum.StrEnum", "builtins.str"}
_PLAIN = {"enum.Enum", "enum.IntEnum", "builtins.object", "builtins.int", *_OF_TEXTS}
"""Bases of enumerations whose members are found by their values alone."""
_PARAMETERS = {"value", "names", "module", "qualname", "type", "start", "boundary"}
"""What calling an enumeration takes."""
_MAKERS = ("__new__", "__init__", "_missing_")
"""What a class defines that makes or finds members its own way."""
_LITERALS = (ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.JoinedStr)


class Body(NamedTuple):
    """What the body of an enumeration surely binds."""

    members: frozenset[str]
    twice: tuple[ast.stmt, str] | None
    """The first statement that binds the name of a member again."""
    reserved: tuple[ast.stmt, str] | None
    """The first that binds a name which is reserved."""


def is_enumeration(cls: Class) -> bool:
    """Tell whether a class is an enumeration that is made as `enum` does."""
    return metaclass_of(cls) == _META


def refused(interpreter: Interpreter, cls: Class) -> Raised | None:
    """Return why Python does not make an enumeration, if that is sure."""
    if cls.node is None or not is_enumeration(cls):
        return None
    body = _read(cls.node)
    for base in lineage(cls)[1:]:
        if isinstance(base, Class) and members(base):
            return _failed(cls, f"<enum {_name(cls)!r}> cannot extend <enum {_name(base)!r}>")
    if "_ignore_" in cls.namespace:
        return None
    if body.twice is not None:
        interpreter.at(body.twice[0])
        return _failed(cls, f"{body.twice[1]!r} is a name of `{_name(cls)}` already")
    if body.reserved is not None:
        interpreter.at(body.reserved[0])
        return _failed(cls, f"_sunder_ names, such as {body.reserved[1]!r}, are reserved", "ValueError")
    if "mro" in body.members:
        return _failed(cls, "invalid enum member name(s) 'mro'", "ValueError")
    return next(_wrong_values(cls, body.members), None)


def _wrong_values(cls: Class, names: frozenset[str]) -> Iterator[Raised]:
    """Yield the members whose values do not fit the type that they are mixed with."""
    line = lineage(cls)
    outside = {one.name for one in line if isinstance(one, External)}
    if any(isinstance(one, Class) and "__new__" in one.namespace for one in line):
        return
    for name in sorted(names):
        value = cls.namespace.get(name)
        plain = value.value if isinstance(value, Constant) else None
        if "enum.StrEnum" in outside and isinstance(value, Constant) and not isinstance(plain, str):
            yield _failed(cls, f"{plain!r} is not a string, which `{_name(cls)}.{name}` has to be")
        if _OF_INTEGERS & outside and isinstance(plain, str) and not plain.strip().lstrip("+-").isdecimal():
            yield _failed(cls, f"invalid literal for int() with base 10: {plain!r}", "ValueError")
        if _OF_INTEGERS & outside and isinstance(value, Constant) and plain is None:
            yield _failed(cls, f"`{_name(cls)}.{name}` has to be a number, not None")


def _failed(cls: Class, message: str, kind: str = "TypeError") -> Raised:
    return Raised(kind, message, about=cls, cause="class-conflict")


def _name(cls: Class) -> str:
    return cls.qualname.rpartition(".")[2]


def members(cls: Class) -> frozenset[str]:
    """Return the names of members that a class surely has of its own."""
    if cls.node is None or "_ignore_" in cls.namespace or not is_enumeration(cls):
        return frozenset()
    return _read(cls.node).members


@lru_cache(maxsize=4096)
def _read(node: ast.ClassDef) -> Body:
    """Read what stands at the top of the body of an enumeration."""
    found, others = set[str](), set[str]()
    twice = reserved = None
    for statement in node.body:
        for name, value in _bindings(statement):
            if _SUNDER.fullmatch(name):
                reserved = reserved or ((statement, name) if name not in _OF_ENUM else None)
            elif not name.startswith("__"):
                is_member = value is not None and _is_plain(value)
                if name in found or (is_member and name in others):
                    twice = twice or (statement, name)
                if is_member:
                    found.add(name)
                elif value is None and not getattr(statement, "decorator_list", ()):
                    others.add(name)
    return Body(frozenset(found), twice, reserved)


def _bindings(statement: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the names that a statement binds, with what; None for a function or class."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, None
        case ast.Assign(targets=targets, value=value):
            yield from ((one.id, value) for one in targets if isinstance(one, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value
        case _:
            pass


def _is_plain(node: ast.expr) -> bool:
    """Tell whether the value of an expression surely becomes a member."""
    match node:
        case ast.UnaryOp(operand=operand):
            return _is_plain(operand)
        case ast.BinOp(left=left, right=right):
            return all(isinstance(one, ast.Name) or _is_plain(one) for one in (left, right))
        case ast.Call(func=ast.Name(id="auto") | ast.Attribute(attr="auto"), args=[], keywords=[]):
            return True
        case _:
            return isinstance(node, _LITERALS)


# -- members that are asked for -----------------------------------------------------------------


def member_by_name(interpreter: Interpreter, cls: Class, key: Value) -> Result:
    """Return what an enumeration gives for an item; it fails where there surely is none."""
    name = key.value if isinstance(key, Constant) else None
    if not isinstance(name, str) or not surely_lacks(cls, name, of_class=False):
        return Unknown(f"a member of `{cls.qualname}`")
    return interpreter.judged(Raised("KeyError", repr(name), about=cls, name=name, cause="wrong-type"))


def member_of_value(interpreter: Interpreter, cls: Class, arguments: Arguments) -> Result:
    """Return what calling an enumeration with a value gives; it fails where there surely is none."""
    unknown = Unknown(f"a member of `{cls.qualname}`")
    wrong = next((name for name in arguments.keywords if name not in _PARAMETERS), "")
    nothing = not arguments.positional and not arguments.keywords
    if (wrong or nothing) and not arguments.open:
        what = f"got an unexpected keyword argument {wrong!r}" if wrong else "misses the argument 'value'"
        raised = Raised(
            "TypeError", f"{_name(cls)}() {what}", about=cls, name=cls.qualname, cause="wrong-call"
        )
        return interpreter.judged(raised)
    first = settled(arguments.positional[0]) if len(arguments.positional) == 1 else None
    values = _values(cls)
    if values is None or not isinstance(first, Constant) or arguments.keywords or arguments.open:
        return unknown
    if first.value in values:
        return unknown
    message = f"{first.value!r} is not a valid {cls.qualname}"
    return interpreter.judged(Raised("ValueError", message, about=cls, name=cls.qualname, cause="wrong-call"))


def _values(cls: Class) -> list[object] | None:
    """Return the values of all members; None where text does not tell."""
    found: list[object] = []
    for owner in lineage(cls):
        if isinstance(owner, External):
            if owner.name not in _PLAIN:
                return None
            continue
        if not isinstance(owner, Class) or OPEN in owner.namespace or owner.node is None:
            return None
        if any(name in owner.namespace for name in _MAKERS):
            return None
        sure = _read(owner.node).members
        for name, value in owner.namespace.items():
            if isinstance(name, str) and not name.startswith("_") and isinstance(value, Value):
                if name in sure and isinstance(value, Constant):
                    found.append(value.value)
                elif name in sure or not _is_method(owner, name):
                    return None
    outside = {one.name for one in lineage(cls) if isinstance(one, External)}
    kind = int if _OF_INTEGERS & outside else str if _OF_TEXTS & outside else object
    return found if all(isinstance(value, kind) for value in found) else None


def _is_method(cls: Class, name: str) -> bool:
    body = cls.node.body if cls.node is not None else ()
    return any(isinstance(one, ast.FunctionDef) and one.name == name for one in body)


def _unique(_interpreter: Interpreter, arguments: Arguments) -> Result:
    """Model the decorator that refuses two names for one value."""
    cls = settled(arguments.positional[0]) if arguments.positional else Unknown("an enumeration")
    seen: dict[object, str] = {}
    for name in _in_order(cls) if isinstance(cls, Class) else ():
        value = cls.namespace.get(name) if isinstance(cls, Class) else None
        plain = value.value if isinstance(value, Constant) else value
        if not isinstance(plain, Hashable) or not isinstance(value, Constant):
            continue
        if plain in seen and isinstance(cls, Class):
            message = f"duplicate values found in <enum {_name(cls)!r}>: {name} -> {seen[plain]}"
            return _failed(cls, message, "ValueError")
        seen[plain] = name
    return cls


def _in_order(cls: Class) -> list[str]:
    """Return the members of a class in the order of its body."""
    sure = members(cls)
    return [name for name in cls.namespace if isinstance(name, str) and name in sure]


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {"enum.unique": _unique}
