"""Put together what the reports of `analyze` show."""

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
from importgraph.fixes.import_verdicts import bound_by
from importgraph.fixes.lazy_imports import joint_gain
from importgraph.fixes.model import DeferImport
from importgraph.outputs.report import Costs, EntryLoad, Heavy, Report, heavy_of, kinds_of
from importgraph.project import Project
from importgraph.snapshot import Snapshot


def make_report(project: Project) -> Report:
    """Run everything `analyze` needs and count it."""
    graph, snapshot, proposals = project.graph, project.snapshot, project.proposals
    policies = [snapshot.config.policy, *(policy for policy in POLICIES if policy != snapshot.config.policy)]
    deferred = {
        (e.path, e.line, e.bound)
        for f in proposals.fixes
        for e in f.edits
        if isinstance(e, DeferImport) and f.kind == "lazy-imports"
    }
    keys = {
        (edge.importer, edge.index)
        for edge in graph.imports
        if (edge.path, edge.line, bound_by(edge)) in deferred
    }
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
        joint=joint_gain(snapshot, keys),
        smaller=proposals.smaller,
        profile=snapshot.profile,
        unmeasured=len(snapshot.unmeasured),
        environment=environment_use(snapshot),
        undecided=undecided_imports(snapshot),
    )


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
    )
