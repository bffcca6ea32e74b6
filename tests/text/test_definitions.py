import ast

import pytest

from importgraph.text.definitions import Difference, compare_definitions

BEFORE = """
import os
class A:
    '''Says.'''
    x = 1
    def one(self):
        return 1
    @property
    def two(self):
        return 2
    @two.setter
    def two(self, value):
        pass
if os:
    def three(a=1):
        '''Says.'''
        return a
"""


def compare(after, before=BEFORE):
    return compare_definitions(ast.parse(before), ast.parse(after))


def difference(changed="", removed="", added=""):
    return Difference(*(frozenset(one.split()) for one in (changed, removed, added)))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("return 1", "return 2", difference("A.one")),
        ("return 1", "return 1  # one", difference()),
        ("return 2", "return 3", difference("A.two")),
        ("        pass", "        self.x = value", difference("A.two")),
        ("return a", "import app\n        return app", difference("three")),
        ("if os:", "\n\nif os:", difference()),
        ("    @property", "    def new(self): ...\n    @property", difference(added="A.new")),
        ("    def one(self):\n        return 1\n", "", difference(removed="A.one")),
        ("one(self)", "once(self)", difference(removed="A.one", added="A.once")),
        ("if os:", "def four(): ...\nif os:", difference(added="four")),
    ],
)
def test_changes_inside_functions(old, new, expected):
    assert old in BEFORE
    assert compare(BEFORE.replace(old, new)) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x = 1", "x = 2"),
        ("import os", "import os, sys"),
        ("a=1", "a=2"),
        ("'''Says.'''\n    x", "'''Tells.'''\n    x"),
        ("'''Says.'''\n        return", "'''Tells.'''\n        return"),
        ("@property", "@cached"),
        ("class A:", "class A(B):"),
        ("    @two.setter\n    def two(self, value):\n        pass\n", ""),
        ("def one(self)", "async def one(self)"),
        ("    def one(self):\n        return 1\n", "    one = 1\n"),
    ],
)
def test_changes_of_anything_else(old, new):
    assert old in BEFORE
    assert compare(BEFORE.replace(old, new)) is None


def test_the_order_of_functions_counts():
    assert compare("def b(): ...\ndef a(): ...\n", "def a(): ...\ndef b(): ...\n") is None


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [
        ("x = 0.0", "x = -0.0", False),
        ("x = 0.0j", "x = 0j", True),
        ("x = 1", "x = True", False),
        ("x = 1", "x = 1.0", False),
        ("x = 'a'", "x = b'a'", False),
        ("x = 'a'", 'x = "a"', True),
        ("x = u'a'", "x = 'a'", False),
        ("f(a, b)", "f(a)", False),
        ("f(a,   b)", "f(a, b)  # both", True),
        ("def f(): return [1]", "def f(): return (1,)", False),
        ("x = " + "+".join("a" * 500), "x = " + "+".join("a" * 500), True),
    ],
)
def test_what_is_the_same_outside_functions(old, new, is_same):
    found = compare_definitions(ast.parse(old), ast.parse(new))
    assert (found is not None and not found.changed) == is_same
