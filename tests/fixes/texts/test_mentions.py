import ast

import pytest

from importgraph.fixes.texts.mentions import mentions


@pytest.mark.parametrize(
    "text",
    [
        "x = name",
        "def f(name): ...",
        "def name(): ...",
        "class name: ...",
        "def f() -> 'list[name]': ...",
        "def f():\n    global name",
        "try: ...\nexcept E as name: ...",
        "match 1:\n    case name: ...",
        "match []:\n    case [*name]: ...",
        "import name.other",
        "import other as name",
    ],
)
def test_every_way_to_say_a_name(text):
    tree = ast.parse(text)
    assert "name" in mentions(tree)
    assert mentions(tree) is mentions(tree)
    assert "names" not in mentions(tree)


def test_attributes_are_no_names():
    assert "name" not in mentions(ast.parse("x.name"))
