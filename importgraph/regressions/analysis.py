"""Analyse a folder or a revision as far as comparisons need it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from msgspec.structs import replace

from importgraph.collection_errors.model import Cause
from importgraph.config import Partial
from importgraph.findings.model import Finding
from importgraph.git.repository import Repository
from importgraph.graph.views import View
from importgraph.project import Project, open_project
from importgraph.regressions.collection_gates import (
    RATCHET,
    collection_marks,
    environment_of,
    predicted_causes,
)
from importgraph.regressions.digest import digest_of
from importgraph.regressions.gates import Gates
from importgraph.regressions.loading import loading_view
from importgraph.regressions.model import Digest
from importgraph.regressions.places import Places
from importgraph.regressions.revision_tree import checkout, project_top, revision_project
from importgraph.regressions.rules.run import run_rules


@dataclass(frozen=True)
class Analysis:
    """A project with what comparisons take from it, each once."""

    project: Project
    predicts: bool = False
    """Whether collection errors are predicted."""
    environment: Path | None = None
    """Where the predictor may look for installed packages."""

    @cached_property
    def view(self) -> View:
        """What is loaded at import."""
        return loading_view(self.project.snapshot)

    @cached_property
    def digest(self) -> Digest:
        """The identities."""
        findings = (*self.project.compared_findings, *self.violations[0])
        found = digest_of(self.project.snapshot, findings, self.view, self.project.ignores)
        return replace(found, collection=collection_marks(self.causes)) if self.predicts else found

    @cached_property
    def causes(self) -> Mapping[str, Cause]:
        """Why test files would fail to collect, by identity; empty where that was not asked for."""
        return predicted_causes(self.project, self.environment) if self.predicts else {}

    @cached_property
    def violations(self) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
        """What the project's own rules find, and notes about them."""
        return run_rules(self.project)

    @cached_property
    def places(self) -> Places:
        """Where edges stand."""
        return Places(self.project.graph, self.view, self.causes)

    def predicting(self, gates: Gates, folder: Path) -> "Analysis":
        """Return the same analysis with predicted collection errors, if the gates hold them.

        Args:
            gates: The gates of the check.
            folder: The folder in the work tree, whose environment both sides of a comparison use.
        """
        if RATCHET not in gates.ratchet:
            return self
        return Analysis(self.project, predicts=True, environment=environment_of(project_top(folder)))


def analyse(path: Path, options: Partial, cache_folder: Path | None = None) -> Analysis:
    """Open a folder for comparison; see `open_project` for the errors."""
    return Analysis(open_project(path, options, cache_folder=cache_folder))


@contextmanager
def analysed_revision(
    repository: Repository, commit: str, folder: Path, options: Partial, cache_folder: Path | None = None
) -> Iterator[Analysis]:
    """Analyse a folder of the work tree as it was at a commit.

    The files are written to a temporary folder straight from git's objects: no filter, hook or attribute
    of the repository applies, and the work tree is not touched. The analysis reads them while the context
    is open.

    Raises:
        UsageError: If the folder holds no Python files at that commit.
        ConfigError: If its settings could not be used at that commit.
    """
    with checkout(repository, commit, folder) as tree:
        tree.write_all()
        yield Analysis(revision_project(tree, folder, options, cache_folder))
