"""What the parts of the evaluation ask of each other and know of the session; given to them from above."""

import ast
from typing import Any

import msgspec

from importgraph.evaluation.limits import spend
from importgraph.evaluator.module_names import Names
from importgraph.evaluator.values import Doubt, Func, ImportFails, Ref, Scope


class Loaded(msgspec.Struct):
    """A module after its body was evaluated."""

    scope: Scope
    doubt: Doubt | None = None
    failure: ImportFails | None = None
    skipped: bool = False
    done: bool = False


class Frame(msgspec.Struct):
    """One body under evaluation."""

    scope: Scope
    space: "Interpreter"
    depth: int = 0
    yields: list[Any] | None = None
    unsure: int = 0
    """How many conditions that text cannot decide stand around the statement."""
    in_loop: bool = False
    """The loop around the statement is run round by round."""
    doing: list[str] = msgspec.field(default_factory=list)

    def step(self) -> None:
        """Count one statement or loop round; evaluation ends where it would take too long."""
        spend()


class Interpreter(Names):
    """The modules of one run, and the functions that evaluate them. Not safe to share between threads."""

    warnings_fail: bool = False
    options: frozenset[str] | None = None
    """Options of the command line that are not pytest's own, the configuration's included; None: not
    known."""
    registered: frozenset[str] | None = None
    """The marks that are known, where others are errors."""
    plugin_marks: frozenset[str] = frozenset()
    """Marks that plugins register."""
    plugin_texts: tuple[bytes, ...] = ()
    """The text of plugins that register marks which text does not name."""
    anyio: bool = False
    """The plugin of anyio is active: it gives its marked asynchronous tests a fixture."""
    module_attributes: dict[tuple[str, str], Any] = msgspec.field(default_factory=dict)
    """What code sets on modules that are not read: ("sys", name)."""
    effects_only: bool = False
    """Functions are run for what they do, not for what they return."""
    undecided_returns: list[ast.expr] = msgspec.field(default_factory=list)
    """What such functions may return, under conditions that text does not decide."""
    added_marks: set[str] = msgspec.field(default_factory=set)
    environment_reads: dict[str, str | None] = msgspec.field(default_factory=dict)
    failures: dict[str, str] = msgspec.field(default_factory=dict)
    importing: set[str] = msgspec.field(default_factory=set)
    """Files that are being looked at, whether importing them fails (`import_failures.py`)."""
    sound: dict[tuple[str, str, str], tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Imports that do not fail: module, name and the importer's base, with the files that had a say."""
    loading: str = ""
    """The file that is being evaluated as a module."""
    strict: int = 0
    """Inside of how many `try` whose body must be computed wholly."""
    program_folders: set[str] = msgspec.field(default_factory=set)
    """Folders in which programs were looked for."""
    settling: int = 0
    """How many names of other people's modules are being read."""
    changed_elsewhere: frozenset[tuple[str, str]] = frozenset()
    """Names, with the file that holds each, that other files of the session change (`shared_names.py`)."""
    patched: set[tuple[str, str]] = msgspec.field(default_factory=set)
    """Attributes of classes, with the file that holds each, that conftests set."""
    memo: dict[tuple[Any, ...], Any] = msgspec.field(default_factory=dict)
    """What was computed for the file at hand, by what and for which objects of its; emptied before the
    next file."""
    given_marks: dict[str, frozenset[str]] = msgspec.field(default_factory=dict)
    """The marks that a file may give to parameters (`parameter_marks.py`)."""

    def evaluate(self, frame: Frame, node: ast.expr) -> Any:
        """Evaluate an expression."""
        raise NotImplementedError

    def execute(self, frame: Frame, body: list[ast.stmt]) -> None:
        """Run statements in order; raise what ends the body early."""
        raise NotImplementedError

    def call(self, frame: Frame, callee: Any, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
        """Call a value."""
        raise NotImplementedError

    def run_call(self, frame: Frame, callee: Func, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
        """Run a function at once; where it is not followed, note what it may change."""
        raise NotImplementedError

    def attribute(self, frame: Frame, owner: Any, name: str, line: int) -> Any:
        """Evaluate an attribute."""
        raise NotImplementedError

    def load(self, path: str, module: str) -> Loaded:
        """Evaluate a file as a module."""
        raise NotImplementedError

    def resolve(self, ref: Ref) -> Any:
        """Return what an imported name is."""
        raise NotImplementedError

    def member(self, module: str, name: str, importer: str, line: int, depth: int = 0) -> Any:
        """Return a name of a module."""
        raise NotImplementedError

    def settle(self, value: Any, importer: str) -> Any:
        """Find out what a value is that waits, or is known by its name alone."""
        raise NotImplementedError

    def has_name(self, module: str, name: str, importer: str) -> bool:
        """Tell whether a module may have a name: False only where it surely has not."""
        raise NotImplementedError

    def holds(self, module: str, name: str, importer: str) -> bool | None:
        """Tell whether a module has a name, by evaluating it; None where that does not tell."""
        raise NotImplementedError

    def star_names(self, module: str, importer: str) -> list[str] | None:
        """Return what `from module import *` binds, in order; None where text does not tell."""
        raise NotImplementedError

    def failure(self, module: str, importer: str) -> str:
        """Say why importing a first-party module surely fails, or nothing."""
        raise NotImplementedError
