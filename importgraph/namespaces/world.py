"""What models and the parts of reading ask of the session that they serve."""

from collections.abc import Iterable
from typing import Protocol

from importgraph.environment.search_path import Found
from importgraph.evaluation.protocol import Interpreter as Evaluating
from importgraph.evaluation.values.objects import Class, Function, FunctionNode, Module
from importgraph.evaluation.values.value import Value
from importgraph.namespaces.protocol import Interpreter
from importgraph.namespaces.records import Doubt
from importgraph.namespaces.values import MemberValue, Model


class Doubting(Protocol):
    """What evaluates."""

    @property
    def path(self) -> str:
        """The file whose body or function runs."""

    def doubt(self, reason: str | Doubt) -> None:
        """Take note that text cannot decide what the module that runs holds."""


class World(Protocol):
    """The modules of a session, and what evaluates them."""

    space: Interpreter

    @property
    def machine(self) -> Doubting:
        """What evaluates."""


class Rules(Protocol):
    """How modules are read."""

    space: Interpreter
    forced: set[str]
    """Modules whose bodies are run when they are imported."""

    def kept(self, found: Found, name: str, importer: str) -> str:
        """Return under which name a module is kept that is read."""

    def whole(self, function: Function) -> FunctionNode:
        """Read the body of a function when it is called."""

    def outside_model(self, name: str) -> Model | None:
        """Return what a call does of which the name is known."""


class Reading(Evaluating, Doubting, Protocol):
    """What reads names, as its parts see it."""

    members: dict[tuple[Class, str], MemberValue]
    """The members of enumerations."""
    behind: dict[str, Value]
    """What stands behind names of other people's modules."""
    open_hooks: set[Class]
    """Classes whose hooks are not followed."""
    is_hook: bool
    """A hook of pytest runs, for what it does."""

    @property
    def reading(self) -> Rules:
        """How modules are read."""

    @property
    def began(self) -> int:
        """When the body began that runs now; what was made since knows a larger number (`births`)."""

    @property
    def loading(self) -> str:
        """The file whose body runs."""

    @property
    def surely_runs(self) -> bool:
        """Whether what runs now is sure to run when the body of its module does."""

    def settle(self, value: Value) -> Value:
        """Read the source behind a name of other people's modules; the name itself where there is none."""

    def run_now(self, key: str) -> Module:
        """Run the body of a module that collection looks at, unless that has been done."""

    def star_names(self, module: str) -> Iterable[str] | None:
        """Return what a star import of somebody else's module binds."""

    def not_followed(self, function: Function) -> None:
        """Take note of what a function may change that is not followed."""

    def open_class(self, cls: Class) -> None:
        """Take note that a class may have other members than its body shows."""

    def set_on_class(self, cls: Class, name: str) -> None:
        """Look at an attribute that was set on a class."""
