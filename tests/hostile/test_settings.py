"""Settings and numbers that no project has: read, or refused with one line that says what to mend."""

import sys

import pytest
from hostile_commands import run

from importgraph.config import least_python, parse_version
from importgraph.errors import ImportgraphError

DIGITS, HEX = "9" * 5000, "0x" + "F" * 6000
TEST = "def test(): ...\n"
TREES = {
    "superscript": {"pyproject.toml": '[tool.importgraph]\npython-version = "3.²"\n'},
    "requires": {"pyproject.toml": f'[project]\nrequires-python = ">=3.{DIGITS}"\n'},
    "version": {
        "m.py": f"import sys\nif sys.version_info[:{HEX}] >= (3, {HEX}):\n    import n\n",
        "n.py": "",
    },
    "numbers": {"test_m.py": f"X = {HEX}\nY = '%d' % X + str(X)\nif X > 3:\n    import json\n{TEST}"},
    "minversion": {"pytest.ini": f"[pytest]\nminversion = {DIGITS}\n", "test_a.py": TEST},
    "many nots": {"pytest.ini": "[pytest]\naddopts = -k '" + "not " * 3000 + "a'\n", "test_a.py": TEST},
    "brackets": {"pytest.ini": "[pytest]\naddopts = -k '" + "(" * 3000 + "'\n", "test_a.py": TEST},
    "pytest is 3": {"pyproject.toml": "[tool]\npytest = 3\n", "test_a.py": TEST},
    "options are 3": {"pyproject.toml": "[tool.pytest]\nini_options = 3\n", "test_a.py": TEST},
    "nul": {"pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["\\u0000"]\n', "test_a.py": TEST},
    "wrong types": {
        "pyproject.toml": "project = [1]\nbuild-system = 'x'\n[tool]\nsetuptools = 3\npoetry = [3]\n",
        "test_a.py": TEST,
    },
    "nested command": {"Dockerfile": "CMD " + "[" * 3000 + "\n"},
    "nested lock": {"Pipfile.lock": "[" * 5000, "test_a.py": "import zzz\n"},
    "nested notebook": {"a.ipynb": "[" * 5000},
    "itself": {"requirements.txt": "-r requirements.txt\n", "test_a.py": "import zzz\n"},
}
COMMANDS = [["graph", "."], ["unresolved", "."], ["collect"], ["doctor", "--python", sys.executable]]


@pytest.mark.parametrize("name", TREES)
def test_commands_read_or_refuse(write_project, monkeypatch, name):
    root = write_project({"app.py": "import os\n", **TREES[name]})
    monkeypatch.chdir(root)
    for command in COMMANDS:
        said = output_of(*command)
        assert "please report" not in said.lower()


def output_of(*command):
    """Return what a command prints, or the line with which it refuses."""
    try:
        return run(*command, "--no-cache", "-q").output
    except ImportgraphError as error:
        return str(error)[:1000]


@pytest.mark.parametrize("text", ["3.²", "3", "3.", "3.x", "", "3.99999", 3, "٣.١٢"])
def test_what_is_no_version(text):
    assert parse_version(text) is None


@pytest.mark.parametrize("text", ["", f">=3.{DIGITS}", "3.12", "nonsense", 3])
def test_what_says_nothing_of_the_least_python(text):
    assert least_python({"project": {"requires-python": text}}) in {(), (3, 6)}
