"""What a walk over a syntax tree has recorded so far, and the ways to record more."""

import ast
from typing import Any, NamedTuple

from importgraph.facts.model import (
    Class,
    Condition,
    Definition,
    Dynamic,
    Flow,
    Function,
    Guard,
    Import,
    Scope,
    Step,
    StepKind,
)
from importgraph.facts.recording.conditions import Names
from importgraph.facts.recording.tally import Tally

_CLASS = Scope.CLASS
_MODULE = Scope.MODULE
_IMPORT, _BIND, _USE, _CALL = StepKind.IMPORT, StepKind.BIND, StepKind.USE, StepKind.CALL

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Context(NamedTuple):
    """What stands around a statement."""

    scope: Scope = Scope.MODULE
    guards: tuple[Guard, ...] = ()
    when: tuple[int, ...] = ()
    tried: int = -1
    handles: int = -1
    flow: int = 0
    function: int = -1
    owner: str = ""
    """Qualified name of the class or function around, with a dot at the end."""
    live: bool = True
    """False where nothing runs at import (type checking, `__main__`, `if False`)."""

    def within(self, flow: int) -> "Context":
        """Return this context with more bits of flow."""
        return self if self.flow & flow == flow else self._replace(flow=self.flow | flow)

    def guarded(self, guard: Guard) -> "Context":
        """Return this context with one more guard."""
        return self if guard in self.guards else self._replace(guards=(*self.guards, guard))


class Pending(NamedTuple):
    """A function whose body is walked after everything around it."""

    number: int
    node: FunctionNode
    qualname: str
    context: Context
    opaque: frozenset[str]
    """Local names of the enclosing functions: calling them says nothing."""


class Recorder:
    """Lists that fill while a tree is walked; `parse.py` freezes them."""

    def __init__(self, lazy_lines: frozenset[int], *, future_annotations: bool) -> None:
        self.imports: list[Import] = []
        self.conditions: list[Condition] = []
        self.functions: list[Function | None] = []
        self.classes: list[Class] = []
        self.definitions: list[Definition] = []
        self.dynamic: list[Dynamic] = []
        self.hazards: set[str] = set()
        self.type_only: set[str] = set()
        self.strings: dict[str, tuple[str, ...]] = {}
        self.loops: dict[str, str] = {}
        """By loop variable, what it runs over."""
        self.names = Names({"TYPE_CHECKING"}, {})
        self.pending: list[Pending] = []
        self.import_bound: frozenset[str] = frozenset()
        """Names that a module-level import binds; known once the module body is walked."""
        self.closed = False
        """The module's `__getattr__` is made from a literal table by `lazy_loader.attach`."""
        self.lazy_lines = lazy_lines
        self.future_annotations = future_annotations
        self.tally = Tally()
        self.doubtful = False
        """Something was met that may not compile; see `doubts`."""
        self.holds_special = True
        """The text may hold `:=`, `yield` or an unpacking `*`."""
        self.early_futures: frozenset[int] = frozenset()
        self._class_names: set[str] = set()
        self._conditions: dict[Condition, int] = {}
        self._tries = 0
        self.begin_body(in_function=False)

    def begin_body(self, *, in_function: bool, asynchronous: bool = False) -> None:
        """Start the record of a module body or function body."""
        self.in_function = in_function
        self.asynchronous = asynchronous
        self.open_loops = 0
        """How many loops `break` can leave."""
        self.returns_value = False
        self.steps: list[Step] = []
        self.stores: set[str] = set()
        """Names the body binds."""
        self.typed: set[str] = set()
        """Those of them whose meaning text shows."""
        self.uses: set[str] = set()
        self.yields = False
        self._used: set[str] = set()
        self._called: set[tuple[str, str]] = set()

    # -- steps ----------------------------------------------------------------------------------

    def step(  # noqa: PLR0913 -- a step has that many parts
        self, kind: StepKind, name: str, context: Context, line: int, *, value: str = "", index: int = -1
    ) -> None:
        """Record a step unless it never runs at import."""
        if context.live:
            self.steps.append(Step(kind, name, value, line, index, context.flow, context.when))

    def use(self, name: str, context: Context, line: int) -> None:
        """Record in a module or class body that a name is loaded, the first time on the main flow."""
        if context.scope is _CLASS and self._class_names:
            name = self._in_class(name, context)
        if name not in self._used and context.live:
            if not context.flow and not context.when:
                self._used.add(name)
            self.steps.append(Step(_USE, name, "", line, -1, context.flow, context.when))

    def call(self, name: str, context: Context, line: int, value: str = "") -> None:
        """Record that a name is called with certain literal arguments, the first time on the main flow."""
        if context.scope is _CLASS and self._class_names:
            name = self._in_class(name, context)
        key = (name, value)
        if key not in self._called and context.live:
            if not context.flow and not context.when:
                self._called.add(key)
            self.steps.append(Step(_CALL, name, value, line, -1, context.flow, context.when))

    def _in_class(self, name: str, context: Context) -> str:
        return context.owner + name if context.owner + root_of(name) in self._class_names else name

    def bind(self, name: str, context: Context, node: ast.AST, value: str = "") -> None:
        """Record a binding in the current body; in a class body it is an attribute, not a module name."""
        line: int = getattr(node, "lineno", 0)
        if self.in_function:
            self.stores.add(name)
            if value:
                self.typed.add(name)
                self.step(_BIND, name, context, line, value=value)
            return
        self.step(_BIND, context.owner + name, context, line, value=value)
        if context.scope is _CLASS:
            self._class_names.add(context.owner + name)
        if context.scope is _MODULE:
            end = getattr(node, "end_lineno", line)
            self.define(name, "constant", line, end or line, context)

    def bind_definition(self, name: str, context: Context) -> None:
        """Remember that a `def` or `class` binds a name of the current body."""
        self.stores.add(name)
        self.typed.add(name)
        if context.scope is _CLASS:
            self._class_names.add(context.owner + name)

    def define(self, name: str, kind: str, line: int, end_line: int, context: Context) -> None:
        """Record a name born at the top level of the module."""
        if context.scope is not _MODULE:
            return
        if Guard.TYPE_CHECKING in context.guards:
            self.type_only.add(name)
        else:
            self.definitions.append(Definition(name, kind, line, end_line))

    # -- imports --------------------------------------------------------------------------------

    def add_import(self, found: Import, context: Context) -> None:
        """Record an import and the step that runs it."""
        self.imports.append(found)
        bound = found.bound
        self.step(_IMPORT, bound, context, found.line, index=len(self.imports) - 1)
        if self.in_function and bound:
            self.typed.add(bound)
            self.stores.add(bound)

    @staticmethod
    def make_import(context: Context, place: ast.alias | ast.expr, **fields: Any) -> Import:
        """Make an import that carries what stands around it."""
        return Import(
            line=place.lineno,
            column=place.col_offset + 1,
            scope=context.scope,
            guards=context.guards,
            when=context.when,
            function=context.function,
            tried=context.tried,
            handles=context.handles,
            conditional=bool(context.flow & Flow.CONDITIONAL),
            **fields,
        )

    # -- what stands around ---------------------------------------------------------------------

    def later(self, node: FunctionNode, qualname: str, context: Context) -> int:
        """Put a function off until the body around it is walked; return its index."""
        index = len(self.functions)
        self.functions.append(None)
        guards = context.guards
        if guards:
            guards = tuple(guard for guard in guards if guard is not Guard.OPTIONAL)
        inner = Context(Scope.FUNCTION, guards, context.when, function=index, owner=f"{qualname}.<locals>.")
        self.pending.append(Pending(index, node, qualname, inner, frozenset()))
        return index

    def condition(self, condition: Condition) -> int:
        """Return the index of a condition, the same for equal ones."""
        if condition not in self._conditions:
            self._conditions[condition] = len(self.conditions)
            self.conditions.append(condition)
        return self._conditions[condition]

    def next_try(self) -> int:
        """Number a `try` statement."""
        self._tries += 1
        return self._tries - 1


def root_of(name: str) -> str:
    """Return the name that a chain starts with."""
    return name.partition(".")[0].partition("(")[0]
