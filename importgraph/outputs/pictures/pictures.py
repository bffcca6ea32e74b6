"""The pictures of a report: the architecture, each cycle, each heavy chain, the worst definition."""

from collections.abc import Iterator
from pathlib import Path

from importgraph.findings.cycles import Cycle, CycleClass
from importgraph.findings.fragmentation import Fragment
from importgraph.findings.heavy_imports import HeavyImport
from importgraph.findings.loads import loads
from importgraph.findings.model import EdgeRef, Finding
from importgraph.graph.model import Graph
from importgraph.outputs.pictures.diagram_cycle import cycle as draw_cycle
from importgraph.outputs.pictures.diagram_fragmentation import fragmentation
from importgraph.outputs.pictures.diagram_overview import overview
from importgraph.outputs.pictures.drawing import Link
from importgraph.outputs.pictures.load_pictures import chain_picture, load_picture
from importgraph.outputs.pictures.rendering import DrawingError, render
from importgraph.snapshot import Snapshot
from importgraph.storage import write_whole

_CYCLES = 8
_CHAINS = 4
_ENTRIES = 3


def drawings(snapshot: Snapshot, findings: tuple[Finding, ...]) -> Iterator[tuple[str, str, str]]:
    """Yield (file stem, title, DOT) for a report; the worst of each kind only."""
    graph = snapshot.graph
    entries = {load.entry.node: load for _, load in loads(snapshot)}
    yield "overview", "Architecture", overview(graph)
    for number, load in enumerate(list(entries.values())[:_ENTRIES], 1):
        title = f"What {load.entry.title} costs"
        yield f"costs-{number}", title, load_picture(snapshot, load, title)
    for number, cycle in enumerate(_cycles(findings), 1):
        title = f"Cycle {number}: {len(cycle.modules)} modules, {cycle.kind.value}"
        yield f"cycle-{number}", title, cycle_picture(graph, cycle, title)
    for number, heavy in enumerate(_heavies(findings), 1):
        begun = entries.get(heavy.entry)
        where = begun.entry.title if begun is not None else heavy.entry
        title = f"Heavy chain {number}: {where} to {heavy.module}"
        yield f"chain-{number}", title, chain_picture(snapshot, heavy.chain, begun, title)
    for fragment in _fragments(findings)[:1]:
        title = f"Import paths of {fragment.name}"
        yield "fragmentation", title, fragment_picture(fragment)


def _cycles(findings: tuple[Finding, ...]) -> list[Cycle]:
    found = [finding.evidence for finding in findings if isinstance(finding.evidence, Cycle)]
    return [cycle for cycle in found if cycle.kind in {CycleClass.CRASHES, CycleClass.LATENT}][:_CYCLES]


def _heavies(findings: tuple[Finding, ...]) -> list[HeavyImport]:
    found = [finding.evidence for finding in findings if isinstance(finding.evidence, HeavyImport)]
    return [heavy for heavy in found if heavy.chain][:_CHAINS]


def _fragments(findings: tuple[Finding, ...]) -> list[Fragment]:
    return [finding.evidence for finding in findings if isinstance(finding.evidence, Fragment)]


def cycle_picture(graph: Graph, cycle: Cycle, title: str) -> str:
    """Draw one cycle with all imports between its modules."""
    inside = set(cycle.modules)
    edges = [
        Link(edge.importer, edge.imported, edge.path, edge.line)
        for edge in graph.imports
        if edge.importer in inside
        and edge.imported in inside
        and edge.importer != edge.imported
        and not edge.external
    ]
    return draw_cycle(
        cycle.modules, edges, [_link(b) for b in cycle.breakers], title, shortest=cycle.shortest
    )


def _link(edge: EdgeRef) -> Link:
    return Link(edge.importer, edge.imported, edge.path, edge.line)


def fragment_picture(fragment: Fragment) -> str:
    """Draw the import paths of one definition."""
    return fragmentation(fragment.name, fragment.module, dict(fragment.paths), fragment.canonical)


def write_pictures(
    folder: Path, snapshot: Snapshot, findings: tuple[Finding, ...]
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Draw and write the pictures of a report as SVG files.

    Returns:
        (title, file name) of the pictures drawn, and why others were not.
    """
    drawn, problems = [], []
    for stem, title, dot in drawings(snapshot, findings):
        try:
            picture = render(dot, "svg")
        except DrawingError as error:
            problems.append(f"{title}: {error}")
            continue
        write_whole(folder / f"{stem}.svg", picture)
        drawn.append((title, f"{stem}.svg"))
    return tuple(drawn), tuple(problems)
