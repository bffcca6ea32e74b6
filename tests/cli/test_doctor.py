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
