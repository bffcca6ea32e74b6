"""What evaluates modules for collecting tests: how calls and classes are read."""

from collections.abc import Iterable

from importgraph.evaluation.escape import ESCAPED
from importgraph.evaluation.lineage import OPEN, in_lineage, opened
from importgraph.evaluation.values.objects import Class, External, Function, Instance, Module
from importgraph.evaluation.values.value import (
    Arguments,
    Deferred,
    Result,
    Unknown,
    Value,
    new_state,
    settled,
)
from importgraph.evaluation.values.values import NONE, Constant, Sequence
from importgraph.namespaces import calls, class_changes, enumerations, natives, outside_names
from importgraph.namespaces.calls import CONTEXT_DECORATORS
from importgraph.namespaces.enumerations import is_enum
from importgraph.namespaces.machine import ModuleReader
from importgraph.namespaces.models.python import ordered
from importgraph.namespaces.outside_names import is_readable
from importgraph.namespaces.policy import ReadingPolicy
from importgraph.namespaces.values import INIT, Known, Made, MemberValue


class Reader(ModuleReader):
    """Reads what calls give, and classes.

    Args:
        policy: Says where modules are.
    """

    def __init__(self, policy: ReadingPolicy) -> None:
        self.members: dict[tuple[Class, str], MemberValue] = {}
        """The members of enumerations."""
        self.open_hooks: set[Class] = set()
        """Classes whose hooks are not followed."""
        self.outside: dict[str, Value] = {}
        """What code has set on modules from outside, by dotted name."""
        self.behind: dict[str, Value] = {}
        """What stands behind names of other people's modules."""
        self._reads_bases = False
        policy.machine = self
        super().__init__(policy)

    # -- names of other people's modules --------------------------------------------------------

    def known(self, value: Value) -> Value:
        """Return a value that is not put off; read the source behind a name of other people's modules."""
        value = settled(value)
        return self.settle(value) if isinstance(value, External) and not value.is_module else value

    def truth(self, value: Value) -> bool | None:
        """Tell whether a value is true, as far as known."""
        return super().truth(self.known(value))

    def star_names(self, module: str) -> Iterable[str] | None:
        """Return what a star import of somebody else's module binds."""
        return outside_names.star_names(self, module)

    def settle(self, value: Value) -> Value:
        """Read the source behind a name of other people's modules; the name itself where there is none."""
        return outside_names.settle(self, value)

    def supply(self, module: Module, name: str) -> Value | None:
        """Find what a module binds; what it takes from another module is found out when somebody asks."""
        if name in module.namespace or not self.reading.passes_on(module.name, name):
            return self._supplied(module, name)

        def find() -> Result:
            return self._supplied(module, name) or Unknown(f"`{name}` of {module.described()}")

        return Deferred(find, {}, at_once=True, module=module.name, name=name)

    def _supplied(self, module: Module, name: str) -> Value | None:
        """Find what a module binds; a container it passes on may change while the module is executed."""
        found = super().supply(module, name)
        if found is None or name in module.namespace or not class_changes.may_grow(settled(found)):
            return found
        own = self.run_module(module.name).namespace.get(name)
        return own if isinstance(own, Value) else found

    def set_outside(self, name: str, value: Value) -> None:
        """Keep what code sets on modules from outside (`sys.flag = True` in a conftest)."""
        self.outside[name] = value if self.surely_runs else Unknown(f"`{name}`, set under a condition")

    def has_outside(self, name: str) -> bool:
        """Tell whether code has set something on a module outside the tree."""
        return name in self.outside

    def attribute_of_external(self, name: str) -> Result:
        """Return something outside the tree by its dotted name, as code has set it."""
        return self.outside.get(name) or super().attribute_of_external(name)

    # -- calls ----------------------------------------------------------------------------------

    def run(self, function: Function, arguments: Arguments) -> Result:
        """Call a function; where it is not followed, read off what a decorator gives back."""
        return calls.run(self, function, arguments, super().run)

    def call_external(self, name: str, arguments: Arguments) -> Result:
        """Call something outside: by its model, by its source where it gets functions or classes."""
        return calls.call_external(self, name, arguments)

    def call_made(self, made: Made, arguments: Arguments) -> Result:
        """Call what a call outside gave: as a decorator by its source."""
        return calls.call_made(self, made, arguments)

    def call_method(self, value: Value, name: str, arguments: Arguments) -> Result:
        """Call a method of a constant, sequence or mapping; sort exactly, or not at all."""
        if isinstance(value, Constant):
            found = natives.call_method(value, name, arguments)
            return found if found is not None else super().call_method(value, name, arguments)
        if isinstance(value, Sequence) and name == "sort":
            items = ordered(self, value.items, arguments) if not value.is_open else None
            if items is None:
                self.journal.put(value.state, "open", True)
            else:
                self.journal.put(value.state, "items", tuple(items))
            return NONE
        return super().call_method(value, name, arguments)

    # -- classes --------------------------------------------------------------------------------

    def hooked(self, cls: Class, given: Arguments) -> Result:
        """Run what bases and a metaclass do to a new class where it may be a test; else it may hold more."""
        if self.reading.runs_hooks(cls):
            return super().hooked(cls, given)
        class_changes.unhooked(self, cls)
        return cls

    def set_on_class(self, cls: Class, name: str) -> None:
        """Look at an attribute that was set on a class: who sees it depends on the order of files."""
        class_changes.set_on_class(self, cls, name)

    def open_class(self, cls: Class) -> None:
        """Take note that a class may have other members than its body shows."""
        opened(self, cls)

    def attribute_of_object(self, value: Class | Instance, name: str) -> Result:
        """Look a name up in a class or instance; members of enumerations are values of their own."""
        if isinstance(value, Class) and is_enum(value):
            found = enumerations.attribute(self, value, name)
            if found is not None:
                return found
        if isinstance(value, Instance):
            is_foreign = ESCAPED in value.state or value.state.get(HOME, self.loading) != self.loading
            if name != "__call__" and is_foreign:
                return Unknown(f"attribute {name} of an instance")
            if name == "__call__" and self._is_context_decorator(value.cls):
                return Known(name, lambda _, given: given.get(0) or NONE)
        result = super().attribute_of_object(value, name)
        if (
            isinstance(value, Class)
            and isinstance(result, Value)
            and class_changes.grows(self, value, name, result)
        ):
            return Unknown(f"{value.qualname}.{name} is changed by functions")
        return self._behind_bases(value, name, result) if type(result) is Unknown else result

    def _behind_bases(self, value: Class | Instance, name: str, otherwise: Result) -> Result:
        """Look an attribute up again where the source of bases outside is read."""
        cls = value if isinstance(value, Class) else value.cls
        outside = [one for one in super().lineage(cls) if isinstance(one, External)]
        if self._reads_bases or name.startswith("__") or not any(is_readable(one.name) for one in outside):
            return otherwise
        self._reads_bases = True
        found = super().attribute_of_object(value, name)
        self._reads_bases = False
        return found if isinstance(found, Value) else otherwise

    def lineage(self, cls: Class) -> tuple[Value, ...]:
        """Return a class and what it inherits from; bases outside are read for attributes."""
        line = super().lineage(cls)
        if not self._reads_bases:
            return line
        found: dict[Value, None] = {}
        for one in line:
            base = self.settle(one)
            more = self.lineage(base) if isinstance(base, Class) and base is not one else (base,)
            found.update(dict.fromkeys(more))
        return tuple(found)

    def make_instance(self, cls: Class, arguments: Arguments) -> Result:
        """Make an instance; of a class that makes its own attributes, nothing is known of it."""
        if is_enum(cls):
            return enumerations.called(self, cls, arguments)
        plain = all(one == External("builtins.object") or _is_plain(one) for one in self.lineage(cls))
        if not plain or not self.surely_runs:
            for value in map(settled, arguments.all()):
                if isinstance(value, Class):
                    self.open_class(value)
            return Instance(cls, {**new_state(), ESCAPED: True})
        made = super().make_instance(cls, arguments)
        if isinstance(made, Instance):
            made.state.setdefault(HOME, self.loading)
        return made

    def item_of_class(self, cls: Class, key: Value) -> Result:
        """Return what a class gives for an item: a member, or the class itself with parameters."""
        if is_enum(cls):
            return enumerations.item(self, cls, key)
        hook = in_lineage(self, cls, "__class_getitem__")
        found = super().item_of_class(cls, key) if hook is not None else cls
        return cls if isinstance(found, Unknown) else found

    def elements_of_class(self, cls: Class) -> tuple[Value, ...] | None:
        """Return the members of an enumeration in order, without aliases; None where text does not tell."""
        return enumerations.members(self, cls)

    def _is_context_decorator(self, cls: Class) -> bool:
        line = self.lineage(cls)
        named = (*line, *map(self.settle, line))
        return any(isinstance(one, External) and one.name in CONTEXT_DECORATORS for one in named)


def _is_plain(value: Value) -> bool:
    """Tell whether a class leaves the attributes of its instances to assignments."""
    return (
        isinstance(value, Class)
        and value.metaclass is None
        and not {INIT, OPEN} & value.namespace.keys()
        and not _MAGIC & value.namespace.keys()
    )


_MAGIC = {"__new__", "__setattr__", "__getattribute__", "__getattr__", "__init_subclass__"}
"""Methods that make attributes something else than what assignments say."""
HOME = 25
"""The key under which an instance says in whose evaluation it was made: others may change it in any order."""
