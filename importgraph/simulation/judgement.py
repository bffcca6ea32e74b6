"""Which failures are sure, and under which cause they are reported."""

import ast
import re
from collections.abc import Callable

from msgspec.structs import replace

from importgraph.evaluation.classes.class_conflicts import metaclass_of
from importgraph.evaluation.classes.outside_attributes import surely_lacks
from importgraph.evaluation.escape import ESCAPED
from importgraph.evaluation.fields import own_fields
from importgraph.evaluation.lineage import is_whole
from importgraph.evaluation.values.objects import Class, External, Function, Instance, Module
from importgraph.evaluation.values.scope import bound_names
from importgraph.evaluation.values.value import Raised, Result, Unknown
from importgraph.evaluation.values.values import NONE, NOT_PLAIN, unwrap
from importgraph.names import near_matches, parent
from importgraph.simulation.search import Spec
from importgraph.simulation.warning_filters import is_error
from importgraph.simulation.world import World

OF_MODULES = frozenset({
    "__name__", "__file__", "__doc__", "__path__", "__package__", "__spec__", "__loader__", "__builtins__",
    "__annotations__", "__cached__", "__dict__", "__class__", "__module__", "__qualname__", "__annotate__",
    "__firstlineno__", "__static_attributes__", "__type_params__", "__classdict__",
    "__conditional_annotations__", "__init__", "__getattribute__", "__setattr__", "__dir__", "__reduce__",
})  # fmt: skip
"""Names that every module has, or every body."""
_NEWER_BUILTINS = {"PythonFinalizationError", "_IncompleteInputError", "ImportCycleError"}
_ANSWERING = {"__getattr__", "__getattribute__", "__new__"}
_TYPE = External("builtins.type")


Rule = Callable[[Raised], Result]


class Judgement:
    """Judges failures as they come up."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._rules: dict[str, Rule] = {
            "AttributeError": self._attribute,
            "ImportError": self._import,
            "ModuleNotFoundError": self._module,
            "NameError": self._name,
            "TypeError": self._type,
            "UnboundLocalError": lambda raised: replace(raised, cause=raised.cause or "undefined-name"),
            "SyntaxError": lambda raised: replace(raised, cause="syntax-error"),
        }

    def judged(self, raised: Raised) -> Result:
        """Return a failure with its cause, or an unknown value where it is not sure."""
        rule = self._rules.get(raised.kind)
        return raised if rule is None or raised.explicit else rule(raised)

    # -- names ----------------------------------------------------------------------------------

    def _name(self, raised: Raised) -> Result:
        name, module = raised.name, raised.about
        if raised.cause:
            return raised
        if name in OF_MODULES or name in _NEWER_BUILTINS or name in self.world.extra_builtins:
            return Unknown(f"`{name}`")
        if not isinstance(module, Module) or self._may_have(module, name):
            return Unknown(f"`{name}`, which text may not show")
        in_function = self.world.machine.frame.function is not None
        cause = "import-cycle" if in_function and self._is_half(module, name) else "undefined-name"
        return replace(raised, cause=cause)

    def _may_have(self, module: Module, name: str) -> bool:
        """Tell whether a module may have a name that nothing has bound."""
        if module.status.get("open") or name in OF_MODULES:
            return True
        if not module.path:
            return False
        sources = self.world.sources
        if b"sys.meta_path" in sources.text(module.path):  # its finder may bring what no file holds
            return True
        return sources.parse(module.path).is_open or name in sources.shared(module.path)

    def _is_half(self, module: Module, name: str) -> bool:
        """Tell whether a name is missing because its module is still being executed."""
        if module.status.get("state") != "loading" or not module.path:
            return False
        if name in bound_names(self.world.sources.parse(module.path).tree.body):
            return True
        spec = self.world.specs.get(module.name)
        return spec is not None and self.world.search.inside(spec.folders, name) is not None

    # -- imports --------------------------------------------------------------------------------

    def _module(self, raised: Raised) -> Result:
        if raised.cause:
            return raised
        name, package = raised.name, parent(raised.name)
        spec = self._spec(package) if package else None
        where = (spec.path or f"{(spec.folders or ('',))[0]}/") if spec is not None else ""
        ours = spec is not None and self.world.search.is_project(where)
        standard = spec is not None and self.world.search.is_standard(where)
        message = f"No module named '{name}'"
        if spec is not None and not spec.folders:
            message += f"; '{package}' is not a package"
        cause = "missing-module" if ours or standard else "missing-distribution"
        return replace(raised, cause=cause, message=message)

    def _spec(self, name: str) -> Spec | None:
        return self.world.specs.get(name) or self.world.others.get(name)

    def _import(self, raised: Raised) -> Result:
        module, name = raised.about, raised.name
        if isinstance(module, External):
            return replace(raised, cause="missing-name")
        if not isinstance(module, Module):
            return raised if raised.cause else Unknown(f"`{name}`")
        if self._may_have(module, name):
            return Unknown(f"`{name}` of {module.described()}")
        if self._is_half(module, name):
            message = (
                f"cannot import name '{name}' from partially initialized module '{module.name}' "
                "(most likely due to a circular import)"
            )
            return replace(raised, cause="import-cycle", message=message)
        return replace(raised, cause="missing-name")

    # -- attributes -----------------------------------------------------------------------------

    def _attribute(self, raised: Raised) -> Result:
        about, name = raised.about, raised.name
        if raised.cause == "class-conflict":
            return raised
        if isinstance(about, Module):
            if self._may_have(about, name):
                return Unknown(f"`{name}` of {about.described()}")
            half = self._is_half(about, name)
            message = f"partially initialized {raised.message}" if half else raised.message
            return replace(raised, cause="import-cycle" if half else "missing-name", message=message)
        if isinstance(about, Class):
            plain = name.startswith("__") or hasattr(type, name)
            return (
                replace(raised, cause="missing-name")
                if self._is_closed(about, name, of_class=True) and not plain
                else Unknown(name)
            )
        if isinstance(about, Instance):
            lacks = self._surely_lacks(about, name)
            return replace(raised, cause="missing-name") if lacks else Unknown(name)
        return raised if raised.cause else Unknown(name or raised.message)

    def _is_closed(self, cls: Class, name: str, *, of_class: bool) -> bool:
        """Tell whether text shows that a class lacks an attribute."""
        machine = self.world.machine
        owners = [one for one in machine.lineage(cls) if isinstance(one, Class)]
        if any(one.module.status.get("open") or _is_decorated(one) for one in owners):
            return False
        if of_class and any(_may_be_slot(one, name) for one in owners):
            return False
        is_plain = is_whole(machine, cls) and metaclass_of(cls) == _TYPE
        return is_plain or surely_lacks(cls, name, of_class=of_class)

    def _surely_lacks(self, instance: Instance, name: str) -> bool:
        """Tell whether an object of a class of the project surely has no attribute of a name.

        Nothing in the files of its classes sets an attribute of that name, or answers for all names.
        """
        if (
            not self._is_closed(instance.cls, name, of_class=False)
            or hasattr(object, name)
            or ESCAPED in instance.state
        ):
            return False
        owners = [one for one in self.world.machine.lineage(instance.cls) if isinstance(one, Class)]
        if any(one.namespace.keys() & _ANSWERING for one in owners):
            return False
        stored = rb"\.%b\b\s*(?:[-+*/|&]?=(?!=)|,|:)" % re.escape(name.encode())
        sets = re.compile(stored + rb"|setattr|__dict__|vars\(")
        paths = {one.module.path for one in owners} | {self.world.machine.frame.module.path}
        return not any(sets.search(self.world.sources.text(path)) for path in paths)

    def _type(self, raised: Raised) -> Result:
        about = raised.about
        if isinstance(about, Function):
            owner = about.state.get("__class__")
            is_open = isinstance(owner, Class) and not is_whole(self.world.machine, owner)
            return Unknown("a call") if is_open and _is_decorated(owner) else raised
        if isinstance(about, Instance):
            method = {"callable": "__call__", "subscriptable": "__getitem__", "iterable": "__iter__"}
            name = method.get(raised.message.rpartition(" ")[2], "")
            return raised if self._surely_lacks(about, name) else Unknown("a call")
        if isinstance(about, Module):
            known = not about.status.get("open") and not self._may_have(about, "call")
            return replace(raised, name="call of module") if known else Unknown("a call")
        return raised

    # -- marks ----------------------------------------------------------------------------------

    def unknown_mark(self, name: str) -> Raised | None:
        """Return the failure of a mark that is not registered, where that is an error."""
        marks = self.world.marks
        if name.startswith("_") and not name.startswith("__"):
            message = "Marker name must NOT start with underscore"
            return Raised("AttributeError", message, name=name, cause="unknown-marker")
        if name in {"parameterize", "parametrise", "parameterise"} and name not in marks.known:
            message = f"Unknown '{name}' mark, did you mean 'parametrize'?"
            return Raised("Failed", message, name=name, cause="unknown-marker")
        warning = f"Unknown pytest.mark.{name} - is this a typo?"
        module = self.world.machine.frame.module.name
        fails = marks.strict or is_error(marks.filters, warning, module, "PytestUnknownMarkWarning")
        if not fails or name in marks.known or name.startswith("_") or marks.may_exist(name):
            return None
        near = near_matches(name, sorted(marks.known), limit=1)
        hint = f"; `{near[0]}` is" if near else ""
        why = "--strict-markers is set" if marks.strict else "filterwarnings makes that an error"
        message = f"marker '{name}' is not registered, and {why}{hint}"
        return Raised("Failed", message, name=name, cause="unknown-marker")


def _may_be_slot(cls: Class, name: str) -> bool:
    slots = unwrap(cls.namespace.get("__slots__", NONE))
    return slots is NOT_PLAIN or (slots is not None and name in slots)


_HARMLESS = {"unique", "total_ordering", "final", "runtime_checkable"}
"""Decorators that leave a class as it is, or add what `object` has, too."""


def _is_decorated(cls: object) -> bool:
    """Tell whether a decorator that is not known to be harmless may have changed a class."""
    if not isinstance(cls, Class) or cls.node is None:
        return False
    functions = [one.func if isinstance(one, ast.Call) else one for one in cls.node.decorator_list]
    names = [one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in functions]
    left = [name for name in names if name not in _HARMLESS]
    return len(left) > (own_fields(cls) is not None)  # which `dataclass` has left
