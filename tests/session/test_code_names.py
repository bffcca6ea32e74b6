"""Which names a hook looks for in the code of a test, and which texts surely hold a definition."""

import ast

import pytest

from importgraph.facts.source.bodies import definition_at, line_starts, text_around
from importgraph.session.code_names import looked_for

HOOK = """
def pytest_collection_modifyitems(items):
    wanted = {"spawn", "fork"}
    for item in items:
        names = item.function.__code__.co_names
        USE
"""


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ('"run" in names', {"run"}),
        ('"run" not in item.function.__code__.co_names', {"run"}),
        ("wanted.intersection(names)", {"spawn", "fork"}),
        ('{"a"}.isdisjoint(names) or "b" in names', {"a", "b"}),
        ("pass", set()),
        ("len(names)", None),
        ("wanted.union(names)", None),
        ("item in names", None),
        ("names = ()", None),
        ('wanted = {"other"}; wanted.intersection(names)', None),
        ("wanted.intersection(names, items)", None),
        ("keep = names", None),
        ("wanted.add(item) or wanted.intersection(names)", None),
        ('any(name.startswith("run") for name in names)', None),
    ],
)
def test_what_a_hook_looks_for(use, expected):
    function = ast.parse(HOOK.replace("USE", use)).body[0]
    assert looked_for(function) == (None if expected is None else frozenset(expected))


SOURCE = b'''\
class Test:
    @mark
    def test_a(self):
        x = """
at the margin
"""
        call(
1, other)

    async def test_b(self): pass
y = 1
'''


def test_the_text_around_a_definition_goes_up_to_the_next_one():
    starts = line_starts(SOURCE)
    assert text_around(SOURCE, starts[2], "test_a") == SOURCE[starts[2] : starts[9]]
    assert text_around(SOURCE, starts[9], "test_b") == SOURCE[starts[9] :]
    assert text_around(SOURCE, starts[0], "Test") == SOURCE
    assert text_around(SOURCE, starts[1], "test_a") is None


def test_a_definition_is_cut_out_with_its_line_numbers():
    source = SOURCE.replace(b"\n1, other", b" 1, other")
    starts = line_starts(source)
    node = definition_at(source, starts[2], 3, "test_a")
    assert (node.name, node.lineno, [statement.lineno for statement in node.body]) == ("test_a", 3, [4, 7])
    assert definition_at(SOURCE, line_starts(SOURCE)[2], 3, "test_a") is None
    assert definition_at(source, starts[0], 1, "Test").name == "Test"
    assert definition_at(source, -1, 99, "Test") is None
