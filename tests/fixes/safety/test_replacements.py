import pytest

from importgraph.fixes.safety.replacements import Replacements, chains_set


@pytest.mark.parametrize(
    ("text", "chains"),
    [
        ("a.b = 1", [("a", "b")]),
        ("  a.b.c\t= 1", [("a", "b", "c")]),
        ("x = 1; a.b = 2", [("a", "b")]),
        ("a.b = c.d = 1", [("a", "b")]),
        ("a.b == 1", []),
        ("f(x).b = 1", []),
        ("if a.b: c.d = 1", []),
        ("a.b: int = 1", []),
        ("a.b += 1", []),
        ("setattr(a.b, 'x', 1)", [("a", "b")]),
        ("mock.setattr( a, 'x', 1)", [("a",)]),
        ("xsetattr(a, 'x', 1)", []),
        ("1setattr(a, 'x', 1)", []),
        ("_setattr(a, 'x', 1)", []),
    ],
)
def test_what_is_assigned(text, chains):
    assert [chain.parts for chain in chains_set(text)] == chains


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import home\nhome.name = 1\n", True),
        ("import home as h\nh.name = 1\n", True),
        ("from home import name\nname.part = 1\n", True),
        ("from home import name as n\nn.part = 1\n", True),
        ("from home import other as o\no.name = 1\n", True),
        ("import home\nsetattr(home, key, 1)\n", True),
        ("from home import other\nsetattr(home, key, 1)\n", False),
        ("from home import other\nother.part = 1\n", False),
        ("import home\nhome.other = 1\n", False),
        ("name.part = 1\n", False),
    ],
)
def test_who_sets_a_name_of_another_module(open_files, text, found):
    project = open_files({"home.py": "name = other = 1\n", "user.py": text})
    assert Replacements(project.snapshot).of("home", "name") == ("user" if found else "")
