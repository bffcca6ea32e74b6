"""What the server knows of a project at one moment; made anew when files are saved."""

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.model import Fix, RewriteImport
from importgraph.fixes.proposals.canonical_imports import propose_canonical_imports
from importgraph.fixes.safety.safety import Safety
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import View
from importgraph.project import Project
from importgraph.snapshot import Snapshot

Place = tuple[str, int]
"""A path and a line, from 1."""


@dataclass(frozen=True, slots=True)
class CanonicalPath:
    """A statement that takes a name by another path than the canonical one."""

    edit: RewriteImport
    fix: Fix
    """The rewrite of all such statements of the definition, whose risk is that of this one."""


@dataclass(frozen=True)
class Analysis:
    """An analysed project with indices by file. Each part is worked out when first asked for."""

    project: Project
    changing: threading.Lock
    """Held while deferrals are judged: their memory grows, and requests come from several threads."""

    @cached_property
    def snapshot(self) -> Snapshot:
        """The snapshot that follows the environment from every module, not from entry points alone."""
        return replace(self.project.snapshot, entered_from=())

    @property
    def view(self) -> View:
        """What loads what."""
        return self.snapshot.loading

    @cached_property
    def edges(self) -> Mapping[str, tuple[ImportEdge, ...]]:
        """The imports by path, in the order of the text."""
        found: dict[str, list[ImportEdge]] = defaultdict(list)
        for edge in self.project.graph.imports:
            if edge.index >= 0:
                found[edge.path].append(edge)
        return {path: tuple(edges) for path, edges in found.items()}

    @cached_property
    def deferrals(self) -> Deferrals:
        """Which imports can be deferred."""
        return Deferrals(self.snapshot, {})

    @cached_property
    def safety(self) -> Safety:
        """Whether that changes nothing but time."""
        return Safety(self.snapshot, self.deferrals)

    @cached_property
    def canonical_paths(self) -> Mapping[Place, tuple[CanonicalPath, ...]]:
        """Statements with another path than the canonical one, by their place."""
        found: dict[Place, list[CanonicalPath]] = defaultdict(list)
        for fix in propose_canonical_imports(self.project.snapshot):
            if isinstance(fix, Fix):
                for edit in _rewrites(fix):
                    found[edit.path, edit.line].append(CanonicalPath(edit, fix))
        return {place: tuple(paths) for place, paths in found.items()}

    def warm(self) -> "Analysis":
        """Work out what a hover needs."""
        _ = self.project.snapshot.loading, self.view.successors, self.edges
        return self

    def finish(self) -> "Analysis":
        """Work out the rest: findings and canonical paths."""
        _ = self.project.findings, self.canonical_paths
        return self


def _rewrites(fix: Fix) -> Iterator[RewriteImport]:
    for edit in fix.edits:
        if isinstance(edit, RewriteImport):
            yield edit


def analysis_of(project: Project) -> Analysis:
    """Return the analysis of a project; nothing is worked out yet."""
    return Analysis(project, threading.Lock())
