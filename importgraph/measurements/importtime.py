"""Read and write the text of ``python -X importtime``, to compare with it and to feed its viewers."""

import re
from dataclasses import dataclass

from importgraph.measurements.model import ImportProfile
from importgraph.measurements.tree import Node, import_tree
from importgraph.quoting import page

HEADER = "import time: self [us] | cumulative | imported package"
LINE = re.compile(r"import time:\s*(-?\d+) \|\s*(-?\d+) \| ( *)(\S+)\s*$")
INDENT = 2


@dataclass(frozen=True, slots=True)
class ImportTiming:
    """One line of ``-X importtime``. Times are microseconds; negative ones occur when threads import."""

    name: str
    self_us: int
    cumulative_us: int
    parent: str | None
    """The module that was the first to import it; None at the top level."""
    depth: int


def parse_importtime(text: str) -> tuple[ImportTiming, ...]:
    """Parse what ``-X importtime`` printed, in the order of the text; other lines are left out.

    Children come before their parents, so lines are read from the last one up.
    """
    found: list[ImportTiming] = []
    above: list[str] = []
    for line in reversed(text.splitlines()):
        match = LINE.match(line)
        if match is None:
            continue
        self_us, cumulative, indent, name = match.groups()
        depth = len(indent) // INDENT
        del above[depth:]
        parent = above[-1] if above else None
        found.append(ImportTiming(name, int(self_us), int(cumulative), parent, depth))
        above += [name] * (depth + 1 - len(above))
    return tuple(reversed(found))


def render_importtime(profile: ImportProfile) -> str:
    """Return a profile as ``-X importtime`` does: children before parents.

    The entry and the garbage collector, which are no modules, have no line.
    """
    lines = [HEADER]
    for child in import_tree(profile).children:
        if child.timing is not None:
            lines.extend(node_lines(child, 0))
    return page(lines)


def node_lines(node: Node, depth: int) -> list[str]:
    """Return the lines of a node and of all below it."""
    lines = [line for child in node.children for line in node_lines(child, depth + 1)]
    indent = " " * (INDENT * depth)
    lines.append(f"import time: {node.self_us:9d} | {node.cumulative_us:10d} | {indent}{node.name}")
    return lines
