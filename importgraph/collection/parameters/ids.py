"""Ids of parameter sets, exactly as pytest makes them (`_pytest.python.IdMaker`)."""

import enum
import hashlib
import importlib
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from importgraph.namespaces.classes import linearise, member_text
from importgraph.namespaces.policy import SYMBOLIC_TOPS
from importgraph.namespaces.protocol import Frame
from importgraph.namespaces.records import (
    TAINT,
    Bound,
    Cls,
    Ext,
    Func,
    GiveUp,
    Inst,
    Lazy,
    Member,
    Mod,
    Unknown,
    WouldFail,
    concrete,
    is_native,
)

HIDDEN = Ext("pytest.HIDDEN_PARAM")
_TABLE = {i: f"\\x{i:02x}" for i in range(128) if i not in range(32, 127)}
_TABLE.update({ord("\t"): "\\t", ord("\r"): "\\r", ord("\n"): "\\n"})
_LONG = 100


DUPLICATE = "two parameter sets have the id"
"""Begins why a test with strict ids cannot be collected."""


class Undecided(Exception):  # noqa: N818 -- a signal
    """Text does not give an id."""


class Set(msgspec.Struct, frozen=True):
    """One set of parameters."""

    values: tuple[Any, ...]
    marks: tuple[Any, ...] | None
    id: Any


class IdRules(msgspec.Struct, frozen=True):
    """The settings that ids depend on."""

    escape: bool = True
    long: str = "short"
    strict: bool = False


def escaped(value: str | bytes, rules: IdRules) -> str:
    """Make text printable as pytest's `ascii_escaped` does."""
    if isinstance(value, bytes):
        return value.decode("ascii", "backslashreplace").translate(_TABLE)
    return value.encode("unicode_escape").decode("ascii").translate(_TABLE) if rules.escape else value


def make_ids(
    frame: Frame, names: Sequence[str], sets: Sequence[Set], ids: Any, rules: IdRules
) -> list[str | None]:
    """Make the ids of one parametrisation.

    Args:
        frame: Where an id function is called.
        names: The argument names.
        sets: The parameter sets.
        ids: The `ids` argument: None, a list of values, or a function.
        rules: The settings.

    Returns:
        Unique ids in order; None for the hidden one.

    Raises:
        Undecided: If text does not give one of them.
    """
    function = None if ids is None or isinstance(ids, list) else ids
    listed = ids if isinstance(ids, list) else None
    found: list[str | None] = []
    for index, one in enumerate(sets):
        if one.id is not None:
            found.append(_explicit(frame, one.id, rules))
        elif listed is not None and index < len(listed) and listed[index] is not None:
            found.append(_explicit(frame, listed[index], rules))
        else:
            parts = [
                _id_of(frame, value, name, index, function, rules)
                for value, name in zip(one.values, names, strict=True)
            ]
            found.append("-".join(parts))
    return _unique(found, rules)


def _explicit(frame: Frame, value: Any, rules: IdRules) -> str | None:
    if isinstance(value, Ext) and value.name == HIDDEN.name:
        return None
    text = from_value(frame, value, rules)
    if text is None:
        raise Undecided
    return text


def _unique(found: list[str | None], rules: IdRules) -> list[str | None]:
    if len(set(found)) == len(found):
        return found
    if rules.strict:
        double = next(text for text, count in Counter(found).items() if count > 1)
        raise WouldFail(f"{DUPLICATE} {double!r}, and strict_parametrization_ids is set")
    counts = Counter(found)
    suffixes: dict[str | None, int] = defaultdict(int)
    for index, text in enumerate(found):
        if counts[text] > 1:
            if text is None:
                raise Undecided
            gap = "_" if text and text[-1].isdigit() else ""
            fresh = f"{text}{gap}{suffixes[text]}"
            while fresh in set(found):
                suffixes[text] += 1
                fresh = f"{text}{gap}{suffixes[text]}"
            found[index] = fresh
            suffixes[text] += 1
    return found


def _id_of(frame: Frame, value: Any, name: str, index: int, function: Any, rules: IdRules) -> str:
    if function is not None:
        result = _call(frame, function, value)
        if result is not None:
            text = from_value(frame, result, rules)
            if text is not None:
                return text
    if isinstance(value, str | bytes):
        return _auto_text(value, name, index, rules)
    if isinstance(value, Member) and isinstance(member_text(value), str) and str in value.cls.bases:
        return _auto_text(str(value.value), name, index, rules)
    text = from_value(frame, value, rules)
    return f"{name}{index}" if text is None else text


def _auto_text(value: str | bytes, name: str, index: int, rules: IdRules) -> str:
    if len(value) <= _LONG or rules.long == "legacy":
        return escaped(value, rules)
    if rules.long == "sha256":
        return hashlib.sha256(value.encode() if isinstance(value, str) else value).hexdigest()
    if rules.long == "short":
        return f"{name}{index}"
    raise Undecided


def _call(frame: Frame, function: Any, value: Any) -> Any:
    try:
        return frame.space.call(function, [value])
    except GiveUp:
        raise Undecided from None


def from_value(frame: Frame, value: Any, rules: IdRules) -> str | None:
    """Return the id of a value, or None where pytest falls back to the argument's name and the index.

    Raises:
        Undecided: If text does not tell.
    """
    value = frame.space.settle(value, frame.scope.path)
    if isinstance(value, str | bytes):
        return escaped(value, rules)
    if value is None or isinstance(value, bool | int | float | complex):
        return str(value)
    if isinstance(value, re.Pattern):
        return escaped(value.pattern, IdRules())
    if isinstance(value, enum.Enum):
        return str(value)
    if isinstance(value, list | tuple | dict | set | frozenset | range | slice) or value is Ellipsis:
        if value is TAINT:
            raise Undecided
        return (value.title or None) if isinstance(value, Lazy) else None
    return _from_symbol(frame, value, rules)


def _from_symbol(frame: Frame, value: Any, rules: IdRules) -> str | None:
    if isinstance(value, Func) and "__renamed__" in value.attrs:
        raise Undecided
    if isinstance(value, Func | Cls | Mod):
        if isinstance(value, Cls) and value.metaclass is not None and not isinstance(value.metaclass, Ext):
            raise Undecided
        return value.name
    if isinstance(value, Member):
        text = member_text(value)
        if text is None:
            raise Undecided
        return text
    if isinstance(value, Inst):
        return _from_instance(frame, value)
    if isinstance(value, Ext):
        return _from_name(frame, value.name, rules)
    if isinstance(value, Bound) and concrete(value.owner):
        return value.name
    if isinstance(value, Unknown | Bound) or type(value).__module__.startswith("importgraph."):
        raise Undecided
    name = getattr(value, "__name__", None)
    return name if isinstance(name, str) else None


def _from_instance(frame: Frame, value: Inst) -> str | None:
    """An instance of a class that surely is no number, text or enumeration and has no `__name__`."""
    cls = frame.space.settle(value.cls, frame.scope.path)
    if not isinstance(cls, Cls):
        raise Undecided
    try:
        order = linearise(frame, cls)
    except GiveUp:
        raise Undecided from None
    for base in order:
        if isinstance(base, Cls):
            if (
                base.doubt
                or base.names.keys() & {"__name__", "__getattr__", "__getattribute__", "__new__"}
                or base.metaclass
            ):
                raise Undecided
        elif is_native(base):
            if base not in {
                object,
                dict,
                list,
                tuple,
                set,
                frozenset,
                Exception,
                ValueError,
                TypeError,
                RuntimeError,
            }:
                raise Undecided
        elif not (
            isinstance(base, Ext) and base.name.startswith(("abc.ABC", "typing.Generic", "typing.Protocol"))
        ):
            raise Undecided
    if any("__name__" in text for base in order if isinstance(base, Cls) for text in _assigned(frame, base)):
        raise Undecided
    return None


def _assigned(frame: Frame, cls: Cls) -> set[str]:
    if cls.node is None:
        return set()
    node = frame.space.definition(cls.path, cls.node.lineno, cls.node.name) or cls.node
    return _attributes_set(node)


@lru_cache(maxsize=4096)
def _attributes_set(node: Any) -> set[str]:
    import ast

    return {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}


def _from_name(frame: Frame, name: str, rules: IdRules) -> str | None:
    """Look up a name of the standard library in our own.

    A function or class has a `__name__`, a constant a text.
    """
    top, *rest = name.split(".")
    if (
        top not in SYMBOLIC_TOPS
        or top in {"hypothesis", "mock", "six", "typing_extensions"}
        or "()" in name
        or "[]" in name
    ):
        raise Undecided
    try:
        value: Any = importlib.import_module(top)
        for part in rest:
            value = getattr(value, part)
    except (ImportError, AttributeError):
        raise Undecided from None
    if isinstance(value, str | bytes | int | float):
        return from_value(frame, value, rules)
    found = getattr(value, "__name__", None)
    if isinstance(found, str):
        return found
    raise Undecided
