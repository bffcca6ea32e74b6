import subprocess

import pytest

from importgraph.edits.changes import plan
from importgraph.edits.identity import NamedFix, name_of
from importgraph.files import read_text_file
from importgraph.fixes.model import Applicability, CreateModule, CutImport, DeferImport, Fix, Form

SOURCE = "import json\nimport xml  # why\n\n\ndef one():\n    return json, xml\n"


def fix(*edits):
    made = Fix("F1", "lazy-imports", "title", (), 0, 1, Applicability.SAFE, (), (), edits)
    return NamedFix(name_of(made), made)


def defer(name, path="a.py"):
    line = {"json": 1, "xml": 2}[name]
    return DeferImport(path, line, f"import {name}", name, Form.FUNCTIONS, ("one",))


@pytest.fixture
def planned(tmp_path):
    (tmp_path / "a.py").write_bytes(SOURCE.encode())
    (tmp_path / "b.py").write_bytes(SOURCE.encode())
    return lambda *fixes: plan(tmp_path, fixes, lambda path: read_text_file(tmp_path / path))


def test_fixes_of_one_file_are_applied_together(planned, tmp_path):
    made = planned(fix(defer("json")), fix(defer("xml")), fix(defer("xml", "b.py")))
    assert [change.path for change in made.changes] == ["a.py", "b.py"]
    text = "def one():\n    import json\n    import xml  # why\n    return json, xml\n"
    assert made.changes[0].after.decode().lstrip() == text
    patch = "".join(change.diff for change in made.changes)
    subprocess.run(["git", "apply"], cwd=tmp_path, input=patch.encode(), check=True)
    assert (tmp_path / "a.py").read_bytes() == made.changes[0].after


def test_a_fix_that_does_not_fit_is_left_whole(planned):
    wrong = DeferImport("b.py", 1, "import missing", "missing", Form.FUNCTIONS, ("one",))
    made = planned(fix(defer("json"), wrong), fix(defer("xml")))
    assert [one.fix.edits for one in made.fixes] == [(defer("xml"),)]
    assert [change.path for change in made.changes] == ["a.py"]
    assert b"import json\n" in made.changes[0].after
    assert made.left[0].reason == "b.py: line 1 does not say `import missing`"


def test_the_same_edit_of_two_fixes_is_made_once(planned):
    made = planned(fix(defer("json")), fix(defer("json"), defer("xml")))
    assert made.left == ()
    assert made.changes[0].after.count(b"import json") == 1


def test_a_file_that_changed_since_the_analysis_is_left_alone(planned, tmp_path):
    made = plan(tmp_path, [fix(defer("json"))], lambda _: SOURCE + "# analysed\n")
    assert made.changes == ()
    assert made.left[0].reason == "a.py: it changed since it was analysed"


def test_what_needs_a_person_is_left(planned, tmp_path):
    made = planned(fix(CutImport("a.py", 1, "a", "json", ("move",))), fix(CreateModule("a.py", "x = 1\n")))
    assert [left.reason for left in made.left] == [
        "a.py: it needs a person: several ways are possible",
        "a.py: there is such a file already",
    ]


def test_line_ends_and_marks_stay(tmp_path):
    (tmp_path / "a.py").write_bytes(b"\xef\xbb\xbf" + SOURCE.replace("\n", "\r\n").encode())
    made = plan(tmp_path, [fix(defer("json"))], lambda path: read_text_file(tmp_path / path))
    after = made.changes[0].after
    assert after.startswith(b"\xef\xbb\xbfimport xml  # why\r\n")
    assert after.count(b"\n") == after.count(b"\r\n")


def test_a_new_file_is_a_patch_that_git_applies(tmp_path):
    import subprocess

    from importgraph.edits.changes import FileChange

    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    change = FileChange("pkg/fresh.py", None, b"x = 1\n")
    subprocess.run(["git", "apply"], cwd=tmp_path, input=change.diff.encode(), check=True)
    assert (tmp_path / "pkg/fresh.py").read_text() == "x = 1\n"
