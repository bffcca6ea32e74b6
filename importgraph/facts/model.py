"""What the text of one file says. Everything here depends on the bytes of that file alone.

Names are as written: relative imports keep their dots, nothing is resolved. So facts can be cached by
content and shared between checkouts; giving a file its module name and resolving come later.
"""

from enum import IntEnum, StrEnum

from msgspec import Raw, Struct
from msgspec.msgpack import Decoder, Encoder

SCHEMA = 2
"""Version of the shapes below; a cached entry of another version is a miss."""


class Scope(StrEnum):
    """Where an import statement stands."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"


class Guard(StrEnum):
    """A condition around an import."""

    TYPE_CHECKING = "type_checking"
    OPTIONAL = "optional"
    VERSION = "version"
    PLATFORM = "platform"
    MAIN = "main"


class Origin(StrEnum):
    """What made an import: a statement, or something that works like one."""

    STATEMENT = "statement"
    PARENT = "parent"
    DYNAMIC = "dynamic"
    PYTEST_PLUGINS = "pytest_plugins"
    MOCK = "mock"


class Condition(Struct, frozen=True, array_like=True, gc=False):
    """A version or platform test that text can decide once the target is known.

    `subject` is `version` (`version[:n]` where only the first parts count), `platform`, `os`, `system`,
    `implementation`, `environment` for a variable that must be set, or `never`; `value` is a dotted version
    or a name.
    """

    subject: str
    operator: str
    value: str
    negated: bool


class LazyEntry(Struct, frozen=True, array_like=True, gc=False):
    """A row of a table in a module that answers for names lazily: asking for `name` imports `module`."""

    module: str
    name: str
    line: int


class Import(Struct, frozen=True, array_like=True, gc=False):
    """One imported name, where it stands and under which conditions it runs."""

    module: str
    """The module as written, without leading dots; may be empty (`from . import x`)."""
    level: int
    name: str | None
    """The name after `from … import`; `*` for a star; None for `import a.b`."""
    alias: str | None
    """The name after `as`."""
    line: int
    column: int
    """Line and column, both from 1, of the imported name."""
    scope: Scope
    guards: tuple[Guard, ...]
    when: tuple[int, ...]
    """Indices into `ModuleFacts.conditions`; all must hold."""
    lazy: bool
    origin: Origin
    function: int
    """Index of the innermost function around it, -1 at module and class level."""
    tried: int
    """Number of the innermost `try` that catches its ImportError, -1 for none."""
    handles: int
    """Number of the `try` in whose handler it stands, -1 for none."""
    conditional: bool
    """Below an `if`, loop or `match` that text cannot decide."""

    @property
    def bound(self) -> str:
        """The local name this import binds; empty for a star and for imports that bind nothing."""
        if self.alias is not None:
            return self.alias
        if self.origin is not Origin.STATEMENT or self.name == "*":
            return ""
        return self.name or self.module.partition(".")[0]


class StepKind(IntEnum):
    """What one step of a body does."""

    IMPORT = 0
    """`index` is the import."""
    FUNCTION = 1
    """A `def` binds `name`; `index` is the function."""
    CLASS = 2
    """A `class` statement binds `name`; `index` is the class."""
    BIND = 3
    """An assignment binds `name`; `value` is the expression when it is a chain."""
    USE = 4
    """`name` is loaded: a chain such as `a.b`."""
    CALL = 5
    """`name` is called: a chain such as `a.b` or `Thing().run`; `value` holds its arguments, joined by `|`,
    where they are literal strings."""
    DELETE = 6
    RETURN = 7
    """`value` is the returned chain."""


class Flow:
    """Bits that say what stands around a step; plain integers, because the walk combines very many."""

    PLAIN = 0
    CATCHES_IMPORT = 1
    """In the body of a `try` that catches ImportError."""
    CATCHES_ATTRIBUTE = 2
    """In the body of a `try` that catches AttributeError."""
    HANDLER = 4
    """In an `except` block: it runs only when something failed."""
    CONDITIONAL = 8
    """Below an `if`, loop or `match` that text cannot decide."""
    ANNOTATION = 16
    """In an annotation of a function or variable: evaluated at import before Python 3.14."""
    DEAD = 32
    """Below `if False`."""


class Step(Struct, frozen=True, array_like=True, gc=False):
    """One thing a body does when it runs, in order of execution.

    A *chain* is a dotted expression whose links may be calls: `a.b`, `make().run`, `super().__init__`.
    """

    kind: StepKind
    name: str
    value: str
    line: int
    index: int
    flow: int
    when: tuple[int, ...]


_decoded_steps = Decoder(tuple[Step, ...]).decode
_encoded_steps = Encoder().encode


def encoded_steps(steps: tuple[Step, ...]) -> Raw:
    """Return steps as a function holds them."""
    return Raw(_encoded_steps(steps))


class Function(Struct, frozen=True, array_like=True, gc=False):
    """A function or method, and what its body would do."""

    qualname: str
    """With `<locals>` between a function and what is defined in it, as `__qualname__` has it."""
    line: int
    end_line: int
    decorators: tuple[str, ...]
    deferred: bool
    """A coroutine: calling it runs nothing."""
    generator: bool
    parameters: tuple[str, ...]
    steps: Raw
    """The steps of the body, encoded: of a large tree they are half of all facts, and few are looked at.
    A name in them stands there as UTF-8."""
    uses: tuple[str, ...]
    """Chains in the body that start at a name which a module-level import binds, sorted."""

    @property
    def body(self) -> tuple[Step, ...]:
        """The steps of the body, decoded each time they are asked for."""
        return _decoded_steps(self.steps)


class Class(Struct, frozen=True, array_like=True, gc=False):
    """A class statement."""

    qualname: str
    line: int
    end_line: int
    bases: tuple[str, ...]
    """Chains; an empty string stands for a base that is not a chain."""
    metaclass: str
    decorators: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]
    """Class-level assignments (name, chain); the chain is empty where the value is not one."""


class Definition(Struct, frozen=True, array_like=True, gc=False):
    """A name born at the top level of a module."""

    name: str
    kind: str
    """`class`, `function` or `constant`."""
    line: int
    end_line: int


class Exports(Struct, frozen=True, array_like=True, gc=False):
    """What `__all__` says."""

    names: tuple[str, ...]
    modules: tuple[str, ...]
    """Chains whose own `__all__` is added (`__all__ += sub.__all__`)."""
    exact: bool
    """False where a part of it is computed."""


class Dynamic(Struct, frozen=True, array_like=True, gc=False):
    """An import whose target text does not give."""

    line: int
    call: str
    function: int
    pattern: str
    """The target with `{}` for what varies, such as `app.plugins.{}`; empty where text shows none."""
    values: str
    """What the varying part runs over: literals joined by `|` after an `=`, or a chain; empty if unknown."""


class Work(Struct, frozen=True, array_like=True, gc=False):
    """Counts of what importing a module reads and runs; what they weigh is said in `costs`.

    Nothing below a test for type checking or `__main__` counts as run.
    """

    size: int
    """Bytes of the source."""
    text_size: int
    """Characters of literal texts that stand as statements: docstrings."""
    stored: int
    """Statements that are read and not run: the bodies of functions."""
    run: int
    """Statements of module and class bodies."""
    calls: int
    """In module and class bodies, like all counts below."""
    subscripts: int
    elements: int
    """Of displays: lists, tuples, sets and dictionaries written out."""
    loops: int
    """Loops and comprehensions, each once."""
    annotations: int
    """Of functions, where they are evaluated."""
    patterns: int
    """Regular expressions that are compiled."""
    pattern_size: int
    """Characters of their literal parts."""
    fields: tuple[int, ...]
    """Annotated names by class, in the order of `ModuleFacts.classes`."""


class ModuleFacts(Struct, frozen=True, array_like=True, gc=False):
    """Everything the text of one file says that later stages need."""

    imports: tuple[Import, ...]
    conditions: tuple[Condition, ...]
    body: tuple[Step, ...]
    functions: tuple[Function, ...]
    classes: tuple[Class, ...]
    definitions: tuple[Definition, ...]
    strings: tuple[tuple[str, tuple[str, ...]], ...]
    """Module and class constants that are short lists of literal strings, by qualified name."""
    type_only: tuple[str, ...]
    """Names born under TYPE_CHECKING, sorted."""
    exports: Exports | None
    dynamic: tuple[Dynamic, ...]
    lazy_table: tuple[LazyEntry, ...]
    """Rows of literal tables, in modules with `__getattr__` or that replace themselves in `sys.modules`."""
    hazards: tuple[str, ...]
    """Things that make a deferral observable anywhere in this module (`globals`, `sys.modules`, `exec`…)."""
    lazy_modules: tuple[str, ...]
    """What `__lazy_modules__` lists literally (PEP 810)."""
    future_annotations: bool
    lines: int
    work: Work
    path_changes: tuple[str, ...] = ()
    """Lists of folders that it changes, sorted: `sys.path`, `__path__`, `package.__path__`."""
    closed: bool = False
    """Its assigned `__getattr__` answers for the lazy imports that are listed and for nothing else."""


class Broken(Struct, frozen=True, array_like=True, gc=False):
    """Why a file could not be read whole."""

    reason: str
    line: int | None


class Parsed(Struct, frozen=True, array_like=True, gc=False):
    """The result of reading one file: facts, and what was broken, if anything.

    For a broken file the facts hold what could be recovered.
    """

    facts: ModuleFacts
    broken: Broken | None
    late: Broken | None = None
    """Why Python rejects it from 3.14 on, where earlier ones do not."""
