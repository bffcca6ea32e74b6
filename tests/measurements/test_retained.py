"""Retained cost is what disappears with a module."""

from hypothesis import given
from hypothesis import strategies as st

from importgraph.measurements.model import ImportEvent
from importgraph.measurements.retained import import_edges, is_held_by, retained, retained_by_group

nodes = st.integers(0, 8).map(lambda number: "__main__" if number == 0 else f"m{number}")
graphs = st.sets(st.tuples(nodes, nodes).filter(lambda edge: edge[0] != edge[1]), max_size=30)


def reachable(edges, removed=None):
    found, waiting = set(), ["__main__"]
    while waiting:
        node = waiting.pop()
        if node not in found and node != removed:
            found.add(node)
            waiting.extend(b for a, b in edges if a == node)
    return found


@given(graphs, st.lists(st.integers(0, 1000), min_size=9, max_size=9))
def test_it_equals_the_time_that_goes_when_the_module_is_removed(edges, costs):
    weight = {"__main__": 0, **{f"m{number}": costs[number] for number in range(1, 9)}}
    kept = retained(weight, edges)
    everything = reachable(edges)
    for module in everything - {"__main__"}:
        lost = everything - reachable(edges, module)
        assert kept[module] == sum(weight[name] for name in lost)
    assert kept["__main__"] == sum(weight[name] for name in everything)


def test_a_module_with_two_importers_is_retained_by_neither():
    edges = {("__main__", "a"), ("__main__", "b"), ("a", "heavy"), ("b", "heavy")}
    kept = retained({"a": 1, "b": 2, "heavy": 100}, edges)
    assert (kept["a"], kept["b"], kept["heavy"], kept["__main__"]) == (1, 2, 100, 103)


def test_a_submodule_needs_its_package():
    loads = [("app", "__main__"), ("p.q", "app"), ("p", "p.q"), ("heavy", "p")]
    edges = import_edges(
        loads, [ImportEvent(importer="app", imported="p.q", modules=("p.q",), running="app")]
    )
    assert ("p.q", "p") in edges
    assert retained({"app": 1, "p.q": 1, "p": 1, "heavy": 10}, edges)["p.q"] == 12


def test_failed_and_lazy_imports_load_nothing():
    loads = [("a", "__main__"), ("b", "__main__")]
    failed = ImportEvent(importer="a", imported="b", modules=("b",), running="a", error="ImportError")
    lazy = ImportEvent(importer="a", imported="b", modules=("b",), running="a", origin="lazy")
    assert ("a", "b") not in import_edges(loads, [failed, lazy])


def test_what_holds_what():
    dominators = {"lib": "app", "dep": "lib", "app": "__main__"}
    assert is_held_by("dep", "lib", dominators)
    assert is_held_by("lib", "lib", dominators)
    assert not is_held_by("app", "lib", dominators)


def test_groups_count_as_one():
    edges = {("__main__", "app"), ("app", "lib.x"), ("lib.x", "lib.y"), ("app", "lib.y"), ("lib.y", "dep")}
    names = {"lib.x": "lib", "lib.y": "lib"}
    assert retained_by_group({"lib.x": 1, "lib.y": 2, "dep": 4, "app": 8}, edges, names)["lib"] == 7
