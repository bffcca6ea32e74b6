"""Folders that are copies, archives or backups of others."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping

from importgraph.graph.model import Graph, Module

_ASIDE = re.compile(
    r"(?:^|[\W_])(?:archived?|archives|attic|backups?|bak|cop(?:y|ies)|deprecated|graveyard|legacy|obsolete|"
    r"old|orig|trash|unused)(?:[\W_\d]|$)",
    re.IGNORECASE,
)
_ALIKE = 0.6
"""The share of a folder's files that have a twin in another folder."""
_FEWEST = 2


def copied_folders(graph: Graph, live: Collection[str]) -> Mapping[str, str]:
    """Return the folders that nothing live stands in and that are copies, with what each is a copy of.

    A folder is a copy where most of its files have a twin (the same file name and the same definitions) in
    one other folder, or where its name says that it is put aside; then what it copies is empty. Only the
    outermost folders are given.
    """
    files = [m for m in graph.modules.values() if m.path.endswith(".py")]
    lively = {folder for m in files if m.name in live for folder in _above(m.path)}
    twins = _twins(files, graph)
    found: dict[str, str] = {}
    for folder in sorted({folder for m in files for folder in _above(m.path)} - lively):
        if any(folder.startswith(f"{above}/") for above in found):
            continue
        if _ASIDE.search(folder.rpartition("/")[2]):
            found[folder] = ""
        elif folder in twins and twins[folder] not in found:
            found[folder] = twins[folder]
    return found


def _above(path: str) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _twins(files: list[Module], graph: Graph) -> Mapping[str, str]:
    """Return for each folder the one that holds twins of most of its files."""
    by_text: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    sizes: Counter[str] = Counter()
    for module in files:
        folder, _, last = module.path.rpartition("/")
        names = tuple(sorted({definition.name for definition in graph.facts[module.name].definitions}))
        if names:
            by_text[last, names].append(folder)
            sizes[folder] += 1
    shared: dict[str, Counter[str]] = defaultdict(Counter)
    for folders in by_text.values():
        for folder in set(folders):
            shared[folder].update(other for other in set(folders) if other != folder)
    best = {folder: others.most_common(1)[0] for folder, others in shared.items() if others}
    return {f: other for f, (other, n) in best.items() if n >= max(_FEWEST, _ALIKE * sizes[f])}
