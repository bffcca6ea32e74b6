"""Questions of reachability, many at once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from importgraph.graph import reachability
from importgraph.graph.reachability import leading_pairs
from importgraph.graph.views import reachable

NODES = st.sampled_from("abcdefgh")
ARCS = st.dictionaries(NODES, st.lists(NODES, max_size=4), max_size=8)


def test_a_chain_leads_one_way() -> None:
    arcs = {"a": ["b"], "b": ["c"]}
    pairs = [("a", "c"), ("c", "a"), ("b", "b"), ("c", "nowhere"), ("nowhere", "a")]
    assert leading_pairs(arcs, pairs) == {("a", "c"), ("b", "b")}


def test_the_modules_of_a_cycle_lead_to_each_other_and_on() -> None:
    arcs = {"a": ["b"], "b": ["c"], "c": ["a", "d"], "d": []}
    assert leading_pairs(arcs, {("b", "a"), ("a", "d"), ("d", "a")}) == {("b", "a"), ("a", "d")}


@settings(max_examples=60, deadline=None)
@given(ARCS, st.sets(st.tuples(NODES, NODES)), st.integers(1, 3))
def test_it_says_what_a_search_from_each_source_says(
    arcs: dict[str, list[str]], pairs: set[tuple[str, str]], at_once: int
) -> None:
    before, reachability._AT_ONCE = reachability._AT_ONCE, at_once
    try:
        found = leading_pairs(arcs, pairs)
    finally:
        reachability._AT_ONCE = before
    assert found == {(source, target) for source, target in pairs if target in reachable(arcs, [source])}


def test_many_pairs_take_one_pass() -> None:
    size = 3000
    arcs = {f"n{number}": [f"n{number + 1}"] for number in range(size)}
    pairs = [(f"n{number}", f"n{size - number}") for number in range(size)]
    assert len(leading_pairs(arcs, pairs)) == size // 2 + 1
