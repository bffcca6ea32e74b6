"""One module in the middle: who imports it, and what it imports."""

from collections import defaultdict
from collections.abc import Mapping

from importgraph.facts.model import Guard
from importgraph.graph.model import Graph, ImportEdge
from importgraph.graph.views import Arc, architecture
from importgraph.outputs.pictures.drawing import (
    FAINT,
    RED,
    STRONG,
    counted,
    edge,
    joined,
    node,
    one_line,
    picture,
    thickness,
)

MOST_NEIGHBOURS = 18


def focus(graph: Graph, module: str) -> str:
    """Draw the direct neighbours of a module, those with most imports first."""
    importers: dict[str, list[Arc]] = defaultdict(list)
    imported: dict[str, list[Arc]] = defaultdict(list)
    view = architecture(graph)
    for source, arcs in view.arcs.items():
        for arc in arcs:
            if arc.target == module:
                importers[source].append(arc)
            if source == module:
                imported[arc.target].append(arc)
    both = importers.keys() & imported.keys()
    statements = [node(module, one_line(module), STRONG, fontsize="16")]
    statements += _side(importers, both, module, incoming=True)
    statements += _side(imported, both, module, incoming=False)
    notes = [
        f"Left: {counted(len(importers), 'importer')}. Right: {counted(len(imported), 'imported module')}.",
        "Thicker: more imported names. Dashed: only in functions or for type checkers.",
    ]
    if both:
        notes.append("Red, “both ways”: imports it and is imported by it.")
    return picture(
        f"Imports around {one_line(module)}", notes, statements, rankdir="LR", ranksep="1.2", nodesep="0.12"
    )


def _side(arcs: Mapping[str, list[Arc]], both: set[str], module: str, *, incoming: bool) -> list[str]:
    ranked = sorted(arcs, key=lambda name: (name not in both, -len(arcs[name]), name))
    lines: list[str] = []
    for name in ranked[:MOST_NEIGHBOURS]:
        # A neighbour both ways stands on each side once, so the two sides have keys of their own.
        key = f"{name} " if incoming else f" {name}"
        label = f"{one_line(name)}\nboth ways" if name in both else one_line(name)
        looks = {"color": RED} if name in both else {}
        source, target = (key, module) if incoming else (module, key)
        lines += [
            node(key, label, looks, tooltip=name),
            edge(source, target, **{**_line(arcs[name]), **looks}),
        ]
    left_out = len(ranked) - MOST_NEIGHBOURS
    if left_out > 0:
        key = "(importers left out)" if incoming else "(imported left out)"
        source, target = (key, module) if incoming else (module, key)
        lines += [node(key, f"and {left_out:,} more", FAINT), edge(source, target, style="dotted")]
    return lines


def _line(arcs: list[Arc]) -> dict[str, str]:
    imports = [arc.cause for arc in arcs if isinstance(arc.cause, ImportEdge)]
    places = list(dict.fromkeys(f"{cause.path}:{cause.line}" for cause in imports))
    late = all(cause.function >= 0 or cause.lazy or Guard.TYPE_CHECKING in cause.guards for cause in imports)
    head = f"{arcs[0].source} → {arcs[0].target}"
    return {
        "tooltip": joined([head, *places]),
        "penwidth": thickness(min(len(arcs), 20), 20, 4.0),
        "style": "dashed" if late else "solid",
    }
