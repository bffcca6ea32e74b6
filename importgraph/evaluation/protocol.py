"""What the parts of the interpreter ask of each other, and of their client; given to them from above."""

import ast
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Protocol

from msgspec import Struct

from importgraph.environment.entry_points import EntryPoint
from importgraph.evaluation.values.journal import Activation, Journal
from importgraph.evaluation.values.limits import Budget
from importgraph.evaluation.values.objects import Class, Function, FunctionNode, Module
from importgraph.evaluation.values.outcome import Outcome
from importgraph.evaluation.values.scope import Frame
from importgraph.evaluation.values.value import Arguments, Evaluator, Raised, Result, State, Value


class Presence(Enum):
    """What is known about something outside the tree."""

    THERE = "there"
    MISSING = "missing"
    UNDECIDED = "undecided"


class Source(Struct, frozen=True):
    """The text of a module, parsed."""

    tree: ast.Module
    package: str
    """Its `__package__`."""
    path: str
    """Relative to the root of the tree, with `/`; empty for a namespace package."""
    is_package: bool
    broken: str = ""
    """Why Python does not read it; empty where it does."""
    broken_line: int = 0


class Surroundings(Struct, frozen=True):
    """The interpreter that text is evaluated for."""

    version: tuple[int, ...]
    platform: str
    implementation: str = "cpython"
    variables: Mapping[str, str] | None = None
    """Environment variables; None where they are not known."""


class Supply(Struct, frozen=True):
    """How to find what a name of a module is: one of these, or nothing if the module binds no such name."""

    definition: ast.stmt | None = None
    """Its `def` or `class` statement, which is run alone."""
    module: str = ""
    """The module that it is, or that binds it as `name`."""
    name: str = ""
    run: bool = False
    """By running the body of the module."""
    external: str = ""
    """It is something outside the tree, by its dotted name."""


class Policy(Protocol):
    """What a client decides: how names resolve, how deep calls are followed, what runs when."""

    surroundings: Surroundings
    assumes_unset: bool
    """Whether environment variables that are not known count as not set."""
    exact: bool = False
    """Whether what may be, and may not, counts as unknown: names bound in one of two branches, what stands
    behind a place where the body may have been left."""
    cautious: bool = False
    """Whether only what is sure counts: what unknown code may have done to what it got hold of is not known,
    unknown operations may have failed, generators run when somebody asks for what they give."""

    def find(self, name: str, importer: str) -> str | None:
        """Return the module of the tree that an absolute name means to a module, or None."""

    def presence(self, name: str, importer: str) -> Presence:
        """Tell whether an absolute name that is no module of the tree can be imported."""

    def source(self, module: str) -> Source | None:
        """Return the text of a module of the tree; None where there is none to read."""

    def executes(self, module: str, /) -> bool:
        """Tell whether importing a module runs its body here and now, or only makes it known."""

    def binds(self, module: str, name: str) -> bool:
        """Tell whether text shows that a module whose body has not run binds a name."""

    def supply(self, module: str, name: str) -> "Supply":
        """Say how to find what a module binds whose body has not run."""

    def listed_lazily(self, module: str, name: str) -> tuple[str, str] | None:
        """Return the module and the name in it that a lazy loader of a module answers for a name with."""

    def submodule(self, package: str, name: str) -> str | None:
        """Return the followed module that a from-import of a package which is not followed loads."""
        return None

    def judged(self, raised: Raised, /) -> Result:
        """Return a failure as it is to be taken, or an unknown value where it is not taken as real."""

    def ends(self, raised: Raised, /) -> bool:
        """Tell whether a failure ends the body of a module; else the next statement runs."""

    def waits(self, module: str, statement: ast.stmt) -> bool:
        """Tell whether a definition or assignment at the top of a module waits until its name is used."""

    def follows(self, function: Function, arguments: Arguments) -> bool:
        """Tell whether a call is run where it stands; else it runs when somebody asks for its result."""

    def files_in(self, folder: str) -> tuple[str, ...] | None:
        """Return the names in a folder of the tree; None where they are not known."""

    def lacks_name(self, module: str, name: str) -> bool:
        """Tell whether a module from outside surely binds no such name."""
        return False

    def entry_points(self) -> tuple[EntryPoint, ...] | None:
        """Return the entry points of what is installed; None where they are not known."""
        return None

    def path(self, module: str) -> str:
        """Return the file of a module, as traces name it; empty where they need not."""
        return ""

    def fails(self, module: str) -> bool:
        """Tell whether importing a module of the tree surely fails, without running its body."""
        return False

    def may_lack(self, module: str, name: str, importer: str) -> bool:
        """Tell whether a module that binds a name may not have done so when it imports another."""
        return False

    def is_compiled(self, module: str) -> bool:
        """Tell whether a module of the tree has no text: it may fail, and what it binds is not known."""
        return False

    def whole(self, function: Function) -> FunctionNode:
        """Return the definition of a function with its body, where reading left that out."""
        return function.node

    def gives_up(self, function: Function) -> bool:
        """Tell whether a call is not followed at all, as the function was called so often."""
        return False

    def took(self, function: Function, steps: int, since: int) -> None:
        """Take note of a call that ended.

        Args:
            function: What was called.
            steps: How many it took, those of the calls in it included.
            since: Where in the journal its events begin.
        """
        return

    def repeated(self, function: Function) -> Activation | None:
        """Return a call that stands for one that is not followed, as all before did the same; else None."""
        return None

    def outside_model(self, name: str) -> "Callable[[Interpreter, Arguments], Result] | None":
        """Return what calling something outside the tree does, where the client knows more than models do."""
        return None

    def outside_value(self, name: str) -> Result | None:
        """Return something outside by its dotted name, where the client knows more than models do."""
        return None

    def outside_names(self, module: str) -> Iterable[str] | None:
        """Return what a star import of a module outside binds; None where that is not known."""
        return None

    def changes(self, holder: Value, what: str) -> None:
        """Take note that an object was changed."""

    def calls_external(self, name: str, arguments: Arguments) -> None:
        """Take note of a call outside the tree that no model answers."""


class Interpreter(Evaluator, Protocol):
    """What handlers of statements, expressions and calls use."""

    policy: Policy
    journal: Journal
    budget: Budget
    modules: State
    unfinished: list[Module]
    """Modules whose bodies were left early because no steps were left."""
    asked: set[tuple[str, str]]

    @property
    def frame(self) -> Frame:
        """The body that runs now."""

    @property
    def frames(self) -> Iterable[Frame]:
        """The bodies that run, outermost first."""

    def evaluate(self, node: ast.expr) -> Result:
        """Evaluate an expression in the present frame."""

    def execute(self, body: Iterable[ast.stmt]) -> Outcome:
        """Run statements in the present frame."""

    def enter(self, frame: Frame) -> None:
        """Make a frame the present one."""

    def leave(self) -> None:
        """Go back to the frame before."""

    def module(self, name: str) -> Module:
        """Return a module of the tree; its body need not have run."""

    def load(self, name: str) -> Module:
        """Return a module of the tree, its body run where the policy says so."""

    def import_name(self, name: str, node: ast.AST, *, computed: bool = False) -> Result:
        """Import an absolute name, as `import_module` does; return the module."""

    @property
    def line(self) -> int:
        """The line where the present frame is."""

    def is_deep(self, function: Function, again: int) -> bool:
        """Tell whether calls are nested too deeply, or one function too often in itself."""

    @property
    def place(self) -> ast.AST:
        """The statement or call where the present frame is."""

    def is_loaded(self, module: str) -> bool:
        """Tell whether a module of the tree has been imported."""

    @property
    def handled(self) -> Raised | None:
        """The exception that is being handled."""

    def judged(self, raised: Raised) -> Result:
        """Return a failure as the client takes it, or a value that is not known instead."""

    def may_raise(self, raised: Raised) -> None:
        """Take note that the present body may have raised."""

    def passed_over(self, raised: Raised) -> None:
        """Take note that the body of a module raised, and goes on all the same as the client wants it."""

    def replace_module(self, name: str, value: Value) -> None:
        """Put something into `sys.modules`."""

    def at(self, node: ast.AST) -> None:
        """Take note of where the present frame is."""

    def changed(self, holder: Value, what: str) -> None:
        """Take note that an object was changed."""

    def has_outside(self, name: str) -> bool:
        """Tell whether code has set something on a module outside the tree."""

    def since(self, module: Module, name: str, value: Value) -> Value:
        """Return what a global holds for a function that is called after its module has been executed."""

    def supply(self, module: Module, name: str) -> Value | None:
        """Find what a module binds whose body has not run, as the policy says."""

    def define(self, module: Module, statement: ast.stmt, name: str) -> Result:
        """Run one statement of a module in its namespace; return what it binds to a name."""

    def run_body(self, module: Module, source: Source) -> Outcome:
        """Run the statements of a module in its namespace."""

    def truth(self, value: Value) -> bool | None:
        """Tell whether a value is true, as far as known."""

    def hooked(self, cls: Class, given: Arguments) -> Result:
        """Run what a metaclass, the bases and the attributes do when a class is made."""

    def refuses(
        self, holder: Value, name: str, found: Value | None, *, deletes: bool = False
    ) -> Raised | None:
        """Return why an attribute surely cannot be set or deleted; `found`: what the class binds to it."""

    def make_class(self, node: ast.ClassDef) -> Result:
        """Run a class statement; return the class, undecorated."""

    def builtin(self, name: str) -> Value | None:
        """Return a builtin by its name."""

    def lineage(self, cls: Class) -> tuple[Value, ...]:
        """Return a class and what it inherits from, in the order of lookup."""
