"""Calls of the standard library, and methods of plain values."""

import builtins
from collections.abc import Sequence as Many

from importgraph.evaluation.models import registry
from importgraph.evaluation.models.functions import SAME_AGAIN, Renaming
from importgraph.evaluation.values.objects import (
    Bound,
    Class,
    External,
    Function,
    Instance,
    Module,
    Partial,
    Wrapped,
)
from importgraph.evaluation.values.records import Record
from importgraph.evaluation.values.value import (
    Arguments,
    Raised,
    Result,
    Unknown,
    Value,
    settled,
)
from importgraph.evaluation.values.values import Constant, Sequence, Table, unwrap
from importgraph.fixes.safety.effects.class_errors import of_dataclass, of_unique
from importgraph.fixes.safety.effects.fresh import FactoryField, Fresh
from importgraph.fixes.safety.effects.implicit import ASKING, COMPARING, SHOWING, STANDARD, ImplicitMachine
from importgraph.fixes.safety.effects.known import CHANGE_FIRST, ITERATORS, KEEPS, STEADY, matches, sort_of
from importgraph.names import top_level


class OutsideMachine(ImplicitMachine):
    """Notes what calls outside do, and runs what they are given."""

    def attribute_of_external(self, name: str) -> Result:
        """Return something outside by its dotted name."""
        if self.rules.lacks(name):
            return Raised("AttributeError", f"`{name}` does not exist")
        return super().attribute_of_external(name)

    def call_external(self, name: str, arguments: Arguments) -> Result:
        """Call something outside: note what that does, then ask its model."""
        sort = sort_of(name) if top_level(name) in STANDARD else "unknown"
        if name in {"builtins.vars", "builtins.dir"} and arguments.positional:
            return self._names_of(settled(arguments.positional[0]))
        self._given(name, arguments)
        if not name.startswith("builtins."):
            self.calls[self.root].add(name.partition("(")[0])
        if sort == "process" and not _is_quiet(name, arguments):
            self.note("process", name, self._limit(arguments))
        elif sort == "reads" and not (name == "argparse.ArgumentParser" and "prog" in arguments.keywords):
            self.note("reads", name)
        elif sort == "unknown" and not _is_generic(name) and not _is_exception(name):
            self.note("unknown", f"what calling `{name}` runs")
        special = self._special_call(name, arguments)
        if special is not None:
            return special
        model = registry.model(name) if not name.startswith("pathlib.") else None
        result: Result = model(self, arguments) if model is not None else Unknown(f"what `{name}` returns")
        if isinstance(result, Value):
            self._made(name, arguments, result)
        if name in _WITH_OPTIONS and (result == SAME_AGAIN or isinstance(result, Renaming)):
            return External(f"{name}()")
        if type(result) in {Unknown, Record} and sort != "unknown":
            return self._fresh(f"{name}()")
        if type(result) is Unknown and _is_exception(name):
            return self._fresh("builtins.Exception()")
        return result

    def _special_call(self, name: str, arguments: Arguments) -> Value | None:
        """Run what a call does beside its model; return what it gives where the model is not asked."""
        first = settled(arguments.positional[0]) if arguments.positional else None
        if name in {"builtins.isinstance", "builtins.issubclass"} and len(arguments.positional) > 1:
            self.asks_class(settled(arguments.positional[1]))
        if isinstance(first, Class):
            wrong = of_dataclass(first) if name.startswith("dataclasses.dataclass") else ""
            wrong = of_unique(first) if name.startswith("enum.unique") else wrong
            if wrong:
                self.note("fails", wrong)
        if first is not None and matches(name, CHANGE_FIRST):
            self._changes_first(name, first)
        if name.removesuffix("()") in _WITH_OPTIONS and name.endswith("()"):
            return first
        if name == "dataclasses.field" and "default_factory" in arguments.keywords:
            factory = settled(arguments.keywords["default_factory"])
            return FactoryField(f"{name}()", owner=self.root, noting=self, factory=factory)
        return None

    def _made(self, name: str, arguments: Arguments, result: Value) -> None:
        """Mark what a model made where its kind matters later."""
        if name.startswith(("functools.lru_cache", "functools.cache")) and isinstance(result, Function):
            self.journal.put(result.state, "cached", Constant(True))
        if matches(name, ITERATORS) and isinstance(result, Sequence):
            self.journal.put(result.state, "iterator", Constant(True), own=True)
        if name.startswith("functools.singledispatch") and isinstance(result, Function):
            self.journal.put(result.state, "register", self._fresh("functools.singledispatch().register"))
        if name == "builtins.type" and len(arguments.positional) > 1 and isinstance(result, Class):
            self._made_by_type(result)

    def _changes_first(self, name: str, first: Value) -> None:
        owner = self.owner(first)
        if owner not in {None, "", self.root}:
            self.note("changes", f"{first.described()} ({name})".replace("`", ""), str(owner))

    def _made_by_type(self, cls: Class) -> None:
        hooks = ("__init_subclass__", "__set_name__")
        if cls.metaclass is not None or any(
            isinstance(one, Class) and (one.metaclass is not None or hooks[0] in one.namespace)
            for one in self.lineage(cls)
        ):
            self.note("unknown", f"what making `{cls.qualname}` runs")

    def _names_of(self, value: Value) -> Result:
        if isinstance(value, Module):
            if value.name != self.root:
                self.note("contents", f"the names of {value.name}", value.name)
            return Table({"items": value.namespace, "open": False, "of": value})
        return self._fresh("builtins.dict()") if not isinstance(value, Unknown) else value

    def _limit(self, arguments: Arguments) -> str:
        """Return the module of a class that a call names beside what comes first, such as a warning's."""
        rest = [*arguments.positional[1:], *arguments.keywords.values()]
        return next((one.module.name for one in map(settled, rest) if isinstance(one, Class)), "")

    def _given(self, name: str, arguments: Arguments) -> None:
        """Run what may be called of the arguments, and note those that others made."""
        first = settled(arguments.positional[0]) if arguments.positional else None
        items = first.elements(self) if first is not None and matches(name, _BY_ELEMENT) else None
        for value in map(settled, arguments.all()):
            inner = value.items if isinstance(value, Sequence) else ()
            for one in (value, *map(settled, inner)):
                self._argument(name, one, items)

    def _argument(self, name: str, value: Value, items: Many[Value] | None) -> None:
        if isinstance(value, Function | Bound | Partial | Wrapped) and not matches(name, KEEPS):
            for given in (
                [Arguments((item,)) for item in items] if items is not None else [Arguments(open=True)]
            ):
                value.call(self, given)
        elif isinstance(value, Instance) and not matches(name, ("builtins.isinstance", "builtins.id")):
            self.implicit(value, (*COMPARING, *SHOWING, *ASKING, "__call__"))
        elif isinstance(value, Unknown) and not matches(name, _LOOKING):
            self.note("unknown", f"what `{name}` makes of {value.reason}")
        elif (
            isinstance(value, Fresh)
            and value.owner not in {"", self.root}
            and not matches(value.name, STEADY)
        ):
            self.note("changes", value.described().replace("`", ""), value.owner)

    def call_method(self, value: Value, name: str, arguments: Arguments) -> Result:
        """Call a method of a constant, sequence or mapping."""
        self._given(f"builtins.{name}", arguments)
        if isinstance(value, Sequence) and name in {"sort", "index", "count", "remove"}:
            for one in map(settled, value.items):
                self.implicit(one, COMPARING)
        result = super().call_method(value, name, arguments)
        plain = isinstance(value, Constant) or name in {"copy", "keys", "count", "index"} or _is_text(value)
        return self._fresh("builtins.object()") if type(result) is Unknown and plain else result


_BY_ELEMENT = ("builtins.sorted", "builtins.min", "builtins.max", "itertools.groupby")
"""What calls the function it is given with the elements of its first argument."""
_WITH_OPTIONS = frozenset({"functools.wraps", "dataclasses.dataclass"})
"""Decorators that are given options first, and change what they are given then."""
_LOOKING = (
    "builtins.isinstance",
    "builtins.id",
    "builtins.type",
    "builtins.list",
    "builtins.tuple",
    "typing.",
)


def _is_text(value: Value) -> bool:
    return isinstance(unwrap(value), str)


def _is_generic(name: str) -> bool:
    return name.endswith(".__getitem__") and registry.model(name) is not None


def _is_exception(name: str) -> bool:
    found = getattr(builtins, name.removeprefix("builtins."), None) if name.startswith("builtins.") else None
    return isinstance(found, type) and issubclass(found, BaseException)


def _is_quiet(name: str, arguments: Arguments) -> bool:
    """Tell whether a logger only gets a handler that does nothing, as libraries are told to do."""
    given = [settled(one) for one in arguments.all()]
    quiet = all(isinstance(one, External) and one.name.startswith("logging.NullHandler") for one in given)
    return name.endswith("getLogger().addHandler") and bool(given) and quiet
