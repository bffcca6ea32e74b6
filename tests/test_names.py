import importlib.util

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importgraph.names import ancestors, is_within, near_matches, parent, resolve_relative, top_level


@pytest.mark.parametrize(
    ("name", "above", "outer", "top"),
    [("a", "", [], "a"), ("a.b", "a", ["a"], "a"), ("a.b.c", "a.b", ["a", "a.b"], "a")],
)
def test_the_packages_around_a_name(name, above, outer, top):
    assert parent(name) == above
    assert list(ancestors(name)) == outer
    assert top_level(name) == top


@pytest.mark.parametrize(
    ("name", "package", "inside"),
    [
        ("ns.foo", "ns.foo", True),
        ("ns.foo.a", "ns.foo", True),
        ("ns.foobar", "ns.foo", False),
        ("ns", "ns.foo", False),
    ],
)
def test_a_sibling_with_a_longer_name_is_not_within(name, package, inside):
    assert is_within(name, package) is inside


@pytest.mark.parametrize(
    ("package", "level", "target", "absolute"),
    [
        ("a.b", 0, "x.y", "x.y"),
        ("a.b", 1, "x", "a.b.x"),
        ("a.b", 1, "", "a.b"),
        ("a.b", 2, "x", "a.x"),
        ("a.b", 3, "x", None),
        ("a.b", 5, "x", None),
        ("", 1, "x", None),
    ],
)
def test_relative_names(package, level, target, absolute):
    assert resolve_relative(package, level, target) == absolute


@given(
    st.lists(st.sampled_from(["a", "b", "ab", "c1"]), min_size=1, max_size=4),
    st.integers(1, 6),
    st.lists(st.sampled_from(["x", "y"]), max_size=2),
)
def test_relative_names_mean_what_importlib_says(package, level, target):
    package, target = ".".join(package), ".".join(target)
    try:
        expected = importlib.util.resolve_name("." * level + target, package)
    except ImportError:
        expected = None
    assert resolve_relative(package, level, target) == expected


def test_near_matches_come_best_first():
    assert near_matches("ap.model", ["app.model", "app.views", "zzz"])[0] == "app.model"
    assert near_matches("qqq", ["app.model"]) == []
