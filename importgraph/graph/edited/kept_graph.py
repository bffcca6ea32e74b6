"""The graph of a tree, kept from one run to the next as long as nothing it depends on changes."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from importgraph.graph.edited.packing import KeptGraph, OtherReads, pack, unpack
from importgraph.graph.edited.since import Since
from importgraph.kept.beside import Beside
from importgraph.kept.questions import digest_of, surroundings
from importgraph.kept.store import keep, recall
from importgraph.reads import present

if TYPE_CHECKING:
    from importgraph.graph.build import Built

_FOLDER = "graphs"
_MOST = 200
"""Files that may have changed since: beyond, building the graph takes less."""


class Told(NamedTuple):
    """What decides about a graph besides texts, where files may change and still say the same."""

    files: tuple[str, ...]
    """Files of settings and of git that were read for it and nothing else."""
    digest: str
    """Of what they said."""


def graph_question(*settings: object) -> str:
    """Return a digest of all that a graph depends on besides files."""
    return digest_of([*map(str, settings), *surroundings()])


def recall_graph(
    home: Path | None, question: str, root: Path, said_now: Callable[[KeptGraph], str]
) -> tuple[KeptGraph, tuple[str, ...]] | None:
    """Return the graph that was kept for a question, if nothing but texts changed since.

    Files of settings and git's index may have changed, too, if they say the same of where imports look and
    which files are tracked.

    Args:
        home: The folder of our caches; None where nothing is kept.
        question: As `graph_question` gives it.
        root: The folder of the tree.
        said_now: Returns a digest of what settings and git say now.

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
    changed = {path.removeprefix(above) for path in found[1]}
    settings, said = kept.settings
    texts = changed.intersection(kept.paths)
    others = (changed & kept.read_otherwise) | (changed - texts)
    if not others <= set(settings) or (others and said_now(kept) != said):
        return None
    kept.__dict__["since"] = Since(Beside(str(home / _FOLDER), found[2]), kept)
    return kept, tuple(sorted(texts))


def keep_graph(
    home: Path | None, question: str, place: Path | None, built: "Built", settings: Told
) -> Since | None:
    """Keep a graph that was just built, where notes were taken of all that was read for it.

    Returns where results about it can be kept; None where it is not.

    Args:
        home: The folder of our caches; None where nothing is kept.
        question: As `graph_question` gives it.
        place: The folder of the tree; None where the question names the content of the tree itself.
        built: The graph, and what it was built from.
        settings: What it was told of where imports look and which files are tracked.
    """
    reads = present()
    if home is None or reads is None or reads.harm or built.scan.notes or os.name != "posix":
        return None
    if place is not None and not reads.sees(str(place)):
        return None
    root = place if place is not None else home
    above = os.path.join(root, "")  # noqa: PTH118 -- the separator at the end
    told = tuple(path.removeprefix(above) for path in settings.files)
    others = OtherReads(reads.otherwise(str(root)), told, settings.digest)
    parts = pack(built.graph, built.scan, built.traced(), others)
    name = keep(str(home / _FOLDER), question, reads, parts)
    return Since(Beside(str(home / _FOLDER), name), built.graph) if name else None
