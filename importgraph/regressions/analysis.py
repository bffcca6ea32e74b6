"""Analyse a folder or a revision as far as comparisons need it."""

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from importgraph.collection_errors.model import Cause
from importgraph.config import Partial
from importgraph.errors import ConfigError, UsageError
from importgraph.facts.discover import COMPILED_SUFFIXES
from importgraph.findings.model import Finding
from importgraph.git.model import TreeEntry
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
from importgraph.regressions.rules.run import run_rules

_SETTINGS = (".py", ".toml", ".cfg", ".ini", "/.gitignore", "/.importlinter", "/entry_points.txt")


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
        findings = (*self.project.findings, *self.violations[0])
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
    top = project_top(folder)
    prefix = repository.relative(top)
    with TemporaryDirectory(prefix="importgraph-") as temporary:
        place = Path(temporary).resolve() / "tree"
        (place / ".git").mkdir(parents=True)  # marks where ignore files stop to apply, as in the work tree
        export_tree(repository, commit, prefix, place)
        inside = place / repository.relative(folder)
        inside.mkdir(parents=True, exist_ok=True)
        try:
            analysis = analyse(inside, options, cache_folder)
            identity = f"{repository.tree(commit)} {prefix} {inside.relative_to(place)}"
            analysis = Analysis(dataclasses.replace(analysis.project, identity=identity))
        except ConfigError as error:
            message = f"At revision {commit[:12]}: {error.message}"
            raise ConfigError(message, "Compare with another one.") from error
        yield analysis


def project_top(folder: Path) -> Path:
    """Return the folder that holds the outermost package around a folder, as `open_project` does.

    Raises:
        UsageError: If there is no such folder.
    """
    top = folder.resolve()
    if not top.is_dir():
        raise UsageError(f"There is no folder {folder}.", "Name the folder of a repository or package.")
    while (top / "__init__.py").is_file() and top.parent != top:
        top = top.parent
    return top


def export_tree(repository: Repository, commit: str, prefix: str, place: Path) -> None:
    """Write what analysis reads of a commit: Python and settings in full, other module files empty."""
    wanted: list[TreeEntry] = []
    for entry in repository.files(commit, ""):
        inside = not prefix or entry.path.startswith(f"{prefix}/")
        if f"/{entry.path}".endswith(_SETTINGS) and (inside or entry.path.endswith(".gitignore")):
            wanted.append(entry)
        elif inside and entry.path.endswith(COMPILED_SUFFIXES):
            _write(place / entry.path, b"")
    for entry, content in zip(wanted, repository.read([one.object for one in wanted]), strict=True):
        target = place / entry.path
        if entry.is_link:
            _link(target, content, place)
        else:
            _write(target, content)


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def _link(target: Path, content: bytes, place: Path) -> None:
    """Make a symbolic link that stays inside; others lead to files that are not part of the revision."""
    import os

    target.parent.mkdir(parents=True, exist_ok=True)
    aim = (target.parent / os.fsdecode(content)).resolve()
    if aim.is_relative_to(place):
        target.symlink_to(os.fsdecode(content))
