"""Instances of classes whose source was read: their attributes, as far as code that is followed sets them.

An instance is followed while the file is evaluated that made it. Other files may call its methods in any
order, so to them its attributes are unknown.
"""

from typing import Any

from importgraph.evaluator.classes import class_attribute, linearise
from importgraph.evaluator.functions import run_function
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.values import Bound, Cls, Func, GiveUp, Inst, Unknown

_MAGIC = ("__new__", "__setattr__", "__getattribute__", "__getattr__", "__init_subclass__")
"""Methods that make attributes something else than what assignments say."""


def start(frame: Frame, instance: Inst) -> Inst:
    """Run the constructor of a new instance; one that is not followed leaves its attributes unknown."""
    cls = instance.cls
    if frame.unsure or not _is_plain(frame, cls):
        return instance
    made = class_attribute(frame, cls, "__init__")
    instance.home, instance.state = frame.space.loading, {}
    if made is None:
        return instance
    if not isinstance(made[0], Func):
        instance.state = None
        return instance
    try:
        run_function(frame, made[0], [instance, *instance.args], instance.kwargs)
    except GiveUp:
        instance.state = None
    return instance


def _is_plain(frame: Frame, cls: Cls) -> bool:
    try:
        order = linearise(frame, cls)
    except GiveUp:
        return False
    return all(
        base is object
        or (
            isinstance(base, Cls)
            and base.metaclass is None
            and not base.makes_init
            and not base.doubt
            and not any(name in base.names for name in _MAGIC)
        )
        for base in order
    )


def attribute_of(frame: Frame, owner: Inst, name: str, line: int) -> Any:
    """Evaluate an attribute of an instance."""
    if owner.state is None or owner.home != frame.space.loading:
        return Unknown(f"attribute {name} of an instance", line)
    if name.startswith("__") and name.endswith("__"):
        owner.state = None
        return Unknown(f"attribute {name} of an instance", line)
    if name in owner.state:
        return owner.state[name]
    found = class_attribute(frame, owner.cls, name)
    if found is None:
        return Unknown(f"attribute {name} of an instance", line)
    value = found[0]
    if isinstance(value, Func) and value.kind == "function":
        return Bound(owner, name)
    if isinstance(value, Func) and value.kind == "class":
        return Bound(owner.cls, name)
    hidden = (isinstance(value, Func) and value.kind != "static") or (
        isinstance(value, Inst) and isinstance(value.cls, Cls)
    )
    return Unknown(f"attribute {name} of an instance", line) if hidden else value


def call_method_of(
    frame: Frame, owner: Inst, name: str, args: list[Any], kwargs: dict[str, Any], line: int
) -> Any:
    """Call a method of an instance, taken from its class."""
    found = class_attribute(frame, owner.cls, name)
    if found is None or not isinstance(found[0], Func):
        return Unknown(f"the result of {owner.cls.name}.{name}()", line)
    return frame.space.run_call(frame, found[0], [owner, *args], kwargs, line)
