"""Everything known about a tree at one moment: what rules read."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from importgraph.config import Config
from importgraph.facts.distributed import Distributed
from importgraph.facts.start_commands import Start
from importgraph.graph.model import Graph
from importgraph.graph.resolve import Resolver
from importgraph.graph.views import View, with_measured
from importgraph.measurements.model import ImportProfile, weights

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The graph with its views, the settings, and the texts behind it. Equal only to itself."""

    graph: Graph
    resolver: Resolver
    runtime: View
    config: Config
    read_text: Callable[[str], str]
    """Returns the text of a file of the tree by its path."""
    read_bytes: Callable[[str], bytes]
    """Returns the bytes of a file of the tree by its path, as they were read first."""
    starts: tuple[Start, ...] = ()
    """What files of the project start: console scripts, services, commands."""
    distributed: tuple[Distributed, ...] = ()
    """What it ships."""
    declared: frozenset[str] | None = None
    """Import names of the distributions the project declares; None where it declares nothing."""
    profile: ImportProfile | None = None
    """What a run measured."""

    @property
    def unit(self) -> str:
        """What weights count: `us` for measured microseconds, `modules` without a measurement."""
        return "modules" if self.profile is None else "us"

    def weight(self, node: str) -> int:
        """Weigh a node of a view: one for a module of ours; where a run was measured, its self time in it."""
        return int(node in self.graph.modules) if self.profile is None else self._self_times.get(node, 0)

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
        """What loads what: the runtime view, with libraries and hidden imports where a run was measured."""
        if self.profile is None:
            return self.runtime
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
