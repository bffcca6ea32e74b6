from hypothesis import given
from hypothesis import strategies as st

from importgraph.language_server.text_edits import Replacement, protocol_lines, replacements

TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "\n", "d\x0c\u2028e\n"]), max_size=6).map("".join)


def test_only_the_lines_that_differ_are_replaced():
    assert replacements("a\nb\nc\n", "a\nx\nc\n") == (Replacement(1, 2, "x\n"),)
    assert replacements("a\n", "a\n") == ()


@given(TEXTS, TEXTS)
def test_replacements_turn_one_text_into_the_other(before, after):
    lines = protocol_lines(before)
    for one in reversed(replacements(before, after)):
        lines[one.line : one.end_line] = [one.text]
    assert "".join(lines) == after


def test_lines_end_where_the_protocol_ends_them():
    text = "\x0ca\u2028\x85\x1c\r\nb\rc"
    assert protocol_lines(text) == ["\x0ca\u2028\x85\x1c\r\n", "b\r", "c"]
