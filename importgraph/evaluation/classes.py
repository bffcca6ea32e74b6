"""Classes: how they are made, what they inherit, and how attributes are found in them and their instances."""

import ast
from collections.abc import Sequence as Many
from dataclasses import dataclass
from functools import lru_cache

from importgraph.evaluation.expressions import read_arguments
from importgraph.evaluation.objects import Bound, Class, External, Function, Instance, Wrapped
from importgraph.evaluation.outcome import Ending
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.scope import Frame
from importgraph.evaluation.value import (
    Arguments,
    Deferred,
    Evaluator,
    Raised,
    Result,
    State,
    Unknown,
    Value,
    new_state,
    settled,
)
from importgraph.evaluation.values import NONE, Constant, sequence, table

_PENDING = 1
"""The key of what sets attributes of an instance and was put off until one is asked for."""
PLAIN_BASES = ("str", "int", "float", "bytes")
"""Builtin types whose subclasses make values that work as the plain ones do."""
_ANSWERS = ("enum.", "ctypes.")
"""Classes of these modules answer for attributes in ways of their own."""


def make_class(interpreter: Interpreter, node: ast.ClassDef) -> Result:
    """Run a class statement: bases, metaclass, body, and the hooks of both."""
    given = read_arguments(interpreter, node.bases, node.keywords)
    if isinstance(given, Raised):
        return given
    outer = interpreter.frame
    namespace: State = {}
    around = outer if outer.function is not None or outer.is_class else None
    frame = Frame(
        outer.module, namespace, outer.activation, outer.certain, around,
        qualname=f"{outer.qualname}{node.name}.", is_class=True,
    )  # fmt: skip
    interpreter.enter(frame)
    outcome = interpreter.execute(node.body)
    interpreter.leave()
    if outcome.ending is Ending.RAISE and outcome.raised is not None and outcome.certain:
        return outcome.raised
    bases = tuple(settled(base) for base in given.positional)
    named = given.keywords.get("metaclass")
    metaclass = settled(named) if named is not None else _inherited_metaclass(bases)
    cls = Class(outer.module, frame.qualname[:-1], bases, namespace, metaclass, node)
    for value in list(namespace.values()):
        for function in _functions_of(value):
            function.state.setdefault("__class__", cls)
    return _hooked(interpreter, cls, given)


def _functions_of(value: object) -> Many[Function]:
    if isinstance(value, Wrapped):
        return _functions_of(value.function)
    return (value,) if isinstance(value, Function) else ()


def _inherited_metaclass(bases: Many[Value]) -> Value | None:
    for base in bases:
        if isinstance(base, Class) and base.metaclass is not None:
            return base.metaclass
    return None


def _hooked(interpreter: Interpreter, cls: Class, given: Arguments) -> Result:
    """Run what a metaclass, the bases and the attributes do when a class is made (PEP 487)."""
    keywords = {key: value for key, value in given.keywords.items() if key != "metaclass"}
    name = Constant(cls.qualname.rpartition(".")[2])
    arguments = Arguments((name, sequence("tuple", cls.bases), table(dict(cls.namespace))), keywords)
    if isinstance(cls.metaclass, Class):
        for hook, first in (("__prepare__", cls.metaclass), ("__new__", cls.metaclass), ("__init__", cls)):
            method = _in_lineage(interpreter, cls.metaclass, hook)
            if isinstance(method, Function | Wrapped):
                inner = method.function if isinstance(method, Wrapped) else method
                result = inner.call(interpreter, Arguments((first, *arguments.positional), keywords))
                if isinstance(result, Raised):
                    return result
    for key, value in list(cls.namespace.items()):
        if isinstance(value, Instance):
            setter = value.attribute(interpreter, "__set_name__")
            if isinstance(setter, Bound):
                setter.call(interpreter, Arguments((cls, Constant(key))))
    for base in interpreter.lineage(cls)[1:]:
        if isinstance(base, Class) and "__init_subclass__" in base.namespace:
            hook_function = base.namespace["__init_subclass__"]
            inner = hook_function.function if isinstance(hook_function, Wrapped) else hook_function
            result = inner.call(interpreter, Arguments((cls,), keywords))
            return result if isinstance(result, Raised) else cls
    return cls


@lru_cache(maxsize=4096)
def lineage(cls: Class) -> tuple[Value, ...]:
    """Return a class and its bases in the order of lookup (C3 where it exists, else depth first)."""
    merged = _merge([list(_line(base)) for base in cls.bases] + [list(cls.bases)])
    return (cls, *merged)


def _line(base: Value) -> tuple[Value, ...]:
    return lineage(base) if isinstance(base, Class) else (base,)


def _merge(lines: list[list[Value]]) -> list[Value]:
    result: list[Value] = []
    lines = [line for line in lines if line]
    while lines:
        head = next(
            (line[0] for line in lines if not any(line[0] in other[1:] for other in lines)), lines[0][0]
        )
        result.append(head)
        lines = [rest for line in lines if (rest := [one for one in line if one != head])]
    return result


def _in_lineage(interpreter: Interpreter, cls: Class, name: str) -> Value | None:
    for owner in interpreter.lineage(cls):
        if isinstance(owner, Class) and name in owner.namespace:
            found: Value = owner.namespace[name]
            return settled(found) if isinstance(found, Deferred) and found.at_once else found
    return None


def is_whole(interpreter: Interpreter, cls: Class) -> bool:
    """Tell whether all that a class inherits from is known, up to `object`."""
    return all(
        isinstance(one, Class) or one == External("builtins.object") for one in interpreter.lineage(cls)
    )


def object_attribute(interpreter: Interpreter, value: Class | Instance, name: str) -> Result:
    """Find an attribute of a class or an instance."""
    cls = value if isinstance(value, Class) else value.cls
    special = _special(interpreter, value, cls, name)
    if special is not None:
        return special
    found = _in_lineage(interpreter, cls, name)
    if isinstance(value, Instance):
        if isinstance(found, Wrapped) and found.kind == "property":
            return found.function.call(interpreter, Arguments((value,)))
        if name in value.state:
            held: Value = value.state[name]
            return held
    if found is not None:
        return _taken(interpreter, value, cls, found)
    if isinstance(value, Instance) and _PENDING in value.state:
        for waiting in value.state.pop(_PENDING):
            waiting.value()
        return object_attribute(interpreter, value, name)
    return _unfound(interpreter, value, cls, name)


def _special(interpreter: Interpreter, value: Class | Instance, cls: Class, name: str) -> Value | None:
    if not name.startswith("__"):
        return None
    if name == "__class__":
        return cls if isinstance(value, Instance) else cls.metaclass or External("builtins.type")
    if name == "__dict__":
        held = value.state if isinstance(value, Instance) else cls.namespace
        return table({key: one for key, one in held.items() if isinstance(key, str)})
    if isinstance(value, Instance):
        return None
    texts = {
        "__name__": cls.qualname.rpartition(".")[2],
        "__qualname__": cls.qualname,
        "__module__": cls.module.name,
    }
    if name in {"__mro__", "__bases__"}:
        return sequence("tuple", interpreter.lineage(cls) if name == "__mro__" else cls.bases)
    return Constant(texts[name]) if name in texts else None


def _taken(interpreter: Interpreter, value: Class | Instance, cls: Class, found: Value) -> Result:
    """Bind what a class holds to the object it is taken from."""
    if isinstance(found, Function):
        of_class = found.qualname.rpartition(".")[2] in {"__init_subclass__", "__class_getitem__"}
        if of_class:
            return Bound(found, cls)
        return Bound(found, value) if isinstance(value, Instance) else found
    if isinstance(found, Wrapped):
        if found.kind == "classmethod":
            return Bound(found.function, cls)
        if found.kind == "staticmethod":
            return found.function
        return found if isinstance(value, Class) else Bound(found, value)
    if isinstance(found, Instance):
        getter = _in_lineage(interpreter, found.cls, "__get__")
        if getter is not None:
            receiver = value if isinstance(value, Instance) else NONE
            return getter.call(interpreter, Arguments((found, receiver, cls)))
    outside = [one.name for one in interpreter.lineage(cls) if isinstance(one, External)]
    if any(name.startswith(_ANSWERS) for name in outside):
        return Unknown(f"a member of `{cls.qualname}`")
    return found


def _unfound(interpreter: Interpreter, value: Class | Instance, cls: Class, name: str) -> Result:
    asked = "__getattr__" if name not in {"__getattr__", "__call__", "__iter__"} else ""
    owner = cls if isinstance(value, Instance) else cls.metaclass
    if asked and isinstance(owner, Class):
        getter = _in_lineage(interpreter, owner, asked)
        if isinstance(getter, Function):
            return getter.call(interpreter, Arguments((value, Constant(name))))
    if isinstance(value, Class) and isinstance(cls.metaclass, Class):
        found = _in_lineage(interpreter, cls.metaclass, name)
        if found is not None:
            return Bound(found, value)
    if not is_whole(interpreter, cls) or (isinstance(value, Class) and cls.metaclass is not None):
        return Unknown(f"`{name}` of {value.described()}")
    return Raised("AttributeError", f"{cls.qualname!r} object has no attribute {name!r}")


@dataclass(frozen=True, slots=True, eq=False)
class Super(Value):
    """What `super()` gives: the attributes that come behind a class in the lineage of an object."""

    behind: Class
    receiver: Value

    def attribute(self, evaluator: Evaluator, name: str) -> Result:
        receiver = self.receiver
        cls = receiver.cls if isinstance(receiver, Instance) else receiver
        line = lineage(cls) if isinstance(cls, Class) else ()
        rest = line[line.index(self.behind) + 1 :] if self.behind in line else lineage(self.behind)[1:]
        for owner in rest:
            if isinstance(owner, External) and name == "__new__":
                return External(f"{owner.name}.{name}")
            if isinstance(owner, Class) and name in owner.namespace:
                found: Value = owner.namespace[name]
                inner = found.function if isinstance(found, Wrapped) else found
                is_static = isinstance(found, Wrapped) and found.kind == "staticmethod"
                return inner if is_static or name == "__new__" else Bound(inner, receiver)
        return Unknown(f"`{name}` of a base class")

    def described(self) -> str:
        return "`super()`"


def instantiate(interpreter: Interpreter, cls: Class, arguments: Arguments) -> Result:
    """Call a class."""
    if isinstance(cls.metaclass, Class):
        calling = _in_lineage(interpreter, cls.metaclass, "__call__")
        if (
            calling is not None
            and interpreter.frame.function is not None
            and _runs_inside(interpreter, calling)
        ):
            calling = None  # the metaclass calls `super().__call__`
        if calling is not None:
            return calling.call(
                interpreter, Arguments((cls, *arguments.positional), arguments.keywords, arguments.open)
            )
    return construct(interpreter, cls, arguments)


def _runs_inside(interpreter: Interpreter, function: Value) -> bool:
    return interpreter.frame.function is function


def construct(interpreter: Interpreter, cls: Class, arguments: Arguments) -> Result:
    """Make an instance: `__new__`, then `__init__`, then what dataclasses add."""
    made: Value = Instance(cls, new_state())
    newer = _in_lineage(interpreter, cls, "__new__") or _plain_maker(interpreter, cls)
    if isinstance(newer, Function | Wrapped | External):
        function = newer.function if isinstance(newer, Wrapped) else newer
        result = function.call(
            interpreter, Arguments((cls, *arguments.positional), arguments.keywords, arguments.open)
        )
        if isinstance(result, Raised):
            return result
        result = settled(result)
        if isinstance(result, Constant) and result.value is not None:
            return result
        made = result if isinstance(result, Instance) else made
    for hook in ("__init__", "__post_init__"):
        method = _in_lineage(interpreter, cls, hook)
        if method is not None:
            given = arguments if hook == "__init__" else Arguments()
            result = method.call(
                interpreter, Arguments((made, *given.positional), given.keywords, given.open)
            )
            if isinstance(result, Raised):
                return result
            if isinstance(result, Deferred) and isinstance(made, Instance):
                made.state[_PENDING] = (*made.state.get(_PENDING, ()), result)
    if isinstance(made, Instance) and _in_lineage(interpreter, cls, "__init__") is None:
        _fill_fields(interpreter, made, arguments)
    return made


def _plain_maker(interpreter: Interpreter, cls: Class) -> Value | None:
    names = (one.name for one in interpreter.lineage(cls) if isinstance(one, External))
    found = next((name for name in names if name.removeprefix("builtins.") in PLAIN_BASES), None)
    return External(f"{found}.__new__") if found is not None else None


def _fill_fields(interpreter: Interpreter, made: Instance, arguments: Arguments) -> None:
    """Set what a generated constructor sets: the annotated names of the class and its bases, in order."""
    names = [
        statement.target.id
        for owner in reversed(interpreter.lineage(made.cls))
        if isinstance(owner, Class) and owner.node is not None
        for statement in owner.node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    ]
    values = {**dict(zip(dict.fromkeys(names), arguments.positional, strict=False)), **arguments.keywords}
    for name, value in values.items():
        interpreter.journal.put(made.state, name, value)
