"""How much work matching a pattern may be, told before it is done."""

import pytest

from importgraph.evaluation.values.growth import matching_work
from importgraph.evaluation.values.limits import LARGEST

NAME = "test_cacheutils_and_more"


@pytest.mark.parametrize("pattern", [r"_py(?P<major>\d)(?P<minor>\d)?", r"\w+\.py", "(?i)a?b?"])
def test_little_work(pattern):
    assert matching_work([pattern, NAME]) <= LARGEST


@pytest.mark.parametrize("pattern", [r"(a+)+b", r"(?:a|aa)*b", r"(a?)*b", r".*.*.*.*.*x"])
def test_work_that_may_not_end(pattern):
    assert matching_work([pattern, NAME * 10]) > LARGEST
