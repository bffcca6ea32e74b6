"""Exit codes of `doctor`: a report exits with 0; with `--fail` a predicted error exits with 1."""

import pytest
from typer.testing import CliRunner

from importgraph.cli import app

TEST = "\ndef test_it(): pass\n"


@pytest.mark.parametrize(
    ("files", "words", "code"),
    [
        ({"test_a.py": "import nowhere_at_all\nx = undefined" + TEST}, (), 0),
        ({"test_a.py": "x = undefined" + TEST}, ("--fail",), 1),
        ({"test_a.py": "x = undefined" + TEST}, ("--fail", "--format", "json"), 1),
        ({"test_a.py": TEST}, ("--fail",), 0),
        ({"test_a.py": TEST}, ("--fail", "-k", "a and"), 1),
    ],
)
def test_exit_codes(write_project, monkeypatch, files, words, code):
    monkeypatch.chdir(write_project({"pytest.ini": "[pytest]\n", **files}))
    assert CliRunner().invoke(app, ["doctor", *words]).exit_code == code


def test_o_takes_a_file_or_a_setting_of_pytest(write_project, monkeypatch):
    root = write_project(
        {"pytest.ini": "[pytest]\n", "check_a.py": "x = undefined" + TEST, "test_b.py": TEST}
    )
    monkeypatch.chdir(root)
    before = set(root.iterdir())
    run = CliRunner().invoke
    assert "test_b.py" not in run(app, ["doctor", "-o", "python_files=check_*.py"]).output
    assert (
        run(app, ["doctor", "--fail", "-o", "python_files=check_*.py", "-oxfail_strict=true"]).exit_code == 1
    )
    assert run(app, ["doctor", "--fail", "--", "-o", "python_files=check_*.py"]).exit_code == 1
    assert run(app, ["doctor", "--fail"]).exit_code == 0
    assert set(root.iterdir()) == before
    for words in (["-o", "a.txt"], ["--output", "b=c.txt"], ["-o", "./d=e"]):
        assert run(app, ["doctor", *words]).output == ""
        assert (root / words[1]).is_file()
