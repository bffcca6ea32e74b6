"""Names and attributes: what they stand for, and which are surely not there."""

import builtins
import re
from abc import abstractmethod
from pathlib import PurePath

from importgraph.simulation.causes import CauseKind
from importgraph.simulation.imports import OF_MODULES, Imports
from importgraph.simulation.outside import known
from importgraph.simulation.values import (
    ANYTHING,
    BoundMethod,
    ClassValue,
    Constant,
    FunctionValue,
    Instance,
    Items,
    ModuleValue,
    Outside,
    Scope,
    Super,
    TextMethod,
    Value,
)

_TEXT_METHODS = {
    "lower", "upper", "casefold", "strip", "lstrip", "rstrip", "startswith", "endswith", "replace", "title",
    "removeprefix", "removesuffix", "isdigit",
}  # fmt: skip
_ANSWERING = {"__getattr__", "__getattribute__", "__new__", "__slots__"}
_NEWER_BUILTINS = {"PythonFinalizationError", "_IncompleteInputError", "ImportCycleError"}


class Names(Imports):
    """Looks names and attributes up."""

    @abstractmethod
    def unknown_mark(self, name: str) -> None:
        """Fail for a mark that is not registered, where that is an error."""

    def lookup(self, name: str) -> Value:
        """Return what a name stands for in the innermost frame."""
        inner = self.frames[-1].scope
        module = inner.module
        scope: Scope | None = None if name in inner.shared else inner
        first = True
        while scope is not None:
            if first or scope.kind != "class":
                if name in scope.names:
                    return scope.names[name]
                if name in scope.local:
                    return self._unbound(scope, name)
            first = first and scope.kind == "annotations"
            scope = scope.outer
        return self._global(module, name)

    def _unbound(self, scope: Scope, name: str) -> Value:
        """Read a local variable that nothing has bound yet."""
        if scope is not self.frame.scope or scope.kind != "function":
            return ANYTHING
        message = f"cannot access local variable '{name}' where it is not associated with a value"
        place = f"{name} in {scope.qualname} of {scope.module.path}"
        return self.fail("UnboundLocalError", CauseKind.UNDEFINED_NAME, place, message)

    def _global(self, module: ModuleValue, name: str) -> Value:
        if name in module.names:
            value = module.names[name]
            at_home = self.frame.scope.kind != "function" or self.frame.scope.module.loading
            return value if at_home or value != Constant(None) else ANYTHING  # a place to fill later
        if name == "__name__":
            return Constant(module.name)
        if hasattr(builtins, name):
            return known(f"builtins.{name}")
        if name == "__file__":
            return Constant(module.path)
        if name in OF_MODULES or name in _NEWER_BUILTINS or name in self.extra_builtins:
            return ANYTHING
        if self.may_have(module, name):
            self.may_fail()
            return ANYTHING
        circular = self.frame.scope.kind == "function" and self.is_half(module, name)
        kind = CauseKind.IMPORT_CYCLE if circular else CauseKind.UNDEFINED_NAME
        return self.fail("NameError", kind, f"{name} in {module.path}", f"name '{name}' is not defined")

    # -- attributes -----------------------------------------------------------------------------

    def attribute(self, value: Value, name: str) -> Value:
        """Read an attribute."""
        match value:
            case ModuleValue():
                return self.module_attribute(value, name)
            case Outside():
                return self._outside_attribute(value, name)
            case ClassValue():
                return self.class_attribute(value, name)
            case Instance():
                if name in value.names:
                    return value.names[name]
                found = self.in_class(value.cls, name)
                if found is None and self._surely_lacks(value, name):
                    kind = value.cls.name
                    message = f"'{kind}' object has no attribute '{name}'"
                    place = f"{value.cls.module.name}.{kind}.{name}"
                    return self.fail("AttributeError", CauseKind.MISSING_NAME, place, message)
                return self._bound(found, value)
            case Super():
                return self._bound(self._above(value, name), value.receiver)
            case Constant():
                return self._constant_attribute(value, name)
            case _:
                self.may_fail()
                return ANYTHING

    def _outside_attribute(self, value: Outside, name: str) -> Value:
        if value.called:
            self.may_fail()
            return ANYTHING
        if value.name == "pytest.mark":
            self.unknown_mark(name)
        if value.name == "sys.version_info" and name in {"major", "minor"}:
            return Constant(self.version[name == "minor"])
        return known(f"{value.name}.{name}")

    def in_class(self, cls: ClassValue, name: str) -> Value | None:
        """Return an attribute found in a class or its bases; None where it may or may not be there."""
        order = cls.order if cls.order is not None else self._known_bases(cls)
        for owner in order:
            if not isinstance(owner, ClassValue):
                return None
            if name in owner.names:
                return owner.names[name]
        return None

    def _known_bases(self, cls: ClassValue) -> list[Value]:
        """Return the beginning of a method resolution order that no unknown base can change."""
        found: list[Value] = [cls]
        while isinstance(cls, ClassValue) and cls.bases:
            found.append(cls.bases[0])
            if len(cls.bases) > 1:
                return [*found, ANYTHING]
            if not isinstance(cls.bases[0], ClassValue):
                break
            cls = cls.bases[0]
        return found

    def class_attribute(self, cls: ClassValue, name: str) -> Value:
        """Read an attribute of a class."""
        found = self.in_class(cls, name)
        if isinstance(found, FunctionValue) and found.kind == "class":
            return BoundMethod(found, cls)
        if isinstance(found, Constant | Items) and cls.metaclass != Outside("builtins.type"):
            return ANYTHING  # a member of an enumeration
        if found is not None:
            return found
        if self._is_closed(cls) and not (name.startswith("__") or hasattr(type, name)):
            message = f"type object '{cls.name}' has no attribute '{name}'"
            self.fail(
                "AttributeError", CauseKind.MISSING_NAME, f"{cls.module.name}.{cls.name}.{name}", message
            )
        self.may_fail()
        return ANYTHING

    def _is_closed(self, cls: ClassValue) -> bool:
        """Tell whether text shows every attribute of a class."""
        if cls.order is None or cls.module.is_open:
            return False
        return all(
            one == Outside("builtins.object") or (isinstance(one, ClassValue) and self._shows_all(one))
            for one in cls.order
        )

    def _surely_lacks(self, instance: Instance, name: str) -> bool:
        """Tell whether an object of a class of the project surely has no attribute of a name.

        Nothing in the files of its classes sets an attribute of that name, or answers for all names.
        """
        if not self._is_closed(instance.cls) or hasattr(object, name) or not instance.is_ours:
            return False
        owners = [one for one in instance.cls.order or () if isinstance(one, ClassValue)]
        if any(one.names.keys() & _ANSWERING for one in owners):
            return False
        stored = rb"\.%b\b\s*(?:[-+*/|&]?=(?!=)|,|:)" % re.escape(name.encode())
        sets = re.compile(stored + rb"|setattr|__dict__|vars\(")
        paths = {one.module.path for one in owners} | {self.frame.scope.module.path}
        return not any(sets.search(self.sources.text(path)) for path in paths)

    def _shows_all(self, cls: ClassValue) -> bool:
        return not cls.is_open and cls.metaclass == Outside("builtins.type") and not cls.node.decorator_list

    def _above(self, value: Super, name: str) -> Value | None:
        order = value.receiver.cls.order if isinstance(value.receiver, Instance) else value.cls.order
        if order is None or value.cls not in order:
            return None
        for owner in order[order.index(value.cls) + 1 :]:
            if not isinstance(owner, ClassValue):
                return None
            if name in owner.names:
                return owner.names[name]
        return None

    def _bound(self, found: Value | None, receiver: Value) -> Value:
        if isinstance(found, FunctionValue):
            if found.kind == "property":
                self.may_fail()
                return ANYTHING
            if found.kind == "static":
                return found
            holder = receiver.cls if found.kind == "class" and isinstance(receiver, Instance) else receiver
            return BoundMethod(found, holder)
        if found is None:
            self.may_fail()
            return ANYTHING
        return found

    def _constant_attribute(self, value: Constant, name: str) -> Value:
        if isinstance(value.value, PurePath):
            return self._path_attribute(value.value, name)
        if isinstance(value.value, str) and name in _TEXT_METHODS:
            return TextMethod(value.value, name)
        if hasattr(value.value, name):
            return Outside(f"<constant>.{name}", called=True)
        kind = type(value.value).__name__
        message = f"'{kind}' object has no attribute '{name}'"
        place = f"{kind}.{name} in {self.frame.scope.module.path}"
        return self.fail("AttributeError", CauseKind.WRONG_TYPE, place, message)

    def _path_attribute(self, path: PurePath, name: str) -> Value:
        if name in {"parent", "name", "stem", "suffix"}:
            return Constant(getattr(path, name))
        if name == "parents":
            return Items("tuple", [Constant(one) for one in path.parents])
        return ANYTHING
