import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from importgraph.quoting import (
    code,
    escape,
    fenced,
    github_data,
    github_property,
    json_text,
    page,
    prose,
    settled,
    visible,
    visible_lines,
    xml_attribute,
    xml_text,
)

ACTING = "".join(map(chr, (*range(32), 0x7F, 0x85, 0x9B, 0xAD, 0x61C, 0x200B, 0x200F, 0x2028, 0x2029)))
ACTING += "\u202e\u2066\ufeff\udcff\ufffe"
ANY_TEXT = st.text(st.sampled_from(ACTING + "`*_[]()<>&|@#!:~\"' \\a/.é"), max_size=30)


@pytest.mark.parametrize(
    "text", ["", "app.models", "tests/test_a.py::test_b[x-1]", "Füße 数", "a # b", "\u00a0"]
)
def test_text_that_only_stands_there_is_left_alone(text: str) -> None:
    assert visible(text) == visible_lines(text) == text
    assert page([text, text]) == f"{text}\n{text}\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("\x9b31m\x85", "\\x9b31m\\x85"),
        ("caf\udce9", "caf\\xe9"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_acts_becomes_an_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    "text", ["::error::pwn", "  ::add-mask::x", "\u3000::error::x", "a ##[error]b", "##vso[x]"]
)
def test_no_line_is_a_command_to_the_runner_of_a_ci_system(text: str) -> None:
    for shown in (visible(text), page(["a", text]).splitlines()[1]):
        assert not shown.lstrip().startswith("::")
        assert "##[" not in shown
        assert "##vso[" not in shown
    assert not settled(f"a\n{text}  ").splitlines()[1].lstrip().startswith("::")


def test_a_page_has_a_line_for_each_line() -> None:
    assert page([]) == ""
    assert page(["a\nb", "c"]) == "a\\nb\nc\n"


def test_blanks_go_and_colours_stay() -> None:
    assert settled("a   \n\x1b[1mb  \x1b[0m\n") == "a\n\x1b[1mb\x1b[0m\n"


@given(ANY_TEXT)
def test_json_holds_any_text_and_shows_none_that_acts(text: str) -> None:
    written = json_text({"a": [text]})
    assert written.encode()
    assert not set(ACTING) - {"\n"} & set(written)
    (read,) = json.loads(written)["a"]
    assert read == text or visible("\udcff") in read


@given(ANY_TEXT)
def test_xml_holds_any_text(text: str) -> None:
    root = ET.fromstring(f"<a b={xml_attribute(text)}>{xml_text(text)}</a>")
    assert root.attrib["b"] == visible(text)
    assert (root.text or "") == visible_lines(text)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("a", "`a`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("a|b", "`a\\|b`"),
        ("a\nb", "`a\\nb`"),
        ("", "` `"),
    ],
)
def test_code_spans_cannot_be_ended_by_their_text(text: str, span: str) -> None:
    assert code(text) == span


@given(ANY_TEXT)
def test_markdown_shows_any_text_as_text(text: str) -> None:
    for line, kinds in (
        (code(text), {"code_inline"}),
        (f"a {escape(text)}", {"text"}),
        (prose(f"a {text}"), {"text", "code_inline"}),
    ):
        tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(line)
        assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
        found = {child.type for child in tokens[1].children or []} - {"text_special"}
        assert found <= kinds


@given(st.text("`~a\n", max_size=30))
def test_a_fence_is_longer_than_any_inside(text: str) -> None:
    tokens = MarkdownIt().parse(fenced(text, "diff"))
    assert [token.type for token in tokens] == ["fence"]
    assert tokens[0].content == text.rstrip("\n") + "\n"


def test_nobody_is_told_by_a_mention() -> None:
    assert escape("@team #12 https://evil.example") == (
        "&#64;&#8203;team &#35;&#8203;12 https&#58;//evil.example"
    )


def test_github_data_is_one_line() -> None:
    assert github_data("100%\nnext\x1b") == "100%25%0Anext\\x1b"
    assert github_property("a:b,c\n%") == "a%3Ab%2Cc\\n%25"
