"""The interpreter: its state, and the table through which its parts reach each other."""

import ast
import sys
from collections.abc import Iterable
from typing import ClassVar, cast

from msgspec.structs import replace

from importgraph.evaluation import calls, imports, lineage, module_attributes
from importgraph.evaluation.classes import attributes, classes, instances, refused_attributes
from importgraph.evaluation.expressions import expressions
from importgraph.evaluation.models import registry
from importgraph.evaluation.protocol import Policy, Source
from importgraph.evaluation.stack import Stack
from importgraph.evaluation.statements import statements
from importgraph.evaluation.values.journal import Activation, Journal
from importgraph.evaluation.values.limits import Budget
from importgraph.evaluation.values.objects import Class, External, Function, Instance, Module
from importgraph.evaluation.values.outcome import NORMAL, Outcome, raising
from importgraph.evaluation.values.scope import Frame
from importgraph.evaluation.values.value import (
    Arguments,
    Raised,
    Result,
    State,
    Unknown,
    Value,
    births,
    settled,
)

_RISKY = (ast.Call, ast.Attribute, ast.Subscript, ast.BinOp)
"""Expressions that may raise where it is not known what they give."""
_ANYTHING = Raised("", certain=False)
SKIPS = frozenset(("Skipped", "SkipTest"))
"""Exceptions that end a test module without an error."""
_OF_NONE = "NoneType."
_RECURSION = 20_000
"""Calls of ours, of which one call of the evaluated program takes some dozens."""


class Machine(Stack):
    """Runs modules as their client's policy says; see `run` and `journal`."""

    unknown: ClassVar[frozenset[type]] = frozenset((Unknown,))
    """Kinds of results of which an expression may have raised."""

    def __init__(self, policy: Policy, budget: Budget | None = None) -> None:
        super().__init__(budget or Budget())
        self.policy = policy
        self.journal = Journal()
        self.modules: State = {}
        """The modules by name; for a cautious client those in `sys.modules` are loading or loaded."""
        self.unfinished: list[Module] = []
        self.bodies: list[Module] = []
        """The modules whose bodies ran, since a client cleared it."""
        self.doubtful: set[str] = set()
        """Modules whose bodies may have been left before their end."""
        self._lineages: dict[Class, tuple[Value, ...]] = {}

    # -- failures -------------------------------------------------------------------------------

    def judged(self, raised: Raised, node: ast.AST | None = None) -> Result:
        """Return a failure with its place as the client takes it, or a value that is not known instead."""
        if raised.trace is not None:
            return raised
        passed = (*(frame.module for frame in self._frames), *raised.passed)
        placed = replace(raised, trace=self.trace(node), passed=passed)
        result = self.policy.judged(placed)
        if isinstance(result, Unknown) and self.frame.tries and raised.name.startswith(_OF_NONE):
            return placed  # the program is prepared for it
        if isinstance(result, Unknown):
            self._doubt()
        return result

    def may_raise(self, raised: Raised) -> None:
        """Take note that the present body may have raised; what skips a module may have left all bodies."""
        self.frame.may_raise(raised)
        if raised.kind in SKIPS:
            for frame in self._frames:
                frame.results.append(Unknown("the module may have been skipped"))
                frame.leaves += 1

    def _doubt(self) -> None:
        if self.policy.cautious:
            self.frame.may_raise(_ANYTHING)

    # -- running --------------------------------------------------------------------------------

    def evaluate(self, node: ast.expr) -> Result:
        """Evaluate an expression in the present frame."""
        budget = self.budget
        budget.used += 1
        if budget.used > budget.steps:
            return Unknown("a value that took too long to find out")
        handler = expressions.HANDLERS.get(type(node))
        result = handler(self, node) if handler is not None else expressions.evaluate(self, node)
        kind = type(result)
        if kind is Raised:
            return self.judged(cast("Raised", result), node)
        if kind in self.unknown and self.policy.cautious and isinstance(node, _RISKY):
            self._doubt()
        return result

    def execute(self, body: Iterable[ast.stmt]) -> Outcome:
        """Run statements in the present frame."""
        return statements.execute(self, body)

    def run_module(self, name: str) -> Module:
        """Run the body of a module unless that has been done."""
        module = self.module(name)
        imports.run_module(self, module)
        return module

    def run_body(self, module: Module, source: Source) -> Outcome:
        """Run the statements of a module in its namespace."""
        self.bodies.append(module)
        frame = self._frame_of(module)
        self.enter(frame)
        spent, born = self.budget.used, births()
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, _RECURSION))
        try:
            if self.policy.cautious:
                self.budget.start()
            return self._ended(frame, source)
        finally:
            sys.setrecursionlimit(limit)
            if not frame.certain:
                self.doubtful.add(module.name)
            self.leave()
            self.journal.ended(born)
            if self.policy.cautious:
                if self.budget.is_spent:
                    self.journal.put(module.status, "open", "not all of its body was followed")
                self.budget.used = spent
                for raised in frame.possible if self._frames else ():
                    self.frame.may_raise(raised)

    def _ended(self, frame: Frame, source: Source) -> Outcome:
        if source.broken:
            self.at(ast.Pass(lineno=source.broken_line))
            failed = self.judged(Raised("SyntaxError", source.broken))
            return raising(failed) if type(failed) is Raised else NORMAL
        outcome = self.execute(source.tree.body)
        sure = outcome.certain and not (self.policy.cautious and frame.results)
        return outcome if sure else Outcome(outcome.ending, outcome.value, outcome.raised, certain=False)

    def _frame_of(self, module: Module) -> Frame:
        caller = self._frames[-1].activation if self._frames else None
        line = self.line if self._places else 0
        activation = Activation(module.name, "", 0, caller, line, module.path)
        return Frame(module, module.namespace, activation, certain=True)

    # -- modules --------------------------------------------------------------------------------

    def module(self, name: str) -> Module:
        """Return a module of the tree; its body need not have run."""
        if name not in self.modules:
            self.modules[name] = Module(name, {}, {}, self.policy.path(name))
        found: Module = self.modules[name]
        return found

    def load(self, name: str) -> Module:
        """Return a module of the tree, its body run where the policy says so."""
        return self.run_module(name) if self.policy.executes(name) else self.module(name)

    def is_loaded(self, module: str) -> bool:
        """Tell whether a module of the tree has been imported."""
        status = self.modules[module].status if module in self.modules else {}
        return "imported" in status or (self.policy.cautious and "state" in status)

    def replace_module(self, name: str, value: Value) -> None:
        """Put something into `sys.modules`."""
        imports.replace_module(self, name, value)

    def import_name(self, name: str, node: ast.AST, *, computed: bool = False) -> Result:
        """Import an absolute name; return the module."""
        return imports.import_module(self, name, node, computed=computed)

    def supply(self, module: Module, name: str) -> Value | None:
        """Find what a module binds whose body has not run, as the policy says."""
        how = self.policy.supply(module.name, name)
        if how.external:
            return External(how.external)
        if how.module:
            found = self.module(how.module)
            result = found.attribute(self, how.name) if how.name else found
            return None if type(result) is Raised else result
        if how.definition is not None:
            self.define(module, how.definition, name)
        elif how.run:
            self.run_module(module.name)
        value = module.namespace.get(name)
        return value if isinstance(value, Value) else None

    def define(self, module: Module, statement: ast.stmt, name: str) -> Result:
        """Run one statement of a module in its namespace; return what it binds to a name."""
        if len(self._frames) > self.budget.depth:
            return Unknown(f"`{name}`: definitions are nested too deeply")
        self.asked.add((module.name, name))
        self.enter(self._frame_of(module))
        self.journal.drop(module.namespace, name, own=True)  # what is put off there is this
        born = births()
        outcome = statements.run_one(self, statement)
        if module.status.get("state") != "loading":
            self.journal.ended(born)
        self.leave()
        if outcome.raised is not None and outcome.certain:
            return outcome.raised
        found = module.namespace.get(name)
        if not isinstance(found, Value):
            return Unknown(f"`{name}` of {module.described()}")
        self.journal.put(module.status, statement, found, own=True)
        return found

    def attribute_of_module(self, module: Module, name: str) -> Result:
        """Return what a module binds, or what its `__getattr__` answers."""
        return module_attributes.module_attribute(self, module, name)

    # -- objects --------------------------------------------------------------------------------

    def run(self, function: Function, arguments: Arguments) -> Result:
        """Call a function."""
        return calls.run(self, function, arguments)

    def make_class(self, node: ast.ClassDef) -> Result:
        """Run a class statement; return the class, undecorated."""
        return classes.make_class(self, node)

    def hooked(self, cls: Class, given: Arguments) -> Result:
        """Run what a metaclass, the bases and the attributes do when a class is made."""
        return classes.hooked(self, cls, given)

    def refuses(
        self, holder: Value, name: str, found: Value | None, *, deletes: bool = False
    ) -> Raised | None:
        """Return why an attribute surely cannot be set or deleted; `found`: what the class binds to it."""
        return refused_attributes.refusal(holder, name, found, deletes=deletes)

    def make_instance(self, cls: Class, arguments: Arguments) -> Result:
        """Call a class."""
        return instances.instantiate(self, cls, arguments)

    def lineage(self, cls: Class) -> tuple[Value, ...]:
        """Return a class and what it inherits from, in the order of lookup."""
        known = self._lineages.get(cls)
        if known is None:
            known = self._lineages[cls] = lineage.lineage(cls)
        return known

    def attribute_of_object(self, value: Class | Instance, name: str) -> Result:
        """Look a name up in an instance, its class and the bases."""
        return attributes.object_attribute(self, value, name)

    def item_of_class(self, cls: Class, key: Value) -> Result:
        """Return what a class gives for an item: a member, or the class itself with parameters."""
        return attributes.class_item(self, cls, key)

    def known(self, value: Value) -> Value:
        """Return a value that is not put off."""
        return settled(value)

    def since(self, _module: Module, _name: str, value: Value) -> Value:
        """Return what a global holds for a function that is called after its module has been executed."""
        return value

    def elements_of_class(self, _cls: Class) -> tuple[Value, ...] | None:
        """Return what a loop over a class runs over."""
        return None

    def ordered(self, items: tuple[Value, ...]) -> tuple[Value, ...] | None:
        """Return what a loop over a set runs over: in the order written, which nothing here depends on."""
        return items

    def changed(self, holder: Value, what: str) -> None:
        """Take note that an object was changed."""
        self.policy.changes(holder, what)

    def truth(self, value: Value) -> bool | None:
        """Tell whether a value is true, as far as known."""
        return value.truth(self)

    def builtin(self, name: str) -> Value | None:
        """Return a builtin by its name."""
        return registry.builtin(name)

    def attribute_of_external(self, name: str) -> Result:
        """Return something outside the tree by its dotted name."""
        return self.policy.outside_value(name) or registry.attribute(self, name)

    def has_outside(self, _name: str) -> bool:
        """Tell whether code has set something on a module outside the tree: nobody keeps that here."""
        return False

    def set_outside(self, name: str, value: Value) -> None:
        """Take note of what an attribute of something outside the tree was set to."""

    def call_external(self, name: str, arguments: Arguments) -> Result:
        """Call something outside the tree: by its model, else nothing is known of the result."""
        return registry.call(self, name, arguments)

    def call_method(self, value: Value, name: str, arguments: Arguments) -> Result:
        """Call a method of a constant, sequence or mapping."""
        return registry.call_method(self, value, name, arguments)
