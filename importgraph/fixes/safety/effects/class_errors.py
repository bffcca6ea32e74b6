"""What makes a class statement fail, as far as text shows it."""

import ast
import builtins
from collections.abc import Hashable

from importgraph.evaluation.values.objects import Class
from importgraph.evaluation.values.values import Constant, Sequence, Table, unwrap

_MAY_BE_BASE = 1 << 10
"""`Py_TPFLAGS_BASETYPE`."""
_FINAL = {
    f"builtins.{name}"
    for name, one in vars(builtins).items()
    if type(one) is type and not one.__flags__ & _MAY_BE_BASE
} | {"types.NoneType", "types.FunctionType", "types.MethodType", "types.MappingProxyType", "re.Pattern"}


def is_final(name: str) -> bool:
    """Tell whether no class may inherit from a class of the standard library."""
    return name in _FINAL


def is_class_variable(annotation: ast.expr) -> bool:
    """Tell whether an annotation says `ClassVar` or `InitVar`, so that it is no ordinary field."""
    return "ClassVar" in ast.unparse(annotation)


def of_dataclass(cls: Class) -> str:
    """Say why a class cannot be made a dataclass, by its own fields; nothing where it can."""
    fields = [
        (statement, statement.target.id)
        for statement in (cls.node.body if cls.node is not None else ())
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and not is_class_variable(statement.annotation)
    ]
    for _, name in fields:
        default = cls.namespace.get(name)
        if isinstance(default, Table) or (isinstance(default, Sequence) and default.kind in {"list", "set"}):
            return f"ValueError: mutable default of `{name}`"
    if cls.node is not None and "kw_only" in ast.unparse(cls.node).lower():
        return ""
    has_default = False
    for statement, name in fields:
        if statement.value is None and has_default:
            return f"TypeError: `{name}` without a default follows one with a default"
        is_plain = statement.value is not None and not isinstance(statement.value, ast.Call)
        has_default = has_default or is_plain
    return ""


def of_slots(cls: Class) -> str:
    """Say which of its `__slots__` a class binds itself."""
    slots = unwrap(cls.namespace["__slots__"]) if "__slots__" in cls.namespace else ()
    names = (slots,) if isinstance(slots, str) else slots if isinstance(slots, tuple | list) else ()
    clash = next((name for name in names if name in cls.namespace), "")
    return f"ValueError: `{clash}` in __slots__ conflicts with a class variable" if clash else ""


def members(cls: Class) -> tuple[tuple[str, object], ...]:
    """Return the members of an enumeration whose values are plain constants, with these."""
    found = ((str(name), value) for name, value in cls.namespace.items() if not str(name).startswith("_"))
    return tuple((name, value.value) for name, value in found if isinstance(value, Constant))


def of_unique(cls: Class) -> str:
    """Say which member of an enumeration has the value of another one."""
    seen: set[object] = set()
    for name, value in members(cls):
        if isinstance(value, Hashable):
            if value in seen:
                return f"ValueError: `{name}` is an alias in a unique enumeration"
            seen.add(value)
    return ""
