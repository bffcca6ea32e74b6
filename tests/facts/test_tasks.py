"""Texts are cut into lists by number and size, all of them and in order."""

import gc

from hypothesis import given
from hypothesis import strategies as st

from importgraph.facts.tasks import cut, without_collector


@given(st.lists(st.binary(max_size=9)), st.integers(1, 5), st.integers(1, 20))
def test_lists_end_where_they_are_full(texts, most, most_bytes):
    lists = list(cut(texts, most, most_bytes, len))
    assert [one for found in lists for one in found] == texts
    for found in lists:
        assert 0 < len(found) <= most
        assert sum(map(len, found[:-1])) < most_bytes


def test_the_collector_is_as_it_was():
    was_enabled = gc.isenabled()
    with without_collector():
        assert not gc.isenabled()
    assert gc.isenabled() == was_enabled
