"""Which boxes stand in the overview: modules put together by package until few enough are left."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from importgraph.names import parent, top_level

MOST_BOXES = 32
SMALLEST_SHARE = 40
"""A package with less than 1/40 of the modules stays one box."""


REST = "*"
"""The key of the box of small top-level packages, where there are too many of them."""


@dataclass(slots=True)
class Box:
    """Modules drawn as one."""

    key: str
    """The package or module; with `.*` when some modules below it have boxes of their own."""
    members: set[str]

    @property
    def whole(self) -> bool:
        """Tell whether all modules below its key are in it."""
        return not self.key.endswith("*")


def put_together(
    names: Collection[str], pairs: Mapping[tuple[str, str], int], most: int = MOST_BOXES
) -> list[Box]:
    """Group modules into at most `most` boxes.

    Packages are opened from the largest down, into subpackages and one box of their own modules; then
    the modules and subpackages with most imports across box borders get their own boxes while there is room.

    Args:
        names: Dotted names of modules.
        pairs: How many imports lead from one module to another.
        most: The number of boxes.
    """
    boxes = _opened(set(names), pairs, most)
    _pull_out(boxes, pairs, most)
    return sorted((box for box in boxes.values() if box.members), key=lambda box: box.key)


def _opened(names: set[str], pairs: Mapping[tuple[str, str], int], most: int) -> dict[str, Box]:
    below = _children(names)
    boxes = _tops(names, below, pairs, most)
    smallest = len(names) / SMALLEST_SHARE
    waiting = [key for key in boxes if key != REST]
    while waiting:
        waiting.sort(key=lambda key: (-len(boxes[key].members), key))
        key = waiting.pop(0)
        box = boxes[key]
        packages = {child for child in below[key] if below[child]}
        if not packages or len(boxes) + len(packages) > most or len(box.members) < smallest:
            continue
        for child in sorted(packages):
            boxes[child] = Box(child, _within(child, below, names))
            box.members -= boxes[child].members
        own = Box(f"{key}.*", box.members)
        boxes.pop(key)
        boxes[own.key] = own
        waiting += sorted(packages)
    return boxes


def _tops(
    names: set[str], below: Mapping[str, set[str]], pairs: Mapping[tuple[str, str], int], most: int
) -> dict[str, Box]:
    """Return a box for each top-level package; of too many, the small and least connected share one."""
    boxes = {top: Box(top, _within(top, below, names)) for top in sorted(below[""])}
    room = most if all(len(box.members) == 1 for box in boxes.values()) else most // 2
    if len(boxes) <= room:
        return boxes
    weight: dict[str, int] = defaultdict(int)
    for (source, target), count in pairs.items():
        if top_level(source) != top_level(target):
            weight[top_level(source)] += count
            weight[top_level(target)] += count
    ranked = sorted(boxes, key=lambda top: (-len(boxes[top].members), -weight[top], top))
    rest = Box(REST, {member for top in ranked[room - 1 :] for member in boxes[top].members})
    return {**{top: boxes[top] for top in sorted(ranked[: room - 1])}, REST: rest}


def _children(names: set[str]) -> dict[str, set[str]]:
    below: dict[str, set[str]] = defaultdict(set)
    for name in names:
        while name:
            above = parent(name)
            below[above].add(name)
            name = above  # noqa: PLW2901
    return below


def _within(key: str, below: Mapping[str, set[str]], names: set[str]) -> set[str]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        here = waiting.pop()
        if here in names:
            found.add(here)
        waiting.extend(below.get(here, ()))
    return found


def _pull_out(boxes: dict[str, Box], pairs: Mapping[tuple[str, str], int], most: int) -> None:
    """Give the best connected modules and subpackages of crowded boxes boxes of their own."""
    unit_of: dict[str, tuple[str, str]] = {}
    for key, box in boxes.items():
        if key == REST:
            continue
        for member in box.members:
            unit_of[member] = (key, _unit(member, key.removesuffix(".*")))
    room = max(0, most - len(boxes))
    alone = {unit for unit in unit_of.values() if unit[1] != unit[0].removesuffix(".*")}
    weight = dict.fromkeys(alone, 0) if len(alone) <= room else defaultdict(int)
    for (source, target), count in pairs.items():
        ends = unit_of.get(source), unit_of.get(target)
        if ends[0] != ends[1]:
            for unit in ends:
                if unit is not None and unit[1] != unit[0].removesuffix(".*"):
                    weight[unit] += count
    members: dict[tuple[str, str], set[str]] = defaultdict(set)
    for member, unit in unit_of.items():
        members[unit].add(member)
    for unit in sorted(weight, key=lambda unit: (-weight[unit], unit))[:room]:
        key, name = unit
        crowded = boxes.pop(key, None) or boxes[f"{key}.*"]
        crowded.members -= members[unit]
        crowded.key = key if key.endswith(".*") else f"{key}.*"
        boxes[crowded.key] = crowded
        boxes[name] = Box(name, members[unit])


def _unit(member: str, prefix: str) -> str:
    """Return the direct child of a package that holds a module."""
    rest = member[len(prefix) + 1 :]
    return f"{prefix}.{rest.partition('.')[0]}" if rest else prefix
