"""What is said of an import when the pointer rests on it, in markdown."""

from collections.abc import Iterator, Sequence

from importgraph.costs.cost import Cost
from importgraph.facts.model import Guard
from importgraph.findings.model import amount
from importgraph.graph.model import AtImport, ImportEdge
from importgraph.graph.views import importing_node
from importgraph.language_server.analysis import Analysis
from importgraph.language_server.loads import Load, freed, load_of, loaded, without_imports
from importgraph.quoting import code

_PARTS = 5
"""How many of the costliest parts are named."""


def hover_text(analysis: Analysis, edges: Sequence[ImportEdge]) -> str:
    """Say what an import costs, what it loads, what goes without it, and when it runs.

    Args:
        analysis: The project.
        edges: The names of one import statement, or one of them.
    """
    missing = sorted({edge.missing for edge in edges if edge.missing})
    if missing:
        return f"There is no {' and no '.join(map(code, missing))}: this import fails."
    nodes = loaded(analysis, edges)
    if not nodes:
        return f"What importing {_named(edges)} costs is not known: it is not installed here."
    whole = load_of(analysis.snapshot, nodes)
    lines = [
        f"Importing {_named(edges)} costs **{_shown(whole)}**.",
        *_parts(whole),
        *_alone(analysis, edges),
    ]
    lines += [*_when(analysis, edges), *_canonical(analysis, edges)]
    return "\n\n".join(lines)


def _named(edges: Sequence[ImportEdge]) -> str:
    return " and ".join(map(code, dict.fromkeys(edge.imported for edge in edges)))


def _shown(load: Load) -> str:
    """Write a load: its cost, its modules, and how many of them have no known cost."""
    modules = f"{load.modules:,} module{'s' if load.modules != 1 else ''}"
    if load.unknown == load.modules:
        return f"{modules}, of unknown cost"
    unknown = f", {load.unknown:,} of unknown cost" if load.unknown else ""
    return f"{_cost(load.cost)} ({modules}{unknown})"


def _cost(cost: Cost) -> str:
    return amount(cost.us, "us", estimated=not cost.measured)


def _parts(load: Load) -> Iterator[str]:
    costly = [(name, cost) for name, cost in load.parts if cost.us][:_PARTS]
    if len(load.parts) > 1 and costly:
        yield "Most of it: " + ", ".join(f"{code(name)} {_cost(cost)}" for name, cost in costly)


def _alone(analysis: Analysis, edges: Sequence[ImportEdge]) -> Iterator[str]:
    """Say what importing the importer would not load without the statement."""
    if not any(_runs(analysis, edge) for edge in edges):
        return
    importer = code(edges[0].importer)
    gone = freed(analysis, edges, without_imports(analysis, edges))
    if gone:
        yield f"Without it, `import` of {importer} loads {_shown(load_of(analysis.snapshot, gone))} less."
    else:
        yield f"Without it, `import` of {importer} loads no less: others import the same."


def _runs(analysis: Analysis, edge: ImportEdge) -> bool:
    arcs = analysis.view.arcs.get(importing_node(analysis.project.graph, edge), ())
    return any(arc.cause is edge for arc in arcs)


def _when(analysis: Analysis, edges: Sequence[ImportEdge]) -> Iterator[str]:
    said = dict.fromkeys(_condition(analysis, edge) for edge in edges)
    yield from filter(None, said)


def _condition(analysis: Analysis, edge: ImportEdge) -> str:
    """Say when an import runs, where that is not simply when its module is imported."""
    said = (
        (Guard.TYPE_CHECKING in edge.guards, "Only type checkers see it: nothing is loaded at run time."),
        (edge.lazy, "It is lazy: loaded when the name is first used."),
        (not edge.active, "A version or platform test leaves it out."),
        (Guard.MAIN in edge.guards, "It runs only when the file is started as a script."),
        (edge.function >= 0, _in_function(analysis, edge)),
        (_may(edge), "It may run: a condition that text cannot decide stands around it."),
    )
    return next((text for holds, text in said if holds), "")


def _in_function(analysis: Analysis, edge: ImportEdge) -> str:
    graph = analysis.project.graph
    if edge.function < 0:
        return ""
    name = code(graph.facts[edge.importer].functions[edge.function].qualname)
    if importing_node(graph, edge) in graph.run_at_import:
        return f"It stands in {name}, which is called while modules are imported."
    return f"It runs when {name} is called, not at import."


def _may(edge: ImportEdge) -> bool:
    return edge.at_import is AtImport.MAY


def _canonical(analysis: Analysis, edges: Sequence[ImportEdge]) -> Iterator[str]:
    for edge in edges:
        for path in analysis.canonical_paths.get((edge.path, edge.line), ()):
            yield f"Canonical path: {code(path.edit.after)}"
        return
