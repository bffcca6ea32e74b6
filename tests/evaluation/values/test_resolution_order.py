"""Orders of lookup are those of `type.mro`."""

import operator

from hypothesis import given
from hypothesis import strategies as st

from importgraph.evaluation.values.resolution_order import merged


@given(st.lists(st.lists(st.integers(0, 5), unique=True, max_size=3), min_size=1, max_size=6))
def test_the_order_is_that_of_python(shapes):
    made, orders = [], []
    for wanted in shapes:
        picked = [number for number in wanted if number < len(made)]
        lines = [orders[number] for number in picked]
        order, consistent = merged([*lines, [made[number] for number in picked]], operator.is_)
        try:
            cls = type("C", tuple(made[number] for number in picked), {})
        except TypeError:
            assert not consistent
            return
        assert consistent
        made.append(cls)
        orders.append([cls, *order])
        assert orders[-1] == cls.__mro__[:-1] or [*orders[-1], object] == list(cls.__mro__)


def test_what_has_no_order_is_told():
    assert merged([["a", "b"], ["b", "a"]], operator.eq) == (["a", "b"], False)
