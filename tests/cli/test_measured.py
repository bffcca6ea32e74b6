"""`analyze --measure` on trees of a few files; each profile runs a handful of interpreters."""

import sys

import pytest
from typer.testing import CliRunner

from importgraph.cli import app
from importgraph.errors import UsageError

FILES = {
    "pyproject.toml": "[project.scripts]\ngo = 'app.cli:main'\nbad = 'app.bad:main'\n",
    "app/__init__.py": "",
    "app/__main__.py": "print('started')\n",
    "app/cli.py": "from app.text import shout\ndef main(): ...\ndef f():\n    return shout()\n",
    "app/text.py": "import json, decimal\ndef shout(): ...\n",
    "app/bad.py": "raise RuntimeError('no')\n",
}


@pytest.fixture
def analyze(write_project, tmp_path, monkeypatch):
    root = write_project(FILES)
    monkeypatch.setenv("IMPORTGRAPH_CACHE_DIR", str(tmp_path / "cache"))

    def run(*options):
        arguments = ["analyze", str(root), "--no-report", *options]
        return CliRunner().invoke(app, arguments)

    return run


def test_it_says_that_it_executes_and_is_found_again(analyze, write_project):
    first = analyze("--measure", "--runs", "1", "--python", sys.executable)
    assert first.exit_code == 0, first.output
    assert first.stderr.startswith("Measuring executes code of this project with")
    assert "python -m app" in first.stderr
    assert "bad was not measured" in first.stderr
    assert "started" not in first.output
    assert "measured" in first.stdout
    second = analyze()
    assert second.stderr.startswith("Costs were measured on ")
    assert second.stdout == first.stdout
    write_project({"app/text.py": "import json\ndef shout(): ...\n"})
    third = analyze()
    assert "Costs were measured" not in third.stderr


def test_nothing_to_measure_is_an_error(analyze, write_project):
    write_project({"app/__init__.py": "raise RuntimeError('no')\n"})
    found = analyze("--measure", "--runs", "1", "--python", sys.executable)
    assert isinstance(found.exception, UsageError)
    assert "No entry point could be measured" in str(found.exception)
