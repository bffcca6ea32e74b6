"""`def` and `class`: decorators, defaults, annotations, bases, and what a class statement runs."""

import ast
from collections.abc import Sequence

from importgraph.simulation.calls import Arguments
from importgraph.simulation.causes import CauseKind
from importgraph.simulation.outside_calls import OutsideCalls
from importgraph.simulation.values import (
    ANYTHING,
    ClassValue,
    Constant,
    FunctionValue,
    Instance,
    Items,
    Outside,
    Scope,
    Value,
)

_OBJECT = Outside("builtins.object")
_TYPE = Outside("builtins.type")
_PLAIN = {
    "abc.abstractmethod", "typing.final", "typing.override", "typing.no_type_check",
    "typing.runtime_checkable",
    "typing_extensions.final", "typing_extensions.override", "typing_extensions.runtime_checkable",
    "functools.total_ordering", "enum.unique", "functools.lru_cache", "functools.cache", "typing.overload",
    "typing_extensions.overload", "functools.lru_cache()",
}  # fmt: skip
"""Decorators that keep what they stand on."""
_METACLASSES = {
    "abc.ABC": Outside("abc.ABCMeta"),
    "builtins.object": _TYPE,
    "enum.Enum": Outside("enum.EnumMeta"),
    "enum.IntEnum": Outside("enum.EnumMeta"),
    "enum.StrEnum": Outside("enum.EnumMeta"),
    "enum.Flag": Outside("enum.EnumMeta"),
    "enum.IntFlag": Outside("enum.EnumMeta"),
    "abc.ABCMeta": _TYPE,
    "enum.EnumMeta": _TYPE,
    "enum.EnumType": _TYPE,
    "builtins.type": _TYPE,
}
_GENERIC = {"typing.Generic", "typing.Generic[]", "typing.Protocol", "typing.Protocol[]"}
_ROOTS = {"abc.ABC", "builtins.object", "enum.Enum", *_GENERIC}
"""Classes outside the project whose only base is `object`."""


class ClassStatements(OutsideCalls):
    """Runs definitions."""

    # -- functions ------------------------------------------------------------------------------

    def run_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Run a `def`."""
        decorators = [self.evaluate(part) for part in node.decorator_list]
        self.frame.line = node.lineno
        defaults = self.defaults(node.args)
        with_parameters = self._type_scope(node)
        self._signature(node)
        inner = self.frame.scope
        if with_parameters is not None:
            self.frame.scope = with_parameters
        owner = self._class_around()
        value: Value = FunctionValue(node, inner, node.name, owner=owner, defaults=defaults)
        self.bind(node.name, self._decorated(value, decorators, node))

    def _class_around(self) -> ClassValue | None:
        return self.frame.scope.owner if self.frame.scope.kind == "class" else None

    def _type_scope(self, node: ast.stmt) -> Scope | None:
        """Enter the scope of type parameters; return the one around, or None where there are none."""
        parameters = getattr(node, "type_params", None)
        if not parameters:
            return None
        outer = self.frame.scope
        names: dict[str, Value] = {getattr(one, "name", ""): ANYTHING for one in parameters}
        self.frame.scope = Scope("annotations", names, outer.module, outer)
        return outer

    def _signature(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        given = node.args
        all_arguments = (*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg)
        for argument in all_arguments:
            if argument is not None and argument.annotation is not None:
                self.annotation(argument.annotation)
        if node.returns is not None:
            self.annotation(node.returns)

    def annotation(self, node: ast.expr) -> None:
        """Evaluate an annotation where Python does so at import."""
        path = self.frame.scope.module.path
        if path and not self.sources.parse(path).deferred:
            self.evaluate(node)

    def _decorated(
        self,
        value: Value,
        decorators: Sequence[Value],
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
    ) -> Value:
        for part, decorator in zip(reversed(node.decorator_list), reversed(decorators), strict=True):
            self.frame.line = part.lineno
            value = self._decorate(value, decorator)
        return value

    def _decorate(self, value: Value, decorator: Value) -> Value:
        name = decorator.name if isinstance(decorator, Outside) else ""
        if isinstance(value, FunctionValue) and name in {
            "builtins.staticmethod",
            "builtins.classmethod",
            "builtins.property",
            "functools.cached_property",
        }:
            value.kind = {"staticmethod": "static", "classmethod": "class"}.get(
                name.rpartition(".")[2], "property"
            )
            return value
        if name in _PLAIN:
            return value
        if isinstance(value, ClassValue) and (isinstance(decorator, Outside) or decorator is ANYTHING):
            if not name.startswith("pytest.mark."):
                value.is_open = True
            return value
        return self.call_value(decorator, Arguments((value,)))

    # -- classes --------------------------------------------------------------------------------

    def run_class(self, node: ast.ClassDef) -> None:
        """Run a `class` statement."""
        decorators = [self.evaluate(part) for part in node.decorator_list]
        self.frame.line = node.lineno
        with_parameters = self._type_scope(node)
        bases = [self.evaluate(part.value if isinstance(part, ast.Starred) else part) for part in node.bases]
        keywords = {part.arg: self.evaluate(part.value) for part in node.keywords}
        starred = any(isinstance(part, ast.Starred) for part in node.bases)
        self.frame.line = node.lineno
        for base in bases:
            if isinstance(base, Constant) and not starred:
                self._no_base(base)
        module = self.frame.scope.module
        cls = ClassValue(node, module, node.name, tuple(bases), {}, is_open=starred or None in keywords)
        scope = Scope("class", cls.names, module, self.frame.scope, qualname=node.name, owner=cls)
        outer = self.frame.scope
        self.frame.scope = scope
        try:
            self.run_body(node.body)
        finally:
            self.frame.scope = outer
        self.frame.line = node.lineno
        cls.order = None if starred else self._order(cls)
        cls.metaclass = self._metaclass(cls, keywords.get("metaclass"))
        if with_parameters is not None:
            self.frame.scope = with_parameters
        self._created(cls)
        self.bind(node.name, self._decorated(cls, decorators, node))

    def _no_base(self, base: Constant) -> None:
        kind = type(base.value).__name__
        place = f"base class of kind {kind} in {self.frame.scope.module.path}"
        self.fail(
            "TypeError", CauseKind.CLASS_CONFLICT, place, f"a base class is no class but {base.value!r}"
        )

    def _order(self, cls: ClassValue) -> tuple[Value, ...] | None:
        """Return the method resolution order (C3); None where a base is not known."""
        sequences: list[list[Value]] = []
        bases = _plain_bases(cls.bases)
        for base in bases:
            if isinstance(base, ClassValue) and base.order is not None:
                sequences.append(list(base.order))
            elif isinstance(base, Outside) and base.name in _ROOTS:
                sequences.append([base, _OBJECT] if base != _OBJECT else [base])
            else:
                self._check_doubles(cls)
                return None
        self._check_doubles(cls)
        sequences.append(list(bases))
        found: list[Value] = [cls]
        while sequences := [sequence for sequence in sequences if sequence]:
            for sequence in sequences:
                head = sequence[0]
                if not any(head in other[1:] for other in sequences):
                    break
            else:
                names = ", ".join(getattr(base, "name", "?") for base in cls.bases)
                message = f"no consistent method resolution order for the bases {names} of `{cls.name}`"
                self.fail("TypeError", CauseKind.CLASS_CONFLICT, f"{cls.module.name}.{cls.name}", message)
            found.append(head)
            for sequence in sequences:
                if sequence[0] == head:
                    del sequence[0]
        return tuple(found) if found[-1] == _OBJECT else (*found, _OBJECT)

    def _check_doubles(self, cls: ClassValue) -> None:
        known = [base for base in cls.bases if isinstance(base, ClassValue)]
        if len({id(base) for base in known}) < len(known):
            message = f"`{cls.name}` names a base class twice"
            self.fail("TypeError", CauseKind.CLASS_CONFLICT, f"{cls.module.name}.{cls.name}", message)

    def _metaclass(self, cls: ClassValue, given: Value | None) -> Value:
        candidates = [given if given is not None else _TYPE]
        candidates += [_metaclass_of(base) for base in cls.bases]
        winner = candidates[0]
        for other in candidates[1:]:
            if winner is ANYTHING or other is ANYTHING:
                return ANYTHING
            if _derives(winner, other) is True:
                continue
            if _derives(other, winner) is True:
                winner = other
            elif _derives(winner, other) is None or _derives(other, winner) is None:
                return ANYTHING
            else:
                names = " and ".join(sorted(getattr(one, "name", "?") for one in (winner, other)))
                message = f"metaclass conflict in `{cls.name}`: {names}"
                self.fail("TypeError", CauseKind.CLASS_CONFLICT, f"{cls.module.name}.{cls.name}", message)
        return winner

    def _created(self, cls: ClassValue) -> None:
        """Run what a class statement runs behind its body: `__set_name__`, metaclass, `__init_subclass__`."""
        metaclass = cls.metaclass
        if isinstance(metaclass, ClassValue):
            cls.is_open = True
            space = Items("dict", [Constant(name) for name in ("__module__", "__qualname__", *cls.names)])
            given = (Constant(cls.name), Items("tuple", list(cls.bases)), space)
            for name, receiver in (("__new__", metaclass), ("__init__", cls)):
                method = self.in_class(metaclass, name)
                if isinstance(method, FunctionValue):
                    self.call_function(method, Arguments((receiver, *given), exact=not cls.node.keywords[1:]))
        for value in list(cls.names.values()):
            if isinstance(value, Instance):
                hook = self.in_class(value.cls, "__set_name__")
                if isinstance(hook, FunctionValue):
                    self.call_function(hook, Arguments((value, cls, ANYTHING)))
        for base in (cls.order or cls.bases)[0 if cls.order is None else 1 :]:
            if not isinstance(base, ClassValue):
                return
            hook = base.names.get("__init_subclass__")
            if isinstance(hook, FunctionValue):
                self.call_function(hook, Arguments((cls,), exact=False))
                return


def _plain_bases(bases: Sequence[Value]) -> list[Value]:
    """Return the bases without `Generic[…]` where another base derives from it (`__mro_entries__`)."""

    def is_generic(one: Value) -> bool:
        return isinstance(one, Outside) and one.name in _GENERIC

    inherited = any(
        isinstance(base, ClassValue) and base.order is not None and any(is_generic(one) for one in base.order)
        for base in bases
    )
    plain = [
        Outside(base.name.removesuffix("[]")) if isinstance(base, Outside) and is_generic(base) else base
        for base in bases
    ]
    return [base for base in plain if not (inherited and is_generic(base))]


def _metaclass_of(base: Value) -> Value:
    if isinstance(base, ClassValue):
        return base.metaclass
    if isinstance(base, Outside) and not base.called:
        if base.name in _METACLASSES:
            return _METACLASSES[base.name]
        if base.name.startswith("builtins."):
            return _TYPE
    return ANYTHING


def _derives(one: Value, other: Value) -> bool | None:
    """Tell whether a metaclass is another or derives from it; None where text does not tell."""
    if other in (one, _TYPE):
        return True
    if one == _TYPE:
        return False
    if isinstance(one, ClassValue):
        if one.order is not None:
            return other in one.order
        found = [_derives(base, other) for base in one.bases]
        return True if True in found else None if None in found or not found else False
    if isinstance(one, Outside) and isinstance(other, Outside):
        return None if {one.name, other.name} - {"abc.ABCMeta", "enum.EnumMeta"} else False
    return False if isinstance(one, Outside) and one.name in {"abc.ABCMeta", "enum.EnumMeta"} else None
