"""Code that runs without being called by its name: hooks of classes, operators, questions, managers."""

import ast
import builtins
import sys

from importgraph.evaluation.lineage import in_lineage
from importgraph.evaluation.merge import Either
from importgraph.evaluation.values.objects import (
    Class,
    External,
    Function,
    Instance,
    Wrapped,
)
from importgraph.evaluation.values.value import (
    Arguments,
    Result,
    Unknown,
    Value,
    settled,
)
from importgraph.evaluation.values.values import Constant, Sequence, unwrap
from importgraph.fixes.safety.effects.class_errors import is_final, members, of_slots
from importgraph.fixes.safety.effects.fresh import FactoryField, Fresh
from importgraph.fixes.safety.effects.ownership import OwningMachine
from importgraph.names import top_level

STANDARD = {*sys.stdlib_module_names, "builtins"}
COMPARING = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__contains__")
ADDING = ("__iadd__", "__ior__", "__iand__", "__isub__", "__imul__", "__ixor__", "__itruediv__", "__imod__")
SHOWING = ("__format__", "__str__", "__repr__")
ASKING = ("__bool__", "__len__", "__index__", "__int__", "__float__", "__fspath__", "__iter__", "__next__")
TWO = {*COMPARING, *ADDING}
_PLAIN_PATTERNS = (ast.MatchAs, ast.expr, ast.expr_context)
_MEMBERS = ("__init__", "__new__", "_generate_next_value_")
_WITHOUT_METACLASS = {"builtins.object", "typing.Generic"} | {
    f"builtins.{name}" for name, one in vars(builtins).items() if type(one) is type
}


class ImplicitMachine(OwningMachine):
    """Runs what operations and class statements run."""

    def truth(self, value: Value) -> bool | None:
        """Ask whether a value is true, which may run code of its class."""
        value = settled(value)
        if isinstance(value, Unknown):
            self.note("unknown", f"whether something is true: {value.reason}")
        self.implicit(value, ("__bool__", "__len__"))
        return super().truth(value)

    def implicit(self, value: Value, names: tuple[str, ...]) -> None:
        """Run what the class of an object defines under special names that an operation may use."""
        if isinstance(value, Either):
            for one in value.values:
                self.implicit(one, names)
        if isinstance(value, Class) and isinstance(value.metaclass, Class):
            for name in names:
                self._run(in_lineage(self, value.metaclass, name), value)
        if isinstance(value, Instance):
            for name in names:
                more = (value,) if name in TWO else (Constant(""),) if name == "__format__" else ()
                self._run(in_lineage(self, value.cls, name), value, *more)

    def _run(self, found: Value | None, *given: Value) -> None:
        if isinstance(found, Wrapped) and found.kind in {"staticmethod", "classmethod"}:
            found, given = settled(found.function), ()
        if isinstance(found, Function):
            found.call(self, Arguments(given, open=True))

    def attribute_of_object(self, value: Class | Instance, name: str) -> Result:
        """Look a name up, which may run `__getattribute__`; leaving a manager belongs to entering it."""
        if isinstance(value, Instance):
            self.implicit(value, ("__getattribute__",))
            if name == "__enter__":
                self.implicit(value, ("__exit__",))
            if name == "__iter__":
                self.implicit(value, ("__next__",))
        return super().attribute_of_object(value, name)

    def make_instance(self, cls: Class, arguments: Arguments) -> Result:
        """Call a class; what it makes may be gone at once."""
        for one in self.lineage(cls):
            for value in one.namespace.values() if isinstance(one, Class) else ():
                if isinstance(value, FactoryField):
                    value.factory.call(self, Arguments())
        made = super().make_instance(cls, arguments)
        if isinstance(made, Instance):
            self.implicit(made, ("__del__",))
        return made

    def make_class(self, node: ast.ClassDef) -> Result:
        """Run a class statement; classes of the library may make members of what stands in it."""
        made = super().make_class(node)
        cls = settled(made) if isinstance(made, Value) else None
        if isinstance(cls, Class):
            self._inherit(cls, node)
        return made

    def asks_class(self, value: Value) -> None:
        """Run what `isinstance` and `issubclass` ask of a class, or of each of several."""
        for one in map(settled, value.items) if isinstance(value, Sequence) else (value,):
            if isinstance(one, Class):
                self._run(in_lineage(self, one, "__subclasshook__"), one)
                if isinstance(one.metaclass, Class):
                    for name in ("__instancecheck__", "__subclasscheck__"):
                        self._run(in_lineage(self, one.metaclass, name), one)

    def matched(self, subject: Value, patterns: tuple[ast.pattern, ...]) -> None:
        """Run what patterns ask of a subject: attributes, items, classes."""
        inner = [node for pattern in patterns for node in ast.walk(pattern)]
        if isinstance(subject, Unknown) and any(not isinstance(node, _PLAIN_PATTERNS) for node in inner):
            self.note("unknown", f"what patterns ask of {subject.reason}")
        for node in inner:
            if isinstance(node, ast.MatchClass):
                wanted = self.evaluate(node.cls)
                if isinstance(wanted, Value):
                    self.asks_class(settled(wanted))
                if isinstance(subject, Instance):
                    for name in (*node.kwd_attrs, *_positional(self, subject)):
                        self.attribute_of_object(subject, name)
            elif isinstance(node, ast.MatchMapping | ast.MatchSequence):
                self.implicit(subject, ("__len__", "__iter__", "__getitem__", "get", "keys"))
            elif isinstance(node, ast.MatchValue):
                self.implicit(subject, ("__eq__",))

    def _inherit(self, cls: Class, node: ast.ClassDef) -> None:
        for one in self.lineage(cls):
            if isinstance(one, External) and top_level(one.name) not in STANDARD:
                self.note("unknown", f"what making a class below `{one.name}` runs")
            elif not isinstance(one, External | Class):
                self.note("unknown", f"what `{cls.qualname}` inherits")
            elif isinstance(one, External) and is_final(one.name):
                self.note("fails", f"TypeError: `{one.name}` is no acceptable base class")
            elif isinstance(one, External) and one.name.startswith("enum."):
                for name in _MEMBERS:
                    self._run(in_lineage(self, cls, name), self._fresh("enum.Enum()"))
        is_enum = any(isinstance(one, External) and one.name.startswith("enum.") for one in self.lineage(cls))
        wrong = next((one for one in cls.bases if is_enum and isinstance(one, Class) and members(one)), None)
        if wrong is not None:
            self.note("fails", f"TypeError: `{wrong.qualname}` has members, so that nothing may extend it")
        if of_slots(cls):
            self.note("fails", of_slots(cls))
        if not self._is_made_plainly(cls):
            self.note("unknown", f"the metaclass of `{node.name}`")
        for value in list(cls.namespace.values()):
            if isinstance(value, Fresh | External) and top_level(value.name) not in STANDARD:
                self.note("unknown", f"whether an attribute of `{node.name}` is told its name")

    def _is_made_plainly(self, cls: Class) -> bool:
        """Tell whether the metaclass of a class is known, and the only one among its bases."""
        made = cls.metaclass
        if isinstance(made, External):
            return top_level(made.name) in STANDARD
        if made is None:
            return True
        if not isinstance(made, Class):
            return False
        line = self.lineage(made)
        others = [one.metaclass for one in self.lineage(cls)[1:] if isinstance(one, Class) and one.metaclass]
        outside = {one.name for one in self.lineage(cls) if isinstance(one, External)} - _WITHOUT_METACLASS
        return all(one in line for one in others) and (
            not outside or any(isinstance(one, External) and one.name != "builtins.type" for one in line)
        )

    def run(self, function: Function, arguments: Arguments) -> Result:
        """Call a function."""
        self.rules.touched.add(function.module.name)
        if self.is_deep(function, 3):
            self.note("unknown", f"`{function.qualname}` calls itself, or too deeply")
        if "cached" in function.state and function.module.name != self.root:
            self.note("changes", f"the cache of `{function.qualname}`".replace("`", ""), function.module.name)
        return super().run(function, arguments)


def _positional(machine: ImplicitMachine, subject: Instance) -> tuple[str, ...]:
    """Return the attributes that positional patterns ask for (`__match_args__`)."""
    listed = in_lineage(machine, subject.cls, "__match_args__")
    found = unwrap(listed) if listed is not None else ()
    return tuple(str(name) for name in found) if isinstance(found, tuple | list) else ()
