"""The whole architecture view as plain DOT and GraphML, for other tools."""

from collections import Counter
from collections.abc import Iterator

from importgraph.graph.model import Graph
from importgraph.graph.views import architecture
from importgraph.outputs.pictures.drawing import quote
from importgraph.quoting import visible, xml_attribute


def _weights(graph: Graph) -> Iterator[tuple[str, str, int]]:
    arcs = architecture(graph).arcs
    counts = Counter((arc.source, arc.target) for found in arcs.values() for arc in found)
    for (source, target), count in sorted(counts.items()):
        yield source, target, count


def render_dot(graph: Graph) -> str:
    """Render every module and import as DOT, without layout hints."""
    lines = ["digraph imports {"]
    lines += [f"  {quote(visible(name))};" for name in graph.modules]
    lines += [
        f"  {quote(visible(source))} -> {quote(visible(target))} [weight={count}];"
        for source, target, count in _weights(graph)
    ]
    return "\n".join([*lines, "}"]) + "\n"


def render_graphml(graph: Graph) -> str:
    """Render every module and import as GraphML, with the number of imports as `weight`."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        '  <key id="kind" for="node" attr.name="kind" attr.type="string"/>',
        '  <key id="weight" for="edge" attr.name="weight" attr.type="int"/>',
        '  <graph edgedefault="directed">',
    ]
    for name, module in graph.modules.items():
        lines.append(f'    <node id={xml_attribute(name)}><data key="kind">{module.kind.value}</data></node>')
    for source, target, count in _weights(graph):
        ends = f"source={xml_attribute(source)} target={xml_attribute(target)}"
        lines.append(f'    <edge {ends}><data key="weight">{count}</data></edge>')
    return "\n".join([*lines, "  </graph>", "</graphml>"]) + "\n"
