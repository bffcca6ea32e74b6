"""What an entry point loads, by retained weight: its dominator tree."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import sqrt

from importgraph.outputs.pictures.drawing import (
    FAINT,
    STRONG,
    Retained,
    common_package,
    counted,
    edge,
    node,
    one_line,
    picture,
    shortened,
    thickness,
)
from importgraph.outputs.report import Costs

MODULES = Costs("modules")
MOST_NODES = 24
SMALLEST_SHARE = 0.02
MOST_CHILDREN = 8


def heavy(entry: str, tree: Sequence[Retained], *, costs: Costs = MODULES, title: str = "") -> str:
    """Draw the heaviest part of a dominator tree.

    Args:
        entry: The root of the tree.
        tree: All modules that the entry loads, the entry among them (its weight is the total).
        costs: What weights are.
        title: By default what importing the entry loads.
    """
    weights = {item.name: item.weight for item in tree}
    total = weights.get(entry, 0) or sum(item.weight for item in tree if item.parent in {"", entry})
    shown = _heaviest(entry, tree, total)
    package = common_package(shown)
    statements = list(_drawn(shown, tree, total, costs))
    others, small = _others(tree, shown, total, costs)
    also = " and libraries" if costs.unit == "us" else ""
    notes = [
        f"{counted(len(tree), 'module')}{also} in all, {counted(len(shown), 'box', 'boxes')} shown.",
        "Under each name: what would be saved if it were not imported at all"
        + (" (≈ estimated)." if costs.estimated else "."),
        "Larger text and thicker lines: more weight. Dashed: smaller modules put together.",
    ]
    if small:
        notes.append(f"{counted(small, 'small branch', 'small branches')} left out.")
    if package:
        notes.append(f"Names are within {one_line(package)}.")
    heading = title or f"What importing {one_line(entry)} loads"
    return picture(heading, notes, statements + others, rankdir="LR", ranksep="0.6", ordering="out")


def _heaviest(entry: str, tree: Sequence[Retained], total: int) -> list[str]:
    """Return the names to draw: heaviest first, below a parent that is drawn, few beside each other."""
    below: dict[str, list[Retained]] = defaultdict(list)
    for item in tree:
        if item.name != entry:
            below[item.parent].append(item)
    for children in below.values():
        children.sort(key=lambda item: (-item.weight, item.name))
    shown = [entry]
    waiting = below[entry][:MOST_CHILDREN]
    while waiting and len(shown) < MOST_NODES:
        waiting.sort(key=lambda item: (-item.weight, item.name))
        taken = waiting.pop(0)
        shown.append(taken.name)
        waiting += [
            item for item in below[taken.name][:MOST_CHILDREN] if item.weight > total * SMALLEST_SHARE / 2
        ]
    return shown


def _drawn(shown: Sequence[str], tree: Sequence[Retained], total: int, costs: Costs) -> Iterator[str]:
    known = {item.name: item for item in tree}
    entry, package = shown[0], common_package(shown)
    for name in shown:
        item = known.get(name, Retained(name, "", total))
        words = _share(item.weight, total, costs)
        size = 11 + round(7 * sqrt(item.weight / total)) if total else 11
        looks = STRONG if name == entry else {}
        label = f"{shortened(item.label or name, package)}\n{words}"
        yield node(name, label, looks, fontsize=str(size), tooltip=f"{name}: {words}")
        if name != entry:
            yield edge(item.parent, name, penwidth=thickness(item.weight, total), tooltip=words)


def _share(weight: int, total: int, costs: Costs) -> str:
    if total in {0, weight}:
        return costs.text(weight)
    if costs.unit == "us":
        return f"{costs.text(weight)} ({weight / total:.0%})"
    return f"{weight:,} of {costs.text(total)} ({weight / total:.0%})"


def _others(
    tree: Sequence[Retained], shown: Sequence[str], total: int, costs: Costs
) -> tuple[list[str], int]:
    """Put the rest below each drawn parent together; return the lines and how many are not worth a box."""
    hidden: dict[str, list[Retained]] = defaultdict(list)
    drawn = set(shown)
    for item in tree:
        if item.name not in drawn and item.parent in drawn:
            hidden[item.parent].append(item)
    lines: list[str] = []
    small = 0
    for parent in shown:
        weight = sum(item.weight for item in hidden[parent])
        if weight <= total * SMALLEST_SHARE:
            small += len(hidden[parent])
            continue
        key = f"{parent} (others)"
        count = counted(len(hidden[parent]), "smaller branch", "smaller branches")
        label = f"{count}\n{_share(weight, 0, costs)}"
        lines.append(node(key, label, FAINT, fontsize="11"))
        lines.append(edge(parent, key, style="dashed", penwidth="0.8"))
    return lines, small
