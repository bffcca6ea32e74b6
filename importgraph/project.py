"""One analysed tree and its lazy stages."""

import os
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from importgraph.config import Config, Partial, from_pyproject
from importgraph.errors import UsageError
from importgraph.executors import Helpers
from importgraph.facts.distributed import read_distributed
from importgraph.facts.found import Progress
from importgraph.facts.source.decoding import readable_text
from importgraph.facts.starts import project_folders, read_starts
from importgraph.files import RecentTexts, read_file
from importgraph.findings.model import Finding
from importgraph.git.history import name_removals, removals
from importgraph.graph.views import closure
from importgraph.measurements.model import ImportProfile
from importgraph.snapshot import Snapshot
from importgraph.tree import Stages, Tree

if TYPE_CHECKING:
    from importgraph.findings.ignores import Ignores
    from importgraph.findings.rules import Check
    from importgraph.fixes.propose import Proposals
    from importgraph.graph.outside.outside_loading import OutsideLoading


_DECODED = 4 << 20
"""The characters of texts that are kept decoded."""


@dataclass(frozen=True)
class Project(Tree):
    """A tree and what is said of it: (scan → graph → runtime view) → snapshot → findings → fixes."""

    @cached_property
    def snapshot(self) -> Snapshot:
        """All that rules read."""
        folders = project_folders(root for root, _ in self.graph.roots)
        made = Snapshot(
            self.graph,
            self.resolver,
            lambda: self.runtime,
            self.config,
            self.read_text,
            self.read_bytes,
            partial(removals, self.root),
            partial(name_removals, self.root),
            starts=read_starts(self.root, folders),
            distributed=read_distributed(self.root, folders),
            profile=self.profile,
            outside=self.outside,
            requirements=self.requirements,
            since=self.since,
        )
        from importgraph.findings.entry_points import entered_modules

        return replace(made, entered_from=entered_modules(made))

    def snapshot_from(self, name: str) -> Snapshot:
        """Return the snapshot in which the environment is followed from a module of the tree, too."""
        snapshot = self.snapshot
        if self.outside is None or name not in self.graph.modules:
            return snapshot
        if not snapshot.entered_from or name in closure(self.runtime, snapshot.entered_from):
            return snapshot
        return replace(snapshot, entered_from=(*snapshot.entered_from, name))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of the selected rules that no comment accepts."""
        from importgraph.findings.rules import run_checks

        return run_checks(self.snapshot, self.ignores, progress=partial(self._tell, "checking rules"))

    @cached_property
    def compared_findings(self) -> tuple[Finding, ...]:
        """The findings that comparisons hold, which take what entry points load from the graph itself."""
        from importgraph.findings.rules import checks_compared, run_checks

        if "findings" in self.__dict__:
            return self.findings
        return run_checks(self.snapshot, self.ignores, checks_compared(self.ignores))

    def with_stages(self, stages: Stages) -> "Project":
        """Return the same project, nothing read yet, that tells what is being done."""
        return replace(self, stages=stages)

    @cached_property
    def ignores(self) -> "Ignores":
        """The comments that accept findings on their line, as they count today."""
        from importgraph.findings.ignores import read_ignores

        today = self.today or date.today()  # noqa: DTZ011 -- days of the calendar on the wall
        return read_ignores(self.paths, self.read_bytes, today, self.since)

    def with_profile(self, profile: ImportProfile) -> "Project":
        """Return the same project with measured costs; what is known of its texts and imports is kept."""
        other = replace(self, profile=profile)
        kept = (
            "_kept",
            "scan",
            "graph",
            "resolver",
            "runtime",
            "architecture",
            "ignores",
            "_looked_up",
            "_since_built",
            "_texts",
            "_sources",
        )
        other.__dict__.update({name: self.__dict__[name] for name in kept if name in self.__dict__})
        return other

    def with_helpers(self, helpers: Helpers | None) -> "Project":
        """Return the same project, nothing read yet, whose files others parse: they are sent texts."""
        return replace(self, helpers=helpers)

    def check(self, *checks: "Check") -> tuple[Finding, ...]:
        """Return the findings of some rules, in the order of `findings`."""
        from importgraph.findings.rules import run_checks

        return run_checks(self.snapshot, self.ignores, checks)

    @cached_property
    def proposals(self) -> "Proposals":
        """What to change, best first, without what comments accept."""
        from importgraph.fixes.proposals.canonical_imports import with_diffs

        found = self.plain_proposals
        return replace(found, fixes=with_diffs(self.snapshot, found.fixes))

    @cached_property
    def plain_proposals(self) -> "Proposals":
        """The same, rewrites to canonical paths without their diffs, for answers that show none."""
        from importgraph.fixes.accepted import without_accepted
        from importgraph.fixes.propose import propose

        progress = partial(self._tell, "working out proposals")
        return without_accepted(propose(self.snapshot, progress), self.ignores)

    @cached_property
    def every_proposal(self) -> "Proposals":
        """What `fix` can do: the proposals, and edits that save no time."""
        from importgraph.fixes.accepted import without_accepted
        from importgraph.fixes.propose import propose_more
        from importgraph.fixes.texts.documents import read_documents

        documents = read_documents(self.root / self.within)
        return without_accepted(propose_more(self.snapshot, self.proposals, documents), self.ignores)

    def read_text(self, path: str) -> str:
        """Return the text of a file of the tree or its environment, undecodable bytes replaced."""
        return self._texts.get(path, lambda: readable_text(self.read_bytes(path)))

    def read_bytes(self, path: str) -> bytes:
        """Return the bytes of a file of the tree; none where it cannot be read, which the scan reports."""
        return self._sources.get(path, lambda: self._bytes_of(path))

    def _bytes_of(self, path: str) -> bytes:
        try:
            outside = self._outside_path(path)
            if outside is None and self.source is not None:
                return self.source(path)
            return read_file(outside or f"{self._above}{path}")
        except OSError:
            return b""

    @cached_property
    def _above(self) -> str:
        """What stands before the paths of the tree."""
        return os.path.join(self.root, "")  # noqa: PTH118 -- the separator at the end

    def _outside_path(self, path: str) -> str | None:
        """Return where the file is that the environment shows by a path; None for files of the tree.

        As long as the environment was not looked at, nobody has a path from it.
        """
        known: OutsideLoading | None = self.__dict__.get("outside")
        return known.outside.paths.get(path) if known is not None else None

    @cached_property
    def _sources(self) -> RecentTexts[bytes]:
        return RecentTexts()

    @cached_property
    def _texts(self) -> RecentTexts[str]:
        return RecentTexts(_DECODED)  # to decode bytes again is a tenth of reading them again


def open_project(
    path: Path,
    options: Partial,
    *,
    cache_folder: Path | None = None,
    progress: Progress | None = None,
    profile: ImportProfile | None = None,
) -> Project:
    """Open a folder for analysis.

    A folder inside a package is analysed under the package's full name, so the root moves up to where the
    outermost package stands; only the folder asked for is read.

    Args:
        path: The folder.
        options: Settings that count before those of the project.
        cache_folder: Where facts are kept; None keeps none.
        progress: Called as files get done.
        profile: A measurement, for weights in time.

    Raises:
        UsageError: If there is no such folder.
        ConfigError: If its configuration cannot be used.
        UsageError: If the settings name what is no Python.
    """
    folder = path.resolve()
    if not folder.exists():
        raise UsageError(f"There is no folder {path}.", "Name the folder of a repository or package.")
    if not folder.is_dir():
        raise UsageError(f"{path} is a file.", "Name the folder it stands in.")
    root = folder
    while (root / "__init__.py").is_file() and root.parent != root:
        root = root.parent
    settings = from_pyproject(root).over(Config())
    within = "" if root == folder else folder.relative_to(root).as_posix()
    project = Project(root, within, options.over(settings), cache_folder, progress, profile)
    if project.config.python:
        _ = project.environment  # refuse what is no Python before any work
    return project
