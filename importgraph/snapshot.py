"""Everything known about a tree at one moment: what rules read."""

from collections.abc import Callable
from dataclasses import dataclass

from importgraph.config import Config
from importgraph.graph.model import Graph
from importgraph.graph.resolve import Resolver
from importgraph.graph.views import View


@dataclass(frozen=True)
class Snapshot:
    """The graph with its views, the settings, and the texts behind it."""

    graph: Graph
    resolver: Resolver
    runtime: View
    config: Config
    read_text: Callable[[str], str]
    """Returns the text of a file of the tree by its path."""
    entry_points: tuple[tuple[str, str], ...] = ()
    """Modules that configuration names as entry points, with the reason."""
    declared: frozenset[str] | None = None
    """Import names of the distributions the project declares; None where it declares nothing."""
