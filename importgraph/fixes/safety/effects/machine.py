"""An interpreter that notes what the code it runs does to others, and where it does not know.

Whatever an expression cannot be shown to be is unknown; calling, asking or comparing something unknown may
run anything, and is noted. Objects belong to the module whose import made them.
"""

import ast

from importgraph.evaluation.calls import Iteration
from importgraph.evaluation.expressions import expressions
from importgraph.evaluation.lineage import in_lineage
from importgraph.evaluation.merge import Either
from importgraph.evaluation.values.journal import Journal
from importgraph.evaluation.values.objects import (
    Class,
    External,
    Function,
    Instance,
    Module,
)
from importgraph.evaluation.values.value import (
    BORN,
    Raised,
    Result,
    State,
    Unknown,
    Value,
    settled,
)
from importgraph.evaluation.values.values import Sequence, sequence
from importgraph.fixes.safety.effects.fresh import Fresh
from importgraph.fixes.safety.effects.implicit import ADDING, COMPARING, SHOWING, STANDARD
from importgraph.fixes.safety.effects.known import CHANGEABLE, ITERATORS, LOUD, STABLE, matches, sort_of
from importgraph.fixes.safety.effects.model import Name
from importgraph.fixes.safety.effects.outside import OutsideMachine
from importgraph.fixes.safety.effects.policy import EffectPolicy
from importgraph.names import top_level
from importgraph.snapshot import Snapshot

_IMPLICIT = {
    ast.Compare: COMPARING,
    ast.BinOp: ADDING,
    ast.JoinedStr: SHOWING,
    ast.Set: ("__hash__", "__eq__"),
    ast.Dict: ("__hash__", "__eq__"),
    ast.UnaryOp: ("__neg__", "__pos__", "__invert__"),
}
"""What operations run of the objects they are applied to, beyond what the evaluator runs itself."""
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_USING = (ast.Call, ast.Attribute, ast.Subscript, ast.BinOp, ast.UnaryOp, ast.Compare, ast.JoinedStr)
_PLAIN_RESULTS = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.JoinedStr)


class _Journal(Journal):
    """Tells of every change of a state."""

    def __init__(self, machine: "EffectMachine") -> None:
        super().__init__()
        self._machine = machine

    def put(self, state: State, key: object, value: object, *, own: bool = False) -> None:
        if not own:
            self._machine.stored(state, key)
        super().put(state, key, value, own=own)


class EffectMachine(OutsideMachine):
    """Runs module bodies; see `effects` and `names`, by the module whose body ran."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._iterated: set[ast.AST] = set()
        self._begun: dict[Iteration, str] = {}
        self._subjects: dict[ast.AST, tuple[ast.pattern, ...]] = {}
        super().__init__(EffectPolicy(snapshot, self.told, self.failed))
        self.journal = _Journal(self)

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

    def at(self, node: ast.AST) -> None:
        """Take note of where the present frame is."""
        super().at(node)
        match node:
            case ast.For():
                self._iterated.add(node.iter)
            case ast.Match():
                self._subjects[node.subject] = tuple(case.pattern for case in node.cases)
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
        if isinstance(node, ast.Subscript) and parts:
            self.implicit(parts[0], ("__missing__",))
        if node in self._subjects:
            self.matched(result, self._subjects.pop(node))
        self._used_up(result)
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

    def _used_up(self, value: Value) -> None:
        """Note that an iterator of another module is looked at: whoever takes elements leaves fewer."""
        owner = value.owner if isinstance(value, Fresh) and matches(value.name, ITERATORS) else None
        if isinstance(value, Sequence) and "iterator" in value.state:
            owner = self._maker(value.state)
        if isinstance(value, Iteration):
            owner = self._begun.setdefault(value, self.root)
        if owner not in {None, "", self.root}:
            self.note("changes", "an iterator", str(owner))

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
        if isinstance(source, External) and top_level(source.name) in STANDARD:
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
            if outside and not known and all(top_level(name) in STANDARD for name in outside):
                name = next((n for n in outside if n != "builtins.object"), outside[0])
                owner = holder.module.name if isinstance(holder, Class) else self._maker(holder.state)
                return self._fresh(f"{name}.{node.attr}", owner or "")
        if isinstance(holder, Function) and node.attr.startswith("__"):
            return self._fresh("builtins.object()")
        if not isinstance(holder, Unknown):
            self.note("unknown", f"`{ast.unparse(node)[:60]}`")
        return result

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

    def module(self, name: str) -> Module:
        """Return a module; one whose body has not run has the `__future__` imports that its text shows."""
        is_new = name not in self.modules
        module = super().module(name)
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
        if isinstance(found, External) and top_level(name) not in STANDARD:
            self.note("imports", name, name)
        return found


def _made_by(value: Value) -> str:
    """Return the call that made a value outside, such as a path: operators give more of the same."""
    return value.name if isinstance(value, External) and "()" in value.name else ""


def _has_unknown(parts: list[Value]) -> bool:
    return any(isinstance(part, Unknown) for part in parts)
