import sys

import pytest
from generate import PYTHON, outputs_of, tables_of

PAGE = """\
Before.
<!-- do: echo 'import shop' > new.py -->

<!-- run 2: cat new.py && git status --short && seq 3 -->
old
<!-- end -->
<!-- measured: exit 9 -->
kept
<!-- end -->
After.
"""


def test_commands_of_a_page_follow_each_other_in_a_copy_and_measured_ones_are_left(tmp_path):
    text, failed = outputs_of(tmp_path / "page.md", PAGE, tmp_path / "scratch", measured=False)
    assert failed == []
    shown = "$ cat new.py && git status --short && seq 3\nimport shop\n?? new.py\n… 3 more lines"
    assert f"seq 3 -->\n\n```text\n{shown}\n```\n<!-- end -->\n" in text
    assert text.startswith("Before.\n<!-- do: echo")
    assert text.endswith("<!-- measured: exit 9 -->\nkept\n<!-- end -->\nAfter.\n")


def test_what_fails_is_named(tmp_path):
    _, failed = outputs_of(tmp_path / "page.md", PAGE, tmp_path / "scratch", measured=True)
    assert [one.command for one in failed] == ["exit 9"]


def test_tables_are_made_without_running_anything():
    before = "<!-- options: explain -->\nold\n<!-- end -->\n<!-- run: echo new -->\nold\n<!-- end -->\n"
    after = tables_of(before)
    assert "| `--color` `auto` `always` `never` | " in after
    assert after.endswith("<!-- run: echo new -->\nold\n<!-- end -->\n")
    assert tables_of(after) == after


@pytest.mark.skipif(sys.version_info[:2] != PYTHON, reason="outputs are those of another version")
def test_a_page_is_current_where_its_command_is_run_again(tmp_path):
    from generate import DOCS

    page = DOCS / "commands" / "why.md"
    text = page.read_text(encoding="utf-8")
    assert outputs_of(page, text, tmp_path / "scratch", measured=False) == (text, [])
