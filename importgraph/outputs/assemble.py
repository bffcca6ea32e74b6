"""Put together what the reports of `analyze` show."""

from importgraph.config import POLICIES
from importgraph.findings.fragmentation import measure_fragmentation
from importgraph.findings.heavy_imports import loads
from importgraph.fixes.deferral import bound_by
from importgraph.fixes.lazy_imports import joint_gain
from importgraph.fixes.model import DeferImport
from importgraph.outputs.report import EntryLoad, Report, kinds_of
from importgraph.project import Project


def make_report(project: Project) -> Report:
    """Run everything `analyze` needs and count it."""
    graph, snapshot, proposals = project.graph, project.snapshot, project.proposals
    policies = [snapshot.config.policy, *(policy for policy in POLICIES if policy != snapshot.config.policy)]
    put_off = {
        (e.path, e.line, e.bound) for f in proposals.fixes for e in f.edits if isinstance(e, DeferImport)
    }
    keys = {
        (edge.importer, edge.index)
        for edge in graph.imports
        if (edge.path, edge.line, bound_by(edge)) in put_off
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
        entries=tuple(
            EntryLoad(load.entry.node, load.entry.reason, len(load.modules), load.total)
            for _, load in loads(snapshot)
        ),
        findings=project.findings,
        fixes=proposals.fixes,
        skipped=proposals.skipped,
        fragmentation=tuple(measure_fragmentation(snapshot, policy) for policy in policies),
        joint=joint_gain(snapshot, keys),
        profile=snapshot.profile,
        estimated=snapshot.estimated,
        unmeasured=len(snapshot.unmeasured),
    )
