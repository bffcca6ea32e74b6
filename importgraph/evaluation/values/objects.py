"""Modules, functions, classes, their instances, and what is outside the tree."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, final

from msgspec import Struct
from msgspec.structs import replace

from importgraph.evaluation.values.value import Arguments, Evaluator, Raised, Result, State, Unknown, Value
from importgraph.evaluation.values.values import Constant, Table


@final
class Module(Value, Struct, frozen=True, eq=False):
    """A module of the tree."""

    is_own_key = True
    name: str
    namespace: State
    status: State
    """`state`: absent, `loading`, `loaded`, or `failed`; `open`: why it may bind more than is known."""
    path: str = ""
    """Its file, as the client names it."""

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def attribute(self, evaluator: Evaluator, name: str) -> "Result":
        return evaluator.attribute_of_module(self, name)

    def call(self, _evaluator: Evaluator, _arguments: Arguments) -> "Result":
        return Raised("TypeError", "'module' object is not callable", about=self, cause="wrong-type")

    def described(self) -> str:
        return f"the module `{self.name}`"


_SLOTS = frozenset(("__name__", "__qualname__", "__module__", "__doc__", "__class__", "__defaults__"))
"""Attributes of a function that do not stand in its `__dict__`."""
REMEMBERS = 4
"""The key under which a function says that it remembers its results (`functools.cache`)."""
FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@final
class Function(Value, Struct, frozen=True, eq=False):
    """A function with the scope it was made in."""

    is_own_key = True
    module: Module
    qualname: str
    node: FunctionNode
    scope: Any
    """The frame of the function around it, or None."""
    defaults: Mapping[str, Value]
    state: State
    """Attributes set on it; `__class__` is the class whose body made it."""

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def call(self, evaluator: Evaluator, arguments: Arguments) -> "Result":
        return evaluator.run(self, arguments)

    def attribute(self, _evaluator: Evaluator, name: str) -> "Result":
        names = {"__name__": self.qualname.rpartition(".")[2], "__module__": self.module.name}
        if name in self.state:
            found: Value = self.state[name]
            return found
        if name == "__dict__":
            return Table({"items": self.state, "open": True, "of": self, "without": _SLOTS})
        names["__qualname__"] = self.qualname
        return Constant(names[name]) if name in names else Unknown(f"`{name}` of a function")

    def described(self) -> str:
        return f"`{self.qualname}`"


@final
class Bound(Value, Struct, frozen=True, eq=False):
    """A method with the object it is called on."""

    function: Value
    receiver: Value

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def call(self, evaluator: Evaluator, arguments: Arguments) -> "Result":
        return self.function.call(evaluator, arguments.behind(self.receiver))

    def attribute(self, evaluator: Evaluator, name: str) -> "Result":
        if name in {"__func__", "__self__"}:
            return self.function if name == "__func__" else self.receiver
        return self.function.attribute(evaluator, name)

    def reaches(self) -> "Iterable[Value]":
        return (self.function, self.receiver)

    def described(self) -> str:
        return self.function.described()


@final
class Class(Value, Struct, frozen=True, eq=False):
    """A class of the tree."""

    is_own_key = True
    module: Module
    qualname: str
    bases: tuple[Value, ...]
    namespace: State
    metaclass: Value | None
    node: ast.ClassDef | None = None

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True if self.metaclass is None else None

    def attribute(self, evaluator: Evaluator, name: str) -> "Result":
        return evaluator.attribute_of_object(self, name)

    def call(self, evaluator: Evaluator, arguments: Arguments) -> "Result":
        return evaluator.make_instance(self, arguments)

    def elements(self, evaluator: Evaluator) -> tuple[Value, ...] | None:
        return evaluator.elements_of_class(self)

    def item(self, evaluator: Evaluator, key: Value) -> "Result":
        return evaluator.item_of_class(self, key)

    def described(self) -> str:
        return f"the class `{self.qualname}`"


@final
class Instance(Value, Struct, frozen=True, eq=False):
    """An object that a class of the tree made."""

    cls: Class
    state: State

    def attribute(self, evaluator: Evaluator, name: str) -> "Result":
        return evaluator.attribute_of_object(self, name)

    def _special(self, evaluator: Evaluator, name: str, arguments: Arguments) -> "Result":
        found = evaluator.attribute_of_object(self, name)
        if type(found) is Raised:
            lacks = found.kind == "AttributeError" and found.about is self and found.trace is None
            message = f"{self.cls.qualname!r} object {_WITHOUT[name]}"
            return replace(found, kind="TypeError", message=message, cause="wrong-type") if lacks else found
        return found.call(evaluator, arguments)

    def call(self, evaluator: Evaluator, arguments: Arguments) -> "Result":
        return self._special(evaluator, "__call__", arguments)

    def item(self, evaluator: Evaluator, key: Value) -> "Result":
        return self._special(evaluator, "__getitem__", Arguments((key,)))

    def elements(self, evaluator: Evaluator) -> tuple[Value, ...] | None:
        found = self._special(evaluator, "__iter__", Arguments())
        return None if isinstance(found, Raised | Instance) else found.elements(evaluator)

    def described(self) -> str:
        return f"an instance of `{self.cls.qualname}`"


_WITHOUT = {
    "__call__": "is not callable",
    "__getitem__": "is not subscriptable",
    "__iter__": "is not iterable",
}


@dataclass(frozen=True, slots=True)
class External(Value):
    """Something outside the tree, by its dotted name."""

    has_names = True
    name: str
    is_module: bool = field(default=False, compare=False)
    """An import gave it."""

    @property
    def is_own_key(self) -> bool:  # type: ignore[override]
        """Tell whether it is a function, class or module: other names may stand for texts and numbers."""
        return self.is_module or self.name.startswith(("builtins.", "hashlib."))

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True if self.is_module else None

    def attribute(self, evaluator: Evaluator, name: str) -> "Result":
        return evaluator.attribute_of_external(f"{self.name}.{name}")

    def call(self, evaluator: Evaluator, arguments: Arguments) -> "Result":
        return evaluator.call_external(self.name, arguments)

    def set_attribute(self, evaluator: Evaluator, name: str, value: Value) -> bool:
        evaluator.set_outside(f"{self.name}.{name}", value)
        return True

    def item(self, evaluator: Evaluator, key: Value) -> "Result":
        return evaluator.call_external(f"{self.name}.__getitem__", Arguments((key,)))

    def described(self) -> str:
        return f"`{self.name}`"


@final
class Wrapped(Value, Struct, frozen=True, eq=False):
    """What a known decorator makes of a function: `property`, `classmethod`, `staticmethod`, a manager."""

    kind: str
    function: Value
    is_read_only: bool = False
    """It is a property that surely has neither setter nor deleter."""

    def call(self, evaluator: Evaluator, arguments: Arguments) -> "Result":
        if self.kind == "accessor" and isinstance(self.function, Wrapped):
            return replace(self.function, is_read_only=False)  # `@p.setter` gives the property again
        return self.function.call(evaluator, arguments)

    def attribute(self, evaluator: Evaluator, name: str) -> "Result":
        if name in {"setter", "getter", "deleter"}:
            return Wrapped("accessor", self)
        return self.function.attribute(evaluator, name)

    def reaches(self) -> "Iterable[Value]":
        return (self.function,)

    def described(self) -> str:
        return self.function.described()


class Partial(Value, Struct, frozen=True, eq=False):
    """A callable with some arguments already given (`functools.partial`)."""

    function: Value
    given: Arguments

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def call(self, evaluator: Evaluator, arguments: Arguments) -> "Result":
        positional = (*self.given.positional, *arguments.positional)
        keywords = {**self.given.keywords, **arguments.keywords}
        given = Arguments(positional, keywords, arguments.open, arguments.decorates)
        return self.function.call(evaluator, given)

    def reaches(self) -> "Iterable[Value]":
        return (self.function, *self.given.all())
