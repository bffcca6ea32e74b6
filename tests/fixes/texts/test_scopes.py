"""Names that a function takes from outside itself."""

import ast
from textwrap import dedent

import pytest

from importgraph.fixes.texts.scopes import Function, declared_global, needs_outside, taken_from_outside


def function(text: str) -> Function:
    """Return the first function of a text."""
    found = ast.parse(dedent(text)).body[0]
    assert isinstance(found, Function)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "def f(x): return x",
        "def f():\n x = 1\n return x",
        "def f():\n return [x for x in y]",
        "def f():\n import x.z\n return x",
        "def f():\n return lambda x: x",
        "def f():\n def g(x): return x\n return g",
    ],
)
def test_a_name_bound_inside_is_not_taken(text: str) -> None:
    assert not needs_outside(function(text), "x")


@pytest.mark.parametrize(
    "text",
    [
        "def f(): return x",
        "def f():\n global x\n x = x + 1",
        "def f():\n return [x for x in x]",
        "def f():\n return [y for y in z if [y for x in x]]",
        "def f():\n return [x for y in z]",
        "def f():\n return lambda y=x: y",
        "def f():\n def g(y: x): return y\n return g",
        "def f():\n def g(): return x\n return g",
    ],
)
def test_a_name_read_and_not_bound_is_taken(text: str) -> None:
    assert needs_outside(function(text), "x")


def test_all_names_are_found_at_once() -> None:
    found = taken_from_outside(function("def f(a, b=c):\n d = e\n return [g(h) for g in d if a]"))
    assert found == {"e", "h"}


def test_globals_of_inner_functions_count() -> None:
    assert declared_global(function("def f():\n global x\n def g():\n  global y, z")) == {"x", "y", "z"}
