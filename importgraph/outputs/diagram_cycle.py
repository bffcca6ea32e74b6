"""One strongly connected component: its shortest cycle, and the imports that end it."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Sequence

from importgraph.outputs.drawing import (
    ALARM,
    FAINT,
    INK,
    LINE,
    RED,
    Link,
    counted,
    edge,
    joined,
    node,
    one_line,
    picture,
)

MOST_MODULES = 40
MOST_BREAKERS = 12
REST = "(the rest of the component)"


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
    ring = list(shortest) or shortest_cycle(modules, edges)
    cut = _by_ends(breakers)
    kept = modules if len(modules) <= MOST_MODULES else _most_telling(ring, cut)
    steps = set(zip(ring, [*ring[1:], *ring[:1]], strict=True))
    joins = _by_ends([*edges, *breakers])
    statements = [node(name, one_line(name), ALARM if name in ring else {}) for name in dict.fromkeys(kept)]
    shown = [ends for ends in joins if ends[0] in kept and ends[1] in kept]
    if len(modules) > MOST_MODULES:
        shown = [ends for ends in shown if ends in steps or ends in cut]
    statements += [_line(ends, joins[ends], on_ring=ends in steps, cut=ends in cut) for ends in shown]
    hidden = len(modules) - len(set(kept))
    if hidden:
        statements += _rest(hidden, len(joins) - len(shown), ring)
    return picture(title, _notes(modules, ring, cut, len(joins), shown), statements)


def shortest_cycle(modules: Iterable[str], edges: Iterable[Link]) -> list[str]:
    """Return the modules of a shortest cycle in order, the first by name first; empty without one."""
    targets: dict[str, list[str]] = defaultdict(list)
    for link in sorted(edges, key=lambda link: (link.source, link.target)):
        targets[link.source].append(link.target)
    best: list[str] = []
    for start in sorted(modules):
        found = _way_back(start, targets, len(best) or None)
        if found and (not best or len(found) < len(best)):
            best = found
        if len(best) in {1, 2}:
            break
    return best


def _way_back(start: str, targets: dict[str, list[str]], bound: int | None) -> list[str]:
    before: dict[str, str] = {}
    waiting = deque([(start, 1)])
    while waiting:
        here, length = waiting.popleft()
        if bound is not None and length >= bound:
            return []
        for target in targets.get(here, ()):
            if target == start:
                way = [here]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return way[::-1]
            if target not in before:
                before[target] = here
                waiting.append((target, length + 1))
    return []


def _by_ends(links: Iterable[Link]) -> dict[tuple[str, str], list[Link]]:
    found: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for link in sorted(set(links), key=lambda link: (link.source, link.target, link.path, link.line)):
        found[link.source, link.target].append(link)
    return found


def _most_telling(ring: list[str], cut: dict[tuple[str, str], list[Link]]) -> list[str]:
    ends = [name for pair in list(cut)[:MOST_BREAKERS] for name in pair]
    return list(dict.fromkeys([*ring, *ends]))[:MOST_MODULES]


def _line(ends: tuple[str, str], links: list[Link], *, on_ring: bool, cut: bool) -> str:
    places = list(dict.fromkeys(link.place for link in links if link.place))
    looks = {"tooltip": joined([f"{ends[0]} → {ends[1]}", *places])}
    if on_ring:
        looks |= {"color": RED, "penwidth": "2.4"}
    else:
        looks |= {"color": LINE, "penwidth": "0.9"}
    if cut:
        looks |= {"color": RED, "style": "dashed", "fontcolor": INK, "penwidth": "2.4"}
        looks["label"] = "\n".join(
            ["  cut", *(f"  {one_line(place)}" for place in joined(places, 2).splitlines())]
        )
    elif on_ring and places:
        looks["label"] = f"  {one_line(places[0])}"
    return edge(*ends, **looks)


def _rest(hidden: int, imports: int, ring: list[str]) -> list[str]:
    label = f"{counted(hidden, 'more module')}\nand {counted(imports, 'more pair')} that import each other"
    lines = [node(REST, label, FAINT)]
    if ring:
        lines.append(edge(ring[0], REST, dir="both", style="dotted", arrowsize="0.5", tooltip=label))
    return lines


def _notes(
    modules: Collection[str],
    ring: list[str],
    cut: Collection[tuple[str, str]],
    pairs: int,
    shown: Collection[tuple[str, str]],
) -> list[str]:
    notes = [
        f"{counted(len(modules), 'module')}, {counted(pairs, 'pair')} of importer and imported.",
        f"Thick red: the shortest cycle, {counted(len(ring), 'module')}.",
    ]
    missing = sum(ends not in shown for ends in cut)
    if cut:
        notes.append(
            f"Dashed red: {counted(len(cut), 'pair')} to cut; without them no cycle is left"
            + (f" ({missing:,} of them left out here)." if missing else ".")
        )
    if pairs > len(shown):
        notes.append(f"{counted(pairs - len(shown), 'pair')} left out to keep the picture readable.")
    return notes
