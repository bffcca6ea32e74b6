"""How attributes are found in classes and their instances."""

from msgspec import Struct

from importgraph.evaluation.classes import enumerations
from importgraph.evaluation.classes.class_conflicts import metaclass_of
from importgraph.evaluation.classes.outside_attributes import surely_lacks
from importgraph.evaluation.escape import ESCAPED, is_plain
from importgraph.evaluation.fields import own_fields
from importgraph.evaluation.lineage import OPEN, in_lineage, is_whole, lineage, opened
from importgraph.evaluation.pending import PENDING, finish
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Bound, Class, External, Function, Instance, Wrapped
from importgraph.evaluation.values.value import Arguments, Evaluator, Raised, Result, Unknown, Value
from importgraph.evaluation.values.values import NONE, Constant, Table, sequence, table

_ANSWERS = ("enum.", "ctypes.")
"""Classes of these modules answer for attributes in ways of their own."""
_OF_OBJECT = {
    "__new__",
    "__init__",
    "__init_subclass__",
    "__setattr__",
    "__getattribute__",
    "__eq__",
    "__hash__",
    "__repr__",
}
"""What every class inherits from `object`."""


def object_attribute(interpreter: Interpreter, value: Class | Instance, name: str) -> Result:
    """Find an attribute of a class or an instance."""
    cls = value if type(value) is Class else value.cls
    special = _special(interpreter, value, cls, name)
    if special is not None:
        return special
    found = in_lineage(interpreter, cls, name)
    if type(value) is Instance:
        if type(found) is Wrapped and found.kind == "property":
            return found.function.call(interpreter, Arguments((value,)))
        if PENDING in value.state and not isinstance(found, Function | Wrapped):
            finish(interpreter, value)  # it may set what the class has, too
            return object_attribute(interpreter, value, name)
        if name in value.state:
            held: Value = value.state[name]
            return _perhaps_changed(value, name, held)
    if found is not None:
        return _perhaps_changed(value, name, _taken(interpreter, value, name, found))
    return _unfound(interpreter, value, cls, name)


def _perhaps_changed(value: Class | Instance, name: str, found: Result) -> Result:
    """Return what an attribute holds, or that nobody knows where code that is not followed had the object."""
    is_changed = type(value) is Instance and ESCAPED in value.state and is_plain(found)
    return Unknown(f"`{name}` of {value.described()}") if is_changed else found


def _special(interpreter: Interpreter, value: Class | Instance, cls: Class, name: str) -> Value | None:
    if not name.startswith("__"):
        return None
    if name == "__class__":
        return cls if type(value) is Instance else cls.metaclass or External("builtins.type")
    if name == "__dict__":
        cautious = interpreter.policy.cautious
        if type(value) is Instance:
            finish(interpreter, value)
            if cautious:
                interpreter.journal.put(value.state, ESCAPED, True)
            is_open = cautious or not is_whole(interpreter, cls)
            return Table({"items": value.state, "open": is_open, "of": value})
        names = {key: one for key, one in cls.namespace.items() if isinstance(key, str)}
        return table(names, is_open=cautious)
    if type(value) is Instance:
        return None
    if name in {"__new__", "__init__"} and own_fields(cls) is not None and name not in cls.namespace:
        opened(interpreter, cls)  # whoever asks for it may change its defaults
        return Unknown(f"`{name}` of {cls.described()}")
    texts = {
        "__name__": cls.qualname.rpartition(".")[2],
        "__qualname__": cls.qualname,
        "__module__": cls.module.name,
    }
    if name in {"__mro__", "__bases__"}:
        above = interpreter.lineage(cls) if name == "__mro__" else cls.bases
        ends = (_OBJECT,) if _OBJECT not in above and (name == "__mro__" or not above) else ()
        return sequence("tuple", (*above, *ends))
    return Constant(texts[name]) if name in texts else None


_OBJECT = External("builtins.object")


def _taken(interpreter: Interpreter, value: Class | Instance, name: str, found: Value) -> Result:
    """Bind what a class holds to the object it is taken from."""
    cls = value if type(value) is Class else value.cls
    if type(found) is Function:
        of_class = found.qualname.rpartition(".")[2] in {"__init_subclass__", "__class_getitem__"}
        if of_class:
            return Bound(found, cls)
        return Bound(found, value) if type(value) is Instance else found
    if type(found) is Wrapped:
        if found.kind == "cached property" and type(value) is Instance:
            return _got(interpreter, value, name, found)
        if found.kind == "classmethod":
            return Bound(found.function, cls)
        if found.kind == "staticmethod":
            return found.function
        return found if type(value) is Class else Bound(found, value)
    if type(found) is Instance:
        getter = in_lineage(interpreter, found.cls, "__get__")
        if getter is not None:
            receiver = value if type(value) is Instance else NONE
            return getter.call(interpreter, Arguments((found, receiver, cls)))
    outside = [one.name for one in interpreter.lineage(cls) if isinstance(one, External)]
    if any(one.startswith(_ANSWERS) for one in outside):
        return Unknown(f"a member of `{cls.qualname}`")
    return found


def class_item(interpreter: Interpreter, cls: Class, key: Value) -> Result:
    """Return what a class gives for an item: its metaclass decides, then its hook, then its bases."""
    of_metaclass = type(cls.metaclass) is Class and in_lineage(interpreter, cls.metaclass, "__getitem__")
    if isinstance(of_metaclass, Value):
        return of_metaclass.call(interpreter, Arguments((cls, key)))
    found = in_lineage(interpreter, cls, "__class_getitem__")
    if found is not None:
        found = found.function if type(found) is Wrapped else found
        return found.call(interpreter, Arguments((cls, key)))
    if interpreter.policy.cautious and enumerations.is_enumeration(cls):
        return enumerations.member_by_name(interpreter, cls, key)
    outside = [one.name for one in interpreter.lineage(cls) if isinstance(one, External)]
    if any(one.startswith(_ANSWERS) for one in outside):
        return Unknown(f"a member of `{cls.qualname}`")
    if interpreter.policy.cautious and _takes_no_items(interpreter, cls):
        message = f"type {cls.qualname!r} is not subscriptable"
        return Raised("TypeError", message, name="subscript", cause="wrong-type")
    return cls


def _takes_no_items(interpreter: Interpreter, cls: Class) -> bool:
    """Tell whether a class that has no hook for items surely has no other way to give one."""
    if cls.metaclass is None and is_whole(interpreter, cls):
        return True
    line = interpreter.lineage(cls)
    outside = [one for one in line if not isinstance(one, Class)]
    plain = all(one in (_OBJECT, External("abc.ABC")) for one in outside)
    return plain and metaclass_of(cls) == External("abc.ABCMeta") and not any(map(_is_open, line))


def _is_open(value: Value) -> bool:
    return isinstance(value, Class) and OPEN in value.namespace


def _got(interpreter: Interpreter, value: Instance, name: str, found: Wrapped) -> Result:
    """Run a cached property, whose result the object keeps."""
    result = found.function.call(interpreter, Arguments((value,)))
    if isinstance(result, Value):
        interpreter.journal.put(value.state, name, result)
    return result


def _unfound(interpreter: Interpreter, value: Class | Instance, cls: Class, name: str) -> Result:
    if isinstance(value, Instance) and "__dict__" in value.state:  # set as a whole, to anything
        return Unknown(f"`{name}` of {value.described()}")
    asked = "__getattr__" if name not in {"__getattr__", "__call__", "__iter__"} else ""
    owner = cls if type(value) is Instance else cls.metaclass
    if asked and type(owner) is Class:
        getter = in_lineage(interpreter, owner, asked)
        if type(getter) is Function and interpreter.policy.cautious and not is_whole(interpreter, cls):
            return Unknown(f"`{name}` of {value.described()}")  # a base that is not read may have it
        if type(getter) is Function:
            return getter.call(interpreter, Arguments((value, Constant(name))))
    if type(value) is Class and type(cls.metaclass) is Class:
        found = in_lineage(interpreter, cls.metaclass, name)
        if found is not None:
            return Bound(found, value)
    is_known = is_whole(interpreter, cls) and not (type(value) is Class and cls.metaclass is not None)
    if not is_known and not (
        interpreter.policy.cautious and surely_lacks(cls, name, of_class=type(value) is Class)
    ):
        return Unknown(f"`{name}` of {value.described()}")
    message = f"{cls.qualname!r} object has no attribute {name!r}"
    if type(value) is Class:
        message = f"type object {cls.qualname!r} has no attribute {name!r}"
    return Raised("AttributeError", message, about=value, name=name)


class Super(Value, Struct, frozen=True, eq=False):
    """What `super()` gives: the attributes that come behind a class in the lineage of an object."""

    behind: Class
    receiver: Value

    def attribute(self, evaluator: Evaluator, name: str) -> Result:
        receiver = self.receiver
        cls = receiver.cls if type(receiver) is Instance else receiver
        line = lineage(cls) if type(cls) is Class else ()
        rest = line[line.index(self.behind) + 1 :] if self.behind in line else lineage(self.behind)[1:]
        for owner in rest:
            if isinstance(owner, External) and name == "__new__":
                return External(f"{owner.name}.{name}")
            if type(owner) is Class and name in owner.namespace:
                found: Value = owner.namespace[name]
                inner = found.function if type(found) is Wrapped else found
                is_static = type(found) is Wrapped and found.kind == "staticmethod"
                return inner if is_static or name == "__new__" else Bound(inner, receiver)
        known = all(type(one) is Class for one in (*rest, *lineage(self.behind)))
        plain = known and name in _OF_OBJECT
        return External(f"builtins.object.{name}") if plain else Unknown(f"`{name}` of a base class")

    def described(self) -> str:
        return "`super()`"
