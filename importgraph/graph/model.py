"""The graph: modules, imports with all that is known about each, and the functions that run at import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import groupby

from msgspec import Struct

from importgraph.facts.found import Excluded, OtherFiles
from importgraph.facts.model import Guard, Import, ModuleFacts, Origin, Scope


class Kind(StrEnum):
    """What a module is."""

    PACKAGE = "package"
    MODULE = "module"
    NAMESPACE = "namespace"
    ORPHAN = "orphan"
    """In a folder without `__init__.py` inside a package."""
    TEST = "test"
    CONFTEST = "conftest"
    SCRIPT = "script"
    EXTENSION = "extension"
    """Compiled: there is no Python source to read."""
    UNREAD = "unread"
    """On disk, but git ignores it: not read."""


class AtImport(StrEnum):
    """Whether an import runs while modules are imported."""

    RUNS = "runs"
    MAY = "may run"
    NO = "does not run"


@dataclass(frozen=True, slots=True)
class Target:
    """The Python that version and platform tests are decided for."""

    version: tuple[int, ...]
    platform: str = "linux"
    implementation: str = "cpython"


@dataclass(frozen=True, slots=True)
class Module:
    """A node of the graph."""

    name: str
    path: str
    """Relative to the analysed root; empty for a namespace package."""
    kind: Kind
    root: str
    """The source root it is named from, relative to the analysed root."""
    importable_as: str
    """The name a statement would use; differs from `name` where two files claim one name."""
    package: str
    """Its `__package__`: what relative imports start from."""
    broken: bool

    @property
    def is_opaque(self) -> bool:
        """Tell whether there is no text of it that says which names it has and what it imports."""
        return self.kind in {Kind.EXTENSION, Kind.UNREAD}

    @property
    def holds_modules(self) -> bool:
        """Tell whether modules can stand below it."""
        return self.kind is Kind.NAMESPACE or self.path.endswith("__init__.py")


class ImportEdge(Struct, frozen=True, array_like=True, gc=False):
    """One imported name: who imports what, where, and under which conditions."""

    importer: str
    imported: str
    """The module that is imported; for what is missing, the nearest module that exists."""
    name: str | None
    path: str
    line: int
    column: int
    scope: Scope
    guards: tuple[Guard, ...]
    lazy: bool
    recovered: bool
    origin: Origin
    external: bool
    active: bool
    """False where a version or platform test excludes it for the target."""
    fallback: bool
    """In the handler of a `try` whose own imports succeed."""
    conditional: bool
    function: int
    """Index of the function around it in the facts of the importer, -1 for none."""
    index: int
    """Index of the import in the facts of the importer."""
    missing: str
    """The first-party module or name that does not exist; empty when all is found."""
    submodule: bool
    """`from package import submodule`: the imported module is named by `name`."""
    shadowed: bool
    """The package binds the name itself, so the statement does not load the submodule of that name."""
    tried: bool
    """An ImportError of it is caught where it stands."""
    alias: str | None
    at_import: AtImport = AtImport.RUNS
    """Whether it runs when its module is imported; in a function, when some module is."""


class Ran(Struct, frozen=True, array_like=True, gc=False):
    """An import in a function that runs at import."""

    node: str
    """The function."""
    index: int
    """Of the edge, in `Graph.imports`."""
    certain: bool


class Call(Struct, frozen=True, array_like=True, gc=False):
    """A call of a first-party function, by a module at import or by another function."""

    caller: str
    """Node name: a module, or a function as `module:qualname()`."""
    function: str
    """Node name of the function."""
    path: str
    line: int
    certain: bool = True
    """It runs whenever its caller does."""


class OutsideImport(Struct, frozen=True, gc=False):
    """An import in a module from outside the tree, which no edit of ours can change."""

    path: str
    """From the folder it is installed in, such as `site-packages/dep/mod.py`."""
    line: int
    conditional: bool
    """Below an `if`, loop or `match` that text cannot decide: it may run."""


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A file that could not be read whole."""

    path: str
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where every file that was found ended: analysed + broken + excluded = found."""

    found: int
    analysed: int
    broken: tuple[BrokenFile, ...]
    excluded: tuple[Excluded, ...]
    links: tuple[Excluded, ...]
    """Folders behind symbolic links (no files of their own)."""


@dataclass(frozen=True, eq=False)
class Graph:
    """Who imports whom in one tree."""

    modules: Mapping[str, Module]
    """By name, sorted."""
    facts: Mapping[str, ModuleFacts]
    """By module name; namespace packages have none."""
    imports: tuple[ImportEdge, ...]
    """Sorted by path, line and column; without implicit parents."""
    calls: tuple[Call, ...]
    """Calls at import of functions that lead to an import, sorted."""
    ran: tuple[Ran, ...]
    """The imports in those functions that run or may run, sorted."""
    run_at_import: frozenset[str]
    """Nodes of all functions that some module runs at import, whether or not they lead to an import."""
    ledger: Ledger
    target: Target
    roots: tuple[tuple[str, str], ...]
    """Source roots with the reason each was taken."""
    package_folders: tuple[tuple[str, str], ...]
    """Packages with further folders in which their `__path__` makes Python look; see `package_paths`."""
    other: OtherFiles
    notebooks: Mapping[str, ModuleFacts]
    """Facts of notebooks by their paths; they are no modules."""
    notebook_imports: tuple[ImportEdge, ...]
    """What notebooks import, sorted; the importer is the path."""
    test_folders: tuple[str, ...]
    """Where pytest collects by default; none where that is everywhere."""

    @cached_property
    def by_importer(self) -> Mapping[str, Sequence[ImportEdge]]:
        """The imports of each module that has any, in the order of the text."""
        found: dict[str, Sequence[ImportEdge]] = {}
        for name, edges in groupby(self.imports, lambda edge: edge.importer):
            found[name] = [*found.get(name, ()), *edges]
        return found

    def imports_of(self, module: str) -> Sequence[ImportEdge]:
        """Return the imports of one module, in the order of the text."""
        return self.by_importer.get(module, ())

    def edge_at(self, index: int) -> ImportEdge:
        """Return the import at a place among all."""
        return self.imports[index]

    def item(self, edge: ImportEdge) -> Import | None:
        """Return the import that an edge comes from, of a module or a notebook; None where no text has it."""
        facts = self.facts.get(edge.importer) or self.notebooks.get(edge.importer)
        return facts.imports[edge.index] if facts is not None and edge.index >= 0 else None
