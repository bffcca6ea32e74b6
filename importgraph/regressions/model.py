"""What a baseline holds and what a comparison finds: identities, never line numbers."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from importgraph.git.model import Commit

SCHEMA = 1
"""Version of `Digest` as it stands in a baseline file."""


class EntryLoad(Struct, frozen=True):
    """What one entry point loads."""

    name: str
    reason: str
    modules: tuple[str, ...]
    """Modules of ours, sorted, without the entry point itself where it is no module."""
    external: tuple[str, ...]
    """Top-level names outside the tree, standard library included, sorted."""


class CycleMark(Struct, frozen=True):
    """The identity of a cycle."""

    kind: str
    """`crashes`, `latent`, `deferred` or `type_only`."""
    modules: tuple[str, ...]
    """Sorted."""


class FragmentMark(Struct, frozen=True):
    """A definition that is imported through several paths."""

    definition: str
    """`module.Name`."""
    canonical: str
    paths: Mapping[str, int]
    """Statements by path."""
    stray: int
    """Statements that use a path other than the canonical one."""


class FragmentationMark(Struct, frozen=True):
    """The import paths of the tree in numbers."""

    policy: str
    statements: int
    stray: int
    canonical_usage: float
    definitions: tuple[FragmentMark, ...]
    """Sorted by definition."""


class Mark(Struct, frozen=True, order=True):
    """The identity of a finding: what it is about, without lines and numbers."""

    code: str
    subject: str
    importers: tuple[str, ...] = ()
    """The modules it stands in, once for each occurrence, sorted; empty where the subject says it."""


class CollectionMark(Struct, frozen=True):
    """A reason why test files would fail to collect."""

    cause: str
    """Kind and subject."""
    files: tuple[str, ...]
    """The test files, sorted."""


class Digest(Struct, frozen=True):
    """A snapshot reduced to identities: what a baseline file stores."""

    python_version: str
    platform: str
    """The target that version and platform tests were decided for; a later check uses the same."""
    modules: Mapping[str, str]
    """Every module with a fingerprint of its definitions, which lets a moved file be recognised; sorted."""
    entry_points: tuple[EntryLoad, ...]
    edges: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Static imports: importer, imported, names (empty for a plain `import`); external ones by full name."""
    loading: Mapping[str, tuple[str, ...]]
    """What runs at import: by node, where it leads; functions as `module:name()`, externals as `@name`."""
    cycles: tuple[CycleMark, ...]
    fragmentation: FragmentationMark
    findings: tuple[Mark, ...]
    """All other findings (broken files, unresolved imports, duplicates, side effects, rules), sorted."""
    collection: tuple[CollectionMark, ...] | None = None
    """Predicted collection errors, sorted; None where they were not asked for."""


class Verdict(StrEnum):
    """The outcome of a check."""

    CLEAN = "clean"
    REGRESSED = "regressed"
    INCONCLUSIVE = "inconclusive"


class Step(Struct, frozen=True):
    """One step of a chain, with the statement or call that makes it."""

    source: str
    target: str
    path: str
    line: int | None
    """None where a module implies its parent package, or a test session its test files."""


class Regression(Struct, frozen=True):
    """One thing that got worse."""

    gate: str
    """The setting or ratchet that fails, such as `max-modules` or `loads`."""
    subject: str
    """The entry point, cycle, definition or rule it is about."""
    message: str
    """One plain sentence with the numbers in it."""
    before: float | str | None
    """None where nothing is known about before."""
    after: float | str | None
    edge: Step | None = None
    """The new statement or call that causes it."""
    chain: tuple[Step, ...] = ()
    """From the entry point through the edge to what is newly loaded."""
    added: tuple[str, ...] = ()
    """What the edge brings, sorted."""
    commit: Commit | None = None


class Stale(Struct, frozen=True, order=True):
    """Something the baseline accepts that is no longer there."""

    kind: str
    subject: str
    message: str


class Report(Struct, frozen=True):
    """The result of `check`."""

    verdict: Verdict
    against: str
    """What was compared with: a baseline file, a revision, or nothing."""
    regressions: tuple[Regression, ...]
    stale: tuple[Stale, ...]
    notes: tuple[str, ...] = ()
    """What the reader should know about the comparison itself."""
