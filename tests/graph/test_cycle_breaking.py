import itertools

import networkx as nx
import pytest
from hypothesis import given, settings
from test_algorithms import EDGES, NODES, targets, view_of

from importgraph.graph.algorithms import components, to_networkx
from importgraph.graph.cycle_breaking import cycle_breakers, is_acyclic, shortest_cycle
from importgraph.graph.node_orders import Order, good_order


def test_a_shortest_cycle_starts_at_its_first_name():
    view = view_of("d -> b -> a -> d, a -> c -> b, c -> d")
    assert shortest_cycle(targets(view), list("abcd")).nodes == ("a", "d", "b")
    assert shortest_cycle(targets(view_of("b -> a -> b")), ["a", "b"]).nodes == ("a", "b")
    assert shortest_cycle(targets(view_of("a -> b")), ["a", "b"]).nodes == ()


@settings(max_examples=60, deadline=None)
@given(EDGES)
def test_a_shortest_cycle_is_a_cycle_of_least_length(edges):
    view = view_of(edges, NODES)
    for component in components(view):
        cycle = shortest_cycle(targets(view), component).nodes
        assert all(
            after in targets(view)[before]
            for before, after in zip(cycle, (*cycle[1:], cycle[0]), strict=True)
        )
        assert len(cycle) == min(map(len, nx.simple_cycles(to_networkx(view).subgraph(component))))


def test_the_lightest_single_edge_breaks_a_cycle():
    arcs = {"a": ["b"], "b": ["c"], "c": ["a"]}
    assert cycle_breakers(arcs, lambda source, _: {"a": 3, "b": 1, "c": 2}[source]).edges == (("b", "c"),)


@pytest.mark.parametrize("exact", [True, False])
@settings(max_examples=50, deadline=None)
@given(edges=EDGES)
def test_breakers_leave_no_cycle_and_each_is_needed(exact, edges):
    view = view_of(edges, NODES)
    with pytest.MonkeyPatch.context() as patch:
        if not exact:
            patch.setattr("importgraph.graph.cycle_breaking._EXACT", 0)
        for component in components(view):
            inside = {n: [t for t in targets(view)[n] if t in component] for n in component}
            broken = set(cycle_breakers(inside, lambda *_: 1).edges)
            assert is_acyclic(inside, broken)
            assert broken
            assert all(not is_acyclic(inside, broken - {edge}) for edge in broken)


@settings(max_examples=60, deadline=None)
@given(EDGES)
def test_no_smaller_set_and_no_lighter_one_of_its_size_breaks_all_cycles(edges):
    view = view_of(edges, NODES)

    def weight(source, target):  # a number of statements: an edge without one does not exist
        return 1 + ord(source) * 7 % 5 + ord(target) % 3

    for component in components(view):
        inside = {n: [t for t in targets(view)[n] if t in component] for n in component}
        pairs = sorted({(source, target) for source in inside for target in inside[source]})
        broken = cycle_breakers(inside, weight).edges
        for size in range(1, min(len(broken), 3) + 1):
            working = [s for s in itertools.combinations(pairs, size) if is_acyclic(inside, set(s))]
            if working:
                lightest = min(working, key=lambda found: (sum(weight(*edge) for edge in found), found))
                assert broken == lightest
                break
        else:
            assert len(broken) > 3


@settings(max_examples=60, deadline=None)
@given(EDGES)
def test_acyclic_is_what_networkx_says(edges):
    view = view_of(edges, NODES)
    assert is_acyclic(targets(view), set()) == nx.is_directed_acyclic_graph(to_networkx(view))


@settings(max_examples=60, deadline=None)
@given(EDGES)
def test_a_good_order_holds_each_node_once(edges):
    arcs = {node: sorted(found) for node, found in targets(view_of(edges, NODES)).items()}
    assert sorted(good_order(arcs)) == sorted(NODES)


@settings(max_examples=60, deadline=None)
@given(EDGES)
def test_edges_come_back_as_long_as_they_close_no_cycle(edges):
    order, kept = Order({node: set() for node in NODES}), set()
    for source, target in edges:
        arcs = {node: [t for s, t in kept | {(source, target)} if s == node] for node in NODES}
        is_open = source != target and is_acyclic(arcs, ())
        assert order.add(source, target) == is_open
        kept |= {(source, target)} if is_open else set()
        place = order.place
        assert all(place[s] < place[t] for s, t in kept)


def complete(count):
    names = [f"m{number:04}" for number in range(count)]
    return {name: [other for other in names if other != name] for name in names}


def two_each(count):
    far = {n: n * 7919 % count for n in range(count)}
    return {f"m{n:05}": [f"m{t:05}" for t in ((n + 1) % count, far[n]) if t != n] for n in range(count)}


@pytest.mark.parametrize("count", [60])
def test_a_complete_component_is_broken_and_proven_smallest(count):
    found = cycle_breakers(complete(count), lambda *_: 1)
    assert len(found.edges) == count * (count - 1) // 2
    assert found.smallest
    assert is_acyclic(complete(count), found.edges)


def test_a_large_component_is_broken_and_the_answer_says_that_fewer_may_do():
    arcs = two_each(400)
    found = cycle_breakers(arcs, lambda *_: 1)
    assert not found.smallest
    assert is_acyclic(arcs, found.edges)
    assert found == cycle_breakers(arcs, lambda *_: 1)


def test_without_a_budget_there_is_still_an_answer():
    arcs = two_each(40)
    assert is_acyclic(arcs, cycle_breakers(arcs, lambda *_: 1, steps=0).edges)
    assert not shortest_cycle(arcs, sorted(arcs), steps=5).shortest
    assert shortest_cycle(arcs, sorted(arcs)).shortest


def test_one_long_ring_is_found_at_once():
    ring = {f"m{n:05}": [f"m{(n + 1) % 20_000:05}"] for n in range(20_000)}
    found = shortest_cycle(ring, sorted(ring))
    assert len(found.nodes) == 20_000
    assert found.shortest
    assert cycle_breakers({f"{n}": [f"{(n + 1) % 500}"] for n in range(500)}, lambda *_: 1).smallest


def test_without_a_budget_to_take_edges_back_the_answer_still_breaks_all_cycles(monkeypatch):
    monkeypatch.setattr("importgraph.graph.cycle_breaking._STEPS_BACK", 0)
    arcs = complete(6)
    found = cycle_breakers(arcs, lambda *_: 1, steps=0)
    assert is_acyclic(arcs, found.edges)
    assert not found.smallest or len(found.edges) == 15


@pytest.mark.thorough
def test_a_component_of_twenty_thousand_modules_ends_and_the_answer_is_always_the_same():
    arcs = two_each(20_000)
    found = cycle_breakers(arcs, lambda *_: 1)
    assert is_acyclic(arcs, found.edges)
    shuffled = {source: list(reversed(arcs[source])) for source in reversed(arcs)}
    assert cycle_breakers(shuffled, lambda *_: 1).edges == found.edges
