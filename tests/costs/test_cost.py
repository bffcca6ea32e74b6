from importgraph.costs.cost import NOTHING, Cost, total


def test_a_sum_with_an_estimate_in_it_is_an_estimate():
    assert total([Cost(3, measured=True), Cost(4, measured=False)]) == Cost(7, measured=False)
    assert total([Cost(3, measured=True), Cost(4, measured=True)]) == Cost(7, measured=True)
    assert total([]) == NOTHING


def test_estimates_are_marked():
    assert Cost(1, measured=False).mark == "≈ "
    assert Cost(1, measured=True).mark == ""
