import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importgraph.facts.parse import NOTHING, parse_module

SOURCE = b"""\
import a.b as c
from . import d
try:
    from e import *
except ImportError:
    e = None
class F(c.G, metaclass=M):
    x: int = c.y(1, "two", *args, **kw)
    async def g(self, a, /, b=c.z, *, d: "D" = lambda q, *, w=r: q) -> None:
        with open(f"{a!r:>{w}}") as h, i: yield (j := await k)
        match a:
            case [1, *rest] if v: return
            case {"k": v, **o}: o(rest)
            case H(x=1) | 2: pass
        for m, (n, *o) in p: del q[0], r.s, t
        else: pass
__all__ = ["F"] + c.__all__
if __name__ == "__main__": F()
"""


def test_a_good_file():
    parsed = parse_module(SOURCE)
    assert parsed.broken is None
    assert [i.module for i in parsed.facts.imports] == ["a.b", "", "e"]
    assert parsed.facts.lines == SOURCE.count(b"\n") + 1


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"import a\ndef f(:\n    pass\nimport b\n", 2),
        (b"import a\nx = '\xe9'\nimport b\n", 2),
        (b"import a\nx = '\0'\nimport b\n", 2),
    ],
)
def test_imports_around_a_fault_are_recovered(source, line):
    parsed = parse_module(source)
    assert [i.module for i in parsed.facts.imports] == ["a", "b"]
    assert parsed.broken.line == line
    assert parsed.broken.reason


@pytest.mark.parametrize("source", [b"", b"\n", b"\xef\xbb\xbf", b"# only a comment"])
def test_files_without_code(source):
    parsed = parse_module(source)
    assert parsed.broken is None
    assert parsed.facts.imports == parsed.facts.body == ()


@pytest.mark.parametrize(
    "source",
    [
        b"x = " + b"(" * 500 + b")" * 500,
        b"x = " + b"-" * 50_000 + b"1",
        b"a" + b".a" * 30_000,
        b"f()" + b"()" * 9_000,
    ],
)
def test_deep_nesting_costs_one_file(source):
    parsed = parse_module(b"import before\n" + source + b"\nimport after\n")
    assert parsed.broken is None or parsed.broken.reason


@pytest.mark.parametrize("filler", [b"x = 1\n", b"\n", b"f()\n"])
def test_many_lines(filler):
    parsed = parse_module(b"import a\n" + filler * 20_000 + b"import b\n")
    assert [(i.module, i.line) for i in parsed.facts.imports] == [("a", 1), ("b", 20_002)]


def test_nothing_holds_nothing():
    fields = [field for field in NOTHING.__struct_fields__ if field != "work"]
    assert not any(getattr(NOTHING, field) for field in fields)
    assert not any(getattr(NOTHING.work, field) for field in NOTHING.work.__struct_fields__)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(SOURCE)),
            st.integers(0, 12),
            st.sampled_from([b"", b"\0", b"(", b"\n", b"\xff", b'"', b"\t"]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_damaged_file_ends_as_facts_or_as_broken_and_never_as_an_exception(damage):
    source = SOURCE
    for start, length, inserted in damage:
        source = source[:start] + inserted + source[start + length :]
    parsed = parse_module(source)
    assert parsed == parse_module(source)
    assert parsed.broken is None or parsed.broken.reason


def test_strings_with_lone_surrogates_are_no_names() -> None:
    import msgspec

    source = (
        'import sys\nNAMES = ["\\udcff", "b"]\n__all__ = ["\\udcff", "NAMES"]\nimport_module("\\udcff")\n'
        'f("\\udcff.x")\nif sys.platform == "\\udcff":\n    import a\n'
    )
    facts = parse_module(source.encode()).facts
    assert facts.exports is not None
    assert facts.exports.names == ("NAMES",)
    msgspec.msgpack.encode(facts)
