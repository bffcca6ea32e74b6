"""Put together what the reports of `analyze` show."""

from collections.abc import Iterable
from dataclasses import replace

from importgraph.config import POLICIES
from importgraph.edits.verdicts import with_verdicts
from importgraph.findings.environment_use import environment_use
from importgraph.findings.fragmentation import measure_fragmentation
from importgraph.findings.heavy_imports import find_heavy_imports
from importgraph.findings.loads import Load, loads
from importgraph.findings.test_costs import costly_test_files
from importgraph.findings.unknown_libraries import UnknownLibrary, undecided_imports, unknown_libraries
from importgraph.findings.waits import find_waits
from importgraph.fixes.deferring.import_verdicts import EdgeKey, bound_by, key_of
from importgraph.fixes.model import DeferImport, Fix
from importgraph.fixes.proposals.lazy_imports import KIND as LAZY_IMPORTS
from importgraph.fixes.proposals.lazy_imports import joint_gain
from importgraph.graph.model import Graph
from importgraph.outputs.report import Costs, EntryLoad, Heavy, Report, heavy_of, kinds_of
from importgraph.project import Project
from importgraph.snapshot import Snapshot


def make_report(project: Project, *, on_screen: bool = False) -> Report:
    """Run everything `analyze` needs and count it.

    Args:
        project: The tree.
        on_screen: What the screen does not show is left out: diffs, what other policies would say, and what
            all deferred imports save together.
    """
    graph, snapshot = project.graph, project.snapshot
    proposals = project.plain_proposals if on_screen else project.proposals
    policies = [snapshot.config.policy]
    if not on_screen:
        policies += [policy for policy in POLICIES if policy != snapshot.config.policy]
    return Report(
        name=project.root.name,
        ledger=graph.ledger,
        modules=len(graph.modules),
        imports=sum(not edge.external for edge in graph.imports),
        external=sum(edge.external for edge in graph.imports),
        python_version=".".join(map(str, graph.target.version)),
        roots=graph.roots,
        kinds=kinds_of(graph),
        costs=Costs(snapshot.unit, estimated=snapshot.estimated),
        entries=_entries(snapshot),
        waits=find_waits(snapshot),
        findings=project.findings,
        fixes=with_verdicts(project, proposals.fixes),
        skipped=proposals.skipped,
        fragmentation=tuple(measure_fragmentation(snapshot, policy) for policy in policies),
        joint={} if on_screen else joint_gain(snapshot, _deferred(graph, proposals.fixes)),
        smaller=proposals.smaller,
        profile=snapshot.profile,
        unmeasured=len(snapshot.unmeasured),
        environment=environment_use(snapshot),
        undecided=undecided_imports(snapshot),
    )


def _deferred(graph: Graph, fixes: Iterable[Fix]) -> set[EdgeKey]:
    """Return the imports that fixes defer to save time."""
    deferred = {
        (edit.path, edit.line, edit.bound)
        for fix in fixes
        for edit in fix.edits
        if isinstance(edit, DeferImport) and fix.kind == LAZY_IMPORTS
    }
    edges = graph.imports if deferred else ()
    return {key_of(edge) for edge in edges if (edge.path, edge.line, bound_by(edge)) in deferred}


def _entries(snapshot: Snapshot) -> tuple[EntryLoad, ...]:
    """Return what each entry point costs, the most important first, with its heaviest parts."""
    heavy: dict[str, list[Heavy]] = {}
    for found in find_heavy_imports(snapshot):
        heavy.setdefault(found.entry, []).append(heavy_of(found, snapshot.graph.modules))
    return tuple(
        replace(
            _entry(load, tuple(heavy.get(load.entry.node, ())), unknown_libraries(snapshot, view, load)),
            files=costly_test_files(snapshot, load),
        )
        for view, load in loads(snapshot)
    )


def _entry(load: Load, heavy: tuple[Heavy, ...], unknown: tuple[UnknownLibrary, ...]) -> EntryLoad:
    entry = load.entry
    return EntryLoad(
        entry.node,
        entry.title,
        entry.reason,
        entry.place,
        len(load.modules),
        load.retained.get(entry.node, load.total),
        heavy,
        unknown,
        entry.importance,
        surely=load.surely,
        open=load.open,
    )
