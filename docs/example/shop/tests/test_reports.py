import pytest

from shop.reports import monthly


@pytest.mark.parametrize("word", ["3", "sold"])
def test_the_report_says_what_was_sold(word):
    assert word in monthly()
