"""Fixes as data: what to change, what it gains, how risky it is, and why."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct


class Applicability(StrEnum):
    """May a fix be applied without a person looking at it?"""

    SAFE = "safe"
    """Every rule of the safety check was shown to hold."""
    UNSAFE = "unsafe"
    """It can be applied by a tool; something could not be shown, the reasons say what."""
    MANUAL = "manual"
    """A person has to make the change."""


class RiskLevel(StrEnum):
    """How likely it is that a change alters more than time, in three steps."""

    SAFE = "safe"
    """Shown from the text to change nothing but time."""
    REVIEW = "review"
    """Nothing is known against it; something is unknown."""
    UNSAFE = "unsafe"
    """Something is known against it."""


class Reason(Struct, frozen=True):
    """One thing that speaks against a change, or that could not be shown."""

    kind: str
    """What reasons of one kind share, in a few words; reasons are counted by it."""
    text: str
    """One sentence without its place, which a maintainer can check in a minute."""
    path: str = ""
    line: int = 0
    """Where to look; 0 where no single line shows it."""
    known: bool = False
    """It is known to speak against the change; else it is only unknown."""

    @property
    def place(self) -> str:
        """The file and line to look at, or nothing."""
        return f"{self.path}:{self.line}" if self.line else self.path


class Risk(Struct, frozen=True):
    """How risky a change is, with the one strongest reason, and one reason of each further kind."""

    level: RiskLevel
    reason: str
    """The strongest reason, or what makes it safe."""
    path: str = ""
    line: int = 0
    more: tuple[Reason, ...] = ()
    """The first reason of each further kind, strongest first."""

    @property
    def text(self) -> str:
        """The reason with its place, and how many further kinds there are."""
        place = f"{self.path}:{self.line}" if self.line else self.path
        kinds = f", and {len(self.more)} more kind{'s' if len(self.more) > 1 else ''}" if self.more else ""
        return f"{self.reason}{f' ({place})' if place else ''}{kinds}"


def judge(reasons: Iterable[Reason], proof: str) -> Risk:
    """Make a risk of all reasons: what is known first, then in the order given; one reason for each kind.

    Args:
        reasons: The strongest of each of the two sorts first.
        proof: What makes the change safe where there is no reason against it.
    """
    first: dict[str, Reason] = {}
    for reason in sorted(reasons, key=lambda reason: not reason.known):
        first.setdefault(reason.kind, reason)
    if not first:
        return Risk(RiskLevel.SAFE, proof)
    strongest, *more = first.values()
    level = RiskLevel.UNSAFE if strongest.known else RiskLevel.REVIEW
    return Risk(level, strongest.text, strongest.path, strongest.line, tuple(more))


class Form(StrEnum):
    """How an import is put off."""

    DELETE = "delete"
    TYPE_CHECKING = "type_checking"
    FUNCTIONS = "functions"
    LAZY = "lazy"
    LAZY_LIST = "lazy_modules"
    """By a list that Pythons before 3.15 do not look at (PEP 810)."""
    EXPORT = "lazy_export"
    ATTACH = "lazy_attach"
    """By `lazy_loader.attach` (SPEC 1), where the project uses it."""


class DeferImport(Struct, frozen=True, tag="defer_import"):
    """Put off one imported name."""

    path: str
    line: int
    """Of the statement."""
    statement: str
    """The statement that imports this name alone."""
    bound: str
    """The local name."""
    form: Form
    functions: tuple[str, ...]
    """For the form `functions`: the outermost functions that use the name and get the statement."""
    submodule: bool = False
    """The name is a module of its own."""
    module: str = ""
    """The module after `from` or `import`, without dots in front: what `__lazy_modules__` has to list."""


class RewriteImport(Struct, frozen=True, tag="rewrite_import"):
    """Take a name from another module."""

    path: str
    line: int
    before: str
    after: str


class CreateModule(Struct, frozen=True, tag="create_module"):
    """Write a new file."""

    path: str
    text: str


class CutImport(Struct, frozen=True, tag="cut_import"):
    """End an import; how is for a person to decide among the ways given."""

    path: str
    line: int
    importer: str
    imported: str
    ways: tuple[str, ...]


class ReplaceText(Struct, frozen=True, tag="replace_text"):
    """Put code in the place of code."""

    path: str
    line: int
    column: int
    """Bytes of UTF-8 before it on its line, as `ast` counts."""
    before: str
    """What stands there, with line ends as `\\n`."""
    after: str


class AddImport(Struct, frozen=True, tag="add_import"):
    """Import a name, where the file does not by the same statement already."""

    path: str
    statement: str
    """Imports one name."""
    line: int = 0
    """Of the import that it goes below, in whatever block; 0: below the imports at the top."""


class DropImport(Struct, frozen=True, tag="drop_import"):
    """Delete an import whose name nothing uses any more once all other edits are made; else it stays."""

    path: str
    line: int
    statement: str
    """Imports one name."""
    bound: str


Edit: TypeAlias = (
    DeferImport | RewriteImport | CreateModule | CutImport | ReplaceText | AddImport | DropImport
)


class Gain(Struct, frozen=True):
    """What a fix does to one entry point: the difference of two closures."""

    entry: str
    unit: str
    """`modules` for a static count, `us` for microseconds."""
    before: int
    after: int
    removed: tuple[str, ...]
    """Modules that are no longer loaded, sorted."""
    at_least: str = ""
    """Why more modules may go than these; empty where it is exactly these."""
    label: str = ""
    """What people type to enter there."""
    importance: float = 1.0
    """Of the entry point, from 0 to 1."""
    estimated: bool = False
    """The time is an estimate, not a measurement."""
    open: bool = False
    """More is loaded before and after, by imports of computed names."""

    @property
    def title(self) -> str:
        """How the entry point is written in text."""
        return self.label or f"import {self.entry}"

    @property
    def saved(self) -> int:
        """What is saved, in the unit."""
        return self.before - self.after

    @property
    def share(self) -> float:
        """Which part of the whole is saved, from 0 to 1."""
        return self.saved / self.before if self.before else 0.0

    @property
    def change(self) -> str:
        """Before and after, with the unit: a static count of modules, or a measured time."""
        most, more = "at most " if self.at_least else "", " + ?" if self.open else ""
        if self.unit == "us":
            how, mark = ("estimated", "≈ ") if self.estimated else ("measured", "")
            return f"{mark}{self.before / 1000:,.1f} → {most}{self.after / 1000:,.1f} ms{more}, {how}"
        return f"{self.before:,} → {most}{self.after:,} modules{more}"


NOT_VERIFIED = "not verified"


class Fix(Struct, frozen=True):
    """A proposal."""

    id: str
    kind: str
    title: str
    """What to do, in one line."""
    gains: tuple[Gain, ...]
    """Largest first; empty where loading is not the point."""
    resolves: int
    """How many findings or statements it clears."""
    statements: int
    """How many import statements it touches."""
    applicability: Applicability
    reasons: tuple[str, ...]
    """Why it is not safe, or what makes it so."""
    findings: tuple[str, ...]
    """`CODE subject` of the findings it resolves."""
    edits: tuple[Edit, ...]
    diff: str = ""
    """A unified diff, where the edit is a change of few statements."""
    verification: str = NOT_VERIFIED
    frees: str = ""
    """What is no longer loaded that costs most: a library by its distribution's name, or a module."""
    risk: Risk | None = None
    """Where the change is an import deferred: how risky that is, with the strongest reason."""
    mentions: tuple[str, ...] = ()
    """Places of documentation that show the old path, as `path:line`; a person changes them."""


class SkippedFix(Struct, frozen=True):
    """A proposal that was considered and not made."""

    kind: str
    subject: str
    reason: str
