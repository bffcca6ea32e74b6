"""What the tests of one tree can run, and which functions of it a change touches."""

import re
from collections.abc import Iterable, Iterator, Mapping

from importgraph.affected.changes import Inside
from importgraph.affected.links import ModuleLinks
from importgraph.affected.module_names import class_node, function_node
from importgraph.affected.reachability import Reach
from importgraph.affected.texts import Texts
from importgraph.affected.unit_cache import Shelf
from importgraph.facts.cache import Cache
from importgraph.facts.processors import default_workers
from importgraph.facts.source.syntax import parse_source
from importgraph.files import read_text_file
from importgraph.project import Project
from importgraph.regressions.impact.mentions import Mentions
from importgraph.text.definitions import Difference, compare_definitions

_ENTRY = re.compile(r"([A-Za-z_][\w.]*)\s*:\s*([A-Za-z_][\w.]*)")
_SETTINGS = ("pyproject.toml", "setup.cfg", "setup.py")


def make_reach(
    project: Project,
    tests: Mapping[str, bool],
    shelf: Shelf | None = None,
    keys: Mapping[str, bytes] | None = None,
) -> Reach:
    """Read what the tests of a project can run.

    Args:
        project: The tree.
        tests: By module, whether it is a test file.
        shelf: Gets records of texts, so that two states of a tree read what they share once.
        keys: Keys of texts by the paths of files, where they are known.
    """
    shelf = shelf if shelf is not None else make_shelf(project)
    texts = Texts(project.graph, project.read_bytes, shelf, keys if keys is not None else kept_keys(project))
    mentions = Mentions(project, tests, texts)
    entries = frozenset(_entries(project))
    return Reach(project.graph, texts, ModuleLinks(project.graph), mentions.of, entries)


_KEYS = "keys"


def kept_keys(project: Project) -> dict[str, bytes]:
    """Return the keys of the files that did not change since they were kept, by path."""
    since = project.since
    known = since.load(_KEYS, dict[str, bytes]) if since is not None else None
    if since is None or known is None:
        return {}
    changed = since.changed_paths
    return {path: key for path, key in known.items() if path not in changed}


def keep_keys(project: Project, texts: Texts) -> None:
    """Keep the keys of files that were read beside the graph, so that the next run need not read them."""
    since = project.since
    known = len(since.load(_KEYS, dict[str, bytes]) or ()) if since is not None else 0
    if since is not None and len(texts.keys) - len(since.changed_paths) > known:
        since.keep_of_unchanged(_KEYS, texts.keys)


def make_shelf(project: Project) -> Shelf:
    """Return what gets records of texts, with the cache and the processes of a project."""
    return Shelf(Cache(project.cache_folder), project.config.workers or default_workers())


def _entries(project: Project) -> Iterator[str]:
    """Yield what looks like `module:function` in the project's settings."""
    for name in _SETTINGS:
        path = project.root / name
        if path.is_file():
            for match in _ENTRY.finditer(read_text_file(path, "replace")):
                yield f"{match[1]}:{match[2]}"


def inside_functions(
    before: Project, after: Project, paths: Iterable[str]
) -> Iterator[tuple[str, Difference]]:
    """Yield the files that differ in functions alone, with the difference.

    Args:
        before: The earlier tree.
        after: The later one.
        paths: Of files that stand in both, relative to the analysed root.
    """
    for path in paths:
        here, there = before.root / path, after.root / path
        if not path.endswith(".py") or not here.is_file() or not there.is_file():
            continue
        first, second = parse_source(before.read_bytes(path)), parse_source(after.read_bytes(path))
        if first.broken is None and second.broken is None:
            found = compare_definitions(first.tree, second.tree)
            if found is not None:
                yield path, found


def nodes_inside(module: str, difference: Difference, gone: Iterable[str]) -> Inside:
    """Return what a difference means for one side of it.

    Args:
        module: The name of the module on that side.
        difference: The difference.
        gone: The functions that only this side has.
    """
    came_or_went = difference.removed | difference.added
    owners = {name.rpartition(".")[0] for name in came_or_went} - {""}
    nodes = {function_node(module, name) for name in (*difference.changed, *gone)}
    nodes |= {class_node(module, owner) for owner in owners}
    names = {name for name in came_or_went if "." not in name}
    return Inside(frozenset(nodes), frozenset(names))
