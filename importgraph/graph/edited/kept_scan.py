"""The scan that a kept graph stands for."""

from collections.abc import Iterable, Mapping

from importgraph.facts.found import Scan, ScannedFile
from importgraph.facts.model import ModuleFacts
from importgraph.graph.edited.packing import Head, KeptGraph


def scan_of(graph: KeptGraph) -> Scan:
    """Return the scan of a tree whose graph was kept."""
    head: Head = graph.__dict__["head"]
    by_path = {module.path: module.name for module in head.modules if module.path}

    def files(paths: Iterable[str], facts: Mapping[str, ModuleFacts]) -> tuple[ScannedFile, ...]:
        nothing = (None, None)
        return tuple(
            ScannedFile(path, facts[by_path.get(path, path)], *head.broken.get(path, nothing))
            for path in paths
        )

    notebooks = files(graph.notebooks, graph.notebooks)
    return Scan(files(head.paths, graph.facts), head.ledger.excluded, head.links, head.other, notebooks, ())
