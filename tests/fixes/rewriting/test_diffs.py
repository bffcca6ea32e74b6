import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importgraph.fixes.rewriting.diffs import diff_of


def applied(folder, path, before: bytes, after: str) -> bytes:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(before)
    diff = diff_of(path, before, after)
    if diff:
        command = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"]
        subprocess.run(command, input=diff.encode(), cwd=folder, check=True)
    return target.read_bytes()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"import a\nx = 1\n", "x = 1\n"),
        (b"import a\nx = 1", "x = 1"),
        (b"import a\nx = 1", "x = 1\n"),
        (b"import a\r\nx = 1\r\n", "x = 1\ny = 2\n"),
        (b"import a\r\nx = 1\ny = 2\r\n", "x = 1\ny = 2\n"),
        (b"import a\n\x0cx = 1\n\x1cy\n", "\x0cx = 1\n\x1cy\n"),
        ("\ufeffimport ä\nx = 1\n".encode(), "\ufeffx = 1\n"),
    ],
)
@pytest.mark.parametrize("path", ["m.py", "a b/m.py", "ä/m.py"])
def test_git_applies_it(tmp_path, path, before, after):
    ends = b"\r\n" if before.split(b"\n")[0].endswith(b"\r") else b"\n"
    result = applied(tmp_path, path, before, after)
    assert result.replace(b"\r\n", b"\n") == after.encode()
    assert (ends == b"\r\n") == (b"\r\n" in result)


def test_what_git_cannot_read_has_no_diff():
    assert diff_of("m.py", b"import a\rx = 1\r", "x = 1\n") == ""
    assert diff_of("m.py", b"\xff\n", "x = 1\n") == ""
    assert diff_of("a\nb.py", b"import a\n", "x = 1\n") == ""


LINES = st.lists(st.sampled_from(["import a", "x = 1", "", "\tä", "# \x0c"]), max_size=8)


@settings(max_examples=25)
@given(before=LINES, after=LINES, final=st.booleans())
def test_any_two_texts(tmp_path_factory, before, after, final):
    end = "\n" if final else ""
    old, new = "\n".join(before) + end, "\n".join(after) + end
    assert applied(tmp_path_factory.mktemp("any"), "m.py", old.encode(), new) == new.encode()
