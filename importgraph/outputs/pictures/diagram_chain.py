"""An import chain, top to bottom."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from importgraph.outputs.pictures.drawing import (
    FUNCTION,
    STRONG,
    Link,
    counted,
    edge,
    node,
    one_line,
    picture,
)

LONGEST = 40
_NOTHING: Mapping[str, str] = MappingProxyType({})
STATEMENT_WIDTH = 64


def chain(
    nodes: Sequence[str],
    edges: Sequence[Link],
    title: str = "",
    below: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Draw how the first node comes to load the last: each step with its line and statement.

    Args:
        nodes: From the importer to the imported; functions called at import end in `()`.
        edges: One for each step, in the same order; a step without a line is an implicit parent package.
        title: What the chain is about; by default its two ends.
        below: What stands under the names of nodes, such as what they cost.
    """
    shown, steps, left_out = _shortened(list(nodes), list(edges))
    statements = [
        _box(name, below.get(name, ""), first=index in {0, len(shown) - 1})
        for index, name in enumerate(shown)
    ]
    statements += [edge(step.source, step.target, label=_words(step), penwidth="1.6") for step in steps]
    notes = (
        [f"{counted(len(edges), 'step')} from {one_line(nodes[0])} to {one_line(nodes[-1])}."]
        if nodes
        else []
    )
    if left_out:
        notes.append(f"{counted(left_out, 'step')} in the middle left out.")
    if any(name.endswith("()") for name in shown):
        notes.append("Ellipse: a function that runs while its caller is imported. Box: a module.")
    heading = title or (f"Why {one_line(nodes[0])} loads {one_line(nodes[-1])}" if nodes else "Empty chain")
    return picture(heading, notes, statements, ranksep="0.35")


def _shortened(nodes: list[str], edges: list[Link]) -> tuple[list[str], list[Link], int]:
    if len(nodes) <= LONGEST:
        return nodes, edges, 0
    half = LONGEST // 2
    left_out = len(nodes) - 2 * half
    gap = Link(nodes[half - 1], nodes[-half], text=f"… {counted(left_out, 'module')} between …")
    return nodes[:half] + nodes[-half:], [*edges[: half - 1], gap, *edges[-half + 1 :]], left_out


def _box(name: str, below: str, *, first: bool) -> str:
    if name.endswith("()"):
        module, _, function = name.partition(":")
        label = f"{one_line(function or module)}\nof {one_line(module)}" if function else one_line(name)
        return node(name, label, FUNCTION)
    label = f"{one_line(name)}\n{one_line(below)}" if below else one_line(name)
    return node(name, label, STRONG if first else {})


def _words(step: Link) -> str:
    if not step.place and not step.text:
        return "    parent package, runs first"
    return "\n".join(f"    {one_line(part, STATEMENT_WIDTH)}" for part in (step.place, step.text) if part)
