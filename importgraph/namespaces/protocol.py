"""What collecting tests asks of the modules of a session; given to it from above."""

import ast
from collections.abc import Sequence
from typing import Any

import msgspec

from importgraph.evaluation.values.value import Value
from importgraph.namespaces.records import Doubt, Func, Ref, Scope
from importgraph.namespaces.text.names import Names


class Failed(msgspec.Struct, frozen=True):
    """Why importing a module surely fails."""

    reason: str
    line: int = 0


class Loaded(msgspec.Struct):
    """A module after its body was evaluated."""

    scope: Scope
    doubt: Doubt | None = None
    failure: Failed | None = None
    skipped: bool = False
    done: bool = False


class Frame(msgspec.Struct):
    """The module for which something is asked."""

    scope: Scope
    space: "Interpreter"


class Interpreter(Names):
    """The modules of one run, and the functions that evaluate them. Not safe to share between threads."""

    warnings_fail: bool = False
    empty_fails: bool = False
    """Tests without parameters are refused."""
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
    added_marks: set[str] = msgspec.field(default_factory=set)
    environment_reads: dict[str, str | None] = msgspec.field(default_factory=dict)
    failures: dict[str, str] = msgspec.field(default_factory=dict)
    importing: set[str] = msgspec.field(default_factory=set)
    """Files that are being looked at, whether importing them fails (`import_failures.py`)."""
    sound: dict[tuple[str, str, str], tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Imports that do not fail: module, name and the importer's base, with the files that had a say."""
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
    """The marks that a file may give to parameters (`possible_marks.py`)."""

    def call(self, callee: Any, args: list[Any]) -> Any:
        """Call a function with records.

        Raises:
            GiveUp: If it does something that is not followed.
        """
        raise NotImplementedError

    def run_hook(self, func: Func, values: dict[str, Value]) -> Value:
        """Run a hook of pytest for what it does; return what it returns.

        Args:
            func: The hook.
            values: What it may ask for, by the names of its arguments.

        Raises:
            GiveUp: If it does something that is not followed, or fails.
        """
        raise NotImplementedError

    def run_round(
        self, func: Func, before: Sequence[ast.stmt], loop: ast.For, item: Value, lists: Sequence[str]
    ) -> list[int]:
        """Run some statements of a hook and one round of its loop; tell how often each list got the item.

        Raises:
            GiveUp: If text does not tell.
        """
        raise NotImplementedError

    def read(self, value: Value) -> Any:
        """Return a value of the evaluation as a record."""
        raise NotImplementedError

    def write(self, record: Any) -> Value:
        """Return a record as a value of the evaluation."""
        raise NotImplementedError

    def load(self, path: str, module: str) -> Loaded:
        """Evaluate a file as a module."""
        raise NotImplementedError

    def resolve(self, ref: Ref) -> Any:
        """Return what an imported name is."""
        raise NotImplementedError

    def settle(self, value: Any, importer: str) -> Any:
        """Find out what a value is that is known by its name alone."""
        raise NotImplementedError

    def refuses(self, getter: Any, name: str) -> bool:
        """Tell whether the `__getattr__` of a module surely has no answer for a name."""
        raise NotImplementedError

    def is_generator(self, func: Func) -> bool:
        """Tell whether calling a function gives a generator."""
        raise NotImplementedError

    def has_name(self, module: str, name: str, importer: str) -> bool:
        """Tell whether a module may have a name: False only where it surely has not."""
        raise NotImplementedError

    def holds(self, module: str, name: str, importer: str) -> bool | None:
        """Tell whether a module has a name, by evaluating it; None where that does not tell."""
        raise NotImplementedError

    def failure(self, module: str, importer: str) -> str:
        """Say why importing a first-party module surely fails, or nothing."""
        raise NotImplementedError
