"""The graph of a tree, kept from one run to the next as long as nothing it depends on changes."""

import os
from pathlib import Path

import msgspec

from importgraph.facts.scan import Scan
from importgraph.graph.build import Built
from importgraph.graph.packing import KeptGraph, pack, unpack
from importgraph.kept.questions import digest_of, surroundings
from importgraph.kept.store import keep, recall
from importgraph.reads import present

_FOLDER = "graphs"
_MOST = 200
"""Files that may have changed since: beyond, building the graph takes less."""


def graph_question(*settings: object) -> str:
    """Return a digest of all that a graph depends on besides files."""
    return digest_of([*map(str, settings), *surroundings()])


def recall_graph(home: Path | None, question: str, root: Path) -> tuple[KeptGraph, tuple[str, ...]] | None:
    """Return the graph that was kept for a question, if nothing but texts changed since.

    Args:
        home: The folder of our caches; None where nothing is kept.
        question: As `graph_question` gives it.
        root: The folder of the tree.

    Returns:
        The graph as it was, and the scanned files whose texts changed since, sorted by their paths below the
        root; None where the graph is to be built.
    """
    if home is None or os.name != "posix":
        return None
    found = recall(str(home / _FOLDER), question, present(), _MOST)
    if found is None:
        return None
    try:
        kept = unpack(found[0])
    except (msgspec.MsgspecError, ValueError):
        return None
    above = os.path.join(root, "")  # noqa: PTH118 -- the separator at the end
    changed = [path.removeprefix(above) for path in found[1]]
    known = frozenset(kept.paths) - kept.read_otherwise
    return (kept, tuple(sorted(changed))) if known.issuperset(changed) else None


def keep_graph(home: Path | None, question: str, place: Path | None, built: Built, scan: Scan) -> None:
    """Keep a graph that was just built, where notes were taken of all that was read for it.

    Args:
        home: The folder of our caches; None where nothing is kept.
        question: As `graph_question` gives it.
        place: The folder of the tree; None where the question names the content of the tree itself.
        built: The graph.
        scan: What it was built from.
    """
    reads = present()
    if home is None or reads is None or reads.harm or scan.notes or os.name != "posix":
        return
    if place is not None and not reads.sees(str(place)):
        return
    root = place if place is not None else home
    parts = pack(built.graph, scan, built.traced(), reads.otherwise(str(root)))
    keep(str(home / _FOLDER), question, reads, parts)
