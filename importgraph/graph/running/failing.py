"""Modules that surely cannot be imported: a library that they need is not installed, or they raise."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from importgraph.facts.model import Origin
from importgraph.graph.model import AtImport, ImportEdge
from importgraph.graph.views import loaded_by
from importgraph.names import ancestors, parent

ASIDE = {Origin.MOCK, Origin.PYTEST_PLUGINS}
"""Imports of which no evaluation says whether they run."""


class Failure(NamedTuple):
    """Where the body of a module fails."""

    line: int
    """0 where the package around it does."""
    cause: str = ""
    """The module of ours that it fails at; empty where a library is missing, or it raises itself."""


def failing_modules(
    edges: Iterable[ImportEdge],
    modules: Collection[str],
    is_missing: Callable[[str, str], bool],
    raising: Mapping[str, int],
) -> dict[str, Failure]:
    """Return the modules whose bodies surely fail at an import, with where and at what each fails first.

    A module that surely imports one that fails does, too.

    Args:
        edges: The imports as facts tell of them.
        modules: All modules of the tree; a module fails with the package around it.
        is_missing: Tells whether a name from outside the tree, for a module of it, cannot be imported.
        raising: The modules that are known to raise an ImportError themselves, with the line.
    """
    takers: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for name in modules:
        if parent(name) in modules:
            takers[parent(name)].append((name, 0))
    work = [(name, Failure(line)) for name, line in raising.items()]
    for edge in edges:
        if not is_needed(edge):
            continue
        if edge.external:
            work += [(edge.importer, Failure(edge.line))] if is_missing(edge.imported, edge.importer) else []
        else:
            takers[loaded_by(edge)].append((edge.importer, edge.line))
    found: dict[str, Failure] = {}
    while work:
        name, failure = work.pop()
        known = found.get(name)
        if known is None or failure.line < known.line:
            found[name] = failure
        if known is None:
            work.extend((taker, Failure(line, name)) for taker, line in takers[name])
    return found


def left_by(
    module: str, failing: Mapping[str, Failure], imports: Mapping[str, Collection[ImportEdge]]
) -> Iterator[tuple[str, bool]]:
    """Yield what stays loaded when a module fails, with whether that is sure.

    Python removes the module that fails from `sys.modules`, and no other (`_load_unlocked` in
    `importlib._bootstrap`): the packages around it and all that was imported above the line stay.

    Args:
        module: The module.
        failing: The modules that fail.
        imports: By importer, the imports in bodies, with whether they run.
    """
    seen: set[str] = set()
    while module and module not in seen:
        seen.add(module)
        yield from ((name, True) for name in ancestors(module) if name not in failing)
        failure = failing.get(module)
        if failure is None:
            return
        for edge in imports.get(module, ()) if failure.line else ():
            is_above = edge.line < failure.line and edge.at_import is not AtImport.NO and not edge.external
            if is_above and loaded_by(edge) not in failing:
                yield loaded_by(edge), edge.at_import is AtImport.RUNS
        module = failure.cause


def is_needed(edge: ImportEdge) -> bool:
    """Tell whether a body fails when an import of it does."""
    runs = edge.function < 0 and edge.at_import is AtImport.RUNS and not edge.tried and not edge.fallback
    return runs and edge.origin is Origin.STATEMENT and not edge.imported.startswith(".")
