import itertools

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importgraph.graph.algorithms import (
    component_ranks,
    components,
    components_of,
    dominator_tree,
    keeps_components,
    minimum_cut,
    ranked_components,
    retained,
    shortest_chain,
    to_grimp,
    to_networkx,
)
from importgraph.graph.views import Arc, View, closure, without


def view_of(edges, nodes=()):
    """Make a view of pairs, or of `a -> b -> c, d -> a`."""
    if isinstance(edges, str):
        chains = [chain.split(" -> ") for chain in edges.split(", ")]
        edges = [pair for chain in chains for pair in itertools.pairwise(chain)]
    names = sorted({*nodes, *(node for pair in edges for node in pair)})
    arcs = {
        name: tuple(Arc(name, target, None) for source, target in edges if source == name) for name in names
    }
    return View(tuple(names), arcs)


def targets(view):
    return {node: tuple(view.targets(node)) for node in view.nodes}


NODES = "abcdefg"
EDGES = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=18).map(
    lambda pairs: [pair for pair in pairs if pair[0] != pair[1]]
)


def one(_node):
    return 1


def test_dominators_leave_the_start_out():
    view = view_of("a -> b -> d, a -> c -> d -> e, z -> a")
    assert dominator_tree(view, "a") == {"b": "a", "c": "a", "d": "a", "e": "d"}
    assert dominator_tree(view, "e") == {}


def test_a_module_with_two_importers_is_retained_by_what_both_need():
    view = view_of("a -> b -> d, a -> c -> d -> e")
    assert retained(dominator_tree(view, "a"), "a", one) == {"a": 5, "b": 1, "c": 1, "d": 2, "e": 1}
    weights = {"a": 1, "b": 5, "c": 7, "d": 10, "e": 20}
    assert retained(dominator_tree(view, "a"), "a", weights.__getitem__)["d"] == 30


@settings(max_examples=60, deadline=None)
@given(EDGES, st.dictionaries(st.sampled_from(NODES), st.integers(0, 50)))
def test_retained_weight_is_what_removal_loses(edges, weights):
    view = view_of(edges, NODES)

    def weight(node):
        return weights.get(node, 3)

    reachable = closure(view, ["a"])
    found = retained(dominator_tree(view, "a"), "a", weight)
    assert found.keys() == reachable
    total = sum(map(weight, reachable))
    assert found["a"] == total
    for node in reachable - {"a"}:
        gone = without(view, lambda arc, node=node: arc.target == node)
        assert found[node] == total - sum(map(weight, closure(gone, ["a"])))


def test_components_come_largest_first():
    view = view_of("x -> y -> x, a -> b -> c -> a, c -> x, alone -> a")
    assert components(view) == (("a", "b", "c"), ("x", "y"))
    assert components(view_of("a -> b, a -> a")) == ()


@pytest.mark.parametrize(
    ("start", "end", "chain"),
    [
        ("a", "d", ("a", "b", "d")),
        ("a", "e", ("a", "c", "e")),
        ("d", "a", None),
        ("a", "a", None),
        ("a", "zz", None),
    ],
)
def test_shortest_chain(start, end, chain):
    assert shortest_chain(view_of("a -> c -> d, a -> b -> d, c -> e, b -> x -> e"), start, end) == chain


@settings(max_examples=60, deadline=None)
@given(EDGES)
def test_a_shortest_chain_is_as_short_as_networkx_says(edges):
    view = view_of(edges, NODES)
    lengths = nx.single_source_shortest_path_length(to_networkx(view), "a")
    for node in NODES[1:]:
        chain = shortest_chain(view, "a", node)
        assert (len(chain) - 1 if chain else None) == lengths.get(node)
        if chain:
            assert all(after in targets(view)[before] for before, after in itertools.pairwise(chain))


def test_a_cut_avoids_what_cannot_be_cut():
    edges = [("a", "b", 1), ("a", "c", 1), ("b", "d", None), ("c", "d", 1), ("d", "e", 5)]
    assert minimum_cut(edges, "a", "e", 10) == {("a", "b"), ("c", "d")}
    assert minimum_cut(edges, "a", "e", 1) is None
    assert minimum_cut([("a", "b", None)], "a", "b", 10) is None
    assert minimum_cut(edges, "a", "nowhere", 10) is None


@settings(max_examples=60, deadline=None)
@given(EDGES, st.data())
def test_a_cut_disconnects_and_is_as_light_as_any(edges, data):
    capacities = {edge: data.draw(st.sampled_from([1, 2, None])) for edge in dict.fromkeys(edges)}
    cut = minimum_cut([(*edge, capacity) for edge, capacity in capacities.items()], "a", "g", 100)
    graph = nx.DiGraph(list(capacities))
    graph.add_nodes_from("ag")
    fixed = nx.DiGraph([edge for edge, capacity in capacities.items() if capacity is None])
    fixed.add_nodes_from("ag")
    if cut is None:
        assert nx.has_path(fixed, "a", "g") or not {"a", "g"} <= {
            node for edge in capacities for node in edge
        }
        return
    assert all(capacities[edge] is not None for edge in cut)
    graph.remove_edges_from(cut)
    assert not nx.has_path(graph, "a", "g")
    for edge in cut:
        graph.add_edge(*edge)
        assert nx.has_path(graph, "a", "g")
        graph.remove_edge(*edge)


def test_a_view_as_grimp_graph():
    view = view_of("a -> b -> c")
    graph = to_grimp(view, [("a", "numpy", 3, "import numpy")])
    assert graph.modules == {"a", "b", "c", "numpy"}
    assert graph.find_shortest_chain("a", "c") == ("a", "b", "c")
    (details,) = graph.get_import_details(importer="a", imported="numpy")
    assert (details["line_number"], details["line_contents"]) == (3, "import numpy")
    assert graph.is_module_squashed("numpy")


@given(edges=st.dictionaries(st.tuples(st.integers(0, 7), st.integers(0, 7)), st.integers(1, 3), max_size=25))
def test_a_minimum_cut_is_as_light_as_networkx_finds(edges):
    import networkx as nx

    capacities = {edge: capacity for edge, capacity in edges.items() if edge[0] != edge[1]}
    graph = nx.DiGraph()
    graph.add_nodes_from([0, 7])
    graph.add_edges_from((*edge, {"capacity": capacity}) for edge, capacity in capacities.items())
    cut = minimum_cut([(*edge, capacity) for edge, capacity in capacities.items()], 0, 7, 100)
    value = nx.minimum_cut_value(graph, 0, 7)
    assert sum(capacities[edge] for edge in cut or ()) == value
    graph.remove_edges_from(cut or ())
    assert not nx.has_path(graph, 0, 7)


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=3),
    st.lists(st.integers(0, 13), max_size=3),
)
@settings(max_examples=60, deadline=None)
def test_components_stay_where_ranks_say_so(
    pairs: list[tuple[int, int]], more: list[tuple[int, int]], gone: list[int]
) -> None:
    nodes = [str(number) for number in range(7)]
    after = [*(pair for place, pair in enumerate(pairs) if place not in gone), *more]
    before_arcs, after_arcs = (
        {node: {str(b) for a, b in some if str(a) == node and a != b} for node in nodes}
        for some in (pairs, after)
    )
    ranks = component_ranks(nodes, before_arcs)
    assert ranked_components(ranks) == components_of(nodes, before_arcs)
    if all(keeps_components(ranks, node, before_arcs[node], after_arcs[node]) for node in nodes):
        assert components_of(nodes, after_arcs) == components_of(nodes, before_arcs)
