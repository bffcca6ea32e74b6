"""Which items `-k` and `-m` select."""

from importgraph.collection.matching import matches_keyword, matches_mark, select
from importgraph.collection.model import Item
from importgraph.session.expressions import parse_expression


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
