"""How `-k` and `-m` expressions are read, against pytest's own."""

import pytest
from _pytest.mark.expression import Expression

from importgraph.errors import UsageError
from importgraph.session.expressions import parse_expression

NAMES = {"one", "two", "three"}
EXPRESSIONS = (
    "one", "not one", "one and two", "one or four", "not (one and four)", "four or not one and two", "one and not four",
    "", "(one)", "not not one", "a-b or one", "x.y", "four::five or one",
)  # fmt: skip


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_truth_is_pytests(text):
    expected = Expression.compile(text).evaluate(lambda name, **_: name in NAMES)
    assert parse_expression(text, "-k").evaluate(lambda word: word.name in NAMES) is expected


@pytest.mark.parametrize("text", ["(", "one and", "one two", "not", "and", "one)", "$", "'one'", "one!"])
def test_what_pytest_refuses_is_refused(text):
    with pytest.raises(SyntaxError):
        Expression.compile(text)
    with pytest.raises(UsageError):
        parse_expression(text, "-k")


@pytest.mark.parametrize(
    "text",
    ["one(a)", "one(a=)", "one(a=b)", "one()", "one(a=1.5)", "one(class=1)", "one(a='x\\n')", "one(a=1"],
)
def test_arguments_that_pytest_refuses_are_refused(text):
    with pytest.raises(SyntaxError):
        Expression.compile(text)
    with pytest.raises(UsageError):
        parse_expression(text, "-m")


def test_arguments_go_with_marks_alone():
    assert parse_expression("one(a=1, b='x', c=None)", "-m").has_arguments
    with pytest.raises(UsageError):
        parse_expression("not one(a=1)", "-k")
