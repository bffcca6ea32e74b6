"""Everything known about a tree at one moment: what rules read."""

import sys
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from importgraph.config import Config
from importgraph.costs.cost import Cost
from importgraph.environment.distributions import Distribution
from importgraph.environment.finder import Owner
from importgraph.environment.import_names import declared_distribution
from importgraph.facts.distributed import Distributed
from importgraph.facts.start_commands import Start
from importgraph.git.history import NameRemoval, Removal
from importgraph.graph.edited.since import Since
from importgraph.graph.model import Graph
from importgraph.graph.resolve import Resolver
from importgraph.graph.views import View, is_function
from importgraph.measurements.model import ImportProfile, weights
from importgraph.names import top_level

if TYPE_CHECKING:
    from importgraph.graph.outside.environment_view import EnvironmentView
    from importgraph.graph.outside.module_costs import ModuleCosts
    from importgraph.graph.outside.outside_loading import OutsideLoading

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The graph with its views, the settings, and the texts behind it. Equal only to itself."""

    graph: Graph
    resolver: Resolver
    run: Callable[[], View]
    """Returns what runs at import; nobody but `runtime` asks."""
    config: Config
    read_text: Callable[[str], str]
    """Returns the text of a file of the tree by its path."""
    read_bytes: Callable[[str], bytes]
    """Returns the bytes of a file of the tree by its path, as they were read first."""
    removed: Callable[[Iterable[str]], Mapping[str, Removal]]
    """Returns what became of files that git's history has and the tree has not, by their paths."""
    removed_names: Callable[[Iterable[tuple[str, str]]], Mapping[tuple[str, str], NameRemoval]]
    """Returns when names ceased to be in files, by pairs of path and name."""
    starts: tuple[Start, ...] = ()
    """What files of the project start: console scripts, services, commands."""
    distributed: tuple[Distributed, ...] = ()
    """What it ships."""
    requirements: frozenset[str] = frozenset()
    """Distributions that the project or its lock files name, by normal names."""
    profile: ImportProfile | None = None
    """What a run measured."""

    entered_from: tuple[str, ...] = ()
    """Modules of the tree from which the environment is entered; none: all of them."""
    since: Since | None = None
    """What is kept about the graph, and what changed since."""
    outside: "OutsideLoading | None" = None
    """The environment, read as far as the tree reaches it; None where none is known."""

    @cached_property
    def runtime(self) -> View:
        """What runs at import."""
        return self.run()

    @property
    def unit(self) -> str:
        """What weights count: `us` for microseconds, measured or estimated."""
        return "us"

    @property
    def estimated(self) -> bool:
        """Tell whether weights are estimates."""
        return self.profile is None

    def weight(self, node: str) -> int:
        """Weigh a node of a view in the unit of the snapshot; what is not known weighs nothing."""
        if self.profile is not None:
            return self._self_times.get(node, 0)
        found = self.cost(node)
        return found.us if found is not None else 0

    def cost(self, node: str) -> Cost | None:
        """Return what importing a node costs without what it imports: measured, else estimated, else None."""
        if self.profile is not None and node in self._self_times:
            return Cost(self._self_times[node], measured=True)
        return self._costs.of(node)

    @cached_property
    def _costs(self) -> "ModuleCosts":
        from importgraph.graph.outside.module_costs import ModuleCosts

        if self.outside is None:
            return ModuleCosts(self.graph)
        return ModuleCosts(self.graph, self.outside.outside, self.outside.started)

    def owner(self, node: str) -> Owner:
        """Tell whose a node of a view is."""
        if node in self.graph.modules or is_function(node) or node.startswith("<"):
            return Owner.FIRST_PARTY
        if self.outside is not None and self.outside.outside.file_of(node) is not None:
            return self.outside.outside.owner(node)
        return Owner.STANDARD if top_level(node) in sys.stdlib_module_names else Owner.THIRD_PARTY

    def distribution(self, node: str) -> Distribution | None:
        """Return the installed distribution that a node belongs to; None where no record names it."""
        return self.outside.outside.distribution(node) if self.outside is not None else None

    def required(self, name: str) -> str:
        """Return the distribution that brings a module which is not installed, as the project names it.

        Empty where the project names none that does.
        """
        return declared_distribution(name, self.requirements) or ""

    @property
    def absent(self) -> frozenset[str]:
        """Top-level names that imports ask for and that are not installed in the environment."""
        return self._environment_view.absent if self._environment_view is not None else frozenset()

    @cached_property
    def _environment_view(self) -> "EnvironmentView | None":
        if self.outside is None:
            return None
        from importgraph.graph.outside.environment_view import with_environment

        named = {start.target.removesuffix(".py").replace("/", ".") for start in self.starts}
        starts = self.entered_from if self.knows_installed else ()  # the libraries of all modules stay nodes
        return with_environment(self.runtime, self.outside, starts, named)

    @property
    def knows_installed(self) -> bool:
        """Tell whether it is known what is installed for the tree."""
        return self.outside is not None and self.outside.outside.environment.knows_installed

    def may_load(self, node: str) -> bool:
        """Tell whether a module can be loaded: where a run was measured, whether it was, without an error."""
        return self.profile is None or node in self._loaded

    @cached_property
    def _loaded(self) -> frozenset[str]:
        modules = self.profile.modules if self.profile is not None else ()
        return frozenset(module.name for module in modules if module.error is None)

    @cached_property
    def _self_times(self) -> Mapping[str, int]:
        return weights(self.profile) if self.profile is not None else {}

    @cached_property
    def loading(self) -> View:
        """What loads what: the runtime view, on into the environment where one is known.

        Where a run was measured: with the libraries and hidden imports that it saw. Without either, each
        library is one node.
        """
        from importgraph.graph.outside.library_views import with_libraries, with_measured

        if self.profile is None:
            found = self._environment_view
            return found.view if found is not None else with_libraries(self.graph, self.runtime)
        from importgraph.measurements.retained import import_edges

        loaded = [(module.name, module.loaded_by) for module in self.profile.modules]
        return with_measured(self.graph, self.runtime, import_edges(loaded, self.profile.imports))

    @cached_property
    def unmeasured(self) -> tuple[str, ...]:
        """Modules of the tree that the run did not load, sorted; they weigh nothing."""
        if self.profile is None:
            return ()
        return tuple(name for name in sorted(self.graph.modules) if name not in self._self_times)


def once_per_snapshot(
    function: Callable[Concatenate[Snapshot, P], R],
) -> Callable[Concatenate[Snapshot, P], R]:
    """Remember what a pure function says of a snapshot, as long as the snapshot lives."""
    known: WeakKeyDictionary[Snapshot, dict[Hashable, R]] = WeakKeyDictionary()

    @wraps(function)
    def remembering(snapshot: Snapshot, /, *args: P.args, **kwargs: P.kwargs) -> R:
        answers = known.setdefault(snapshot, {})
        key = (args, tuple(sorted(kwargs.items())))
        if key not in answers:
            answers[key] = function(snapshot, *args, **kwargs)
        return answers[key]

    return remembering
