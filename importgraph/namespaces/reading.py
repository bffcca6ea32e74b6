"""From values of the evaluation to the records that collection reads, and back."""

import ast
from typing import Any

from importgraph.evaluation.calls import Iteration
from importgraph.evaluation.exceptions import ExternalException
from importgraph.evaluation.lineage import OPEN
from importgraph.evaluation.merge import Either
from importgraph.evaluation.values.objects import Bound as BoundMethod
from importgraph.evaluation.values.objects import (
    Class,
    External,
    Function,
    Instance,
    Module,
    Partial,
    Wrapped,
)
from importgraph.evaluation.values.value import Deferred, Raised, Value, settled
from importgraph.evaluation.values.value import Unknown as UnknownValue
from importgraph.evaluation.values.values import NONE, Constant, Method, Sequence, Table, sequence
from importgraph.namespaces.effects import parameters_of
from importgraph.namespaces.plain_records import exception, external, set_of, title_of, unknown
from importgraph.namespaces.reader import Reader
from importgraph.namespaces.records import (
    TAINT,
    Bound,
    Cls,
    Ext,
    Fixture,
    Func,
    Inst,
    Lazy,
    Mark,
    Member,
    Mod,
    Param,
    Ref,
    Scope,
    Unknown,
)
from importgraph.namespaces.scopes import Names
from importgraph.namespaces.values import (
    INIT,
    MARKS,
    FixtureValue,
    MarkValue,
    MemberValue,
    ParamValue,
    Yielding,
)

_KINDS = {"staticmethod": "static", "classmethod": "class", "property": "property"}


class Records:
    """Reads values, those with an identity once each.

    Args:
        machine: What evaluates.
    """

    def __init__(self, machine: Reader) -> None:
        self.machine = machine
        self._known: dict[Value, Any] = {}
        self._scopes: dict[Module, Scope] = {}
        self._reading: set[Value] = set()
        """The containers that are being read."""
        self._read: dict[Value, Any] = {}
        """The containers that were read since the outermost of them began: many may hold one."""

    def scope(self, module: Module) -> Scope:
        """Return the names of a module."""
        if module not in self._scopes:
            name = module.name.partition("\0")[0]
            self._scopes[module] = Scope(Names(module.namespace, self.read, module.path), module.path, name)
        return self._scopes[module]

    def read(self, value: Value, path: str = "") -> Any:
        """Return a value as a record; a name in another module stays a reference."""
        if isinstance(value, Deferred):
            if value.module and "value" not in value.found:
                return Ref(value.module.partition("\0")[0], value.name, path, 0, value)
            value = value.value()
        if isinstance(value, Constant):
            return value.value
        if isinstance(value, Class | Function | Wrapped | MarkValue | FixtureValue | MemberValue | Instance):
            if value not in self._known:
                self._known[value] = self._object(value)
            return self._known[value]
        return self._other(value, path)

    def _other(self, value: Value, path: str) -> Any:
        if isinstance(value, Iteration) or (isinstance(value, Sequence) and value.kind in _ITERATORS):
            if value not in self._known:
                self._known[value] = self._iterator(value, path)
            return self._known[value]
        if not isinstance(value, Sequence | Table):
            return self._symbolic(value, path)
        if value in self._reading:
            return Unknown("a container that holds itself", instance=True)
        if value in self._read:
            return self._read[value]
        self._reading.add(value)
        found = self._sequence(value, path) if isinstance(value, Sequence) else self._table(value, path)
        self._reading.discard(value)
        self._read[value] = found
        if not self._reading:
            self._read.clear()
        return found

    def _table(self, value: Table, path: str) -> Any:
        if "of" in value.state:
            return Unknown("a namespace")
        items = list(value.items.items())
        found = {
            self.read(key, path) if isinstance(key, Value) else key: self.read(one, path)
            for key, one in items
        }
        return {**found, TAINT: TAINT} if value.is_open else found

    def _symbolic(self, value: Value, path: str) -> Any:
        match value:
            case UnknownValue():
                return unknown(value)
            case External():
                return external(value)
            case Module():
                return Mod(value.name.partition("\0")[0])
            case Either():
                return self._either(value, path)
            case ParamValue():
                return self._param(value, path)
            case BoundMethod():
                return self._bound(value, path)
            case Method():
                return Bound(self.read(value.receiver, path), value.name, value)
            case ExternalException():
                return exception(value)
            case Partial():
                return Inst(Ext("functools.partial"), value)
            case _:
                return Unknown(value.described(), instance=True)

    def _iterator(self, value: Iteration | Sequence, path: str) -> Any:
        """Return an iterator, one record for each: who loops over it first, uses it up."""
        if isinstance(value, Yielding):
            items = value.unused(self.machine) if not value.used else None
        else:
            items = value.elements(self.machine)
        if items is None:
            return Unknown("what an iterator gives", instance=True)
        made = Lazy(self.read(one, path) for one in items)
        made.title = title_of(value)
        made.named = any(
            one is value or (isinstance(one, Deferred) and one.found.get("value") is value)
            for module in self._scopes
            for one in module.namespace.values()
        )
        return made

    def _sequence(self, value: Sequence, path: str) -> Any:
        rows = value.state["rows"]() if "rows" in value.state else value.items
        items = [self.read(one, path) for one in rows]
        items += [TAINT] if value.is_open else []
        match value.kind:
            case "tuple":
                return tuple(items)
            case "set":
                return set_of(items)
            case _:
                return items

    def _either(self, value: Either, path: str) -> Any:
        values = [settled(one) for one in value.values]
        functions = [one for one in values if isinstance(one, Function)]
        if len(functions) == len(values):
            found = [self._function(one) for one in functions]
            attrs = {} if len({one.name for one in found}) == 1 else {"__renamed__": True}
            return Func(found[0].name, None, found[0].scope, attrs=attrs, arguments=None, origin=value)
        certain = all(isinstance(one, Constant | Sequence | Table) for one in values)
        return Unknown("depends on a condition that text does not decide", instance=certain)

    def _param(self, value: ParamValue, path: str) -> Param:
        given = value.given
        marks = self.read(given.keywords.get("marks", sequence("tuple", ())), path)
        values = tuple(self.read(one, path) for one in given.positional)
        values += (TAINT,) if given.open else ()
        name = self.read(given.keywords.get("id", NONE), path)
        if isinstance(marks, Mark):
            return Param(values, (marks,), name)
        known = isinstance(marks, list | tuple | set) and all(isinstance(mark, Mark) for mark in marks)
        return Param(values, tuple(marks) if known else None, name)

    def _bound(self, value: BoundMethod, path: str) -> Any:
        inner = value.function
        name = inner.qualname.rpartition(".")[2] if isinstance(inner, Function) else "a method"
        return Bound(self.read(value.receiver, path), name, value)

    def _object(self, value: Value) -> Any:
        match value:
            case Class():
                return self._class(value)
            case Function():
                return self._function(value)
            case Wrapped():
                inner = settled(value.function)
                if not isinstance(inner, Function):
                    is_static = value.kind == "staticmethod"
                    return self.read(inner) if is_static else Unknown("a property", instance=True)
                found = self._function(inner)
                found.kind, found.origin = _KINDS.get(value.kind, "property"), value
                return found
            case MarkValue():
                open_end = (TAINT,) if value.given.open else ()
                args = tuple(self.read(one) for one in value.given.positional)
                kwargs = {key: self.read(one) for key, one in value.given.keywords.items()}
                return Mark(value.name, (*args, *open_end), kwargs)
            case FixtureValue():
                return self._fixture(value)
            case MemberValue():
                plain = self.read(self.machine.known(value.value))
                plain = Unknown("auto()") if isinstance(plain, Ext) else plain
                return Member(self.read(value.cls), value.name, plain, value)
            case Instance():
                return Inst(self.read(value.cls), value)
            case _:
                return Unknown(value.described())

    def _fixture(self, value: FixtureValue) -> Any:
        inner = self.read(value.function) if value.function is not None else None
        kwargs = {key: self.read(one) for key, one in value.options.items()}
        if not isinstance(inner, Func):
            return Unknown("a fixture of something unknown")
        return Fixture(inner, kwargs, value)

    def _class(self, value: Class) -> Cls:
        path = value.module.path
        node = value.node
        line = node.lineno if node is not None else 0
        doubt = (
            f"class {value.qualname} may have other members (line {line})" if OPEN in value.namespace else ""
        )
        return Cls(
            value.qualname.rpartition(".")[2],
            tuple(self.read(base, path) for base in value.bases),
            Names(value.namespace, self.read, path),
            path,
            self.read(value.metaclass, path) if value.metaclass is not None else None,
            doubt,
            [],
            node,
            INIT in value.namespace,
            value,
            lambda: self._members(value),
        )

    def _members(self, value: Class) -> list[Any] | None:
        found = self.machine.elements_of_class(value)
        return None if found is None else [self.read(one) for one in found]

    def _function(self, value: Function) -> Func:
        arguments, home, patches = parameters_of(value)
        state, path = value.state, value.module.path
        given = state.get("__name__")
        name = given.value if isinstance(given, Constant) else value.qualname.rpartition(".")[2]
        attrs: dict[str, Any] = {
            key: self.read(one, path)
            for key, one in state.items()
            if isinstance(key, str) and not (key.startswith("__") and key not in _OWN) and key != MARKS
        }
        if given is not None and not isinstance(given, Constant):
            attrs["__renamed__"] = True
        if isinstance(value.node, ast.AsyncFunctionDef) or isinstance(home.node, ast.AsyncFunctionDef):
            attrs["__async__"] = True
        marks = self.read(state[MARKS], path) if MARKS in state else []
        return Func(
            str(name),
            value.node,
            self.scope(value.module),
            marks=list(marks) if isinstance(marks, list | tuple) else [marks],
            attrs=attrs,
            arguments=arguments,
            positional=bool(home.node.args.posonlyargs),
            patches=patches,
            wrapped="__wrapped__" in state or patches > 0,
            origin=value,
        )

    def result(self, found: Value | Raised) -> Any:
        """Return what a call gave as a record."""
        if isinstance(found, Raised):
            return Unknown(f"a call that fails: {found.message or found.kind}")
        return self.read(found)


_ITERATORS = {"iterator", "generator"}
_OWN = {"__test__", "__abstract__"}
