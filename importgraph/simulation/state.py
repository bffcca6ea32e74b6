"""What a simulated session carries along: the stack, `sys.modules`, and what text leaves open."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Never

from importgraph.simulation.causes import CauseKind, Step
from importgraph.simulation.failures import Failure, Raised, Skipped
from importgraph.simulation.installed import Installed
from importgraph.simulation.search import Search
from importgraph.simulation.source_files import SourceFiles
from importgraph.simulation.values import ANYTHING, ModuleValue, Scope, Value, merged
from importgraph.simulation.variables import Variables

MOST_STEPS = 120_000
"""How many statements and expressions the import of one module may take, calls included."""


@dataclass(eq=False, slots=True)
class Frame:
    """One body that is being run."""

    scope: Scope
    path: str
    line: int = 0
    result: Value = ANYTHING
    left: bool = False
    """It may have been left before here, so a failure from here on is not certain."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Which pytest marks are known, where others are errors."""

    strict: bool
    known: frozenset[str]
    may_exist: Callable[[str], bool]
    """Tells whether a plugin may register a mark."""
    filters: tuple[str, ...] = ()
    """`filterwarnings`, which may turn the warning about an unknown mark into an error."""


class State:
    """The world of one session."""

    def __init__(
        self, search: Search, sources: SourceFiles, marks: Marks, pytest_version: tuple[int, ...]
    ) -> None:
        self.search = search
        self.sources = sources
        self.installed = Installed(search, sources.sources)
        self.marks = marks
        self.pytest_version = pytest_version
        self.version = search.environment.version
        self.modules: dict[str, ModuleValue] = {}
        self.uses: dict[str, set[str]] = {}
        """Of each file: the files of the project that its body, and functions called from there, import."""
        self.frames: list[Frame] = []
        self.extra_builtins: set[str] = set()
        self.risk = 0
        """Counts what may raise; compared before and after."""
        self.import_risk = 0
        """Counts what may raise an ImportError."""
        self.stubbing: set[str] = set()
        """Files whose code brings modules in a way that text does not show."""
        self.variables = Variables()
        self.tentative = 0
        """How many branches that may not run stand around what is being run."""

    @property
    def frame(self) -> Frame:
        """The body that is being run."""
        return self.frames[-1]

    def fail(self, exception: str, kind: CauseKind, subject: str, message: str, line: int = 0) -> Never:
        """Raise an exception of the simulated program.

        Args:
            exception: Its class.
            kind: What it will be reported as.
            subject: What it is about.
            message: One sentence.
            line: Where, if not on the line the innermost frame is at.
        """
        if line:
            self.frame.line = line
        chain = tuple(Step(frame.path, frame.line) for frame in self.frames)
        last = chain[-1] if chain else Step("", 0)  # pytest itself imports a plugin
        raise Raised(Failure(exception, kind, subject, message, last.path, last.line, chain))

    def may_fail(self, *, imports: bool = False) -> None:
        """Note that what was just run may raise."""
        self.risk += 1
        if imports:
            self.import_risk += 1

    # -- branches that may not run --------------------------------------------------------------

    def maybe(self, body: list[ast.stmt], run: Callable[[], bool]) -> dict[str, Value] | None:
        """Run a branch that may not run; return the names after it, None where it does not go on behind.

        Args:
            body: Its statements.
            run: Runs it; tells whether it goes on behind.
        """
        names = self.frame.scope.names
        depth = len(self.frames)
        goes_on = True
        self.tentative += 1
        try:
            goes_on = run()
        except Raised as raised:
            self.may_fail(imports=raised.failure.exception in {"ImportError", "ModuleNotFoundError"})
            for name in bound_names(body):
                names.setdefault(name, ANYTHING)
            goes_on = not _ends_raising(body)
        except Skipped:
            goes_on = False
            for frame in self.frames:
                frame.left = True
        finally:
            self.tentative -= 1
            del self.frames[depth:]
        return dict(names) if goes_on else None

    def either(self, branches: list[tuple[list[ast.stmt], Callable[[], bool]]]) -> bool:
        """Run branches of which one runs; keep what they agree on. Tell whether any goes on behind."""
        names = self.frame.scope.names
        before = dict(names)
        outcomes: list[dict[str, Value]] = []
        for body, run in branches:
            names.clear()
            names.update(before)
            outcome = self.maybe(body, run)
            if outcome is not None:
                outcomes.append(outcome)
        names.clear()
        if not outcomes:
            names.update(before)
            return False
        for name in dict.fromkeys(name for outcome in outcomes for name in outcome):
            values = [outcome.get(name, ANYTHING) for outcome in outcomes]
            value = values[0]
            for other in values[1:]:
                value = merged(value, other)
            names[name] = value
        return True


def _ends_raising(body: list[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], ast.Raise)


def bound_names(body: list[ast.stmt]) -> set[str]:
    """Return the names that statements may bind in their scope."""
    found: set[str] = set()
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
                continue
            case ast.Lambda():
                continue
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                inner = (one for one in ast.walk(node) if isinstance(one, ast.NamedExpr))
                found.update(one.target.id for one in inner)  # its own targets belong to it
                continue
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found.update((alias.asname or alias.name).partition(".")[0] for alias in names)
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
                | ast.MatchMapping(rest=str(name))
            ):
                found.add(name)
            case _:
                pass
        stack.extend(ast.iter_child_nodes(node))
    return found
