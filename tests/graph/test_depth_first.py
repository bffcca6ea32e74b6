"""Components and dominators, beside networkx."""

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from importgraph.graph.depth_first import immediate_dominators, postorder, strong_components

NODES = "abcdefgh"
ARCS = st.dictionaries(
    st.sampled_from(NODES), st.lists(st.sampled_from(NODES), max_size=4, unique=True), max_size=len(NODES)
)
DEEP = 5_000


def peer(arcs: dict[str, list[str]]) -> "nx.DiGraph[str]":
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(NODES)
    graph.add_edges_from((source, target) for source, targets in arcs.items() for target in targets)
    return graph


@given(ARCS)
@settings(max_examples=150, deadline=None)
def test_dominators_are_those_of_networkx(arcs: dict[str, list[str]]) -> None:
    expected = dict(nx.immediate_dominators(peer(arcs), "a"))
    expected.pop("a", None)
    assert immediate_dominators(arcs, "a") == expected


@given(ARCS)
@settings(max_examples=150, deadline=None)
def test_components_are_those_of_networkx(arcs: dict[str, list[str]]) -> None:
    expected = {frozenset(part) for part in nx.strongly_connected_components(peer(arcs))}
    assert {frozenset(part) for part in strong_components(NODES, arcs)} == expected


def test_a_node_stands_behind_its_dominator() -> None:
    found = immediate_dominators({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": ["e"]}, "a")
    assert found == {"c": "a", "b": "a", "d": "a", "e": "d"}
    assert list(found).index("d") < list(found).index("e")


def test_the_postorder_ends_with_the_start() -> None:
    assert postorder({"a": ["b", "c"], "b": ["c"]}, "a") == ["c", "b", "a"]


def test_long_chains_need_no_recursion() -> None:
    chain = {str(number): [str(number + 1)] for number in range(DEEP)}
    assert len(immediate_dominators(chain, "0")) == DEEP
    assert len(list(strong_components(chain, chain))) == DEEP + 1
