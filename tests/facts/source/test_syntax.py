"""Bytes to trees: whole, newer than the host, broken, undecodable."""

import ast
import re
import sys
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import imports, scopes

from importgraph.facts.source import host
from importgraph.facts.source.syntax import Broken, parse_source

TEXT = '''\
"""Doc."""
from __future__ import annotations
import os, sys as system
from . import sibling
if TYPE_CHECKING:
    from typing import (
        Any,
        List as L,
    )
try:
    import fast
except ImportError:
    fast = None

class A:
    import inside
    def method(self):
        lazy = f"{self!r:>{10}}"
        from ..up import name; import b.c
        return lazy
'''


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\n",
        b"import a",
        b"\xef\xbb\xbfimport a\n",
        b"import a\r\nimport b\rimport c",
        b"\x0cimport a",
        TEXT.encode(),
    ],
)
def test_what_the_host_reads_is_left_to_it(source):
    syntax = parse_source(source)
    assert syntax.broken is None
    assert syntax.text == source.decode("utf-8-sig")
    assert ast.dump(syntax.tree, include_attributes=True) == ast.dump(
        ast.parse(source), include_attributes=True
    )
    assert syntax.lazy == frozenset()


def test_warnings_about_the_text_stay_silent_and_filters_as_they_were():
    before = warnings.filters[:]
    assert parse_source(b'x = "\\d"; y = 1 is 1\n').broken is None
    assert warnings.filters == before


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (b"# coding: latin-1\nx = '\xe9'", "# coding: latin-1\nx = 'é'"),
        (b"#!/bin/sh\n# -*- coding: cp1252 -*-\nx = '\x80'", "#!/bin/sh\n# -*- coding: cp1252 -*-\nx = '€'"),
        (b"# coding: latin-1\ntype X = '\xe9'", "# coding: latin-1\ntype X = 'é'"),
        (b"x = 1\n\n# coding: nonsense\n", "x = 1\n\n# coding: nonsense\n"),
        (b"x = 1\n# coding: nonsense\n", "x = 1\n# coding: nonsense\n"),
    ],
)
def test_declared_encodings(source, text):
    syntax = parse_source(source)
    assert (syntax.broken, syntax.text) == (None, text)


def test_a_name_of_latin_1_may_go_on_behind_a_dash():
    syntax = parse_source(b"#coding:latin-1__or_so\nimport a  # \xe9\n")
    assert syntax.broken is None
    assert scopes(syntax.tree) == ["a"]


@pytest.mark.parametrize(
    ("source", "reason", "line"),
    [
        (b"import a\nx = '\xe9'\n", "cannot decode byte 0xe9 as utf-8", 2),
        (b"import a\r\xff", "cannot decode byte 0xff as utf-8", 2),
        ("import a\n".encode("utf-16"), "cannot decode byte 0xff as utf-8", 1),
        (b"# coding: ascii\nimport a # \xe9", "cannot decode byte 0xe9 as ascii", 2),
        (b"# coding: klingon\nimport a", "unknown encoding: klingon", 1),
        (b"\n# coding: rot13\nimport a", "unknown encoding: rot13", 2),
        (b"\xef\xbb\xbf# coding: latin-1\nimport a", "encoding problem: iso-8859-1 with BOM", 1),
        (b"\xef\xbb\xbf# coding: utf8\nimport a", "encoding problem: utf8 with BOM", 1),
        (b"x\nimport a\n\0", "source contains a NUL byte", 3),
    ],
)
def test_undecodable_files_are_broken_and_keep_their_imports(source, reason, line):
    syntax = parse_source(source)
    assert syntax.broken == Broken(reason, line)
    assert scopes(syntax.tree) == ["a"]
    assert syntax.text == (source.decode() if b"\0" in source and b"\xff" not in source else "")


@pytest.mark.parametrize(
    "source",
    [
        b"(" * 5000,
        b"-" * 100_000 + b"1",
        b"x = " + b"a+" * 50_000 + b"1",
        b"if x:\n" * 50,
        b"x" + b".y" * 20_000,
    ],
)
def test_too_deep_is_a_reason_or_a_tree(source):
    syntax = parse_source(source + b"\nimport a\n")
    assert syntax.broken is None or scopes(syntax.tree)[-1:] == ["a"]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = (\n", 1),
        ("import a\nx = = 1\n", 2),
        ("type X = int\nf'{a['b']}'\ny = )\n", 3),
        ("def f(:\n  pass", 1),
    ],
)
def test_the_reason_is_one_line_about_the_true_error(source, line):
    broken = parse_source(source.encode()).broken
    assert broken is not None
    assert broken.line == line
    assert broken == parse_source(source.encode()).broken
    assert "\n" not in broken.reason
    assert "<unknown>" not in broken.reason


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_give_a_tree(source):
    syntax = parse_source(source)
    assert isinstance(syntax.tree, ast.Module)


PIECES = [*"()[{}:;,=@#*\0é\\\n\t '\"", "'''", 'f"', "0777", "lazy ", "type ", "import ", "from ", "except "]
PIECES += ["class ", "def ", "async ", "print ", "else:", "<<<<<<< "]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, 12), st.sampled_from(PIECES)), max_size=4)
)
def test_mutated_source_is_whole_or_broken(edits):
    text = TEXT
    for at, length, piece in edits:
        text = text[:at] + piece + text[at + length :]
    syntax = parse_source(text.encode())
    try:
        whole = ast.parse(text)
    except (SyntaxError, ValueError):
        whole = None
    if whole is not None:
        assert syntax.broken is None
        assert imports(syntax.tree) == imports(whole)
    lines = text.replace("\r", "\n").count("\n") + 1
    assert all(1 <= found[0] <= lines for found in imports(syntax.tree))
    assert imports(syntax.tree) == imports(parse_source(text.encode()).tree)


@settings(max_examples=50, deadline=None)
@given(st.sets(st.sampled_from([3, 4, 6, 11, 16, 19])), st.sampled_from([" ", "  ", "\t", " \\\n"]))
def test_lazy_changes_no_place_but_the_start_of_its_statement(lazy, gap):
    def text(keyword):
        lines = enumerate(TEXT.splitlines(), 1)
        return "\n".join(
            re.sub(r"(?=\S)", lambda _: keyword + gap, line, count=1) if n in lazy else line
            for n, line in lines
        )

    syntax = parse_source(text("lazy").encode())
    assert syntax.broken is None
    assert syntax.text == text("lazy")
    assert len(syntax.lazy) == len(lazy)
    expected = ast.parse(text("000;"))
    assert [found[2:] for found in imports(syntax.tree)] == [found[2:] for found in imports(expected)]


@pytest.mark.skipif(sys.version_info >= (3, 15), reason="the host itself reads lazy imports")
def test_lazy_imports_look_as_on_newer_hosts():
    syntax = parse_source(b"x = 1; lazy import a\nlazy from b import c\nimport d\n")
    found = [(n.lineno, n.col_offset, getattr(n, "is_lazy", 0)) for n in syntax.tree.body[1:]]
    assert found == [(1, 7, 1), (2, 0, 1), (3, 0, 0)]
    assert syntax.lazy == {1, 2}


BYTES_BEYOND_UTF8 = {
    b"# caf\xe9\nimport os\n": True,
    b"a = 1\r\nb = 2\r# caf\xe9\rimport os\r\n": True,
    b"x = (1, # caf\xe9\n2)\n": True,
    b"# coding: utf-8\nx = 1 # caf\xe9\n": True,
    b"# \xed\xa0\x80 \xc0\x80 \xff\n": True,
    b"x = 1 # caf\xc3": True,
    b"\xef\xbb\xbfx = 1 # caf\xe9\n": True,
    b"x = '''\n# caf\xe9\n'''\n": False,
    b"x = '# caf\xe9'\n": False,
    b"x = b'caf\xe9'\n": False,
    b"caf\xe9 = 1\n": False,
    b"x = 1\xa0\n": False,
    b"f'caf\xe9'\n": False,
    b"# coding: ascii\nx = 1 # caf\xe9\n": False,
    b"# a\0b caf\xe9\nx = 1\n": False,
}
"""Measured with CPython 3.8 to 3.13: they decode names and strings, and pass over comments."""


@pytest.mark.parametrize("source", BYTES_BEYOND_UTF8)
def test_up_to_3_13_comments_may_hold_any_bytes(source):
    syntax = parse_source(source)
    assert (syntax.broken is None) == BYTES_BEYOND_UTF8[source]
    assert (syntax.late is not None) == BYTES_BEYOND_UTF8[source]
    if sys.version_info < (3, 14):
        assert isinstance(host.parse(source), ast.Module) == BYTES_BEYOND_UTF8[source]
