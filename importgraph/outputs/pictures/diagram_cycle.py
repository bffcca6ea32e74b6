"""One strongly connected component: its shortest cycle, and the imports that end it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from importgraph.graph.cycle_breaking import shortest_cycle
from importgraph.outputs.pictures.diagram_flow import direction_of
from importgraph.outputs.pictures.drawing import (
    ALARM,
    FAINT,
    INK,
    RED,
    Link,
    common_package,
    counted,
    edge,
    joined,
    node,
    one_line,
    picture,
    shortened,
)

MOST_MODULES = 40
MOST_ARROWS = 70
MOST_CUTS = 12
MOST_RING_NAMES = 8
PLACE_WIDTH = 72
REST = "(the rest of the component)"
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Component:
    size: int
    ring: list[str]
    joins: Mapping[Pair, list[Link]]
    cuts: list[Pair]
    """Those to draw first."""
    kept: list[str]
    shown: list[Pair]
    package: str
    """Where all names that are drawn stand; empty if nowhere."""

    @property
    def steps(self) -> set[Pair]:
        return set(pairwise([*self.ring, *self.ring[:1]]))


def cycle(
    modules: Sequence[str],
    edges: Sequence[Link],
    breakers: Sequence[Link],
    title: str,
    *,
    shortest: Sequence[str] = (),
) -> str:
    """Draw a component.

    Args:
        modules: All modules of the component.
        edges: The imports between them.
        breakers: Imports whose removal ends every cycle of it.
        title: What the component is about.
        shortest: A representative cycle; by default the shortest one, first by name.
    """
    found = _component(modules, edges, breakers, shortest)
    statements = [
        node(name, shortened(name, found.package), ALARM if name in found.ring else {}) for name in found.kept
    ]
    statements += [_line(ends, found) for ends in found.shown]
    statements += _rest(found)
    laid_out = [pair[::-1] if pair in found.cuts else pair for pair in found.shown]
    direction = direction_of(laid_out, wide=200, high=45)
    return picture(title, _notes(found), statements, rankdir=direction, ranksep="0.6", nodesep="0.16")


def _component(
    modules: Sequence[str], edges: Sequence[Link], breakers: Sequence[Link], shortest: Sequence[str]
) -> _Component:
    joins = _by_ends([*edges, *breakers])
    targets: dict[str, list[str]] = defaultdict(list)
    for source, target in joins:
        targets[source].append(target)
    ring = list(shortest or shortest_cycle(targets, sorted(modules)).nodes)
    cuts = list(_by_ends(breakers))
    large = len(modules) > MOST_MODULES or len(joins) > MOST_ARROWS
    ends = [name for pair in cuts[:MOST_CUTS] for name in pair]
    kept = list(dict.fromkeys([*ring, *ends] if large else [*ring, *modules]))[:MOST_MODULES]
    telling = {*pairwise([*ring, *ring[:1]]), *cuts[:MOST_CUTS]}
    shown = [pair for pair in joins if set(pair) <= set(kept) and (pair in telling or not large)]
    return _Component(len(modules), ring, joins, cuts, kept, shown, common_package(kept))


def _by_ends(links: Iterable[Link]) -> dict[Pair, list[Link]]:
    found: dict[Pair, list[Link]] = defaultdict(list)
    for link in sorted(set(links), key=lambda link: (link.source, link.target, link.path, link.line)):
        found[link.source, link.target].append(link)
    return found


def _line(ends: Pair, found: _Component) -> str:
    places = list(dict.fromkeys(link.place for link in found.joins[ends] if link.place))
    looks = {"tooltip": joined([f"{ends[0]} → {ends[1]}", *places]), "penwidth": "0.9"}
    if ends in found.steps:
        looks |= {"color": RED, "penwidth": "2.4"}
    if ends in found.cuts:
        number = f"cut {found.cuts.index(ends) + 1}"
        looks |= {"color": RED, "style": "dashed", "fontcolor": INK, "penwidth": "2.4", "label": number}
        # Reversed, so that Graphviz lays out what is left after the cuts.
        return edge(ends[1], ends[0], dir="back", **looks)
    return edge(*ends, **looks)


def _rest(found: _Component) -> list[str]:
    hidden = found.size - len(found.kept)
    if hidden <= 0:
        return []
    label = f"{counted(hidden, 'more module')}\nof the same component"
    lines = [node(REST, label, FAINT)]
    if found.ring:
        lines.append(edge(found.ring[0], REST, dir="both", style="dotted", arrowsize="0.5", tooltip=label))
    return lines


def _notes(found: _Component) -> Iterable[str]:
    pairs = len(found.joins)
    yield f"{counted(found.size, 'module')}; {counted(pairs, 'arrow')} from importer to imported."
    if found.ring:
        names = [shortened(name, found.package) for name in [*found.ring, found.ring[0]]]
        cut = f" … {names[-1]}" if len(names) > MOST_RING_NAMES else ""
        way = " → ".join(names[:MOST_RING_NAMES] if cut else names)
        yield f"Thick red: the shortest cycle, {way}{cut}."
    if found.cuts:
        yield f"Dashed red: {counted(len(found.cuts), 'arrow')} to cut; then no cycle is left:"
    for number, ends in enumerate(found.cuts[:MOST_CUTS], 1):
        places = list(dict.fromkeys(link.place for link in found.joins[ends] if link.place))
        more = f" and {len(places) - 1:,} more" if len(places) > 1 else ""
        yield f"  cut {number}: {one_line(places[0], PLACE_WIDTH) if places else 'no line known'}{more}"
    if len(found.cuts) > MOST_CUTS:
        yield f"  and {len(found.cuts) - MOST_CUTS:,} more cuts"
    if pairs > len(found.shown):
        yield f"{counted(pairs - len(found.shown), 'arrow')} left out to keep the picture readable."
    if found.package:
        yield f"Names are within {one_line(found.package)}."
