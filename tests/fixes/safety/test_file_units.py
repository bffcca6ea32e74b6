import ast
import textwrap

import pytest

from importgraph.fixes.safety.file_units import units_of
from importgraph.fixes.safety.reached_units import reached


def operations(*texts):
    """Return what may be done at import, by kind and target; `?` in front of what is not sure."""
    units = []
    for number, text in enumerate(texts):
        tree = ast.parse(textwrap.dedent(text))
        units += [(f"p.m{number}", unit) for unit in units_of(tree, "p")]
    return {
        ("" if one.sure and not unit.name else "?") + f"{one.kind} {one.target}"
        for _, unit in reached(units)
        for one in unit.operations
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import os\nos.environ['X'] = '1'", "store os.environ[]"),
        ("from os import environ as e\ne['X'] = '1'", "store os.environ[]"),
        ("import a.b\na.b.c = 1", "store a.b.c"),
        ("import a.b as x\ndel x.c", "store a.b.c"),
        ("from . import sibling\nsibling.x = 1", "store p.sibling.x"),
        ("from .q import r\nr.x += 1", "store p.q.r.x"),
        ("import a\nsetattr(a, 'x', 1)", "store a"),
        ("import atexit\natexit.register(print)", "call atexit.register"),
        ("import logging\nlogging.getLogger().setLevel(1)", "call logging.getLogger().setLevel"),
        ("import a\nif a.b: a.c = 1", "?store a.c"),
        ("import a\nclass C(a.B): ...", "base a.B"),
        ("import a\nclass C(metaclass=a.M): ...", "base a.M"),
        ("import a\n@a.register\ndef f(): ...", "call a.register"),
        ("import a\ndef f(x: a.reg(1)): ...", "call a.reg"),
        ("import a\nf = lambda x=a.reg(1): x", "call a.reg"),
        ("exec('x')", "call builtins.exec"),
        ("import a\ndef f():\n    a.x = 1\nf()", "?store a.x"),
        ("import a\ndef f():\n    a.x = 1\nT = {'k': f}\nT['k']()", "?store a.x"),
        ("import a\nclass C:\n    def __init__(self):\n        a.x = 1\nC()", "?store a.x"),
        ("import a\nclass B:\n    def m(self):\n        a.x = 1\nclass C(B): ...\nC().m()", "?store a.x"),
        ("import a\nclass B:\n    def __init_subclass__(cls):\n        a.x = 1", "?store a.x"),
        ("import a\nsorted([1], key=lambda x: a.reg(x))", "call a.reg"),
        ("import a\nsorted([1], key=a.reg)", "call a.reg"),
    ],
)
def test_what_runs_at_import(text, found):
    assert found in operations(text)


@pytest.mark.parametrize(
    "text",
    [
        "import a\ndef f():\n    a.x = 1",
        "import a\nclass C:\n    def __init__(self):\n        a.x = 1",
        "import a\nclass C:\n    def m(self):\n        a.x = 1\nm = 1\nm",
        "import sys\nsys.modules[__name__] = 1",
        "from a import count\ndef f(count):\n    count[0] = 1\nf({})",
        "import a, re\nclass C:\n    def compile(self):\n        a.x = 1\nC()\nre.compile('x')",
        "x = {}\nx['a'] = 1",
        "import a\nif __name__ == '__main__':\n    a.x = 1",
        "from typing import TYPE_CHECKING\nimport a\nif TYPE_CHECKING:\n    a.x = 1",
    ],
)
def test_what_does_not(text):
    assert not [one for one in operations(text) if "store" in one]


def test_a_function_of_another_module_runs_where_it_is_named():
    assert "?store a.x" in operations("from p.m1 import f\nf()", "import a\ndef f():\n    a.x = 1")
