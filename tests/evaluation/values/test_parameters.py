"""Arguments reach the parameters that Python gives them, on random signatures and calls."""

import ast
import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importgraph.evaluation.values.parameters import distribute, yields

SIGNATURES = [
    "",
    "a",
    "a, b=2",
    "a, /, b",
    "a, /, b=1, *, c, d=3",
    "*more, c",
    "a, **rest",
    "a, /, *more, b, **rest",
]


@pytest.mark.parametrize("signature", SIGNATURES)
@given(
    positional=st.lists(st.integers(), max_size=4),
    keywords=st.dictionaries(st.sampled_from("abcdx"), st.integers(), max_size=3),
)
def test_arguments_go_where_python_puts_them(signature, positional, keywords):
    text = f"def f({signature}): return locals()"
    names = {}
    exec(text, names)  # noqa: S102 -- a signature of ours
    defaults = {
        name: one.default
        for name, one in inspect.signature(names["f"]).parameters.items()
        if one.default is not one.empty
    }
    found = distribute(ast.parse(text).body[0].args, positional, keywords)
    try:
        expected = names["f"](*positional, **keywords)
    except TypeError:
        assert isinstance(found, str) or set(found.absent) - defaults.keys()
        return
    assert not isinstance(found, str)
    outside = {"more": found.more, "rest": found.rest}
    inside = {name: defaults[name] for name in found.absent} | found.bound
    assert {name: outside.get(name, inside.get(name)) for name in expected} == expected


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("yield 1", True),
        ("x = [(yield)]", True),
        ("def g(): yield", False),
        ("return lambda: (yield)", False),
        ("if a:\n        yield from b", True),
    ],
)
def test_what_makes_a_generator(body, verdict):
    assert yields(ast.parse(f"def f():\n    {body}").body[0]) is verdict
