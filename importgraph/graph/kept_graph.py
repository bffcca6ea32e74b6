"""The graph of a tree, kept from one run to the next as long as nothing it depends on changes."""

import os
from pathlib import Path

import msgspec

from importgraph.facts.scan import Scan
from importgraph.graph.model import Graph
from importgraph.graph.packing import KeptGraph, pack, unpack
from importgraph.kept.questions import digest_of, surroundings
from importgraph.kept.store import keep, recall
from importgraph.reads import present

_FOLDER = "graphs"


def graph_question(*settings: object) -> str:
    """Return a digest of all that a graph depends on besides files."""
    return digest_of([*map(str, settings), *surroundings()])


def recall_graph(home: Path | None, question: str) -> KeptGraph | None:
    """Return the graph that was kept for a question, if nothing changed since; else it is to be built.

    Args:
        home: The folder of our caches; None where nothing is kept.
        question: As `graph_question` gives it.
    """
    if home is None or os.name != "posix":
        return None
    data = recall(str(home / _FOLDER), question, present())
    if data is None:
        return None
    try:
        return unpack(data)
    except (msgspec.MsgspecError, ValueError):
        return None


def keep_graph(home: Path | None, question: str, root: Path, graph: Graph, scan: Scan) -> None:
    """Keep a graph that was just built, where notes were taken of all that was read for it."""
    reads = present()
    if home is None or reads is None or scan.notes or os.name != "posix" or not reads.sees(str(root)):
        return
    try:
        parts = pack(graph, scan)
    except (UnicodeEncodeError, OverflowError):
        return  # a name in it is no text
    keep(str(home / _FOLDER), question, reads, parts)
