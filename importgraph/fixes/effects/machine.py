"""An interpreter that notes what the code it runs does to others, and where it does not know.

Whatever an expression cannot be shown to be is unknown; calling, asking or comparing something unknown may
run anything, and is noted. Objects belong to the module whose import made them.
"""

import ast
import builtins
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence as Many

from importgraph.evaluation import expressions
from importgraph.evaluation.budget import Budget
from importgraph.evaluation.interpreter import Machine
from importgraph.evaluation.journal import Journal
from importgraph.evaluation.lineage import in_lineage
from importgraph.evaluation.merge import Either
from importgraph.evaluation.models import registry
from importgraph.evaluation.objects import (
    Bound,
    Class,
    External,
    Function,
    Instance,
    Module,
    Partial,
    Wrapped,
)
from importgraph.evaluation.scope import Frame
from importgraph.evaluation.value import (
    BORN,
    Arguments,
    Raised,
    Result,
    State,
    Unknown,
    Value,
    births,
    settled,
)
from importgraph.evaluation.values import Constant, Sequence, Table, sequence, unwrap
from importgraph.fixes.effects.fresh import Fresh
from importgraph.fixes.effects.known import CHANGEABLE, KEEPS, LOUD, STABLE, STEADY, matches, sort_of
from importgraph.fixes.effects.model import Effect, Name
from importgraph.fixes.effects.policy import EffectPolicy
from importgraph.names import top_level
from importgraph.snapshot import Snapshot

_STANDARD = {*sys.stdlib_module_names, "builtins"}
_COMPARING = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__contains__")
_ADDING = ("__iadd__", "__ior__", "__iand__", "__isub__", "__imul__", "__ixor__", "__itruediv__", "__imod__")
_SHOWING = ("__format__", "__str__", "__repr__")
_ASKING = ("__bool__", "__len__", "__index__", "__int__", "__float__", "__fspath__", "__iter__", "__next__")
_IMPLICIT = {
    ast.Compare: _COMPARING,
    ast.BinOp: _ADDING,
    ast.JoinedStr: _SHOWING,
    ast.Set: ("__hash__", "__eq__"),
    ast.Dict: ("__hash__", "__eq__"),
    ast.UnaryOp: ("__neg__", "__pos__", "__invert__"),
}
"""What operations run of the objects they are applied to, beyond what the evaluator runs itself."""
_TWO = {*_COMPARING, *_ADDING}
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_USING = (ast.Call, ast.Attribute, ast.Subscript, ast.BinOp, ast.UnaryOp, ast.Compare, ast.JoinedStr)
_PLAIN_RESULTS = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.JoinedStr)
_MEMBERS = ("__init__", "__new__", "_generate_next_value_")


class _Journal(Journal):
    """Tells of every change of a state."""

    def __init__(self, machine: "EffectMachine") -> None:
        super().__init__()
        self._machine = machine

    def put(self, state: State, key: object, value: object, *, own: bool = False) -> None:
        if not own:
            self._machine.stored(state, key)
        super().put(state, key, value, own=own)


class EffectMachine(Machine):
    """Runs module bodies; see `effects` and `names`, by the module whose body ran."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.effects: dict[str, dict[Effect, None]] = defaultdict(dict)
        self.names: dict[str, dict[Name, None]] = defaultdict(dict)
        self.calls: dict[str, set[str]] = defaultdict(set)
        self._roots: list[str] = [""]
        self._parts: list[list[Value]] = [[]]
        self._marks: list[int] = [0]
        self._owners: list[str] = [""]
        self._iterated: set[ast.AST] = set()
        self.rules = EffectPolicy(snapshot, self.told, self.failed)
        super().__init__(self.rules, Budget())
        self.journal = _Journal(self)

    # -- who does it ----------------------------------------------------------------------------------

    @property
    def root(self) -> str:
        """The module whose body runs, or made what runs."""
        return self._roots[-1]

    def enter(self, frame: Frame) -> None:
        """Make a frame the present one."""
        activation = frame.activation
        self._roots.append(activation.module if not activation.function else self._roots[-1])
        self._parts.append([])
        self._switch()
        super().enter(frame)

    def leave(self) -> None:
        """Go back to the frame before."""
        frame = self.frame
        if frame.function is None and not frame.is_class and frame.possible:
            self.note("unknown", f"it may raise {frame.possible[0].kind}: {frame.possible[0].message}"[:120])
            frame.possible.clear()
        super().leave()
        self._roots.pop()
        self._parts.pop()
        self._switch()

    def _switch(self) -> None:
        if self._owners[-1] != self._roots[-1]:
            self._marks.append(births())
            self._owners.append(self._roots[-1])

    def _maker(self, state: State) -> str | None:
        """Return the module whose import made a state; None where it does not say."""
        born = state.get(BORN)
        return self._owners[bisect_right(self._marks, born) - 1] if born is not None else None

    def owner(self, value: Value) -> str | None:
        """Return the module whose import made an object that can change; None for one that cannot."""
        match value:
            case Module():
                return value.name
            case Class():
                return value.module.name
            case Sequence() if value.kind == "tuple":
                return None
            case Table() if "of" in value.state:
                held = value.state["of"]
                return held.name if isinstance(held, Module) else None
            case Sequence() | Table() | Instance() | Function():
                return self._maker(value.state)
            case Fresh():
                return None if matches(value.name, STEADY) and "()." not in value.name else value.owner
            case _:
                return None

    def note(self, kind: str, detail: str, owner: str = "") -> None:
        """Note an effect of the module whose body runs."""
        if not self.root:
            return
        frame, line = self.frame, self.line
        activation, sure = frame.activation, frame.certain
        while activation.function and activation.caller is not None:
            line, activation = activation.call_line, activation.caller
        self.effects[self.root].setdefault(Effect(kind, detail, line, owner, sure))

    def _fresh(self, call: str, owner: str = "") -> Fresh:
        """Return what a call outside makes, for the module whose body runs where no other is named."""
        return Fresh(call, owner=owner or self.root, noting=self)

    # -- changes --------------------------------------------------------------------------------------

    def stored(self, state: State, key: object) -> None:
        """Take note that a state is about to change."""
        maker = self._maker(state)
        if maker is None and self._frames and state is self.frame.module.namespace:
            maker = self.frame.module.name
        if maker not in {None, "", self.root} and key != BORN:
            self.note(
                "changes",
                "something made by the import" if key in {"items", "open"} else str(key),
                str(maker),
            )

    def told(self, holder: Value, what: str) -> None:
        """Take note that an object is changed."""
        if isinstance(holder, Either):
            for one in holder.values:
                self.told(one, what)
            return
        owner = self.owner(holder)
        if isinstance(holder, Unknown):
            self.note("unknown", f"it changes {holder.reason}")
        elif isinstance(holder, External) and (
            not isinstance(holder, Fresh) or sort_of(holder.name) == "process"
        ):
            self.note("process", f"{holder.name}{what} = …")
        elif owner not in {None, "", self.root}:
            self.note("changes", f"{holder.described()} ({what})".replace("`", ""), str(owner))
        if isinstance(holder, Instance):
            self.implicit(holder, ("__setattr__", "__setitem__", "__delattr__", "__delitem__"))
            held = in_lineage(self, holder.cls, what.removeprefix("."))
            if isinstance(held, Instance):
                self.implicit(held, ("__set__", "__delete__"))
        if isinstance(holder, Class) and isinstance(holder.metaclass, Class):
            self._run(in_lineage(self, holder.metaclass, "__setattr__"), holder)

    def failed(self, raised: Raised) -> None:
        """Take note that a statement of a body fails."""
        self.note("fails", f"{raised.kind}: {raised.message}"[:120])

    def uses(self, made: Fresh, arguments: Arguments) -> None:
        """Take note that a method of something made outside is called."""
        if made.owner not in {"", self.root} and not matches(made.name, STEADY):
            self.note("changes", f"what {made.described()} is called on", made.owner)

    # -- expressions ------------------------------------------------------------------------------------

    def at(self, node: ast.AST) -> None:
        """Take note of where the present frame is."""
        super().at(node)
        match node:
            case ast.For():
                self._iterated.add(node.iter)
            case ast.With():
                self._iterated.update(item.context_expr for item in node.items)
            case ast.Assign(targets=[ast.Tuple() | ast.List(), *_]):
                self._iterated.add(node.value)
            case _:
                pass

    def evaluate(self, node: ast.expr) -> Result:
        """Evaluate an expression in the present frame."""
        if not self.budget.spend():
            self.note("unknown", "it runs for too long to be followed")
            return Unknown("a value that took too long to find out")
        if isinstance(node, _COMPREHENSIONS):
            self._iterated.update(generator.iter for generator in node.generators)
        above = self._parts[-1]
        parts: list[Value] = []
        self._parts[-1] = parts
        result = expressions.evaluate(self, node)
        self._parts[-1] = above
        if isinstance(result, Raised):
            if self.frame.module.name == self.root or result.explicit:
                return result
            self.note("unknown", f"`{ast.unparse(node)[:60]}` ({result.kind})")
            result = Unknown(result.message)
        result = self._judged(node, settled(result), [settled(one) for one in parts])
        above.append(result)
        return result

    def _judged(self, node: ast.expr, result: Value, parts: list[Value]) -> Value:
        """Note what evaluating an expression ran, as far as its parts show."""
        for name, special in _IMPLICIT.items():
            if isinstance(node, name):
                for part in parts:
                    self.implicit(part, special)
        if isinstance(node, _USING) and any(isinstance(part, Unknown) for part in self._used(node, parts)):
            self.note("unknown", f"`{ast.unparse(node)[:60]}`")
        if node in self._iterated:
            result = self._elements_of(node, result)
        if isinstance(node, ast.Name | ast.Attribute):
            self._looked_up(node, result)
        if type(result) is Unknown and isinstance(node, _PLAIN_RESULTS) and not _has_unknown(parts):
            return self._fresh(next(map(_made_by, parts), "") or "builtins.object()")
        if type(result) is Unknown and isinstance(node, ast.Attribute):
            return self._attribute(node, parts, result)
        if not isinstance(result, External):
            maker = self.owner(result) if not isinstance(result, Module | Class | Function) else None
            if maker not in {None, "", self.root}:
                self.note("contents", self._named(str(maker), result), str(maker))
        return result

    def _named(self, module: str, value: Value) -> str:
        """Return the name a module binds something to, else what it is."""
        bound = self.modules[module].namespace if module in self.modules else {}
        names = (str(name) for name, one in bound.items() if one is value)
        return next(names, "") or value.described().replace("`", "")

    def _elements_of(self, node: ast.expr, source: Value) -> Value:
        """Return what a loop runs over: of what the library made one element stands for all."""
        if isinstance(source, Unknown):
            self.note("unknown", f"`{ast.unparse(node)[:60]}`")
        if isinstance(source, Class):
            outside = [one for one in self.lineage(source) if isinstance(one, External)]
            if any(one.name.startswith("enum.") for one in outside):
                return sequence("list", (self._fresh("enum.Enum()"),))
        if isinstance(source, External) and top_level(source.name) in _STANDARD:
            return sequence("list", (self._fresh(f"{source.name}[]"),))
        return source

    @staticmethod
    def _used(node: ast.expr, parts: list[Value]) -> list[Value]:
        """Return the parts that an operation runs code of; arguments of a call are no such parts."""
        return parts[:1] if isinstance(node, ast.Call | ast.Attribute | ast.Subscript) else parts

    def _looked_up(self, node: ast.Name | ast.Attribute, result: Value) -> None:
        frame = self.frame
        if isinstance(result, External) and not isinstance(result, Fresh):
            what = result.name
            outside = what.startswith("sys.") and what.count(".") == 1 and what not in STABLE
            if (what in CHANGEABLE or outside) and not isinstance(node.ctx, ast.Store):
                self.note("reads", what)
        elsewhere = frame.module.name != self.root
        name = node.id if isinstance(node, ast.Name) else ""
        is_global = name in frame.module.namespace and name not in frame.names
        if is_global and elsewhere and not isinstance(result, Module):
            self._names(frame.module.name, name)

    def _names(self, module: str, name: str) -> None:
        if self.root and module != self.root and not name.startswith("__"):
            self.names[self.root].setdefault(Name(module, name, self.line))

    def _attribute(self, node: ast.Attribute, parts: list[Value], result: Unknown) -> Value:
        """Return an attribute that the evaluator does not know, where getting it runs no code of the tree."""
        holder = parts[0] if parts else result
        if isinstance(holder, Class | Instance):
            cls = holder if isinstance(holder, Class) else holder.cls
            outside = [one.name for one in self.lineage(cls) if isinstance(one, External)]
            known = [one for one in self.lineage(cls) if not isinstance(one, External | Class)]
            if outside and not known and all(top_level(name) in _STANDARD for name in outside):
                name = next((n for n in outside if n != "builtins.object"), outside[0])
                owner = holder.module.name if isinstance(holder, Class) else self._maker(holder.state)
                return self._fresh(f"{name}.{node.attr}", owner or "")
        if isinstance(holder, Function) and node.attr.startswith("__"):
            return self._fresh("builtins.object()")
        if not isinstance(holder, Unknown):
            self.note("unknown", f"`{ast.unparse(node)[:60]}`")
        return result

    def truth(self, value: Value) -> bool | None:
        """Ask whether a value is true, which may run code of its class."""
        value = settled(value)
        if isinstance(value, Unknown):
            self.note("unknown", f"whether something is true: {value.reason}")
        self.implicit(value, ("__bool__", "__len__"))
        return super().truth(value)

    # -- code that runs without being called by name ----------------------------------------------------

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
                more = (value,) if name in _TWO else (Constant(""),) if name == "__format__" else ()
                self._run(in_lineage(self, value.cls, name), value, *more)

    def _run(self, found: Value | None, *given: Value) -> None:
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

    def _inherit(self, cls: Class, node: ast.ClassDef) -> None:
        for one in self.lineage(cls):
            if isinstance(one, External) and top_level(one.name) not in _STANDARD:
                self.note("unknown", f"what making a class below `{one.name}` runs")
            elif not isinstance(one, External | Class):
                self.note("unknown", f"what `{cls.qualname}` inherits")
            elif isinstance(one, External) and one.name.startswith("enum."):
                for name in _MEMBERS:
                    self._run(in_lineage(self, cls, name), self._fresh("enum.Enum()"))
        if not self._is_made_plainly(cls):
            self.note("unknown", f"the metaclass of `{node.name}`")
        for value in list(cls.namespace.values()):
            if isinstance(value, Fresh | External) and top_level(value.name) not in _STANDARD:
                self.note("unknown", f"whether an attribute of `{node.name}` is told its name")

    def _is_made_plainly(self, cls: Class) -> bool:
        """Tell whether the metaclass of a class is known, and the only one among its bases."""
        made = cls.metaclass
        if isinstance(made, External):
            return top_level(made.name) in _STANDARD
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

    # -- modules ----------------------------------------------------------------------------------------

    def attribute_of_module(self, module: Module, name: str) -> Result:
        """Return what a module binds; note names of others."""
        self._names(module.name, name)
        self.rules.touched.add(module.name)
        found = super().attribute_of_module(module, name)
        if isinstance(found, Raised) and module.name != self.root and name != "__getattr__":
            missing = module.name in self.rules.resolver.facts and self.rules.misses(module.name, name)
            if not missing:
                self.note("unknown", f"`{name}` of `{module.name}`")
                return Unknown(f"`{name}` of `{module.name}`")
        return found

    def _module(self, name: str) -> Module:
        """Return a module; one whose body has not run has the `__future__` imports that its text shows."""
        is_new = name not in self.modules
        module = super()._module(name)
        facts = self.rules.resolver.facts
        if is_new and name in facts and facts[name].future_annotations:
            module.status["future"] = ("annotations",)
        return module

    def import_name(self, name: str, node: ast.AST, *, computed: bool = False) -> Result:
        """Import an absolute name."""
        if top_level(name) in LOUD and self.rules.find(name, self.frame.module.name) is None:
            self.note("process", f"import {name}")
        if computed:
            self.note("imports", name, self.rules.find(name, self.frame.module.name) or name)
        found = super().import_name(name, node, computed=computed)
        if isinstance(found, External) and top_level(name) not in _STANDARD:
            self.note("imports", name, name)
        return found

    # -- outside ----------------------------------------------------------------------------------------

    def attribute_of_external(self, name: str) -> Result:
        """Return something outside by its dotted name."""
        if self.rules.lacks(name):
            return Raised("AttributeError", f"`{name}` does not exist")
        return super().attribute_of_external(name)

    def call_external(self, name: str, arguments: Arguments) -> Result:
        """Call something outside: note what that does, then ask its model."""
        sort = sort_of(name) if top_level(name) in _STANDARD else "unknown"
        if name in {"builtins.vars", "builtins.dir"} and arguments.positional:
            return self._names_of(settled(arguments.positional[0]))
        self._given(name, arguments)
        if not name.startswith("builtins."):
            self.calls[self.root].add(name.partition("(")[0])
        if sort == "process" and not _is_quiet(name, arguments):
            self.note("process", name, self._limit(arguments))
        elif sort == "reads":
            self.note("reads", name)
        elif sort == "unknown" and not _is_generic(name) and not _is_exception(name):
            self.note("unknown", f"what calling `{name}` runs")
        model = registry.model(name) if not name.startswith("pathlib.") else None
        result: Result = model(self, arguments) if model is not None else Unknown(f"what `{name}` returns")
        if name.startswith(("functools.lru_cache", "functools.cache")) and isinstance(result, Function):
            self.journal.put(result.state, "cached", Constant(True))
        if name.startswith("functools.singledispatch") and isinstance(result, Function):
            self.journal.put(result.state, "register", self._fresh("functools.singledispatch().register"))
        if name == "builtins.type" and len(arguments.positional) > 1 and isinstance(result, Class):
            self._made_by_type(result)
        if type(result) is Unknown and sort != "unknown":
            return self._fresh(f"{name}()")
        if type(result) is Unknown and _is_exception(name):
            return self._fresh("builtins.Exception()")
        return result

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
            self.implicit(value, (*_COMPARING, *_SHOWING, *_ASKING, "__call__"))
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
                self.implicit(one, _COMPARING)
        result = super().call_method(value, name, arguments)
        plain = isinstance(value, Constant) or name in {"copy", "keys", "count", "index"} or _is_text(value)
        return self._fresh("builtins.object()") if type(result) is Unknown and plain else result


_BY_ELEMENT = ("builtins.sorted", "builtins.min", "builtins.max", "itertools.groupby")
"""What calls the function it is given with the elements of its first argument."""
_WITHOUT_METACLASS = {"builtins.object", "typing.Generic"} | {
    f"builtins.{name}" for name, one in vars(builtins).items() if type(one) is type
}
_LOOKING = (
    "builtins.isinstance",
    "builtins.id",
    "builtins.type",
    "builtins.list",
    "builtins.tuple",
    "typing.",
)


def _made_by(value: Value) -> str:
    """Return the call that made a value outside, such as a path: operators give more of the same."""
    return value.name if isinstance(value, External) and "()" in value.name else ""


def _has_unknown(parts: list[Value]) -> bool:
    return any(isinstance(part, Unknown) for part in parts)


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
