import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importgraph.facts.parse import parse_module
from importgraph.facts.source import thinning
from importgraph.facts.source.syntax import parse_source
from importgraph.facts.source.thinning import LARGE, thinned

COUNT = 120_000
DISPLAYS = {
    "numbers": b"x = [" + b"1, " * COUNT + b"]\n",
    "lines": b"x = [\n" + b"    1,  # one\n" * COUNT + b"]\n",
    "strings": b"x = ('" + b"', '".join([b"ab"] * COUNT) + b"',)\n",
    "pairs": b"x = {" + b"1: 'a', " * COUNT + b"}\n",
    "rows": b"x = [" + b"[1, 2.5, 'a'], (0x1F, None), " * COUNT + b"]\n",
    "call": b"f(" + b"True, " * COUNT + b")\n",
}


@pytest.mark.parametrize("kind", DISPLAYS)
def test_a_long_display_keeps_its_extent_and_its_first_elements(kind):
    source = b"import a\n" + DISPLAYS[kind] + b"import b\n"
    short = thinned(source)
    assert len(short) == len(source)
    assert [len(line) for line in short.split(b"\n")] == [len(line) for line in source.split(b"\n")]
    tree = ast.parse(short)
    assert len(list(ast.walk(tree))) < 10_000
    assert [one.line for one in parse_module(source).facts.imports] == [1, source.count(b"\n")]


def test_small_files_and_names_of_modules_stay_whole():
    small = b"x = [" + b"1, " * 5000 + b"]\n"
    assert thinned(small) is small
    exports = b"__all__ = [" + b"'a', " * COUNT + b"]\n"
    assert thinned(exports) is exports
    names = b"x = [" + b"a, " * COUNT + b"]\n"
    assert thinned(names) is names


@pytest.mark.parametrize(
    "bad", [b"0777", b"1_", b"1abc", b"'a' 'b'", b"b'\xe9'", b"(1]", b"[1)", b"1 2", b"'a", b"1.2.3"]
)
def test_what_is_no_literal_is_never_left_out(bad):
    source = b"x = [" + b"1, " * COUNT + bad + b", " + b"1, " * 2000 + b"]\n"
    assert bad in thinned(source)
    assert (parse_source(source).broken is None) == (bad == b"'a' 'b'")


ELEMENTS = ["1", "-2", "'a'", '"b"', "b'c'", "None", "[1,'x']", "(1,)", "a", "f(1)", "'''q'''", "# c\n3"]
FORMS = ["x = [{}]", "f({},)", "x = ({},)", "x = '''[{}]'''"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(ELEMENTS), max_size=30), st.sampled_from(FORMS))
def test_the_tree_is_the_same_but_for_elements_at_the_end_of_runs(elements, form):
    source = form.format("\n, ".join(elements)).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(thinning, "LARGE", 0)
        patch.setattr(thinning, "_KEPT", 3)
        short = thinned(source)
    assert len(short) == len(source)
    try:
        whole = ast.parse(source)
    except SyntaxError:
        with pytest.raises(SyntaxError):
            ast.parse(short)
        return
    assert names(whole) == names(ast.parse(short))


def names(tree):
    return [ast.dump(node, include_attributes=True) for node in ast.walk(tree) if isinstance(node, ast.Name)]


def test_the_limit_is_well_above_ordinary_files():
    assert LARGE >= 200_000
