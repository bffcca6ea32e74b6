"""What an entry point calls as soon as it has loaded: an import deferred into that saves it nothing."""

from collections.abc import Iterator

from importgraph.findings.entry_points import EntryKind, EntryPoint
from importgraph.findings.main_blocks import called_function, started_functions
from importgraph.fixes.deferral import Deferrals, EdgeKey, key_of
from importgraph.fixes.use_sites import MAIN_BLOCK
from importgraph.snapshot import Snapshot


def used_at_once(deferrals: Deferrals, entry: EntryPoint) -> frozenset[EdgeKey]:
    """Return the imports whose name the function that an entry point calls first uses itself.

    For a module run as a script that is its main block, and the functions the block calls.
    """
    called = frozenset(_called(deferrals.snapshot, entry))
    importers = {module for module, _ in called}
    edges = (edge for edge in deferrals.snapshot.graph.imports if edge.importer in importers)
    return frozenset(
        key_of(edge)
        for edge in edges
        if deferrals.verdict(edge).possible
        and any((edge.importer, name) in called for name, _ in deferrals.use_sites(edge).functions)
    )


def _called(snapshot: Snapshot, entry: EntryPoint) -> Iterator[tuple[str, str]]:
    """Yield the functions that are called at once: module and qualified name."""
    if entry.kind is EntryKind.SCRIPT:
        yield entry.module, MAIN_BLOCK
        yield from ((entry.module, name) for name in started_functions(snapshot, entry.module))
    elif entry.function:
        for place in called_function(snapshot, entry.module, entry.function):
            yield place.module, snapshot.graph.facts[place.module].functions[place.function].qualname
