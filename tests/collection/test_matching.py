"""`-k` and `-m` against pytest's own expressions."""

import pytest
from _pytest.mark.expression import Expression

from importgraph.collection.matching import matches_keyword, matches_mark, parse_expression, select
from importgraph.collection.model import Item
from importgraph.errors import UsageError

NAMES = {"one", "two", "three"}
EXPRESSIONS = (
    "one", "not one", "one and two", "one or four", "not (one and four)", "four or not one and two", "one and not four",
    "", "(one)", "not not one", "a-b or one", "x.y", "four::five or one",
)  # fmt: skip


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_truth_is_pytests(text):
    expected = Expression.compile(text).evaluate(lambda name, **_: name in NAMES)
    assert parse_expression(text, "-k").evaluate(lambda word: word.name in NAMES) is expected


@pytest.mark.parametrize("text", ["(", "one and", "one two", "not", "and", "one)", "$"])
def test_what_pytest_refuses_is_refused(text):
    with pytest.raises(SyntaxError):
        Expression.compile(text)
    with pytest.raises(UsageError):
        parse_expression(text, "-k")


def test_unknown_marks_make_the_answer_open():
    item = Item("tests/test_x.py::test_a", "tests/test_x.py", marks=("slow",), uncertain=True)
    assert parse_expression("fast", "-m").evaluate(matches_mark(item)) is None
    assert parse_expression("slow or fast", "-m").evaluate(matches_mark(item)) is True
    assert parse_expression("fast and not slow", "-m").evaluate(matches_mark(item)) is False


def test_parameters_known_at_run_time_make_keywords_open_and_marks_not():
    item = Item("tests/test_x.py::TestA::test_b", "tests/test_x.py", expands=True)
    assert select(item, parse_expression("testa", "-k"), None) is True
    assert select(item, parse_expression("other", "-k"), None) is None
    assert select(item, None, parse_expression("slow", "-m")) is False
    assert select(item, None, parse_expression("slow", "-m"), frozenset({"slow"})) is None


def test_keywords_are_parts_of_names_without_regard_to_case():
    item = Item("tests/test_x.py::TestA::test_b[Green-1]", "tests/test_x.py", keywords=("attribute",))
    for text in ("green", "GREEN", "test_x.py", "TESTS", "attrib"):
        assert parse_expression(text, "-k").evaluate(matches_keyword(item)) is True
