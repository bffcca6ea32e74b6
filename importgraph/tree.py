"""The stages from files to a graph, as they were kept or made anew."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from importgraph.config import Config
from importgraph.environment.interpreter import Environment
from importgraph.environment.locate import project_environment, standard_library_here
from importgraph.errors import UsageError
from importgraph.executors import Helpers
from importgraph.facts.found import Progress, Scan
from importgraph.files import read_file
from importgraph.git.index import index_files, tracked_below
from importgraph.graph.edited.kept_graph import Told, graph_question, keep_graph, recall_graph
from importgraph.graph.edited.kept_scan import scan_of
from importgraph.graph.edited.packing import KeptGraph
from importgraph.graph.edited.since import Since
from importgraph.graph.layout.path_settings import PathSettings, read_settings
from importgraph.graph.model import Graph, Target
from importgraph.graph.resolve import Resolver, graph_resolver
from importgraph.graph.views import View, architecture, runtime
from importgraph.kept.parts import Apart, ReadingTexts
from importgraph.kept.questions import digest_of
from importgraph.measurements.model import ImportProfile

if TYPE_CHECKING:
    from importgraph.graph.build import Built
    from importgraph.graph.outside.outside_loading import OutsideLoading
    from importgraph.graph.outside.outside_names import Installed


Stages = Callable[[str, int, int], None]
"""Called with what is being done, the number of its parts that are done, and their total."""


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another state of a tree, whose graph may be kept: other texts of some files are all that differs."""

    tree: "Tree"
    paths: frozenset[str]
    """The files, relative to the root."""


@dataclass(frozen=True)
class Tree:
    """A tree under analysis. Each stage needs the one before it and runs once, when first asked for.

    scan (files → facts) → graph → runtime view; beside them the settings and the environment.
    """

    root: Path
    """The folder that paths are relative to."""
    within: str
    """The sub-folder that was asked for, relative to the root; empty for all of it."""
    config: Config
    cache_folder: Path | None = None
    progress: Progress | None = None
    profile: ImportProfile | None = None
    """A measurement, for weights in time."""
    identity: str = ""
    """What names the content of the tree, wherever it stands, a commit say; empty where its place does."""
    today: date | None = None
    """The day that decides which comments have expired; None for the present one."""
    helpers: Helpers | None = None
    """Who parses, instead of processes of this machine."""
    stages: Stages | None = None
    """Called as parts of a stage get done."""
    source: Callable[[str], bytes] | None = None
    """Returns the bytes of a file by its path, or raises `OSError`; None reads it below the root."""
    sibling: Sibling | None = None
    """From what the graph may start where none is kept of this state."""

    @cached_property
    def scan(self) -> Scan:
        """What the text of every file says."""
        with self._noted:
            return scan_of(self._kept) if self._kept is not None else self._read()

    def _read(self) -> Scan:
        from importgraph.facts.cache import Cache
        from importgraph.facts.discover import find_files
        from importgraph.facts.processors import default_workers
        from importgraph.facts.scan import judged_for, scan_files

        found = find_files(self.root, self.config.exclude, self.within, partial(tracked_below, self.root))
        if not found.files and not found.excluded:
            raise UsageError(f"{self.root / self.within} holds no Python files.", "Name a folder that does.")
        workers = self.config.workers or default_workers()
        scan = scan_files(
            self.root,
            found,
            cache=Cache(self.cache_folder),
            workers=self.helpers or workers,
            progress=self.progress,
        )
        return judged_for(scan, self.config.python_version or sys.version_info[:2])

    @cached_property
    def graph(self) -> Graph:
        """Who imports whom: as it was kept, where nothing changed since."""
        if self._kept is not None:
            return self._kept
        _ = self.scan
        self._tell("putting the graph together", 0, 1)
        with self._noted:
            place = None if self.identity else self.root
            self.__dict__["_since_built"] = keep_graph(
                self.cache_folder, self._question, place, self.built, self._told
            )
        self._tell("putting the graph together", 1, 1)
        built: Built = self.__dict__.pop("built")  # what only its trace held goes
        self.__dict__["_looked_up"] = built.resolver
        return built.graph

    @property
    def since(self) -> Since | None:
        """What is kept about the graph, and what changed since; None where nothing is kept.

        Of a state that git holds, each is looked at once: nothing is kept about it.
        """
        if self.identity:
            return None
        _ = self.graph
        built: Since | None = self.__dict__.get("_since_built")
        return self._kept.since if self._kept is not None else built

    @cached_property
    def _noted(self) -> Apart:
        """Notes of what the graph depends on, and nothing else that the run does."""
        return Apart()

    @cached_property
    def _kept(self) -> KeptGraph | None:
        with self._noted:
            found = self.recalled()
            if found is None and self.sibling is not None:
                found = self._of_sibling(self.sibling)
        if found is None or not found[1]:
            return found[0] if found is not None else None
        from importgraph.graph.edited.edited import NotLocalError, edited

        try:
            return edited(*found, self._read_module, self._installed)
        except NotLocalError as error:
            self.__dict__["rebuilt"] = str(error)
            return None

    def recalled(self) -> tuple[KeptGraph, tuple[str, ...]] | None:
        """Return the graph as it was kept, and the files whose texts changed since."""
        return recall_graph(self.cache_folder, self._question, self.root, self._said)

    def _of_sibling(self, other: Sibling) -> tuple[KeptGraph, tuple[str, ...]] | None:
        """Return the graph that is kept of another state, and the files whose texts differ from it.

        What is compiled is not written for states that git holds, so there it stands for nothing.
        """
        tree = other.tree
        if self.deciding != tree.deciding:
            return None
        found = tree.recalled()
        if found is None or any(path.endswith((".so", ".pyd")) for path in found[0].other.compiled):
            return None
        kept, changed = found
        is_text = other.paths <= set(kept.paths) - kept.read_otherwise
        return (kept, tuple(sorted({*changed, *other.paths}))) if is_text else None

    def _said(self, kept: KeptGraph) -> str:
        """Return a digest of what settings and git say now of a tree whose files are known."""
        settings = read_settings(self.root, kept.paths, kept.other.build, self.config.source_roots)
        return digest_of((settings.digest, sorted(tracked_below(self.root))))

    @property
    def _told(self) -> Told:
        """What settings and git said."""
        if self.identity:
            return Told(self._settings.files(), digest_of((self._settings.digest, [])))
        said = digest_of((self._settings.digest, sorted(tracked_below(self.root))))
        return Told((*self._settings.files(), *index_files(self.root)), said)

    @cached_property
    def _settings(self) -> PathSettings:
        """Where imports look."""
        with self._noted:
            kept = self._kept
            other = kept.other if kept is not None else self.scan.other
            return read_settings(self.root, self.paths, other.build, self.config.source_roots)

    def _read_module(self, path: str) -> bytes:
        with ReadingTexts():
            return read_file(self.root / path) if self.source is None else self.source(path)

    @cached_property
    def _installed(self) -> "Installed | None":
        from importgraph.environment.finder import EnvironmentFinder

        return EnvironmentFinder(self.environment) if self.environment is not None else None

    @cached_property
    def _question(self) -> str:
        """All that decides about the graph besides files."""
        return graph_question(self.identity or self.root, *self.deciding)

    @property
    def deciding(self) -> tuple[object, ...]:
        """The settings that decide about the graph."""
        used = self.config
        version = used.python_version or sys.version_info[:2]
        return (self.within, used.source_roots, used.exclude, version, used.platform, used.python)

    @cached_property
    def built(self) -> "Built":
        """The graph as it is built from the scan."""
        from importgraph.graph.build import build_graph

        version = self.config.python_version or sys.version_info[:2]
        target = Target(version, self.config.platform)
        return build_graph(self.scan, self._settings.path, target, self._read_module, self._installed)

    @cached_property
    def requirements(self) -> frozenset[str]:
        """The distributions from outside that the project declares, by normal names."""
        return self._settings.path.requirements

    @cached_property
    def resolver(self) -> Resolver:
        """Names across modules."""
        graph = self.graph
        known: Resolver | None = self.__dict__.get("_looked_up")
        if known is not None:
            return known
        found = graph_resolver(graph)
        if isinstance(graph, KeptGraph):
            vars(found)["opened"] = frozenset(graph.trace.opened)  # an edit that changes it is not local
        return found

    @cached_property
    def runtime(self) -> View:
        """What runs at import."""
        return runtime(self.graph)

    @cached_property
    def architecture(self) -> View:
        """All static imports."""
        return architecture(self.graph)

    @property
    def named_python(self) -> Path | None:
        """The interpreter or environment that the options or settings name; None where they name none."""
        python = Path(self.config.python) if self.config.python else None
        if python is not None and not python.is_absolute() and (self.root / python).exists():
            python = self.root / python
        return python

    @cached_property
    def environment(self) -> Environment | None:
        """What is installed for the tree; None where nothing says which environment that is.

        Raises:
            UsageError: If the settings name what is no Python.
        """
        with self._noted:
            return self._find_environment()

    def _find_environment(self) -> Environment | None:
        return project_environment(self.named_python, self.root)

    @cached_property
    def outside(self) -> "OutsideLoading":
        """The environment, read as far as something reaches it; where none is known, a standard library."""
        from importgraph.environment.reader import Reader
        from importgraph.facts.cache import Cache
        from importgraph.facts.processors import default_workers
        from importgraph.graph.outside.outside import Outside
        from importgraph.graph.outside.outside_loading import OutsideLoading

        reader = Reader(Cache(self.cache_folder), self.helpers or self.config.workers or default_workers())
        environment = self.environment or standard_library_here()
        return OutsideLoading(Outside(self.graph, environment, reader, self.root, self.resolver))

    def _tell(self, what: str, done: int, total: int) -> None:
        if self.stages is not None:
            self.stages(what, done, total)

    @property
    def from_kept(self) -> bool:
        """Tell whether the graph is one that an earlier run kept, as it was or with some files edited."""
        return self._kept is not None

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the files that were scanned, sorted."""
        return self._kept.paths if self._kept is not None else tuple(file.path for file in self.scan.files)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know about the reading itself, as far as it was done by now."""
        lost = self.helpers.notes if self.helpers is not None else ()
        return (*(self.scan.notes if self._kept is None else ()), *lost)
