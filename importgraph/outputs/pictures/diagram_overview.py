"""The architecture at a glance: packages as boxes, imports between them as lines."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from importgraph.graph.model import Graph
from importgraph.graph.views import Arc, architecture
from importgraph.names import top_level
from importgraph.outputs.pictures.diagram_boxes import REST, Box, put_together
from importgraph.outputs.pictures.diagram_flow import against_the_flow, direction_of, in_cycles
from importgraph.outputs.pictures.diagram_selection import code_of, standing_apart, tests_of
from importgraph.outputs.pictures.drawing import (
    FAINT,
    INK,
    RED,
    counted,
    edge,
    joined,
    node,
    one_line,
    picture,
    thickness,
)

MOST_BACKWARD = 8
MANY_PACKAGES = 12
FEW_BOXES = 12
"""With so few boxes, those without lines are drawn too."""
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Lines:
    """Which imports between boxes are drawn."""

    arcs: Mapping[Pair, list[Arc]]
    drawn: list[Pair]
    looping: set[Pair]
    """Lines of which each closes some ring of boxes with others."""
    backward: set[Pair]


def overview(graph: Graph) -> str:
    """Draw the packages of a graph and the imports between them.

    Tests, loose scripts, external packages and small top-level packages that no other imports are left
    out, and the caption counts them; where nothing else is there, all modules are drawn.
    """
    code = code_of(graph)
    arcs = [
        arc
        for found in architecture(graph).arcs.values()
        for arc in found
        if {arc.source, arc.target} <= code
    ]
    apart = standing_apart(code, arcs)
    drawn = {name for name in code if top_level(name) not in apart}
    boxes = put_together(drawn, Counter((arc.source, arc.target) for arc in arcs))
    lines = _lines(boxes, [arc for arc in arcs if {arc.source, arc.target} <= drawn])
    ends = {name for pair in lines.arcs for name in pair}
    shown = [box for box in boxes if box.key in ends or len(boxes) <= FEW_BOXES or not ends]
    subject = _common(shown)
    statements = [_box(box, subject, graph) for box in shown] + list(_drawn_lines(lines))
    notes = [
        *_collapsed(len(drawn), boxes, shown),
        *_left_out(graph, code, apart),
        *_legend(lines, subject),
    ]
    title = f"Architecture of {one_line(subject or _main(drawn))}"
    laid_out = [pair[::-1] if pair in lines.backward else pair for pair in lines.drawn]
    direction = direction_of(laid_out, wide=190, high=60)
    return picture(title, notes, statements, rankdir=direction, ranksep="0.9", nodesep="0.16")


def _lines(boxes: Iterable[Box], arcs: Iterable[Arc]) -> Lines:
    home = {member: box.key for box in boxes for member in box.members}
    found: dict[Pair, list[Arc]] = defaultdict(list)
    for arc in arcs:
        pair = home[arc.source], home[arc.target]
        if pair[0] != pair[1]:
            found[pair].append(arc)
    weights = {pair: len(found[pair]) for pair in sorted(found)}
    backward = against_the_flow(weights)
    return Lines(found, sorted(_telling(weights, backward)), in_cycles(weights), backward)


def _telling(weights: Mapping[Pair, int], backward: set[Pair]) -> set[Pair]:
    """Choose what to draw: the heaviest, the heaviest against the flow, and the heaviest of every box."""
    ranked = sorted(weights, key=lambda pair: (-weights[pair], pair))
    kept = set(ranked[: len({name for pair in ranked for name in pair})])
    kept.update([pair for pair in ranked if pair in backward][:MOST_BACKWARD])
    importing, linked = {pair[0] for pair in kept}, {name for pair in kept for name in pair}
    for pair in ranked:
        if pair[0] not in importing or pair[1] not in linked:
            kept.add(pair)
            importing.add(pair[0])
            linked.update(pair)
    return kept


def _common(boxes: Iterable[Box]) -> str:
    tops = {top_level(box.key) for box in boxes}
    return tops.pop() if len(tops) == 1 else ""


def _main(names: set[str]) -> str:
    """Return the top-level package that holds most modules, where it holds more than half of them."""
    top, size = Counter(map(top_level, sorted(names))).most_common(1)[0] if names else ("", 0)
    return top if 2 * size > len(names) else "the project"


def _box(box: Box, subject: str, graph: Graph) -> str:
    short = box.key.removeprefix(f"{subject}.") if subject else box.key
    name = "other top-level names" if box.key == REST else one_line(box.key if short == "*" else short)
    size = counted(len(box.members), "module")
    packages = _subpackages(box, graph)
    if packages > MANY_PACKAGES:
        size = f"{counted(packages, 'package')}, {size}"
    package = box.key.removesuffix(".*")
    if box.members == {package}:
        label = name if box.whole else f"{one_line(package)}\n__init__"
    else:
        label = f"{name}\n{size}"
    return node(box.key, label, {} if box.whole else FAINT, tooltip=f"{box.key}: {size}")


def _subpackages(box: Box, graph: Graph) -> int:
    """Count the direct subpackages that a box holds."""
    prefix = f"{box.key.removesuffix('.*')}."
    below = {
        prefix + name.removeprefix(prefix).partition(".")[0]
        for name in box.members
        if name.startswith(prefix)
    }
    return sum(name in graph.modules and graph.modules[name].holds_modules for name in below)


def _drawn_lines(lines: Lines) -> Iterable[str]:
    most = max((len(lines.arcs[pair]) for pair in lines.drawn), default=1)
    for pair in lines.drawn:
        arcs = lines.arcs[pair]
        places = [f"{arc.cause.path}:{arc.cause.line}" for arc in arcs if arc.cause]
        looks = {
            "penwidth": thickness(len(arcs), most, 5.0),
            "tooltip": joined([f"{pair[0]} → {pair[1]}: {counted(len(arcs), 'import')}", *places]),
        }
        if pair in lines.backward:
            looks |= {
                "color": RED,
                "penwidth": max(looks["penwidth"], "1.6"),
                "style": "dashed",
                "label": f"{len(arcs):,}",
                "fontcolor": INK,
            }
            # Reversed, so that Graphviz puts importers above what they import.
            yield edge(pair[1], pair[0], dir="back", **looks)
        else:
            yield edge(*pair, **looks)


def _collapsed(modules: int, boxes: list[Box], shown: list[Box]) -> Iterable[str]:
    if len(boxes) < modules:
        yield (
            f"{counted(modules, 'module')} collapsed to {counted(len(boxes), 'box', 'boxes')}. "
            "Dashed box, “.*”: what is left of a package whose other parts have boxes of their own."
        )
    if len(shown) < len(boxes):
        names = [box.key for box in boxes if box not in shown]
        yield f"No imports to or from other boxes, left out: {_some(names)}."


def _left_out(graph: Graph, code: set[str], apart: set[str]) -> Iterable[str]:
    rest = graph.modules.keys() - code
    tests = len(rest & tests_of(graph))
    outside = {top_level(edge.imported) for edge in graph.imports if edge.external}
    left_out = [
        counted(tests, "test module") if tests else "",
        counted(len(rest) - tests, "loose script") if len(rest) > tests else "",
        counted(len(outside), "external package") if outside else "",
        f"small packages that no other imports ({_some(sorted(apart))})" if apart else "",
    ]
    if any(left_out):
        yield f"Left out: {', '.join(filter(None, left_out))}."


def _some(names: Iterable[str], limit: int = 5) -> str:
    found = list(names)
    more = f" and {len(found) - limit:,} more" if len(found) > limit else ""
    return ", ".join(map(one_line, found[:limit])) + more


def _legend(lines: Lines, subject: str) -> Iterable[str]:
    hidden = sorted(len(lines.arcs[pair]) for pair in lines.arcs.keys() - set(lines.drawn))
    if hidden:
        yield (
            f"{counted(len(hidden), 'line')} of at most {counted(hidden[-1], 'import')} left out "
            f"({sum(hidden):,} of {sum(map(len, lines.arcs.values())):,} imports between boxes)."
        )
    yield "Arrow: from importer to imported. Thicker line: more imported names." + (
        f" Names are within {one_line(subject)}." if subject else ""
    )
    if lines.looping:
        missing = len(lines.backward.difference(lines.drawn))
        yield (
            "Red, dashed, with its number of imports: against the main flow. Without these no cycle between "
            "boxes would be left" + (f" ({missing} lighter ones not drawn)." if missing else ".")
        )
