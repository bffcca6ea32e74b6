"""Assignments to attributes and items."""

import ast
from typing import Any

from importgraph.evaluator.frame import TAINT, elements, module_scope, touch
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.values import (
    ITEMS,
    Bound,
    Cls,
    Decorator,
    Doubt,
    Ext,
    Fixture,
    Func,
    Inst,
    Mod,
    Unknown,
    concrete,
    copy_of_items,
)


def set_attribute(frame: Frame, owner: Any, name: str, value: Any, line: int) -> None:
    """Evaluate `owner.name = value`."""
    if isinstance(owner, Func):
        _set_on_function(frame, owner, name, value, line)
    elif isinstance(owner, Cls):
        _set_on_class(frame, owner, name, value, line)
    elif isinstance(owner, Inst) and owner.state is not None:
        owner.state[name] = frame_unknown(line) if frame.unsure else value
    elif isinstance(owner, Inst) and isinstance(owner.cls, Ext) and owner.cls.name.startswith("pytest."):
        _set_on_session(frame, owner, name, value, line)
    elif isinstance(owner, Mod) and owner.name == "sys":
        frame.space.module_attributes["sys", name] = value
    elif isinstance(owner, Mod) and owner.name == module_scope(frame.scope).module:
        raise Doubt("sets attributes of its own module", line)
    elif isinstance(owner, Ext) and owner.name.startswith("sys.modules"):
        raise Doubt("sets attributes of modules through sys.modules", line)


def _set_on_foreign(frame: Frame, owner: Cls, name: str, line: int) -> None:
    """Change a class of another file, as conftests do: they are read before all tests.

    Raises:
        Doubt: If another file does it; who sees that depends on the order of imports.
    """
    if not frame.scope.path.endswith("/conftest.py"):
        raise Doubt(f"changes {owner.name}.{name}, a class of another file", line)
    owner.names[name] = Unknown(f"set by a conftest on line {line}", line)
    owner.doubt = owner.doubt or f"{owner.name}.{name} is set by a conftest on line {line}"
    frame.space.patched.add((owner.path, f"{owner.name}.{name}"))


def _set_on_function(frame: Frame, owner: Func, name: str, value: Any, line: int) -> None:
    if name == "pytestmark":
        marks = elements(value) if isinstance(value, list | tuple) else [value]
        owner.marks = list(marks or [])
    elif name == "__name__" and isinstance(value, str):
        owner.name = value
    elif name == "__name__":
        owner.attrs["__renamed__"] = True
    elif name in {"__wrapped__", "__signature__"}:
        known = name == "__wrapped__" and isinstance(value, Func)
        owner.arguments, owner.patches = (value.arguments, value.patches) if known else (None, 0)
        owner.wrapped = True
    else:
        owner.attrs[name] = value
    if frame.unsure:
        owner.attrs[name] = frame_unknown(line)


def update_function(target: Func, source: Any) -> None:
    """Evaluate `target.__dict__.update(source.__dict__)`: marks are kept there."""
    if isinstance(source, Bound) and isinstance(source.owner, Func):
        target.marks = list(source.owner.marks) or target.marks
        target.attrs.update(source.owner.attrs)
    else:
        target.marks = [*target.marks, Unknown("marks from a dictionary that is not known")]


def _set_on_class(frame: Frame, owner: Cls, name: str, value: Any, line: int) -> None:
    own = owner.path in {frame.scope.path, frame.space.loading}
    if not own and _is_private(name) and not isinstance(value, Fixture):
        owner.names[name] = Unknown("set by several files", line, instance=True)
        return
    if not own and not _is_plain_data(owner, name, value):
        _set_on_foreign(frame, owner, name, line)
        return
    if frame.unsure:
        owner.doubt = owner.doubt or f"{owner.name}.{name} is set under a condition that text does not decide"
    owner.names[name] = value


def _is_private(name: str) -> bool:
    """Tell whether a name has no say in collection: it is no test's, and has no two underscores."""
    return name.startswith("_") and not name.startswith("__")


def _is_plain_data(owner: Cls, name: str, value: Any) -> bool:
    """Tell whether an attribute has no say in collection: data, under a name that held data before."""
    before = owner.names.get(name)
    return (
        _is_data(value)
        and _is_data(before)
        and name not in {"__test__", "pytestmark", "__init__", "__new__", "runTest"}
    )


def _is_data(value: Any) -> bool:
    """Tell whether a value is a constant, or what hypothesis's `settings` gives: no function or class."""
    return concrete(value) or (isinstance(value, Decorator) and value.effect == "same")


def _set_on_session(frame: Frame, owner: Inst, name: str, value: Any, line: int) -> None:
    if (
        name in {"name", "_nodeid", "nodeid", "items", "obj", "originalname"}
        and owner.kwargs.get("session") is not None
    ):
        owner.kwargs["session"].harm.append(f"sets {name} of items on line {line}")
    owner.kwargs[name] = frame_unknown(line) if frame.unsure else value


def frame_unknown(line: int) -> Any:
    """Return a value that depends on a condition."""
    return Unknown("set under a condition that text does not decide", line)


def set_item(frame: Frame, owner: Any, key: Any, value: Any, line: int) -> None:
    """Evaluate `owner[key] = value`."""
    namespace = owner is module_scope(frame.scope).names or (
        frame.scope.kind == "class" and owner is frame.scope.names
    )
    if namespace and (frame.unsure or not isinstance(key, str)):
        raise Doubt("binds names that are computed", line)
    if isinstance(owner, dict):
        if concrete(key) and not frame.unsure:
            try:
                owner[key] = value
            except TypeError:
                owner[TAINT] = TAINT
        else:
            owner[TAINT] = TAINT
    elif isinstance(owner, list):
        if isinstance(key, int) and not frame.unsure and -len(owner) <= key < len(owner):
            owner[key] = value
        else:
            touch(frame, owner, "an assignment", line)
    elif isinstance(owner, Inst) and not _reorders(owner, key, value, line):
        touch(frame, owner, "an assignment", line)
    elif isinstance(owner, Ext) and owner.name == "sys.modules":
        raise Doubt("replaces modules in sys.modules", line)


def _reorders(owner: Inst, key: Any, value: Any, line: int) -> bool:
    """Tell whether all the session's items are given back in another order, and note it."""
    if not isinstance(owner.cls, Ext) or owner.cls.name != ITEMS or key != slice(None):
        return False
    if copy_of_items(value) is None or value.kwargs["session"] is not owner.kwargs["session"]:
        return False
    owner.kwargs["session"].reorders.append(f"an assignment on line {line}")
    return True


def delete(frame: Frame, target: ast.expr) -> None:
    """Evaluate `del`."""
    if isinstance(target, ast.Tuple | ast.List):
        for element in target.elts:
            delete(frame, element)
    elif isinstance(target, ast.Name):
        scope = module_scope(frame.scope) if target.id in frame.scope.shared else frame.scope
        if frame.unsure and target.id in scope.names:
            scope.names[target.id] = frame_unknown(target.lineno)
        else:
            scope.names.pop(target.id, None)
    elif isinstance(target, ast.Attribute):
        owner = frame.space.evaluate(frame, target.value)
        if isinstance(owner, Cls):
            if frame.unsure or owner.path != frame.scope.path or target.attr not in owner.names:
                owner.doubt = owner.doubt or f"del {owner.name}.{target.attr}"
            owner.names.pop(target.attr, None)
    elif isinstance(target, ast.Subscript):
        owner = frame.space.evaluate(frame, target.value)
        if owner is module_scope(frame.scope).names:
            raise Doubt("deletes names that are computed", target.lineno)
        touch(frame, owner, "del", target.lineno)
