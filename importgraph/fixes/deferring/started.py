"""What an entry point calls as soon as it has loaded: an import deferred into that saves it nothing."""

from collections.abc import Iterator

from importgraph.findings.entry_points import EntryKind, EntryPoint
from importgraph.findings.main_blocks import called_function, started_functions
from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.deferring.import_verdicts import EdgeKey, bound_by, key_of
from importgraph.fixes.rewriting.branches import narrowest_suite
from importgraph.fixes.texts.use_sites import MAIN_BLOCK, functions_of
from importgraph.graph.model import ImportEdge
from importgraph.snapshot import Snapshot


def used_at_once(deferrals: Deferrals, entry: EntryPoint) -> frozenset[EdgeKey]:
    """Return the imports whose name the function that an entry point calls first uses itself on every way.

    For a module run as a script that is its main block, and the functions the block calls. A use in a branch
    is none: the import moves there, and runs when the branch does.
    """
    called = frozenset(_called(deferrals.snapshot, entry))
    importers = {module for module, _ in called}
    edges = (edge for edge in deferrals.snapshot.graph.imports if edge.importer in importers)
    used = {
        key_of(edge)
        for edge in edges
        if deferrals.verdict(edge).possible
        and _always_uses(deferrals, edge, {name for module, name in called if module == edge.importer})
    }
    return frozenset(used | {key_of(edge) for edge in _leading_to_function(deferrals.snapshot, entry)})


def _always_uses(deferrals: Deferrals, edge: ImportEdge, functions: set[str]) -> bool:
    """Tell whether one of some functions uses the name of an import outside a branch of its own."""
    users = functions.intersection(name for name, _ in deferrals.use_sites(edge).functions)
    if not users:
        return False
    text, bound = deferrals.text(edge.path), bound_by(edge)
    return any(
        name in users and narrowest_suite(text, function, bound) is function.body
        for name, function in functions_of(deferrals.tree(edge.path))
    )


def _leading_to_function(snapshot: Snapshot, entry: EntryPoint) -> Iterator[ImportEdge]:
    """Yield the imports by which the function of a console script reaches the module that is started."""
    module, name = entry.module, entry.function.partition(".")[0]
    seen: set[tuple[str, str]] = set()
    while name and (module, name) not in seen:
        seen.add((module, name))
        found = [e for e in snapshot.graph.imports if e.importer == module and bound_by(e) == name]
        yield from found
        if found:
            module, name = found[-1].imported, found[-1].name or ""


def _called(snapshot: Snapshot, entry: EntryPoint) -> Iterator[tuple[str, str]]:
    """Yield the functions that are called at once: module and qualified name."""
    if entry.kind is EntryKind.SCRIPT:
        yield entry.module, MAIN_BLOCK
        yield from ((entry.module, name) for name in started_functions(snapshot, entry.module))
    elif entry.function:
        for place in called_function(snapshot, entry.module, entry.function):
            yield place.module, snapshot.graph.facts[place.module].functions[place.function].qualname
